"""What every resource of the server wears: its references, times, identifier, extensions and meta.

Source: recorded resources (preview, November 2024) and the Athena Core guide.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.names import Names
from adapters.fhir_r4.sandbox.records.elements import IDS
from adapters.population import Population
from adapters.population.facts import Person
from adapters.population.results import Image, results
from adapters.simulator.athena import EASTERN, Practice

Resource = dict[str, Any]

EXTENSION = "https://fhir.athena.io/StructureDefinition/"
IDENTIFIER = "https://fhir.athena.io/sid/ah-"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
IDENTIFIED = frozenset({"Patient", "Encounter", "Observation", "Immunization", "Procedure", "DocumentReference"})
NUMBERED = frozenset({"Condition", "CarePlan", "CareTeam", "Goal"})  # an identifier that names no system
RETIRED_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition"
_UNMARKED = frozenset({"Provenance", "Patient"})  # Patient says its practice by itself


def share(id_: str, every: int, at: int = 0) -> bool:
    """Whether this record is one of those that are odd: one of `every`, always the same ones. Different `at` are
    different choices, none of which tells anything of another."""
    return crc32(f"{id_} {every} {at}".encode()) % every == 0


@dataclass
class Here:
    """One person's chart in the making."""

    practice: Practice
    people: Population
    person: Person
    names: Names
    recorded: dict[str, datetime] = field(default_factory=dict)  # by plain `Type/id`

    @cached_property
    def patient(self) -> Resource:
        return {"reference": f"Patient/{self.names.made('patient', self.person.number)}"}

    def day(self, instant: str) -> str:
        """The local day of an instant."""
        if len(instant) <= 10:
            return instant
        return datetime.fromisoformat(instant).astimezone(EASTERN).date().isoformat()

    def image(self, number: int) -> Image:
        """The imaging study of this number of the server's."""
        place = number - numbers.of_thousand(numbers.IMAGINGRESULTS, self.person.number, 0)
        return next(one for one in self.people.facts(self.person.number, results).images if one.number == place)

    def organization(self, kind: str, number: int) -> Resource:
        return {"reference": f"Organization/{self.names.made(kind, number)}"}


def extension(name: str, **value: Any) -> Resource:
    return {"url": EXTENSION + name, **value}


def absent(reason: str) -> Resource:
    """The element that stands in the place of a primitive that is not there."""
    return {"extension": [{"url": ABSENT, "valueCode": reason}]}


def referred(value: Any, names: Names) -> Any:
    """With every reference to a plain record turned into one to the server's; one to a record that is not there
    keeps its words only."""
    if isinstance(value, list):
        return [found for found in (referred(one, names) for one in value) if found not in ({}, [])]
    if not isinstance(value, dict):
        return value
    kept = {key: one for key, one in value.items() if key != "system" or not str(one).startswith(IDS)}
    made = {key: referred(one, names) for key, one in kept.items()}
    text = made.get("reference")
    if isinstance(text, str) and "/" in text:
        type_, _, plain = text.partition("/")
        found = names.of(type_, plain)
        made.pop("reference")
        if found:
            made = {"reference": "/".join(found), **made}
    return {key: one for key, one in made.items() if one not in ({}, [])}


def retimed(value: Any, zone: Any) -> Any:
    """With instants of UTC written in the practice's own offset."""
    if isinstance(value, list):
        return [retimed(one, zone) for one in value]
    if isinstance(value, dict):
        return {key: retimed(one, zone) for key, one in value.items()}
    if isinstance(value, str) and len(value) == 20 and value[10] == "T" and value.endswith("Z"):
        return datetime.fromisoformat(value).astimezone(zone).isoformat(timespec="seconds")
    return value


def midnight(day: str, zone: Any = EASTERN) -> str:
    """Local midnight of an ISO day or instant: how a mere date is written."""
    at = datetime.fromisoformat(day)
    local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).isoformat(timespec="seconds")


def dressed(here: Here, made: Resource, plain: str, group: int | None) -> Resource:
    """`plain` is the `Type/id` that the record was made from. Keys in the order of the wire."""
    type_, id_ = made["resourceType"], made["id"]
    marks = list(made.pop("extension", ()))
    if type_ not in _UNMARKED:
        practice = {"reference": f"Organization/{numbers.practice_id(here.practice.practiceid)}"}
        marks.append(extension("ah-practice", valueReference=practice))
        shared = here.person.groups[0] if group is None else group
        marks.append(extension("ah-chart-sharing-group", valueReference=here.organization("group", shared)))
    head: Resource = {"resourceType": type_, "id": id_}
    if meta := _meta(here, made, plain):
        head["meta"] = meta
    if marks:
        head["extension"] = marks
    if type_ in IDENTIFIED:
        others = [one for one in made.pop("identifier", ()) if "system" in one]
        head["identifier"] = [{"system": IDENTIFIER + type_.lower(), "value": id_}, *others]
    elif type_ in NUMBERED:
        head["identifier"] = [{"value": id_}]
        made.pop("identifier", None)
    elif type_ != "Coverage":
        made.pop("identifier", None)
    body = {key: value for key, value in made.items() if key not in head and value not in ([], {}, None)}
    return {**head, **(retimed(body, EASTERN) if share(id_, 2) else body)}


def _meta(here: Here, made: Resource, plain: str) -> Resource:
    """Absent from more than half of the Observations; at midnight on Encounters; at times older than the record."""
    type_, id_ = made["resourceType"], made["id"]
    meta: Resource = made.pop("meta", {})
    if type_ == "Observation" and not share(id_, 5, 1) and not share(id_, 5, 3):
        return meta
    if type_ == "Condition" and share(id_, 2):
        meta["profile"] = [RETIRED_PROFILE]
    if type_ == "AllergyIntolerance":
        return meta
    at = here.recorded.get(plain)
    if at is None:
        return meta
    if type_ == "Encounter":
        meta["lastUpdated"] = midnight(at.isoformat())
    elif type_ == "Condition" and share(id_, 7):
        recorded = str(made.get("recordedDate", at.isoformat()))[:10]
        meta["lastUpdated"] = midnight((datetime.fromisoformat(recorded) - timedelta(days=1)).date().isoformat())
    else:
        meta["lastUpdated"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return meta


def mistaken(made: Resource, id_: str) -> Resource:
    """A twin that was entered in error: found like any other row, and no record of the REST API's."""
    twin: Resource = {**copy.deepcopy(made), "id": id_}
    if made["resourceType"] == "Condition":
        for name in ("clinicalStatus", "abatementDateTime"):
            twin.pop(name, None)
        system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
        twin["verificationStatus"] = {"coding": [{"system": system, "code": "entered-in-error"}]}
    else:
        twin["status"] = "entered-in-error"
    return twin


def numbered(id_: str) -> Iterator[int]:
    """The numbers at the end of an id."""
    tail = id_.partition(".")[2]
    yield from (int(part) for part in tail.replace(".", "-").split("-") if part.isdigit())
