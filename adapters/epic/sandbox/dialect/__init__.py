"""Plain FHIR records rewritten as Epic writes them. Source: Epic resource shapes, captures 2024 to 2026.

One module for an area has the shapes; here is what is the same for all: ids, references, no meta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.epic.sandbox import ids, oids
from adapters.epic.sandbox.deployed import KINDS
from adapters.epic.sandbox.dialect import (
    care,
    conditions,
    directory,
    documents,
    encounters,
    medications,
    observations,
    patient,
)
from adapters.epic.sandbox.dialect.writing import Writing
from adapters.fhir_r4.sandbox.records import File

Resource = dict[str, Any]
Translator = Callable[[Resource, Writing], Iterable[Resource]]

PLAIN_NUMBERS = "https://ids.example.org/"
"""What the common records name their own numbers by: kinds, each some table of Epic's."""

NUMBERS = {
    "visit": oids.CSN,
    "appointment": oids.CSN,
    "clinician": oids.PROVIDER,
    "directory": oids.PROVIDER,
    "department": oids.DEPARTMENT,
    "document": oids.DOCUMENT,
    "order": oids.ORDER,
}

_TRANSLATORS: dict[str, Translator] = {
    "AllergyIntolerance": conditions.allergy,
    "CarePlan": care.care_plan,
    "CareTeam": care.care_team,
    "Condition": conditions.condition,
    "DiagnosticReport": documents.diagnostic_report,
    "DocumentReference": documents.document_reference,
    "Encounter": encounters.encounter,
    "Goal": care.goal,
    "Immunization": care.immunization,
    "Location": directory.location,
    "Medication": medications.medication,
    "MedicationDispense": medications.medication_dispense,
    "MedicationRequest": medications.medication_request,
    "Observation": observations.observation,
    "Patient": patient.patient,
    "Practitioner": directory.practitioner,
    "PractitionerRole": directory.practitioner_role,
    "Procedure": care.procedure,
    "ServiceRequest": care.service_request,
}


def translated(plain: Sequence[Resource], writing: Writing) -> tuple[list[Resource], Mapping[str, File]]:
    """The records of one chart in Epic's dialect, and its files by the Binary's id. `plain` is used up."""
    known = (one for one in plain if one["resourceType"] in KINDS)
    made = [written for one in known for written in _TRANSLATORS.get(one["resourceType"], _as_it_is)(one, writing)]
    made += conditions.not_on_file(made, writing)
    made = list(_without_dangling(made))
    rewriting = _Rewriting(made, writing)
    files = {rewriting.id("Binary", key): file for key, file in writing.files.items()}
    return [rewriting.resource(one) for one in made], files


def _as_it_is(resource: Resource, writing: Writing) -> Iterator[Resource]:
    yield resource


def _without_dangling(made: Sequence[Resource]) -> Iterator[Resource]:
    """Nobody told where a record came from that isn't there."""
    there = {f"{one['resourceType']}/{one['id']}" for one in made}
    for one in made:
        if one["resourceType"] != "Provenance" or one["target"][0]["reference"] in there:
            yield one


class _Rewriting:
    """Ids of one chart, and what a reference says of its target beside the id."""

    def __init__(self, made: Iterable[Resource], writing: Writing) -> None:
        self._writing = writing
        self._owner = writing.number
        self._beside: dict[str, Resource] = {}
        self._ids: dict[tuple[str, str], str] = {}
        for one in made:
            type_, plain = one["resourceType"], one["id"]
            owner = int(plain) if type_ == "Patient" else writing.number
            self._ids[type_, plain] = ids.of(type_, plain, owner, writing.context, long=_length(one))
            if beside := self._told(one):
                self._beside[f"{type_}/{plain}"] = beside

    def id(self, type_: str, plain: str) -> str:
        """Of a record of this chart, or of one that it only refers to."""
        if found := self._ids.get((type_, plain)):
            return found
        owner = int(plain) if type_ == "Patient" else ids.DIRECTORY if type_ in directory.TYPES else self._owner
        return ids.of(type_, plain, owner, self._writing.context)

    def resource(self, resource: Resource) -> Resource:
        type_ = resource["resourceType"]
        made = {"resourceType": type_, "id": self.id(type_, resource["id"])}
        for key, value in resource.items():
            if key not in ("resourceType", "id", "meta") and (key != "text" or type_ == "CarePlan"):
                made[key] = self._value(value)
        return made

    def _told(self, one: Resource) -> Resource | None:
        if one["resourceType"] == "Encounter":
            csn = {"use": "usual", "system": oids.CSN, "value": encounters.csn(one["id"])}
            return {"identifier": csn, "display": one["type"][0]["text"]}
        if one["resourceType"] == "Observation" and "text" in one["code"]:
            return {"display": one["code"]["text"]}
        if one["resourceType"] == "Patient":
            name = one["name"][0]
            return {"display": f"{name['family']}, {' '.join(name.get('given', ()))}".rstrip(", ")}
        return None

    def _value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if not isinstance(value, dict):
            return value
        made = {key: self._value(one) for key, one in value.items()}
        if isinstance(made.get("reference"), str):
            made = self._reference(made)
        if str(made.get("url", "")).startswith("Binary/"):
            made["url"] = f"Binary/{self.id('Binary', made['url'].removeprefix('Binary/'))}"
        if str(made.get("system", "")).startswith(PLAIN_NUMBERS):
            made |= _number(made["system"].removeprefix(PLAIN_NUMBERS), made.get("value", ""))
        return made

    def _reference(self, made: Resource) -> Resource:
        plain = made["reference"]
        type_, _, id_ = plain.partition("/")
        beside = self._beside.get(plain, {})
        kind = {"type": type_} if type_ in ("Practitioner", "Location") else {}
        return {**made, "reference": f"{type_}/{self.id(type_, id_)}"} | kind | beside


def _number(kind: str, value: str) -> Resource:
    """One of the practice's own numbers as one of Epic's; visits have one contact serial number, whatever shows it."""
    if kind in ("visit", "appointment"):
        value = encounters.csn(f"{kind}-{value}")
    return {"system": NUMBERS.get(kind, oids.OTHER_NUMBERS)} | ({"value": value} if value else {})


def _length(one: Resource) -> int | None:
    if one["resourceType"] == "AllergyIntolerance":
        return ids.ALLERGIES
    if one["resourceType"] == "Observation":
        return observations.id_length(one)
    return None
