"""`readingid` starts again in every encounter and flowsheet: systolic and diastolic belong together within one source
and sourceid only."""

from __future__ import annotations

from typing import Any

from adapters.query import Query
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, of_patient, token

PEOPLE = ("1", "21", "24")  # several visits, pressures taken twice, flowsheets and devices at home
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


async def test_trap_08_a_pressure_is_of_one_act_of_one_source(here: World) -> None:
    sent: list[tuple[str | None, str | None]] = []
    keys: list[str] = []
    async with athena(here.sandbox) as wire:
        for number in PEOPLE:
            department = 150 if number == "24" else 1
            groups = (await wire.json(f"/chart/{number}/vitals", departmentid=department))["vitals"]
            rows = [row for group in groups for act in group["readings"] for row in act]
            taken: dict[tuple[Any, ...], dict[str, str]] = {}
            for row in rows:
                if row.get("code") in (SYSTOLIC, DIASTOLIC):
                    tie = tuple(row.get(key) for key in ("source", "sourceid", "readingid", "readingtaken"))
                    taken.setdefault(tie, {})[row["code"]] = row["value"]
            keys += [f"{number} {tie[2]}" for tie in taken]
            sent += [(both.get(SYSTOLIC), both.get(DIASTOLIC)) for both in taken.values()]
    found = await here.every(Query("Observation", (of_patient(*PEOPLE), token("category", "vital-signs"))))
    made = [pair for one in found if (pair := _pair(one)) != (None, None)]

    assert len(set(keys)) < len(keys), "a readingid occurs in several sources"
    assert sorted(map(str, sent)) == sorted(map(str, made))


def _pair(observation: dict[str, Any]) -> tuple[str | None, str | None]:
    values = {
        coding["code"]: str(part["valueQuantity"]["value"])
        for part in observation.get("component", ())
        for coding in part["code"].get("coding", ())
        if "valueQuantity" in part
    }
    return values.get(SYSTOLIC), values.get(DIASTOLIC)
