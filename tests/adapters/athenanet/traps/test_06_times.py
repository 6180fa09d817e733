"""Appointments in the department's time, audit stamps in Eastern without an offset, clinical dates without a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.query import Query
from mappings import fhir
from tests.adapters.athenanet.world import World, of_patient

CLOCK_CHANGE = "23"  # seen in Denver on the mornings of both changes


async def test_trap_06_a_visit_begins_by_its_department_s_clock(here: World) -> None:
    visits = await here.every(Query("Encounter", (of_patient(CLOCK_CHANGE),)))
    starts = {one["period"]["start"] for one in visits}

    assert {"2026-03-08T08:00:00-06:00", "2025-11-02T09:15:00-07:00"} <= starts


async def test_trap_06_an_eastern_stamp_is_the_instant_that_was_meant(here: World) -> None:
    """Check-out is stamped in Eastern, some minutes after a start in Mountain time."""
    visits = await here.every(Query("Encounter", (of_patient(CLOCK_CHANGE),)))
    periods = [one["period"] for one in visits if fhir.instant(one["period"].get("end"))]

    lengths = [datetime.fromisoformat(p["end"]) - datetime.fromisoformat(p["start"]) for p in periods]
    assert lengths
    assert all(timedelta() < length < timedelta(hours=1) for length in lengths)


async def test_trap_06_a_date_gets_no_time(here: World) -> None:
    found = await here.every(Query("Condition", (of_patient("1"),)))
    recorded = [one["recordedDate"] for one in found if one["id"].startswith("diagnosis-")]

    assert recorded
    assert {10} == {len(day) for day in recorded}
