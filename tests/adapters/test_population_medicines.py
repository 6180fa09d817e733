"""Medicines, vaccines and procedures as facts: of one person alone, within her charts and her life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.population import Population, population
from adapters.population.dice import Dice
from adapters.population.facts import Person
from adapters.population.medicines import ERA_END, ERA_START, medicines
from adapters.population.procedures import procedures
from adapters.population.vaccines import vaccines

SEEDS = st.integers(min_value=0, max_value=10_000)
NUMBERS = st.integers(min_value=1, max_value=10_000)


def dated(people: Population, number: int) -> Iterator[str]:
    for medicine in people.facts(number, medicines):
        yield from (on for on in (medicine.started, medicine.ended) if on and on not in (ERA_START, ERA_END))
    yield from (vaccine.on for vaccine in people.facts(number, vaccines) if vaccine.on)
    yield from (surgery.on for surgery in people.facts(number, procedures).surgeries if surgery.on)


@given(NUMBERS, SEEDS)
@settings(max_examples=25, deadline=None)
def test_they_depend_on_seed_and_number_and_lie_within_life_and_charts(number: int, seed: int) -> None:
    small, large = population(number, seed), population(10_001, seed)
    person = large.person(number)
    if small.person(number) == person:
        makers: tuple[Callable[[Dice, Person, Population], Any], ...] = (medicines, vaccines, procedures)
        for maker in makers:
            assert small.facts(number, maker) == large.facts(number, maker)
    done = large.facts(number, procedures)
    held: list[Any] = [*large.facts(number, medicines), *large.facts(number, vaccines), *done.surgeries]
    born, today = person.born.isoformat(), (person.died or large.as_of).isoformat()

    assert {one.group for one in held} <= set(person.groups)
    assert set(done.services) <= {visit.number for visit in large.visits(number)}
    # "1961" in ODD is what somebody says, whenever she was born
    assert all(born[: len(on)] <= on <= today[: len(on)] for on in dated(large, number) if on != "1961")


def test_somebody_can_have_very_many() -> None:
    people = population()
    heavy = replace(people.person(1), traits=people.person(1).traits | {"heavy"})
    counts = [len(medicines(Dice(1), heavy, people)), len(vaccines(Dice(1), heavy, people))]

    assert all(low < count < 200 for low, count in zip((40, 29), counts, strict=True))
    assert len(procedures(Dice(1), heavy, people).surgeries) >= 10
