"""Everybody's records, each person's made when somebody asks: 10,000 people cost at the start what 25 do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from functools import cached_property, lru_cache

from adapters.fhir_r4.sandbox import records
from adapters.fhir_r4.sandbox.matching import folded
from adapters.fhir_r4.sandbox.records import File, Resource
from adapters.fhir_r4.sandbox.records.case import Case
from adapters.fhir_r4.sandbox.records.elements import instant
from adapters.fhir_r4.sandbox.records.people import patient
from adapters.fhir_r4.sandbox.store import Store
from adapters.population import Population, population
from adapters.population.facts import Person

Key = tuple[str, str]
"""Type and id."""

KEPT = 512  # charts
PATIENTS_KEPT = 16_384
_OWNED = ("patient", "subject", "beneficiary", "encounter", "target", "_id")
"""Parameters whose values are ids, of one person's records, where these are searched."""

_NUMBER = re.compile("[0-9]+")


class Charts:
    """The directory and the charts of `people` behind the interface of one store."""

    def __init__(self, people: Population) -> None:
        self.people = people
        self._chart = lru_cache(maxsize=KEPT)(self._make_chart)
        self._patient = lru_cache(maxsize=PATIENTS_KEPT)(self._make_patient)

    def read(self, type_: str, id_: str) -> Resource | None:
        if type_ in self.directory.types():
            found = self.directory.read(type_, id_)
            if found is not None:
                return found
        number = self._owner(id_)
        if number is None:
            return None
        if type_ == "Patient":
            return self._patient(number) if id_ == str(number) else None
        return self._chart(number)[0].read(type_, id_)

    def gone(self, type_: str, id_: str) -> bool:
        """Whether it is the record of somebody who was deleted."""
        number = self._owner(id_) if type_ == "Patient" else None
        return number is not None and id_ == str(number) and self.people.person(number).status == "deleted"

    def file(self, id_: str) -> tuple[File, int] | None:
        """What a Binary holds, and the number of the person it belongs to."""
        number = self._owner(id_)
        found = self._chart(number)[1].get(id_) if number is not None else None
        return None if found is None or number is None else (found, number)

    def search(self, type_: str, pairs: Sequence[tuple[str, str]]) -> list[Key]:
        """As Store.search: a search that names nobody makes every chart, or every Patient, once."""
        if type_ in self.directory.types():
            found: Iterable[Resource] = self.directory.search(type_, pairs)
        elif type_ == "Patient":
            return self._patients(pairs)
        else:
            numbers = self._owners(pairs)
            found = (one for number in numbers for one in self._chart(number)[0].search(type_, pairs))
        return [(type_, one["id"]) for one in found]

    def check(self, type_: str, name: str, value: str) -> None:
        """Raises as Store.search, whoever is asked about."""
        Store(()).search(type_, [(name, value)])

    def provenance(self, key: Key) -> list[Resource]:
        """What says where a resource comes from."""
        number = self._owner(key[1]) if key[0] not in self.directory.types() else None
        return self._chart(number)[0].search("Provenance", [("target", "/".join(key))]) if number is not None else []

    @cached_property
    def directory(self) -> Store:
        since = f"{self.people.as_of.isoformat()}T00:00:00Z"
        return Store(_stamped(one, since) for one in records.directory(self.people).resources)

    def _patients(self, pairs: Sequence[tuple[str, str]]) -> list[Key]:
        numbers = [number for number in self._owners(pairs) if _possible(self.people.person(number), pairs)]
        if pairs:
            made = [one for one in map(self._patient, numbers) if one is not None]
            return [("Patient", one["id"]) for one in Store(made).search("Patient", pairs)]
        return [("Patient", str(number)) for number in numbers]

    def _owners(self, pairs: Sequence[tuple[str, str]]) -> Iterator[int]:
        """Whose charts can hold what is searched, in order."""
        named: set[int] | None = None
        for name, value in pairs:
            if name.partition(":")[0] in _OWNED and not name.endswith((":missing", ":identifier", ":not")):
                found = {one for one in map(self._owner, value.split(",")) if one is not None}
                named = found if named is None else named & found
        yield from range(1, len(self.people) + 1) if named is None else sorted(named)

    def _owner(self, id_: str) -> int | None:
        """The number in an id: the person's, as records makes them."""
        found = _NUMBER.search(id_.rsplit("/", 1)[-1])
        return int(found[0]) if found and 0 < int(found[0]) <= len(self.people) else None

    def _make_chart(self, number: int) -> tuple[Store, dict[str, File]]:
        made = records.chart(self.people, number)
        told = {one["target"][0]["reference"]: one["recorded"] for one in made.resources if _is(one, "Provenance")}
        stamped = (_stamped(one, told.get(f"{one['resourceType']}/{one['id']}")) for one in made.resources)
        return Store(stamped), dict(made.files)

    def _make_patient(self, number: int) -> Resource | None:
        """Without the rest of the chart; None of a deleted person."""
        case = Case(self.people, number)
        if case.person.status == "deleted":
            return None
        one = next(iter(patient(case)))
        return _stamped(one.resource, instant(case.recorded(one)))


@lru_cache(maxsize=2)
def charts_of(size: int, seed: int, heavy: bool) -> Charts:
    """Those of a population: nobody changes them, so that the servers of one process share what was made."""
    return Charts(population(size, seed, heavy=heavy))


def _is(resource: Resource, type_: str) -> bool:
    return bool(resource["resourceType"] == type_)


def _stamped(resource: Resource, since: str | None) -> Resource:
    """With a `meta`, as a server adds it."""
    since = since or resource.get("recorded")
    return {**resource, "meta": {"versionId": "1", **({"lastUpdated": since} if since else {})}}


def _possible(person: Person, pairs: Sequence[tuple[str, str]]) -> bool:
    """False where the facts rule out that the person's Patient is found: most of them are never made."""
    return person.status != "deleted" and all(
        rule(person, value) for name, value in pairs if (rule := _RULES.get(name)) and not {",", "\\"} & set(value)
    )


def _named(person: Person, value: str) -> bool:
    return folded(value) in folded(" ".join(one for one in astuple(person.name) if one))


def _born(person: Person, value: str) -> bool:
    return not value[:4].isdecimal() or person.born.isoformat().startswith(value)


_RULES: dict[str, Callable[[Person, str], bool]] = {
    "family": _named,
    "given": _named,
    "name": _named,
    "birthdate": _born,
}
