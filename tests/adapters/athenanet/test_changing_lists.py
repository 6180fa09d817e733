"""A list that changes while it is paged: nothing is given twice and nothing is lost."""

from __future__ import annotations

import pytest

from adapters.query import Query
from capability.issues import EHRUnavailable
from tests.adapters.athenanet.world import World, new_call, text, world

REMOVED = {"kind": "first_row_removed", "times": None}
ENCOUNTERS = r"/v1/195900/chart/1/encounters"
ONCE = {"kind": "slow", "seconds": 0.0, "times": 1}  # the answer as it was before the row went


async def test_a_patient_who_goes_between_two_pages_takes_no_other_along() -> None:
    async with world({"page_size": 10, "cache_seconds": {"patient": 0}}, size=200) as here:
        everybody = {one["id"] for one in await here.every(Query("Patient", count=10))}
        query = Query("Patient", (text("family", "S"),), count=10)
        whole = [one["id"] for one in await here.every(query)]
        first = await here.ask(query)
        here.fault(path=r"/v1/195900/patients", query="lastname", **REMOVED)
        rest = [
            one["id"] for one in (await here.ask(Query(query.type, query.clauses, None, 10, first.cursor))).resources
        ]

    given = [one["id"] for one in first.resources] + rest
    assert len(whole) > 10
    assert len(given) == len(set(given))
    assert whole[: len(given)] == given
    assert set(whole) <= everybody


async def test_a_chart_list_that_changes_while_it_is_read_is_read_again() -> None:
    async with world({"cache_seconds": {"chart": 0}}) as here:
        whole = await _visits(here)
        here.fault(path=ENCOUNTERS, **ONCE)
        here.fault(path=ENCOUNTERS, **REMOVED)

        found = await _visits(here)

    assert whole[1:] == found


async def test_a_list_that_never_stands_still_is_unavailable() -> None:
    async with world({"cache_seconds": {"chart": 0}}) as here:
        for _ in range(10):
            here.fault(path=ENCOUNTERS, query=r"^(?!.*offset)", **ONCE)
            here.fault(path=ENCOUNTERS, query=r"^(?!.*offset)", **{**REMOVED, "times": 1})
        with pytest.raises(EHRUnavailable):
            await _visits(here)


async def _visits(here: World) -> list[str]:
    """Encounterids of a chart, two rows a page."""
    params = {"departmentid": "1", "limit": "2", "showallstatuses": "true", "showalltypes": "true"}
    found = await here.ehr.rows(new_call(), "/chart/{patientid}/encounters", "encounters", params, ttl=0, patientid="1")
    assert found is not None
    return [str(row["encounterid"]) for row in found[0]]
