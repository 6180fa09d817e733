"""Conditions, reports, documents, visits, vaccines and procedures as Millennium writes them -> US Core.

Source of the shapes: captures of 2026, documentation of 2024.
"""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.cerner.codes import ENCOUNTER_CLASS, REPORT_CATEGORY, V2_CLASS, V2_SECTION
from mappings.fhir_r4 import shapes
from mappings.fhir_r4.repair import Standing, Told
from mappings.mapped import Resource, Unmapped

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
_US_CORE = "http://hl7.org/fhir/us/core/CodeSystem/"
CATEGORIES = {
    "Condition": frozenset({f"{_TERMINOLOGY}condition-category", f"{_US_CORE}condition-category"}),
    "DiagnosticReport": frozenset({V2_SECTION, fhir.LOINC}),
    "DocumentReference": frozenset({f"{_US_CORE}us-core-documentreference-category"}),
    "Observation": frozenset({f"{_TERMINOLOGY}observation-category", f"{_US_CORE}us-core-category"}),
}
"""Where US Core's categories of a type come from."""

UNKNOWN_DOSE = frozenset({"unknown unit", "{unknownunit}"})


def category_first(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] a second concept of SNOMED 74188005 on problems, a LOINC one without text on documents
    -> US Core's category first, the others behind it."""
    listed = resource.get("category")
    wanted = CATEGORIES[resource["resourceType"]]
    if not isinstance(listed, list) or len(listed) < 2:
        return resource
    ordered = sorted(listed, key=lambda one: not wanted.intersection(_systems(one)))
    same = all(one is other for one, other in zip(ordered, listed, strict=True))
    return resource if same else {**resource, "category": ordered}


def absent_category(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] a category that only says that it is absent -> left as it is, and counted."""
    if is_absent(resource.get("category")):
        told.unmapped.append(Unmapped("cerner-category", resource["resourceType"], coded=True))
    return resource


def is_absent(category: Any) -> bool:
    """Whether a list of categories says nothing but that there is none."""
    return (
        isinstance(category, list)
        and bool(category)
        and all(isinstance(one, dict) and not one.get("text") and not _systems(one) for one in category)
    )


def proven_report_category(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map, docs] v2-0074, and beside it, as a second coding or a second concept, LOINC (LP...) or what says
    that it is absent -> the latter becomes the LOINC category that the section proves; LAB is US Core's own, and the
    absent one goes."""
    listed = resource.get("category")
    if not isinstance(listed, list):
        return resource
    made = _proven_beside([_proven(one, standing, told) for one in listed], standing, told)
    same = len(made) == len(listed) and all(one is other for one, other in zip(made, listed, strict=True))
    return resource if same else {**resource, "category": made}


def _proven(concept: Any, standing: Standing, told: Told) -> Any:
    codings = list(shapes.codings(concept))
    absent = [one for one in codings if "code" not in one and "system" not in one and "extension" in one]
    section = _section([concept])
    if section is None or not absent:
        return concept
    kept = [one for one in codings if not any(one is gone for gone in absent)]
    if section == "LAB" or any(one.get("system") == fhir.LOINC for one in codings):
        return {**concept, "coding": kept}
    found = REPORT_CATEGORY.look_up(section, standing.concepts)
    if isinstance(found, Unmapped):
        told.unmapped.append(found)
        return concept
    return {**concept, "coding": [found.coding(), *kept]}


def _proven_beside(concepts: list[Any], standing: Standing, told: Told) -> list[Any]:
    kept = [one for one in concepts if not is_absent([one])]
    section = _section(kept)
    if section is None or len(kept) == len(concepts):
        return concepts
    if section == "LAB" or any(fhir.LOINC in _systems(one) for one in kept):
        return kept
    found = REPORT_CATEGORY.look_up(section, standing.concepts)
    if isinstance(found, Unmapped):
        told.unmapped.append(found)
        return concepts
    return [{"coding": [found.coding()]}, *kept]


def _section(concepts: list[Any]) -> str | None:
    """The first diagnostic service section that is named."""
    codings = (one for one in shapes.codings(concepts) if one.get("system") == V2_SECTION)
    return next((one["code"].strip() for one in codings if isinstance(one.get("code"), str)), None)


def agreed_class(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: docs] `class` of HL7 version 2's table 0004 -> v3-ActCode, which the binding wants; the source's coding is
    kept as a `type`. A class that the table doesn't know stays, and is counted."""
    own = resource.get("class")
    if not isinstance(own, dict) or own.get("system") != V2_CLASS or not isinstance(own.get("code"), str):
        return resource
    found = ENCOUNTER_CLASS.look_up(own["code"], standing.concepts)
    if isinstance(found, Unmapped):
        told.unmapped.append(found)
        return resource
    types = resource.get("type", [])
    if not isinstance(types, list):
        return {**resource, "class": found.coding()}
    known = any(one.get("system") == V2_CLASS and one.get("code") == own["code"] for one in shapes.codings(types))
    return {**resource, "class": found.coding(), "type": types if known else [*types, {"coding": [own]}]}


def participants_once(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] the same participant many times -> once; those that differ in anything but element ids stay."""
    listed = resource.get("participant")
    if not isinstance(listed, list):
        return resource
    kept: list[Any] = []
    seen: list[Any] = []
    for one in listed:
        bare = {name: value for name, value in one.items() if name != "id"} if isinstance(one, dict) else one
        if bare not in seen:
            seen.append(bare)
            kept.append(one)
    return resource if len(kept) == len(listed) else {**resource, "participant": kept}


def without_unknown_dose(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] `{"value": 0.0, "unit": "unknown unit", "code": "{unknownunit}"}` -> no doseQuantity."""
    dose = resource.get("doseQuantity")
    if not isinstance(dose, dict) or dose.get("value"):
        return resource
    if not any(isinstance(one, str) and one in UNKNOWN_DOSE for one in (dose.get("unit"), dose.get("code"))):
        return resource
    return {name: value for name, value in resource.items() if name not in ("doseQuantity", "_doseQuantity")}


def named_procedure(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map] `code.text` is the CPT number, which a coding has as well -> the words of that coding."""
    code = resource.get("code")
    text = code.get("text") if isinstance(code, dict) else None
    named = [one["display"] for one in shapes.codings(code) if one.get("code") == text and one.get("display")]
    return {**resource, "code": {**code, "text": named[0]}} if isinstance(code, dict) and text and named else resource


def _systems(concept: Any) -> set[str]:
    return {one["system"] for one in shapes.codings(concept) if isinstance(one.get("system"), str)}
