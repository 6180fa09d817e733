"""No field says whether a condition is active: the events of a problem do, and the encounter of a diagnosis."""

from __future__ import annotations

from typing import Any

from adapters.query import Query
from tests.adapters.athenanet.world import World, of_patient

Resource = dict[str, Any]
FULL_LIFE = "1"


def _status(condition: Resource) -> str | None:
    coded = condition.get("clinicalStatus", {}).get("coding", [{}])
    code: str | None = coded[0].get("code")
    return code


async def test_trap_10_a_problem_is_what_its_last_event_says(here: World) -> None:
    found = await here.every(Query("Condition", (of_patient(FULL_LIFE),)))
    statuses = {_status(one) for one in found if one["id"].startswith("problem-")}

    assert {"active", "resolved", "inactive"} == statuses


async def test_trap_10_athena_s_guess_of_a_code_is_not_the_problem_s(here: World) -> None:
    found = await here.every(Query("Condition", (of_patient(FULL_LIFE),)))
    problems = [one for one in found if one["id"].startswith("problem-")]

    assert {"http://snomed.info/sct"} == {each["system"] for one in problems for each in one["code"]["coding"]}


async def test_trap_10_a_diagnosis_is_active_while_its_encounter_is_open(here: World) -> None:
    everybody = (of_patient(*map(str, range(1, 26))),)
    visits = {one["id"]: one for one in await here.every(Query("Encounter", everybody))}
    made = [one for one in await here.every(Query("Condition", everybody)) if one["id"].startswith("diagnosis-")]
    by_state: dict[str, set[str | None]] = {}
    for one in made:
        state = visits[one["encounter"]["reference"].removeprefix("Encounter/")]["status"]
        by_state.setdefault(state, set()).add(_status(one))

    assert {None} == by_state["finished"] - {"active"}
    assert {"active"} == by_state["in-progress"]
    assert {None} == by_state.get("entered-in-error", {None})
