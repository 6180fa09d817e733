"""Encounter. Source: the-map (2026)."""

from __future__ import annotations

from mappings.concept_map import Concept
from mappings.epic.codes import ENCOUNTER_CLASS
from mappings.fhir_r4.repair import Standing, Told, with_
from mappings.fhir_r4.shapes import elements, once
from mappings.mapped import Resource

CLASSES = "urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260"


def class_of_encounter(resource: Resource, standing: Standing, told: Told) -> Resource:
    """`class` is a code of Epic's, never of ActCode: translated by a table, Epic's own coding moves to `type`. A code
    that no row knows stays (the binding is extensible) and is counted. [codes seen: the-map; map assumed]"""
    sent = resource.get("class")
    if not isinstance(sent, dict) or sent.get("system") != CLASSES or not isinstance(sent.get("code"), str):
        return resource
    found = ENCOUNTER_CLASS.look_up(sent["code"], standing.concepts)
    if not isinstance(found, Concept):
        told.unmapped.append(found)
        return resource
    types = resource.get("type")
    words = {"text": sent["display"]} if isinstance(sent.get("display"), str) else {}
    own = {"coding": [sent], **words}
    return with_(resource, **{"class": found.coding(), "type": [*(types if isinstance(types, list) else []), own]})


def each_location_once(resource: Resource, standing: Standing, told: Told) -> Resource:
    """`location` repeats its place, without status and period. [seen: the-map]"""
    sent = resource.get("location")
    if not isinstance(sent, list) or len(elements(sent)) < 2:
        return resource
    kept = once(sent, lambda one: one if isinstance(one, dict) else None)
    return resource if kept is sent else with_(resource, location=kept)
