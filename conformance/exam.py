"""One run: what is examined, with what, and what has been learned so far."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.client import Client
from conformance.declared import Declared
from conformance.lines import Book
from conformance.matching import Matcher
from conformance.searching import Found
from conformance.tables import Tables

FHIR_R4 = "http://hl7.org/fhir/R4/"
SERVER_STATEMENT = "http://hl7.org/fhir/us/core/CapabilityStatement-us-core-server.html"
GENERAL = "http://hl7.org/fhir/us/core/general-requirements.html"
UNAUTHORIZED = 401


@dataclass(frozen=True)
class Granular:
    """A token whose scopes for some types are narrowed by category. `allowed`: FHIR type -> category values."""

    token: str
    allowed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Options:
    """What the caller gives.

    `patients`      ids; empty: some are looked for
    `granular`      tokens with granular scopes; `limited`: a token bound to one patient, and the patient's id
    `full_data`     the patients are test data that hold everything US Core asks for: what isn't seen has failed
    `only`          names of groups; empty: all
    `origin`        what a browser's app would send as Origin
    """

    base: str
    token: str | None = None
    patients: tuple[str, ...] = ()
    us_core: str = "6.1.0"
    package: Path | None = None
    granular: tuple[Granular, ...] = ()
    limited: tuple[str, str] | None = None
    full_data: bool = False
    only: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    concurrency: int = 8
    origin: str = "https://app.example.org"


@dataclass
class Chart:
    """What was read of the patients: by patient and type what a search for all of it gave, and what that refers to.

    `unknown`: FHIR type -> why its resources could not be gathered. A type with an entry has no complete pool.
    `listed`: FHIR type -> ids that a search without a condition gave, of types of which others are found by id alone.
    `beside`: FHIR type -> what the search for all of a patient's has beside the patient; of types that were gathered.
    """

    patients: dict[str, dict[str, Any]] = field(default_factory=dict)
    resources: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    referenced: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    listed: dict[str, set[str]] = field(default_factory=dict)
    beside: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def of_patient(self, patient: str, type_: str) -> list[dict[str, Any]]:
        if type_ == "Patient":
            return [self.patients[patient]] if patient in self.patients else []
        return self.resources.get((patient, type_), [])

    def pool(self, type_: str) -> list[dict[str, Any]]:
        """All that is known of a type, each resource once."""
        found = {one["id"]: one for patient in self.patients for one in self.of_patient(patient, type_)}
        for one in self.referenced.values():
            if one["resourceType"] == type_:
                found.setdefault(one["id"], one)
        return list(found.values())

    def sought(self, type_: str) -> list[dict[str, Any]]:
        """Of the pool what a search may be expected to find."""
        listed = self.listed.get(type_)
        return [one for one in self.pool(type_) if listed is None or one["id"] in listed]

    def everything(self) -> Iterator[dict[str, Any]]:
        types = {type_ for _, type_ in self.resources} | {one["resourceType"] for one in self.referenced.values()}
        for type_ in sorted({"Patient", *types}):
            yield from self.pool(type_)


@dataclass
class Exam:
    """Handed to every area. `searches` collects the searches made: what holds of all Bundles is checked at the end."""

    options: Options
    client: Client
    tables: Tables
    book: Book
    declared: Declared
    matcher: Matcher
    chart: Chart = field(default_factory=Chart)
    searches: list[Found] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return sorted(self.declared.types)

    def url(self, resource: Mapping[str, Any]) -> str:
        return f"{self.client.base}/{resource['resourceType']}/{resource['id']}"


async def together(work: Iterable[Awaitable[object]]) -> None:
    """Runs all of it at once; the client bounds how many requests are under way."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(_awaited(one))


async def _awaited(one: Awaitable[object]) -> None:
    await one


def named(resource: Mapping[str, Any]) -> str:
    """A resource as a message names it."""
    return f"{resource.get('resourceType')}/{resource.get('id')}"
