"""Observation as Millennium writes it -> US Core. Source of the shapes: captures of 2026, documentation of 2024."""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.fhir_r4.repair import Standing, Told
from mappings.mapped import Resource

PANEL = "85354-9"
SIDES = {"8480-6": "Systolic blood pressure", "8462-4": "Diastolic blood pressure"}


def blood_pressure(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: the-map, docs] components that carry the panel's code 85354-9 beside their own; a pressure of one side
    -> the stray code goes, the missing side is there with dataAbsentReason unknown: the profile wants both."""
    if PANEL not in _loinc(resource.get("code")):
        return resource
    listed = resource.get("component", [])
    if not isinstance(listed, list) or not (listed or "dataAbsentReason" in resource):
        return resource
    made = [_own_code(one) for one in listed]
    there = {code for one in made if isinstance(one, dict) for code in _loinc(one.get("code"))}
    made += [_absent(code) for code in SIDES if code not in there]
    same = len(made) == len(listed) and all(one is other for one, other in zip(made, listed, strict=True))
    return resource if same else {**resource, "component": made}


def _own_code(component: Any) -> Any:
    """The component without the panel's code, where it has one of its own."""
    if not isinstance(component, dict) or not set(_loinc(component.get("code"))) - {PANEL}:
        return component
    code = component["code"]
    kept = [one for one in code["coding"] if not (_is_loinc(one) and one.get("code") == PANEL)]
    return component if len(kept) == len(code["coding"]) else {**component, "code": {**code, "coding": kept}}


def _absent(code: str) -> dict[str, Any]:
    return {
        "code": {"coding": [{"system": fhir.LOINC, "code": code, "display": SIDES[code]}]},
        "dataAbsentReason": {"coding": [{"system": fhir.DATA_ABSENT_REASON, "code": "unknown", "display": "Unknown"}]},
    }


def _loinc(concept: Any) -> list[str]:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return [str(one.get("code")) for one in codings if _is_loinc(one)] if isinstance(codings, list) else []


def _is_loinc(coding: Any) -> bool:
    return isinstance(coding, dict) and coding.get("system") == fhir.LOINC
