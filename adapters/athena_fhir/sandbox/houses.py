"""Who has what: the people and the directory of each practice in athena's dialect, and what all practices share.

A person's resources are made when somebody asks for that chart; a bounded number of charts is kept, and shared by the
servers of one process: nobody changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from adapters.athena_fhir.sandbox import answers, dialect, numbers
from adapters.athena_fhir.sandbox.search_parameters import MORE
from adapters.fhir_r4.sandbox.records import Resource
from adapters.fhir_r4.sandbox.store import Store
from adapters.population import Population
from adapters.population.facts import Person
from adapters.simulator.athena import EASTERN, Practice

_CHARTS_KEPT = 512
_PATIENTS_KEPT = 16_384
_HOUSES_KEPT = 12
# [assumed] The number of a merged record is gone; the survivor does not name it.
MERGED_IS_GONE = True
# [assumed] A restricted patient is not found at all, a deleted one is there, inactive: as in the REST API, which shows
# the same records.
RESTRICTED_IS_GONE = True


class House:
    """One practice."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.people: Population = practice.people()
        self.chart = lru_cache(maxsize=_CHARTS_KEPT)(self._chart)
        self.patient = lru_cache(maxsize=_PATIENTS_KEPT)(self._patient)

    def person(self, number: int) -> Person | None:
        """None: nobody, or nobody that this server shows."""
        if not 1 <= number <= len(self.people):
            return None
        found = self.people.person(number)
        merged = found.merged_into is not None and MERGED_IS_GONE
        return None if merged or (found.restricted and RESTRICTED_IS_GONE) else found

    def everybody(self) -> Iterator[Person]:
        """Whom a search can find."""
        for number in range(1, len(self.people) + 1):
            found = self.person(number)
            if found is not None:
                yield found

    def _chart(self, number: int) -> Store:
        return Store(dialect.chart(self.practice, self.people, number), zone=EASTERN, more=MORE)

    def _patient(self, number: int) -> Resource:
        return dialect.patient(self.practice, self.people, number)

    @cached_property
    def directory(self) -> Store:
        return Store(dialect.directory(self.practice, self.people), zone=EASTERN, more=MORE)


_opened = lru_cache(maxsize=_HOUSES_KEPT)(House)


@lru_cache(maxsize=_HOUSES_KEPT)
def _shared(practices: tuple[Practice, ...]) -> Store:
    return Store(dialect.shared(practices, _opened(practices[0]).people), zone=EASTERN, more=MORE)


class Houses:
    """Every practice of the server."""

    def __init__(self, practices: Sequence[Practice]) -> None:
        self._houses = {one.practiceid: _opened(one) for one in practices}
        self._practices = tuple(practices)

    @property
    def shared(self) -> Store:
        """Practices, athena itself, and the nationwide directory."""
        return _shared(self._practices)

    def read(self, type_: str, id_: str) -> Resource | None:
        """Raises: Refused as `house`."""
        if type_ == "Patient":
            house, number = self.house(numbers.practice_of(id_) or ""), numbers.person_of(type_, id_)
            known = number is not None and house.person(number) is not None
            return house.patient(number) if known and number is not None else None
        store = self.holding(type_, id_)
        return store.read(type_, id_) if store else None

    def granted(self) -> list[House]:
        return [one for one in self._houses.values() if one.practice.granted]

    def house(self, practiceid: str) -> House:
        """Raises: Refused for a practice that is not there or not granted."""
        found = self._houses.get(practiceid)
        if found is None or not found.practice.granted:
            raise answers.not_granted()
        return found

    def holding(self, type_: str, id_: str) -> Store | None:
        """Where such a record lies, if it is there. Raises: Refused as `house`."""
        practiceid = numbers.practice_of(id_)
        if practiceid is None:
            return self.shared if id_.startswith(f"{numbers.GLOBAL}.") else None
        house, number = self.house(practiceid), numbers.person_of(type_, id_)
        if number is None:
            return house.directory
        return None if house.person(number) is None else house.chart(number)
