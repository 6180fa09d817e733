"""A concept that athena gives in words alone."""

from __future__ import annotations

from mappings.concept_map import ConceptMap
from mappings.fhir_r4.repair import Standing, Told
from mappings.fhir_r4.shapes import Element, text_of
from mappings.mapped import Unmapped


def coded(concept: Element, table: ConceptMap, standing: Standing, told: Told) -> Element:
    """`{"text": words}` with the table's coding beside it; words that no row has stay, counted."""
    words = text_of(concept, "text")
    if words is None or concept.get("coding"):
        return concept
    found = table.look_up(words, standing.concepts)
    if isinstance(found, Unmapped):
        told.unmapped.append(found)
        return concept
    return {**concept, "coding": [found.coding()]}
