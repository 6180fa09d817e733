"""What is pushed down to athenaNet never hides a match, near midnights and changes of the clock least of all."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from adapters.query import Clause, DateValue, Query, ReferenceValue
from capability.uscore import VERSIONS
from facade.interactions.match.dates import date_test
from facade.interactions.match.spans import span
from mappings.mapped import Resource
from tests.adapters.athenanet.world import World, clause, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOCK_CHANGE = "23"  # seen in Denver on the mornings of both changes
EVENINGS = ("33", "44")  # when they come, it is tomorrow in UTC
PEOPLE = ("1", "5", CLOCK_CHANGE, *EVENINGS)
EVERYBODY = tuple(map(str, range(1, 45)))
PRACTICE_ZONES = (ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Auckland"))
CLOCKS = (*PRACTICE_ZONES, UTC, ZoneInfo("Etc/GMT+12"))
PREFIXES = {"eq": 0, "ne": 1, "gt": -1, "ge": 0, "sa": -1, "lt": 1, "le": 0, "eb": 1, "ap": 0}
"""prefix: the seconds from a moment to the closest value that finds it"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world(size=len(EVERYBODY)) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def later() -> AsyncIterator[World]:
    async with world(us_core=VERSIONS[-1]) as made:
        yield made


@dataclass(frozen=True)
class Dated:
    """A type whose dates are pushed down: the parameter, the element it looks at, and what else is asked for."""

    type: str
    parameter: str
    element: str
    clauses: tuple[Clause, ...] = (of_patient(*PEOPLE),)


DATED = (
    Dated("Observation", "date", "effectiveDateTime", (of_patient(*PEOPLE), token("category", "vital-signs"))),
    Dated("Procedure", "date", "performedDateTime"),
    Dated("CarePlan", "date", "period"),
    Dated("ServiceRequest", "authored", "authoredOn"),
    Dated("Slot", "start", "start", (clause("schedule", ReferenceValue("Schedule", "schedule-72-62")),)),
)


def values(pool: list[Resource], element: str, dice: random.Random) -> Iterator[DateValue]:
    """For some of what is there the closest values that find it by each prefix, and days and months on other clocks."""
    raws = [one[element] for one in pool if element in one]
    texts = {raw["start"] if isinstance(raw, dict) else raw for raw in raws}
    days = sorted(text for text in texts if len(text) >= len("2026-03-08"))
    edgy = [text for text in days if "T" in text and instant(text).date().isoformat() != text[:10]]
    for text in [*edgy[:4], *dice.sample(days, min(4, len(days)))]:
        for edge in edges(text):
            for prefix, seconds in PREFIXES.items():
                at = edge + timedelta(seconds=seconds)
                yield value(prefix, at.astimezone(dice.choice(CLOCKS)).isoformat(timespec="seconds"))
            local = edge.astimezone(dice.choice(CLOCKS))
            for wanted in (local.date().isoformat(), f"{local:%Y-%m}"):
                yield value(dice.choice(tuple(PREFIXES)), wanted)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def edges(text: str) -> list[datetime]:
    """A moment; of a day its first and its last second, somewhere."""
    if "T" in text:
        return [instant(text)]
    midnight, second = datetime.fromisoformat(text), timedelta(seconds=1)
    east, west = (midnight.replace(tzinfo=zone) for zone in (PRACTICE_ZONES[2], PRACTICE_ZONES[1]))
    return [east, west + timedelta(days=1) - second]


def value(prefix: str, text: str) -> DateValue:
    read = span(text)
    low, high = (read.low, read.high) if read.offset is None else read.instants()
    return DateValue(prefix, text, low, high, zoned=read.offset is not None)


def matching(pool: list[Resource], element: str, value: DateValue, zone: ZoneInfo) -> set[str]:
    test = date_test([value], zone, datetime.now(UTC))
    return {one["id"] for one in pool if element in one and test(one[element])}


@pytest.mark.parametrize("dated", DATED, ids=lambda one: one.type)
async def test_a_date_that_is_pushed_down_hides_no_match(there: World, dated: Dated) -> None:
    dice = random.Random(f"2026 {dated.type}")
    pool = await there.every(Query(dated.type, dated.clauses))
    assert len(pool) > 4
    there.forget()

    for one in values(pool, dated.element, dice):
        asked = (*dated.clauses, clause(dated.parameter, one))
        found = {one["id"] for one in await there.every(Query(dated.type, asked))}
        for zone in PRACTICE_ZONES:
            assert matching(pool, dated.element, one, zone) <= found, one


async def test_a_day_s_appointments_are_all_of_them_in_whatever_zone_it_is_a_day(there: World) -> None:
    dice = random.Random("2026 Appointment")
    pool = await there.every(Query("Appointment", (of_patient(*EVERYBODY),)))
    places = sorted({place for one in pool for place in places_of(one)})

    edgy = await there.every(Query("Appointment", (of_patient(CLOCK_CHANGE, *EVENINGS),)))
    for one in values(edgy, "start", dice):
        place = dice.choice(places)
        where = clause("location", ReferenceValue("Location", place.partition("/")[2]))
        there_only = [each for each in pool if place in places_of(each)]
        for narrowed, clauses in ((pool, ()), (there_only, (where,))):
            asked = Query("Appointment", (clause("date", one), *clauses))
            found = {one["id"] for one in await there.every(asked)}
            assert matching(narrowed, "start", one, PRACTICE_ZONES[0]) <= found, one


@pytest.mark.parametrize(("low", "high"), [("2026-05", "2026-01"), (None, "1980"), ("2150", None)])
async def test_no_range_is_asked_for_that_ends_before_it_begins(
    there: World, low: str | None, high: str | None
) -> None:
    wanted = [clause("date", value(prefix, text)) for prefix, text in (("ge", low), ("le", high)) if text]
    there.forget()

    assert [] == await there.every(Query("Appointment", tuple(wanted)))
    (asked,) = [parse_qs(query) for query in there.queries if "startdate" in query]
    first, last = (datetime.strptime(asked[key][0], "%m/%d/%Y") for key in ("startdate", "enddate"))  # noqa: DTZ007 - days
    assert first <= last


def places_of(appointment: Resource) -> set[str]:
    actors = {each["actor"]["reference"] for each in appointment["participant"]}
    return {actor for actor in actors if actor.startswith("Location/")}


@pytest.mark.parametrize("type_", ["Observation", "DiagnosticReport", "DocumentReference", "Condition", "CarePlan"])
async def test_a_category_that_is_pushed_down_hides_no_match_in_the_latest_edition(later: World, type_: str) -> None:
    everybody = of_patient(*map(str, range(1, 26)))
    pool = await later.every(Query(type_, (everybody,)))
    known = sorted({pair for one in pool for pair in categories(one)})
    assert known

    for system, code in known:
        for narrowing in (token("category", code), token("category", code, system=system)):
            found = {one["id"] for one in await later.every(Query(type_, (everybody, narrowing)))}
            assert {one["id"] for one in pool if (system, code) in categories(one)} <= found, code


def categories(resource: Resource) -> set[tuple[str, str]]:
    return {
        (coding["system"], coding["code"])
        for each in resource.get("category", ())
        for coding in each.get("coding", ())
        if "system" in coding
    }
