"""A practice of the sandbox: its people, and how their facts are numbered in athenaNet's id spaces.

Every id is local to its practice: the same numbers exist in each, for different people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from adapters.population import SEED, SIZE, population
from adapters.population.facts import Department, Person, Visit

DUMMY_PRACTICE = "1"  # GET /v1/1/practiceinfo lists what a key can reach

_ENCOUNTERS = 40_000
_APPOINTMENTS = 900_000
_PROBLEMS = 70_000
_DIAGNOSES = 500_000
_VITALS = 1_000_000
_PER_PERSON = 100  # visits, and conditions


@dataclass(frozen=True, slots=True)
class Practice:
    """`granted` False: it exists, but the sandbox's keys may not use it."""

    practiceid: str
    name: str
    size: int = SIZE
    seed: int = SEED
    granted: bool = True


PRACTICES = (
    Practice("195900", "Riverbend Health Partners"),
    Practice("195901", "Hilltop Medical Group", size=12, seed=SEED + 1),
    Practice("195902", "Elsewhere Clinic", size=8, seed=SEED + 2, granted=False),
)


class PracticeData:
    """One practice's data. People are made when they are asked for."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.people = population(practice.size, practice.seed)
        self.zones = {one.number: ZoneInfo(one.zone) for one in self.people.departments.values()}

    @property
    def practiceid(self) -> str:
        return self.practice.practiceid

    def person(self, number: int) -> Person | None:
        """None: no such number. A merged-away number is found as such."""
        return self.people.person(number) if 1 <= number <= len(self.people) else None

    def everybody(self) -> Iterator[Person]:
        """One record a person: merged-away numbers are left out."""
        return (person for person in self.people if person.merged_into is None)

    def department(self, number: int) -> Department | None:
        return self.people.departments.get(number)

    def group_department(self, group: int) -> int:
        """The department that the chart list names as a sample of `group`."""
        return min(one.number for one in self.people.departments.values() if one.group == group)

    @cached_property
    def appointments(self) -> list[Visit]:
        """Everything on the schedule, in time order."""
        booked = [
            visit
            for number in range(1, len(self.people) + 1)
            for visit in self.people.visits(number)
            if visit.kind in ("office", "video")
        ]
        return sorted(booked, key=lambda visit: (visit.start, visit.person))

    def appointment(self, appointmentid: int) -> Visit | None:
        person, number = divmod(appointmentid - _APPOINTMENTS, _PER_PERSON)
        if self.person(person) is None:
            return None
        found = (visit for visit in self.people.visits(person) if visit.number == number)
        return next((visit for visit in found if visit.kind in ("office", "video")), None)

    def encounter(self, encounterid: int) -> Visit | None:
        person, number = divmod(encounterid - _ENCOUNTERS, _PER_PERSON)
        if self.person(person) is None:
            return None
        found = (visit for visit in self.people.visits(person) if visit.number == number)
        return next((visit for visit in found if has_encounter(visit)), None)


def has_encounter(visit: Visit) -> bool:
    """Check-in makes the encounter; a planned one exists before, in status SCHEDULE."""
    if visit.kind == "device":
        return False
    return visit.outcome in ("kept", "arrived") or visit.state == "planned"


def encounterid(visit: Visit) -> int:
    return _ENCOUNTERS + visit.person * _PER_PERSON + visit.number


def appointmentid(visit: Visit) -> int:
    return _APPOINTMENTS + visit.person * _PER_PERSON + visit.number


def problemid(person: int, condition: int) -> int:
    return _PROBLEMS + person * _PER_PERSON + condition


def diagnosisid(visit: Visit, index: int) -> int:
    return _DIAGNOSES + (visit.person * _PER_PERSON + visit.number) * 10 + index


def vitalid(visit: Visit, index: int) -> int:
    return _VITALS + (visit.person * _PER_PERSON + visit.number) * 100 + index
