"""Trap 5: one-element arrays, arrays of arrays, odd list keys: here the medications, in one array for each drug."""

from __future__ import annotations

from adapters.query import Query
from tests.adapters.athenanet.world import World, new_call, of_patient


async def test_trap_05_medications_are_arrays_of_arrays(here: World) -> None:
    (chart,) = await here.ehr.each_chart(new_call(), "1", "/chart/{patientid}/medications", "medications")
    listed = [entry["medicationentryid"] for group in chart.rows for entry in group]
    served = {one["id"] for one in await here.every(Query("MedicationRequest", (of_patient("1"),)))}

    assert len(chart.rows) < len(listed)
    assert {f"medication-1-{key}" for key in listed} <= served
