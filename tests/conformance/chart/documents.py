"""Notes, reports, and where each resource came from."""

from __future__ import annotations

import base64
from typing import Any

from tests.conformance.chart.building import LOINC, TERMINOLOGY, concept, identifier, reference, resource

NOTES = ("11488-4", "18842-5", "34117-2", "28570-0", "11506-3", "18748-4", "11502-2", "11526-1")
REPORTS = {"LP29708-2": "18748-4", "LP7839-6": "11526-1", "LP29684-5": "11488-4"}
AUTHOR = concept(f"{TERMINOLOGY}provenance-participant-type", "author")
TRANSMITTER = concept("http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type", "transmitter")
FORMAT = {
    "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
}


def of(patient: str) -> list[dict[str, Any]]:
    notes = [_note(patient, code, at) for at, code in enumerate(NOTES if patient == "ana" else NOTES[:2])]
    reports = [_report(patient, category, at) for at, category in enumerate(REPORTS if patient == "ana" else ())]
    return [*notes, *reports, *_laboratory(patient)]


def _note(patient: str, code: str, at: int) -> dict[str, Any]:
    if at % 2:
        content = {"data": base64.b64encode(f"Note {at}".encode()).decode()}
    else:
        content = {"url": f"https://files.example.org/{patient}/{code}"}
    return resource(
        "DocumentReference",
        f"{patient}-note-{at}",
        "us-core-documentreference",
        identifier=[identifier("http://hospital.example.org/notes", f"{patient}-{at}")],
        status="superseded" if at == 1 else "current",
        type=concept(LOINC, code),
        category=[
            concept("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note")
        ],
        subject=reference(f"Patient/{patient}"),
        date=f"2023-0{at + 1}-10T12:00:00Z",
        author=[reference("Practitioner/doc")],
        custodian=reference("Organization/clinic") if at else None,
        content=[{"attachment": {"contentType": "text/plain", **content}, "format": FORMAT}],
        context={
            "encounter": [reference(f"Encounter/{patient}-visit")],
            "period": {"start": f"2023-0{at + 1}-10", "end": f"2023-0{at + 1}-11"},
        },
    )


def _report(patient: str, category: str, at: int) -> dict[str, Any]:
    code = REPORTS[category]
    return resource(
        "DiagnosticReport",
        f"{patient}-report-{at}",
        "us-core-diagnosticreport-note",
        status="preliminary" if at == 1 else "final",
        category=[concept(LOINC, category)],
        code=concept(LOINC, code),
        subject=reference(f"Patient/{patient}"),
        encounter=reference(f"Encounter/{patient}-visit"),
        effectiveDateTime=f"2023-0{at + 2}-15T08:00:00Z",
        issued=f"2023-0{at + 2}-16T08:00:00Z",
        performer=[reference("Practitioner/doc")],
        result=[reference(f"Observation/{patient}-ecg")],
        media=[{"link": reference("Media/trace")}] if at == 0 else None,
        presentedForm=[{"contentType": "text/plain", "url": f"https://files.example.org/{patient}/{code}"}]
        if code == "11488-4"
        else None,
    )


def _laboratory(patient: str) -> list[dict[str, Any]]:
    return [
        resource(
            "DiagnosticReport",
            f"{patient}-{name}",
            "us-core-diagnosticreport-lab",
            status="final",
            category=[concept(f"{TERMINOLOGY}v2-0074", "LAB")],
            code=concept(LOINC, code),
            subject=reference(f"Patient/{patient}"),
            effectiveDateTime=when,
            issued="2023-01-10T15:00:00Z",
            performer=[reference("Organization/clinic")],
            result=[reference(f"Observation/{patient}-sodium")],
        )
        for name, code, when in (("panel-1", "24323-8", "2023-01-10T10:00:00Z"), ("panel-2", "58410-2", "2022-08"))
    ]


def provenances(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One for each resource: the author and the organisation behind, and who passed it on."""
    doctor, clinic = reference("Practitioner/doc"), reference("Organization/clinic")
    return [
        resource(
            "Provenance",
            f"of-{one['resourceType'].lower()}-{one['id']}",
            "us-core-provenance",
            target=[reference(f"{one['resourceType']}/{one['id']}")],
            recorded="2023-01-10T18:00:00.000Z",
            agent=[
                {"type": AUTHOR, "who": doctor, "onBehalfOf": clinic},
                {"type": TRANSMITTER, "who": clinic},
            ],
        )
        for one in found
    ]
