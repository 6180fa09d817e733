"""One person's records in the making: who they are about, who wrote each, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from adapters.fhir_r4.sandbox.records.elements import Element, Resource, full_name, reference
from adapters.population import Population
from adapters.population.facts import Person, Visit


@dataclass(frozen=True, slots=True)
class Written:
    """A resource, when it was recorded and by whom: a user's name, or the number of a clinician. Its Provenance says
    so."""

    resource: Resource
    at: datetime | date | None = None
    by: str | int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """What an attachment's url `Binary/<key>` stands for."""

    content_type: str
    content: bytes


class Case:
    """`number` is a person of `people`. Makers of records take a Case and yield Written."""

    def __init__(self, people: Population, number: int) -> None:
        self.people = people
        self.number = number
        self.files: dict[str, File] = {}

    @property
    def person(self) -> Person:
        return self.people.person(self.number)

    @cached_property
    def visits(self) -> dict[int, Visit]:
        return {one.number: one for one in self.people.visits(self.number)}

    @cached_property
    def _usernames(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in self.people.clinicians.values():
            if one.person:
                found.setdefault(one.username, one.number)
        return found

    def subject(self) -> Element:
        return reference("Patient", str(self.number))

    def encounter(self, visit: int | None) -> Element | None:
        """None where the visit has no Encounter."""
        found = self.visits.get(visit or 0)
        return reference("Encounter", f"visit-{self.number}-{visit}") if found and has_encounter(found) else None

    def day(self, visit: Visit) -> str:
        """The date on the wall where the visit took place."""
        return self.day_at(visit.department, visit.start)

    def day_at(self, department: int, at: datetime) -> str:
        zone = ZoneInfo(self.people.departments[department].zone)
        return at.astimezone(zone).date().isoformat()

    def clinician(self, number: int | None) -> Element | None:
        """A reference; None for nobody, and for rooms and machines, which are no Practitioner."""
        found = self.people.clinicians.get(number or 0)
        if found is None or not found.person:
            return None
        return reference("Practitioner", f"practitioner-{number}", full_name(found.name))

    def who(self, by: str | int | None) -> Element | None:
        """Who wrote something: a clinician as a Practitioner, the other staff by the name of their account."""
        if by is None or isinstance(by, int):
            return self.clinician(by)
        found = self._usernames.get(by)
        return self.clinician(found) if found else {"display": by}

    def site(self, department: int) -> Element:
        return reference("Organization", f"site-{department}", self.people.departments[department].name)

    def recorded(self, one: Written) -> datetime:
        """Noon UTC where only the day is known; the day of registration where nothing is."""
        at = one.at or self.person.registered
        return at if isinstance(at, datetime) else datetime.combine(at, time(12), UTC)


def has_encounter(visit: Visit) -> bool:
    """Who came in has one, and who is awaited where the visit was prepared; readings sent from home have none."""
    return visit.kind != "device" and (visit.outcome in ("kept", "arrived") or visit.state == "planned")


Making = Iterator[Written]
