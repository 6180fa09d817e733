"""Goals and plans: a call for each visit, no more than can be answered for, and only of the patient's own visits."""

from __future__ import annotations

import pytest

from adapters.athenanet import note_sections
from adapters.query import Query
from capability.issues import TooCostly
from tests.adapters.athenanet.world import World, day, new_call, of_patient


async def test_a_read_asks_for_its_visit_alone(here: World) -> None:
    (goal, *_) = await here.every(Query("Goal", (of_patient("1"),)))
    here.forget()

    page = await here.ask(Query("Goal", id=goal["id"]), new_call(fresh=True))

    visit = goal["id"].split("-")[2]
    assert (goal,) == page.resources
    assert {f"/chart/encounter/{visit}/patientgoals", "/chart/1/encounters"} == {
        path for path in here.asked if path not in ("/patients/1", "/chart/1/patientchartlist")
    }


async def test_a_visit_of_somebody_else_is_not_asked_for(here: World) -> None:
    (goal, *_) = await here.every(Query("Goal", (of_patient("2"),)))
    here.forget()

    assert None is await here.one("Goal", goal["id"].replace("goal-2-", "goal-1-"))
    assert [] == [path for path in here.asked if "patientgoals" in path]


async def test_plans_that_began_later_than_asked_for_are_not_read(here: World) -> None:
    (first, *later) = sorted(
        await here.every(Query("CarePlan", (of_patient("1"),))), key=lambda one: str(one["period"]["start"])
    )
    assert later
    here.forget()

    query = Query("CarePlan", (of_patient("1"), day("date", first["period"]["start"], "le")))
    page = await here.ask(query, new_call(fresh=True))

    assert [first["id"]] == [one["id"] for one in page.resources]
    assert 1 == len([path for path in here.asked if path.endswith("/assessment")])


async def test_more_visits_than_are_read_are_refused(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_sections, "VISITS", 1)

    with pytest.raises(TooCostly):
        await here.ask(Query("CarePlan", (of_patient("1"),)))


async def test_what_was_deleted_or_is_planned_has_no_plan(here: World) -> None:
    found = await here.every(Query("Encounter", (of_patient("13", "19"),)))
    unreal = {one["id"] for one in found if one["status"] in ("entered-in-error", "planned")}
    plans = await here.every(Query("CarePlan", (of_patient("13", "19"),)))

    assert 2 == len(unreal)
    assert not unreal & {one["encounter"]["reference"].removeprefix("Encounter/") for one in plans}
