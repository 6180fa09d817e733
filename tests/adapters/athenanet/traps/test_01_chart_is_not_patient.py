"""A department selects a chart, and a patient has one in each chart sharing group."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.query import Query
from tests.adapters.athenanet.world import World, of_patient

TWO_CHARTS = "5"


def _charts(resource: dict[str, Any]) -> set[str]:
    return {tag["code"] for tag in resource["meta"]["tag"]}


@pytest.mark.parametrize("type_", ["Encounter", "Condition", "CarePlan", "Goal"])
async def test_trap_01_what_is_in_either_chart_is_found_and_says_in_which(here: World, type_: str) -> None:
    found = await here.every(Query(type_, (of_patient(TWO_CHARTS),)))

    assert {frozenset({"1"}), frozenset({"2"})} == {frozenset(_charts(one)) for one in found}


async def test_trap_01_there_is_one_care_team_over_both_charts(here: World) -> None:
    (team,) = await here.every(Query("CareTeam", (of_patient(TWO_CHARTS),)))

    assert {"1", "2"} == _charts(team)
    for department in ("1", "62"):
        assert any(f"departmentid={department}" in query for query in here.queries)
