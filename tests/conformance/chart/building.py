"""Short ways to write FHIR elements."""

from __future__ import annotations

from typing import Any

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"
US_CORE_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
OBSERVATION_CATEGORY = f"{TERMINOLOGY}observation-category"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}


def resource(type_: str, id_: str, profile: str | None, **elements: Any) -> dict[str, Any]:
    """Elements that are None are left out."""
    meta = {"meta": {"profile": [US_CORE + profile]}} if profile else {}
    return {"resourceType": type_, "id": id_, **meta, **{key: one for key, one in elements.items() if one is not None}}


def coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    return {"system": system, "code": code, **({"display": display} if display else {})}


def concept(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    return {"coding": [coding(system, code, display)], "text": display or code}


def reference(text: str) -> dict[str, str]:
    return {"reference": text}


def quantity(value: float, unit: str, code: str | None = None) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


def identifier(system: str, value: str) -> dict[str, str]:
    return {"system": system, "value": value}


def narrative(text: str) -> dict[str, str]:
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'}
