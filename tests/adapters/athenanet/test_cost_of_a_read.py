"""A read by id of any type costs at most two calls for each of the patient's charts, whatever else is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.athenanet.client import AthenaNet
from adapters.contract import Read, Search
from adapters.query import Query, ReferenceValue
from mappings.athena import ids
from tests.adapters.athenanet.world import World, clause, of_patient, world

PATIENTS = ("1", "5")
"""The second has two charts."""


@pytest.fixture
async def uncached() -> AsyncIterator[World]:
    """Directory, patients and the lists of their charts are kept, nothing of a chart."""
    async with world({"cache_seconds": {"chart": 0}}) as made:
        yield made


async def _one_of_each_kind(here: World, type_: str, search: Search[AthenaNet]) -> list[str]:
    """Local ids, one of each kind for each patient; what the searches need is kept then."""
    if type_ == "Medication":
        requests = [
            one for each in PATIENTS for one in await here.every(Query("MedicationRequest", (of_patient(each),)))
        ]
        named = [one["medicationReference"]["reference"] for one in requests if "medicationReference" in one]
        found = [each.removeprefix("Medication/") for each in named]
    elif type_ == "Slot":
        found = [
            one["id"]
            for one in await here.every(
                Query(type_, (clause("schedule", ReferenceValue("Schedule", "schedule-71-1")),))
            )
        ]
    elif "patient" in search.params:
        found = [one["id"] for each in PATIENTS for one in await here.every(Query(type_, (of_patient(each),)))]
    else:
        found = [one["id"] for one in await here.every(Query(type_))]
    return list({(ids.parse(one).kind, ids.patient_of(one)): one for one in found}.values())


async def test_it_is_two_calls_a_chart_at_most(uncached: World) -> None:
    searches = {one.type: one for one in uncached.adapter.interactions if isinstance(one, Search)}
    charts = {"5": 2}
    dear: list[tuple[str, list[str]]] = []
    for type_ in [one.type for one in uncached.adapter.interactions if isinstance(one, Read)]:
        listed = await _one_of_each_kind(uncached, type_, searches[type_])
        assert listed, type_
        for local in listed:
            uncached.forget()
            found = await uncached.one(type_, local)
            assert found is not None, local
            if len(uncached.asked) > 2 * charts.get(ids.patient_of(local) or "", 1):
                dear.append((local, uncached.asked))

    assert [] == dear
