"""Ten thousand people cost what is asked of them; one of them can be heavy."""

from __future__ import annotations

from datetime import date, timedelta

from adapters.athenanet.sandbox import create_app
from adapters.athenanet.sandbox.practice import PracticeData
from adapters.population import AS_OF, population
from adapters.simulator.athena import PRACTICES, Practice
from tests.adapters.athenanet.sandbox_client import athena

YEARS = {"startdate": "01/01/2016", "enddate": "12/31/2027"}


async def test_reading_one_of_ten_thousand_makes_that_one() -> None:
    async with athena(create_app(size=10_000)) as wire:
        people = wire.sandbox.practices["195900"].people
        (record,) = await wire.json("/patients/7777")
        chart = await wire.json("/chart/7777/patientchartlist")
        department = chart["chartlist"][0]["sampledepartmentid"]
        for list_ in ("problems", "allergies", "vitals", "encounters"):
            await wire.json(f"/chart/7777/{list_}", departmentid=department)
        booked = await wire.json("/appointments/booked", patientid=7777, **YEARS)

        assert "7777" == str(record["patientid"])
        assert {"7777"} == {str(one["patientid"]) for one in booked["appointments"]}
        assert {7777} == people.made()


async def test_a_page_of_a_big_department_makes_few_more_than_it_shows() -> None:
    async with athena(create_app(size=10_000)) as wire:
        page = await wire.json("/patients", departmentid=1, limit=50)

        assert 50 == len(page["patients"])
        assert "next" in page
        assert len(wire.sandbox.practices["195900"].people.made()) < 500


def test_a_day_of_the_schedule_is_what_the_whole_schedule_has_on_it() -> None:
    data = PracticeData(Practice("1", "A practice", size=60))
    everything = list(data.appointments)
    day = AS_OF - timedelta(days=14)

    def on(visit_day: date) -> bool:
        return day - timedelta(days=1) <= visit_day <= day + timedelta(days=8)

    assert everything == sorted(everything, key=lambda visit: (visit.start, visit.person))
    assert [visit for visit in everything if on(visit.start.date())] == list(
        data.booked(since=day, until=day + timedelta(days=7))
    )
    assert [visit for visit in everything if visit.person in (3, 7)] == list(data.booked({3, 7, 99_999}))


def test_a_heavy_person_is_there_only_where_asked_for_and_changes_nobody_else() -> None:
    plain, heavy = population(96), population(96, heavy=True)
    chart = heavy.chart(97)

    assert (96, 97) == (len(plain), len(heavy))
    assert "heavy" in heavy.person(97).traits
    assert list(plain) == list(heavy)[:96]
    assert 300 < sum(map(len, chart.measurements.values())) + len(heavy.visits(97)) + len(chart.conditions)
    assert not PRACTICES[0].heavy
