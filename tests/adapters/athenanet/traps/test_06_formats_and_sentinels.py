"""A moment is written in five ways, on the clock of its department or on Eastern's; what nobody knows is a date of the
year 1 or 9999. What is served is the instant that was meant, and no date where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from adapters.athenanet.sandbox.practice import PracticeData
from adapters.population.results import results
from adapters.query import Query
from mappings import fhirjson
from tests.adapters.athenanet.sandbox_client import Athena, athena
from tests.adapters.athenanet.world import World, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

DENVER, PHOENIX, BOSTON, EVENING = 23, 24, 1, 44  # the last one is seen in Denver, on a day of a change, at half past 7
PEOPLE = (DENVER, PHOENIX, BOSTON, EVENING)
SENTINELS = ("01/01/1", "12/31/9999")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world(size=EVENING) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(there: World) -> AsyncIterator[Athena]:
    async with athena(there.sandbox) as made:
        yield made


def _practice(there: World) -> PracticeData:
    found: PracticeData = there.sandbox.state.sandbox.practices["195900"]
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def test_trap_06_wall_time_with_and_without_an_offset_is_the_department_s(there: World) -> None:
    """Appointments have a date and `HH:MM`, encounters ISO with an offset."""
    seen = [visit for n in PEOPLE for visit in _practice(there).people.visits(n) if visit.kind in ("office", "video")]
    who = of_patient(*map(str, PEOPLE))
    booked = {one["id"]: _instant(one["start"]) for one in await there.every(Query("Appointment", (who,)))}
    met = {one["id"]: one["period"]["start"] for one in await there.every(Query("Encounter", (who,)))}

    assert sorted(visit.start for visit in seen) == sorted(booked.values())
    assert {visit.start for visit in seen if visit.outcome == "kept"} <= {
        _instant(text) for text in met.values() if "T" in text
    }
    offsets = {visit.person: set[str]() for visit in seen}
    for key, text in met.items():
        if "T" in text:
            offsets[int(key.split("-")[1])].add(text[19:])
    # Arizona does not change its clocks
    assert ({"-07:00"}, {"-06:00"}) == (offsets[PHOENIX], offsets[EVENING])
    assert {"-07:00", "-06:00"} <= offsets[DENVER]


async def test_trap_06_a_twelve_hour_clock_is_the_department_s(there: World) -> None:
    """Orders are dated `MM/DD/YYYY hh:mm AM`, to the minute."""
    meant = sorted(
        order.at.replace(second=0, microsecond=0)
        for n in PEOPLE
        for order in _practice(there).people.facts(n, results).orders
        if order.kind not in ("prescription", "vaccine", "leaflet")
    )
    made = await there.every(Query("ServiceRequest", (of_patient(*map(str, PEOPLE)),)))

    assert len(meant) > 10
    assert meant == sorted(_instant(one["authoredOn"]) for one in made)


async def test_trap_06_audit_stamps_are_eastern_wherever_they_were_made(there: World) -> None:
    """`MM/DD/YYYY HH24:MI:SS`. In the hour that a clock shows twice nobody can tell which of both was meant."""
    practice = _practice(there)
    recorded = {one.recorded for n in PEOPLE for rows in practice.people.chart(n).measurements.values() for one in rows}
    vitals = await there.every(Query("Observation", (of_patient(*map(str, PEOPLE)), token("category", "vital-signs"))))
    booked = {visit.booked for n in PEOPLE for visit in practice.people.visits(n)}
    made = {
        _instant(one["created"]) for one in await there.every(Query("Appointment", (of_patient(*map(str, PEOPLE)),)))
    }

    assert {_instant(one["issued"]) for one in vitals} <= {at.replace(microsecond=0) for at in recorded}
    assert {datetime(2025, 11, 2, 5, 30, tzinfo=UTC)} == made - booked
    assert datetime(2025, 11, 2, 6, 30, tzinfo=UTC) in booked
    assert datetime(2026, 3, 8, 7, 30, tzinfo=UTC) in made & booked


async def test_trap_06_a_date_that_stands_for_none_is_none(there: World, wire: Athena) -> None:
    everybody = of_patient(*map(str, range(1, 26)))
    sent = [
        await wire.json("/chart/1/medications", departmentid=1),
        *[await wire.json(f"/patients/{n}/insurances") for n in (3, 10, 17)],
        *[await wire.json(f"/patients/{n}/documents", departmentid=1, limit=1000) for n in (1, 7)],
    ]
    served = [
        one
        for type_ in ("MedicationRequest", "Coverage", "DocumentReference", "Condition", "Immunization")
        for one in await there.every(Query(type_, (everybody,)))
    ]

    for sentinel in SENTINELS:
        assert sentinel in set(_texts(sent)), sentinel
    assert len(served) > 100
    assert [] == [one["id"] for one in served if b'"0001' in fhirjson.dumps(one) or b'"9999-' in fhirjson.dumps(one)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
