"""Appointments: status f stays in the past, a no-show hides in x with a flag, slot and booking share their ids."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.query import Query
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, of_patient


async def test_trap_12_f_stays_booked_a_flag_is_a_no_show_and_slots_share_ids(here: World) -> None:
    async with athena(here.sandbox) as wire:
        flags = {"showpast": "true", "showcancelled": "true"}
        rows = [
            row for n in (1, 2, 4) for row in (await wire.json(f"/patients/{n}/appointments", **flags))["appointments"]
        ]
    letters = {row["appointmentid"]: (row["appointmentstatus"], row.get("cancelreasonnoshow")) for row in rows}
    found = {
        one["id"].partition("-")[2]: one for one in await here.every(Query("Appointment", (of_patient("1", "2", "4"),)))
    }
    statuses = {letters[key]: one["status"] for key, one in found.items() if letters[key][0] in ("f", "x")}
    past = [one for key, one in found.items() if letters[key][0] == "f" and _begun(one["start"])]

    assert letters.keys() == found.keys()
    assert {("f", None): "booked", ("x", False): "cancelled", ("x", True): "noshow"} == statuses
    assert past
    assert {"booked"} == {one["status"] for one in past}

    kept = next(
        one
        for one in found.values()
        if one["status"] == "fulfilled" and one["slot"][0]["reference"].endswith(one["id"][-6:])
    )
    slot = await here.one("Slot", kept["slot"][0]["reference"].partition("/")[2])
    assert ("busy", kept["start"], kept["end"]) == tuple((slot or {})[key] for key in ("status", "start", "end"))


def _begun(start: str) -> bool:
    return datetime.fromisoformat(start) < datetime.now(UTC)
