from __future__ import annotations

from typing import Any

import pytest

from adapters.athenanet.sandbox import create_app
from tests.adapters.athenanet.sandbox_client import Athena, athena

EVERYTHING = {"bypassscheduletimechecks": "true", "showfrozenslots": "true", "enddate": "12/31/2099"}
PAST_TOO = {"showpast": "true", "showcancelled": "true"}


@pytest.fixture
async def wire() -> Any:
    async with athena() as wire:
        yield wire


async def test_open_slots_need_a_department_and_are_none_without_a_reason(wire: Athena) -> None:
    refused = await wire.get("/appointments/open", reasonid=-1)
    unreasoned = await wire.json("/appointments/open", departmentid=1, **EVERYTHING)

    assert (400, ["departmentid"]) == (refused.status_code, refused.json()["missingfields"])
    assert [] == unreasoned["appointments"]


async def test_a_frozen_slot_is_shown_to_who_asks_for_it(wire: Athena) -> None:
    asked: dict[str, str | int] = {**EVERYTHING, "reasonid": -1, "departmentid": 1}
    every = (await wire.json("/appointments/open", **asked))["appointments"]
    thawed = (await wire.json("/appointments/open", **{**asked, "showfrozenslots": "false"}))["appointments"]

    assert {None, "true"} == {slot.get("frozen") for slot in every}
    assert [slot["appointmentid"] for slot in every if "frozen" not in slot] == [s["appointmentid"] for s in thawed]


async def test_a_slot_is_typed_in_two_ways_and_read_as_status_o(wire: Athena) -> None:
    slots = (await wire.json("/appointments/open", reasonid=-1, departmentid=1, **EVERYTHING))["appointments"]
    number = slots[0]["appointmentid"]
    (read,) = await wire.json(f"/appointments/{number}")

    assert {int, str} == {type(slot["duration"]) for slot in slots}
    assert (str(number), "o") == (read["appointmentid"], read["appointmentstatus"])


async def test_a_patient_s_list_begins_today_and_hides_what_is_cancelled(wire: Athena) -> None:
    coming = (await wire.json("/patients/1/appointments"))["appointments"]
    every = (await wire.json("/patients/1/appointments", **PAST_TOO))["appointments"]
    standing = (await wire.json("/patients/1/appointments", showpast="true"))["appointments"]

    assert "x" in {row["appointmentstatus"] for row in every}
    assert [row["appointmentid"] for row in every if row["appointmentstatus"] != "x"] == [
        row["appointmentid"] for row in standing
    ]
    assert len(coming) < len(standing)


async def test_a_short_visit_is_cut_from_a_longer_slot(wire: Athena) -> None:
    rows = (await wire.json("/appointments/booked", startdate="01/01/2020", enddate="12/31/2030"))["appointments"]
    cut = next(row for row in rows if row["templateappointmentid"] != row["appointmentid"])
    (left,) = await wire.json(f"/appointments/{cut['templateappointmentid']}")

    assert ("o", cut["date"]) == (left["appointmentstatus"], left["date"])
    assert left["starttime"] > cut["starttime"]


async def test_a_claim_is_listed_and_read_alone_as_a_bare_object(wire: Athena) -> None:
    listed = (await wire.json("/claims", patientid=1))["claims"]
    read = await wire.json(f"/claims/{listed[0]['claimid']}")
    nothing = await wire.get("/claims/1")

    assert listed[0] == read
    assert {1} == {row["patientid"] for row in listed}
    assert 404 == nothing.status_code


async def test_a_booked_row_names_its_claims_to_who_asks_for_them(wire: Athena) -> None:
    dates = {"startdate": "01/01/2020", "enddate": "12/31/2030", "patientid": "1"}
    rows = (await wire.json("/appointments/booked", **dates, showclaimdetail="true"))["appointments"]
    plain = (await wire.json("/appointments/booked", **dates))["appointments"]
    claims = {one["claimid"] for row in rows for one in row.get("claims", ())}

    assert {row["claimid"] for row in (await wire.json("/claims", patientid=1))["claims"]} == claims
    assert not any("claims" in row for row in plain)


async def test_cancelled_policies_are_hidden_and_merged_patients_have_none(wire: Athena) -> None:
    shown = (await wire.json("/patients/1/insurances"))["insurances"]
    every = (await wire.json("/patients/1/insurances", showcancelled="true"))["insurances"]

    assert [row for row in every if "cancelled" not in row] == shown
    assert len(shown) < len(every)
    assert 404 == (await wire.get("/patients/8/insurances")).status_code


async def test_without_properjsonencoding_policies_and_claims_are_text() -> None:
    async with athena(create_app(strict=False)) as wire:
        policies = (await wire.json("/patients/1/insurances"))["insurances"]
        claims = (await wire.json("/claims", patientid=1))["claims"]

    assert {str} == {type(row["insurancepackageid"]) for row in policies}
    assert {str} == {type(row["patientid"]) for row in claims}
