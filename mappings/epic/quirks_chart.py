"""What is in a chart beside encounters and documents. Source: fasten, the-map: captures 2024 to 2026."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mappings.epic.systems import is_standard
from mappings.fhir import LOINC, SNOMED, UCUM
from mappings.fhir_r4.repair import Standing, Told, with_, without
from mappings.fhir_r4.shapes import codings, elements, first, has
from mappings.mapped import Resource

NOT_ON_FILE = "1631000175102"
"""SNOMED CT: patient not asked."""

NO_ALLERGY = "the EHR says that nobody has asked the patient about allergies; that is no allergy, and was left out"

# which of the systems of a type's categories US Core binds
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "CarePlan": ("http://hl7.org/fhir/us/core/CodeSystem/careplan-category",),
    "Condition": (
        "http://terminology.hl7.org/CodeSystem/condition-category",
        "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
    ),
    "DiagnosticReport": ("http://terminology.hl7.org/CodeSystem/v2-0074", LOINC),
    "DocumentReference": ("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",),
    "Observation": (
        "http://terminology.hl7.org/CodeSystem/observation-category",
        "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
    ),
}

SMOKING_STATUS = "72166-2"
DOSE_RATES = "http://epic.com/CodeSystem/dose-rate-type"
ORDERED = "ordered"


def standard_category_first(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Of several categories US Core's stands first, Epic's own (Lab, visit-diagnosis) and others after it. [seen:
    the-map, fasten]"""
    sent = resource.get("category")
    if not isinstance(sent, list):
        return resource
    systems = CATEGORIES.get(str(resource.get("resourceType")), ())
    ordered = first(sent, lambda one: any(coding.get("system") in systems for coding in codings(one)))
    return resource if ordered is sent else with_(resource, category=ordered)


def not_on_file(resource: Resource, standing: Standing, told: Told) -> Resource | None:
    """Who was never asked has an AllergyIntolerance that says so, "Not on File": left out and told of, unless the
    setting `keep_not_on_file` is on. That there are no known allergies (716186003) is a finding, and stays. [seen:
    fasten]"""
    if standing.options.get("keep_not_on_file") or not has(resource.get("code"), SNOMED, NOT_ON_FILE):
        return resource
    told.no_record[NO_ALLERGY] += 1
    return None


def smoking_status_as_of(resource: Resource, standing: Standing, told: Told) -> Resource:
    """A smoking status has `effectivePeriod` with only an `end`, today: known as of then. US Core 6.1 demands
    `effectiveDateTime`, which it becomes, unless the setting `smoking_status_as_of` is off. [seen: fasten; profile:
    HL7/US-Core 6.1.0]"""
    period = resource.get("effectivePeriod")
    if not standing.options.get("smoking_status_as_of", True) or not has(resource.get("code"), LOINC, SMOKING_STATUS):
        return resource
    if not isinstance(period, dict) or "start" in period or not isinstance(period.get("end"), str):
        return resource
    return with_(without(resource, "effectivePeriod"), effectiveDateTime=period["end"])


def one_dose_rate(resource: Resource, standing: Standing, told: Told) -> Resource:
    """`doseAndRate` stands three times, typed calculated, admin-amount, ordered: the ordered one is what was
    prescribed. Where none is, all stay. [seen: fasten]"""
    sent = resource.get("dosageInstruction")
    if not isinstance(sent, list):
        return resource
    made = [_ordered(one) for one in sent]
    return resource if all(map(_same, made, sent)) else with_(resource, dosageInstruction=made)


def _ordered(dosage: Any) -> Any:
    rates = elements(dosage.get("doseAndRate")) if isinstance(dosage, dict) else []
    ordered = [one for one in rates if has(one.get("type"), DOSE_RATES, ORDERED)]
    return {**dosage, "doseAndRate": ordered} if ordered and len(rates) > len(ordered) else dosage


def unit_of_dose(resource: Resource, standing: Standing, told: Told) -> Resource:
    """A vaccine's dose is in a unit of the organisation's own, whose code (`1`) says nothing elsewhere: its words stay,
    system and code only where they are UCUM. [seen: the-map]"""
    dose = resource.get("doseQuantity")
    if not isinstance(dose, dict) or "system" not in dose or dose["system"] == UCUM or is_standard(dose["system"]):
        return resource
    return with_(resource, doseQuantity={key: value for key, value in dose.items() if key not in ("system", "code")})


def _same(one: Any, other: Any) -> bool:
    return one is other
