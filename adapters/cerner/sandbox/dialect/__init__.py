"""From plain FHIR to Millennium's: one function for each type, then what all resources get.

A function takes (plain resource with Millennium's ids, the record's number, what is known of the chart) and returns a
resource that may hold None and empty lists: they fall away here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.cerner.sandbox.dialect.care import care_plan, care_team, coverage, device, goal, procedure
from adapters.cerner.sandbox.dialect.clinical import allergy, appointment, condition, encounter
from adapters.cerner.sandbox.dialect.directory import location, organization, practitioner
from adapters.cerner.sandbox.dialect.documents import (
    document_reference,
    questionnaire_response,
    report,
    service_request,
    specimen,
)
from adapters.cerner.sandbox.dialect.medications import dispense, immunization, medication_request
from adapters.cerner.sandbox.dialect.observation import observation
from adapters.cerner.sandbox.dialect.patient import patient, related_person
from adapters.cerner.sandbox.dialect.provenance import provenance
from adapters.cerner.sandbox.dialect.shapes import CUSTOMER, OFFICE, About, Resource, meta, narrative, words_of

Writer = Callable[[Resource, int, About], Resource]

WRITERS: dict[str, Writer] = {
    "AllergyIntolerance": allergy,
    "Appointment": appointment,
    "CarePlan": care_plan,
    "CareTeam": care_team,
    "Condition": condition,
    "Coverage": coverage,
    "Device": device,
    "DiagnosticReport": report,
    "DocumentReference": document_reference,
    "Encounter": encounter,
    "Goal": goal,
    "Immunization": immunization,
    "Location": location,
    "MedicationDispense": dispense,
    "MedicationRequest": medication_request,
    "Observation": observation,
    "Organization": organization,
    "Patient": patient,
    "Practitioner": practitioner,
    "Procedure": procedure,
    "Provenance": provenance,
    "QuestionnaireResponse": questionnaire_response,
    "RelatedPerson": related_person,
    "ServiceRequest": service_request,
    "Specimen": specimen,
}
_KEPT = frozenset({"Coverage", "Organization"})
_UNTOLD = frozenset({"Provenance", "Organization", "Location"})  # [assumed] types whose narrative names no patient


def written(plain: Resource, serial: int, about: About) -> Resource:
    """The resource as it goes out."""
    type_ = plain["resourceType"]
    writer = WRITERS.get(type_)
    made = writer(plain, serial, about) if writer else dict(plain)
    if isinstance(known := made.get("identifier"), list):
        made["identifier"] = _identifiers(known, keep=type_ in _KEPT)
    recorded = plain["meta"]["lastUpdated"]
    head = {
        "resourceType": type_,
        "id": made["id"],
        "meta": meta(made, serial, recorded, restricted=about.restricted),
        "text": made["text"] if type_ == "CarePlan" and "text" in made else _narrative(made, about),
    }
    cleaned: Resource = _clean({**made, **head})
    return cleaned


def _identifiers(known: list[Any], *, keep: bool) -> list[Any]:
    """What the plain records number by themselves has the customer's OID, or nothing."""
    found = []
    for one in known:
        if not str(one.get("system", "")).startswith(OFFICE):
            found.append(one)
        elif keep:
            found.append({**one, "system": CUSTOMER})
    return found


def _narrative(made: Resource, about: About) -> dict[str, Any]:
    type_ = made["resourceType"]
    what = made.get("code") or made.get("vaccineCode") or made.get("medicationCodeableConcept") or made.get("type")
    shown = what[0] if isinstance(what, list) and what else what
    name = None if type_ in _UNTOLD or type_ == "Practitioner" else about.name
    status = made.get("status")
    rows = [
        ("Patient Name", name),
        (
            type_,
            words_of(shown) if isinstance(shown, dict) and shown else made.get("name") if type_ in _UNTOLD else None,
        ),
        ("Status", str(status).strip().title() if status else None),
    ]
    return narrative(type_, [(label, value if isinstance(value, str) else None) for label, value in rows])


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        found = {key: kept for key, one in value.items() if (kept := _clean(one)) not in (None, [], {})}
        return found
    if isinstance(value, list):
        return [kept for one in value if (kept := _clean(one)) not in (None, [], {})]
    return value
