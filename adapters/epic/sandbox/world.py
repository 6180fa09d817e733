"""Everybody's records in Epic's dialect, one chart at a time: made when somebody asks, kept for a while.

Starting costs the same for 25 and for 10,000 people: an id says whose chart it points into.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from adapters.epic.sandbox import ids
from adapters.epic.sandbox.dialect import translated
from adapters.epic.sandbox.dialect.writing import Writing
from adapters.epic.sandbox.releases import Release
from adapters.epic.sandbox.selection import OWN
from adapters.fhir_r4.sandbox import records
from adapters.fhir_r4.sandbox.records import File
from adapters.fhir_r4.sandbox.store import Store
from adapters.population import Population
from adapters.population.facts import Person

Resource = dict[str, Any]

CHARTS_KEPT = 256


@dataclass(frozen=True)
class Chart:
    """What belongs to one person, or, as number 0, to nobody. `files` by the Binary's id."""

    number: int
    store: Store
    files: Mapping[str, File]

    @cached_property
    def provenances(self) -> Mapping[str, list[Resource]]:
        """By the reference of what they are about."""
        found: dict[str, list[Resource]] = {}
        for one in self.store.of("Provenance"):
            for target in one["target"]:
                found.setdefault(target["reference"], []).append(one)
        return found


class World:
    def __init__(self, people: Population, context: ids.Context, release: Release) -> None:
        self.people = people
        self.context: ids.Context = context
        self.release = release
        self.chart = lru_cache(maxsize=CHARTS_KEPT)(self._chart)

    @cached_property
    def directory(self) -> Chart:
        return self._made(ids.DIRECTORY, records.directory(self.people))

    def patient_id(self, number: int) -> str:
        return ids.of("Patient", str(number), number, self.context)

    def person(self, id_: str) -> Person | None:
        """Whose Patient id it is; None where there is nobody of that id."""
        number = ids.owner(id_)
        if number is None or not 1 <= number <= len(self.people) or self.patient_id(number) != id_:
            return None
        return self.people.person(number)

    def owner(self, id_: str) -> Chart | None:
        """The chart that an id of any record points into."""
        number = ids.owner(id_)
        if number is None or not 0 <= number <= len(self.people):
            return None
        return self.chart(number) if number else self.directory

    def _chart(self, number: int) -> Chart:
        return self._made(number, records.chart(self.people, number))

    def _made(self, number: int, plain: records.Records) -> Chart:
        writing = Writing(self.people, number, self.context, self.release, dict(plain.files))
        resources, files = translated(plain.resources, writing)
        return Chart(number, Store(resources, more=OWN), files)
