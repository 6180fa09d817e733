"""Encounter. Source: recorded Encounters (preview, November 2024)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, share
from adapters.population.facts import Visit
from adapters.population.procedures import procedures

PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CPT = "http://www.ama-assn.org/go/cpt"
INDIRECT = {"system": "http://snomed.info/sct", "code": "185316007", "display": "Indirect encounter (procedure)"}
DISPOSITION = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
            "code": "not-applicable",
            "display": "Not Applicable",
        }
    ]
}
_TEXTS = {
    "ATND": "The practitioner that has responsibility for overseeing a patient's care during a patient encounter.",
    "PPRF": "The principal or primary performer of the act.",
}


def encounter(here: Here, made: Resource) -> list[Resource]:
    visit = _visit(here, made["id"])
    for name in ("appointment", "reasonReference"):
        made.pop(name, None)
    if visit.kind == "orders":
        made["class"] = {"system": ACT, "code": "VR", "display": "virtual"}
    made["type"] = [_type(here, made, visit)]
    made["participant"] = list(_participants(made))
    made["hospitalization"] = {"dischargeDisposition": DISPOSITION}
    period = made.get("period", {})
    if visit.state != "closed":
        period.pop("end", None)
    if share(made["id"], 11):
        period.pop("start", None)
    return [made]


def _visit(here: Here, id_: str) -> Visit:
    number = int(id_.rpartition("-")[2]) - numbers.ENCOUNTERS - here.person.number * 100
    return here.names.visit(here.person.number, number)


def _type(here: Here, made: Resource, visit: Visit) -> dict[str, Any]:
    """A billing code, or nothing but the words of the schedule."""
    if visit.kind == "orders":
        return {"coding": [INDIRECT], "text": "ORDERSONLY"}
    services = here.people.facts(visit.person, procedures).services.get(visit.number, ())
    if services and share(made["id"], 2):
        code = services[0].code
        return {"coding": [{"system": CPT, "code": code.code, "display": code.text}]}
    return {"text": f"{visit.title.upper()} {visit.minutes}"}


def _participants(made: Resource) -> Iterator[Resource]:
    """Whoever sees the patient comes twice."""
    for one in made.get("participant", ()):
        for code, text in _TEXTS.items():
            display = {"ATND": "attender", "PPRF": "primary performer"}[code]
            coding = {"system": PARTICIPATION, "code": code, "display": display}
            yield {"type": [{"coding": [coding], "text": text}], "individual": one["individual"]}


def cancelled(here: Here) -> Iterator[tuple[Resource, int]]:
    """An appointment that was called off leaves an Encounter here, and none in the REST API. With its group."""
    for visit in here.people.visits(here.person.number):
        if visit.outcome == "cancelled" and visit.kind == "office":
            department = here.people.departments[visit.department]
            made: Resource = {
                "resourceType": "Encounter",
                "id": here.names.made("encounter", numbers.encounter(visit)),
                "status": "cancelled",
                "class": {"system": ACT, "code": "AMB", "display": "ambulatory"},
                "type": [{"text": f"{visit.title.upper()} {visit.minutes}"}],
                "subject": here.patient,
                "period": {"start": visit.start.strftime("%Y-%m-%dT%H:%M:%SZ")},
                "hospitalization": {"dischargeDisposition": DISPOSITION},
                "location": [
                    {"location": {"reference": f"Location/{here.names.made('department', department.number)}"}}
                ],
                "serviceProvider": here.organization("site", department.number),
            }
            yield made, department.group
