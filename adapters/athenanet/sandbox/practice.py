"""A practice of the sandbox: its people, and how their facts are numbered in athenaNet's id spaces.

Every id is local to its practice: the same numbers exist in each, for different people.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from adapters.population.facts import Department, Person, Visit
from adapters.simulator.athena import Practice

DUMMY_PRACTICE = "1"  # GET /v1/1/practiceinfo lists what a key can reach

_ENCOUNTERS = 40_000
_APPOINTMENTS = 900_000
_PROBLEMS = 70_000
_DIAGNOSES = 500_000
_VITALS = 1_000_000
_PER_PERSON = 100  # visits, and conditions
_SCHEDULED = ("office", "video")
_DAY = 86_400.0


class PracticeData:
    """One practice's data. People are made when they are asked for."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.people = practice.people()
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

    @property
    def appointments(self) -> Iterator[Visit]:
        """Everything on the schedule, in time order."""
        return self.booked()

    def booked(
        self, patients: Collection[int] = (), since: date | None = None, until: date | None = None
    ) -> Iterator[Visit]:
        """What is on the schedule, in time order: of these patients where some are given; where not, what begins from
        a day before `since` to a day after `until`, so that no time zone matters.

        A patient's are made from that patient alone. The schedule of all is made once, without the people in it.
        """
        if patients:
            known = (number for number in set(patients) if 1 <= number <= len(self.people))
            found = [visit for number in known for visit in self.people.visits(number) if visit.kind in _SCHEDULED]
            yield from sorted(found, key=lambda visit: (visit.start, visit.person))
            return
        begin = 0 if since is None else bisect_left(self._schedule, (_midnight(since) - _DAY,))
        for start, person, number in self._schedule[begin:]:
            if until is not None and start >= _midnight(until) + 2 * _DAY:
                return
            yield self.people.visits(person)[number - 1]

    @cached_property
    def _schedule(self) -> list[tuple[float, int, int]]:
        """(start in epoch seconds, person, number of the visit), some hundred bytes each."""
        return sorted(
            (visit.start.timestamp(), number, visit.number)
            for number in range(1, len(self.people) + 1)
            for visit in self.people.visits(number)
            if visit.kind in _SCHEDULED
        )

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


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


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
