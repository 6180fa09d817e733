"""Small resources that conform to US Core 6.1.0, made up for these tests."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from capability.uscore.value_sets import LOINC, TERMINOLOGY, UCUM

Resource = dict[str, Any]

NPI = "1234567893"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def concept(system: str, *codes: str) -> Resource:
    return {"coding": [{"system": system, "code": code} for code in codes]}


def quantity(value: str, code: str) -> Resource:
    return {"value": Decimal(value), "unit": code, "system": UCUM, "code": code}


PATIENT: Resource = {
    "resourceType": "Patient",
    "extension": [
        {
            "url": US_CORE + "us-core-race",
            "extension": [
                {
                    "url": "ombCategory",
                    "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3"},
                },
                {"url": "text", "valueString": "White"},
            ],
        },
        {"url": US_CORE + "us-core-birthsex", "valueCode": "F"},
    ],
    "identifier": [{"use": "usual", "system": "urn:example:mrn", "value": "7"}],
    "name": [{"use": "official", "family": "Ng", "given": ["Ada"]}],
    "telecom": [{"system": "phone", "use": "home", "value": "555-0100"}],
    "gender": "female",
    "birthDate": "1980-02",
    "address": [{"use": "home", "line": ["1 Elm"], "city": "Town", "state": "MA", "postalCode": "02101"}],
    "communication": [{"language": concept("urn:ietf:bcp:47", "en")}],
}
PRACTITIONER: Resource = {
    "resourceType": "Practitioner",
    "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": NPI}],
    "name": [{"family": "Okafor"}],
}
ORGANIZATION: Resource = {
    "resourceType": "Organization",
    "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": NPI}],
    "active": True,
    "name": "Riverbend",
    "address": [{"line": ["1 Elm"], "city": "Town", "country": "US"}],
}
LOCATION: Resource = {
    "resourceType": "Location",
    "status": "active",
    "name": "Main",
    "managingOrganization": {"reference": "Organization/o"},
}
ENCOUNTER: Resource = {
    "resourceType": "Encounter",
    "status": "finished",
    "class": {"system": TERMINOLOGY + "v3-ActCode", "code": "AMB"},
    "type": [{"text": "Office visit"}],
    "subject": {"reference": "Patient/7"},
    "participant": [{"individual": {"reference": "Practitioner/p"}}],
    "period": {"start": "2026-01-05T09:00:00-05:00", "end": "2026-01-05T09:20:00-05:00"},
    "location": [{"location": {"reference": "Location/l"}}],
}
PROBLEM: Resource = {
    "resourceType": "Condition",
    "clinicalStatus": concept(TERMINOLOGY + "condition-clinical", "active"),
    "verificationStatus": concept(TERMINOLOGY + "condition-ver-status", "confirmed"),
    "category": [concept(TERMINOLOGY + "condition-category", "problem-list-item")],
    "code": concept("http://snomed.info/sct", "38341003"),
    "subject": {"reference": "Patient/7"},
    "onsetDateTime": "2020",
}
DIAGNOSIS: Resource = {
    **PROBLEM,
    "category": [concept(TERMINOLOGY + "condition-category", "encounter-diagnosis")],
    "encounter": {"reference": "Encounter/e"},
}
ALLERGY: Resource = {
    "resourceType": "AllergyIntolerance",
    "clinicalStatus": concept(TERMINOLOGY + "allergyintolerance-clinical", "active"),
    "category": ["medication"],
    "code": {"text": "Penicillin"},
    "patient": {"reference": "Patient/7"},
    "reaction": [{"manifestation": [{"text": "Hives"}], "severity": "mild"}],
}
PROVENANCE: Resource = {
    "resourceType": "Provenance",
    "target": [{"reference": "Patient/7"}],
    "recorded": "2026-01-05T09:00:00-05:00",
    "agent": [
        {
            "type": concept(TERMINOLOGY + "provenance-participant-type", "author"),
            "who": {"reference": "Practitioner/p"},
            "onBehalfOf": {"reference": "Organization/o"},
        }
    ],
}
HEART_RATE: Resource = {
    "resourceType": "Observation",
    "status": "final",
    "category": [concept(TERMINOLOGY + "observation-category", "vital-signs")],
    "code": concept(LOINC, "8867-4"),
    "subject": {"reference": "Patient/7"},
    "effectiveDateTime": "2026-01-05",
    "valueQuantity": quantity("72", "/min"),
}
BLOOD_PRESSURE: Resource = {
    **{key: value for key, value in HEART_RATE.items() if key != "valueQuantity"},
    "code": concept(LOINC, "85354-9"),
    "component": [
        {"code": concept(LOINC, "8480-6"), "valueQuantity": quantity("120", "mm[Hg]")},
        {"code": concept(LOINC, "8462-4"), "dataAbsentReason": concept(TERMINOLOGY + "data-absent-reason", "unknown")},
    ],
}
OXYGEN_SATURATION: Resource = {
    **HEART_RATE,
    "code": concept(LOINC, "59408-5", "2708-6"),
    "valueQuantity": quantity("97", "%"),
    "component": [{"code": concept(LOINC, "3151-8"), "valueQuantity": quantity("2", "L/min")}],
}

SAMPLES = {
    "us-core-patient": PATIENT,
    "us-core-practitioner": PRACTITIONER,
    "us-core-organization": ORGANIZATION,
    "us-core-location": LOCATION,
    "us-core-encounter": ENCOUNTER,
    "us-core-condition-problems-health-concerns": PROBLEM,
    "us-core-condition-encounter-diagnosis": DIAGNOSIS,
    "us-core-allergyintolerance": ALLERGY,
    "us-core-provenance": PROVENANCE,
    "us-core-heart-rate": HEART_RATE,
    "us-core-blood-pressure": BLOOD_PRESSURE,
    "us-core-pulse-oximetry": OXYGEN_SATURATION,
}


def changed(resource: Resource, path: str, value: Any) -> Resource:
    """A copy with the value at `name.0.family`; None takes the element away."""
    copy = deepcopy(resource)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = copy
    for part in way:
        place = place[part]
    if value is None:
        del place[last]
    elif isinstance(last, int) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return copy
