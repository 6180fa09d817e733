"""The wire of medicines, vaccines and procedures: what the sandbox sends, and what it keeps to itself unless asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.adapters.athenanet.sandbox_client import Athena, athena

pytestmark = pytest.mark.asyncio(loop_scope="module")

FLAGS = {"showdeleted": "true", "showrefused": "true", "showdeclinedorders": "true"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire() -> AsyncIterator[Athena]:
    async with athena() as wire:
        yield wire


async def entries(wire: Athena, patient: int = 1, **query: str) -> dict[str, dict[str, Any]]:
    answer = await wire.json(f"/chart/{patient}/medications", departmentid=1, **query)
    assert all(isinstance(group, list) and group for group in answer["medications"])
    return {entry["medicationentryid"]: entry for group in answer["medications"] for entry in group}


@pytest.mark.parametrize("what", ["medications", "vaccines", "surgicalhistory"])
async def test_a_chart_call_needs_the_department_of_one_of_the_patient_s_charts(wire: Athena, what: str) -> None:
    missing, elsewhere = await wire.get(f"/chart/1/{what}"), await wire.get(f"/chart/1/{what}", departmentid=62)

    assert (400, ["departmentid"]) == (missing.status_code, missing.json()["missingfields"])
    assert (404, b"\n\n{") == (elsewhere.status_code, elsewhere.content[:3])


async def test_medicines_stand_in_one_list_a_drug(wire: Athena) -> None:
    groups = (await wire.json("/chart/1/medications", departmentid=1))["medications"]

    assert 1 < max(map(len, groups))
    assert all(1 == len({entry.get("medicationid") for entry in group}) for group in groups)


async def test_codes_future_orders_and_denied_medicines_come_only_on_request(wire: Athena) -> None:
    plain, full = await entries(wire), await entries(wire, showrxnorm="true", showndc="true", showpend="true")
    denied = await entries(wire, medicationtype="Denied")

    assert not any("rxnorm" in entry or "ndcoptions" in entry for entry in plain.values())
    assert any("rxnorm" in entry and "ndcoptions" in entry for entry in full.values())
    assert {"PEND"} == {full[key]["status"] for key in full.keys() - plain.keys()}
    assert denied
    assert set() == denied.keys() & full.keys()


async def test_types_of_medicines_are_told_apart(wire: Athena) -> None:
    active, historical = [await entries(wire, medicationtype=kind) for kind in ("Active", "Historical")]
    refused = await wire.get("/chart/1/medications", departmentid=1, medicationtype="active")

    assert (await entries(wire)).keys() == active.keys() | historical.keys()
    assert set() == active.keys() & historical.keys()
    assert 400 == refused.status_code


async def test_dates_that_nobody_knows_are_filled_in(wire: Athena) -> None:
    dates = {event["eventdate"] for entry in (await entries(wire)).values() for event in entry["events"]}

    assert {"01/01/1", "12/31/9999"} <= dates


async def test_vaccines_that_were_not_given_come_only_on_request(wire: Athena) -> None:
    plain = (await wire.json("/chart/1/vaccines", departmentid=1))["vaccines"]
    shown = (await wire.json("/chart/1/vaccines", departmentid=1, **FLAGS))["vaccines"]

    assert {"ADMINISTERED"} == {one["status"] for one in plain}
    assert not any("deleteddate" in one for one in plain)
    assert {"ADMINISTERED", "REFUSED", "PRESCRIBED"} == {one["status"] for one in shown}
    assert any("declinedreason" in one for one in shown)
    assert any("deleteddate" in one for one in shown)


async def test_services_belong_to_an_encounter(wire: Athena) -> None:
    listed = (await wire.json("/chart/1/encounters", departmentid=1))["encounters"]
    found = [(await wire.json(f"/encounter/{one['encounterid']}/services"))["services"] for one in listed]
    unknown = await wire.get("/encounter/1/services")

    ids = [service["serviceid"] for services in found for service in services]
    assert len(set(ids)) == len(ids) > 4
    assert {int, str} == {type(service["procedurecode"]) for services in found for service in services}
    assert 404 == unknown.status_code
