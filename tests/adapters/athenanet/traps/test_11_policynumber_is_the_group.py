"""Insurance: `policynumber` is the group, `insuranceidnumber` the member's id; packages of 0 and less insure nobody."""

from __future__ import annotations

from adapters.query import Query
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, of_patient


async def test_trap_11_policynumber_is_the_group_and_packages_up_to_zero_are_no_insurance(here: World) -> None:
    async with athena(here.sandbox) as wire:
        path = "/patients/{}/insurances"
        rows = {n: (await wire.json(path.format(n), showcancelled="true"))["insurances"] for n in (1, 5, 13)}
    found = {n: await here.every(Query("Coverage", (of_patient(str(n)),))) for n in rows}

    first = next(one for one in found[1] if one["id"].endswith(rows[1][0]["insuranceid"]))
    groups = [one["value"] for one in first["class"] if one["type"]["coding"][0]["code"] == "group"]
    assert (rows[1][0]["insuranceidnumber"], [rows[1][0]["policynumber"]]) == (first["subscriberId"], groups)

    assert -500 in [row["insurancepackageid"] for row in rows[5]]
    assert len(rows[5]) - 1 == len(found[5])

    assert [0] == [row["insurancepackageid"] for row in rows[13]]
    assert ["pay"] == [one["type"]["coding"][0]["code"] for one in found[13]]
    assert [{"reference": "Patient/13"}] == found[13][0]["payor"]
