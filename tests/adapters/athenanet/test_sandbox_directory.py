from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.adapters.athenanet.sandbox_client import Athena, athena

YEARS = {"startdate": "01/01/2020", "enddate": "12/31/2027"}


@pytest.fixture
async def wire() -> AsyncIterator[Athena]:
    async with athena() as wire:
        yield wire


async def test_departments_hidden_from_the_portal_show_on_request(wire: Athena) -> None:
    usual, every = await wire.json("/departments"), await wire.json("/departments", showalldepartments="true")

    assert ["1", "21", "62", "150"] == [one["departmentid"] for one in usual["departments"]]
    assert ["1", "21", "62", "148", "150"] == [one["departmentid"] for one in every["departments"]]


async def test_a_department_is_an_array_of_one_with_its_zone(wire: Athena) -> None:
    (mountain,), (arizona,) = await wire.json("/departments/62"), await wire.json("/departments/150")

    assert ("US/Mountain", -7) == (mountain["timezonename"], mountain["timezoneoffset"])
    assert "doesnotobservedst" not in mountain
    assert arizona["doesnotobservedst"] is True
    assert 404 == (await wire.get("/departments/999")).status_code


async def test_deleted_providers_are_found_on_request_only(wire: Athena) -> None:
    usual, every = await wire.json("/providers"), await wire.json("/providers", showdeletedproviders="true")
    ids = [{one["providerid"] for one in answer["providers"]} for answer in (usual, every)]

    assert {110} == ids[1] - ids[0]
    assert 404 == (await wire.get("/providers/110")).status_code
    assert 110 == (await wire.json("/providers/110", showdeletedproviders="true"))[0]["providerid"]


async def test_one_human_has_two_provider_ids_and_a_room_has_one(wire: Athena) -> None:
    rows = {one["providerid"]: one for one in (await wire.json("/providers"))["providers"]}

    assert int(rows[71]["npi"]) == int(rows[72]["npi"])
    assert "Non-Person" == rows[101]["entitytype"]
    assert {"npi", "firstname"}.isdisjoint(rows[101])
    assert {str, int} == {type(one["npi"]) for one in rows.values() if "npi" in one}


async def test_booked_appointments_need_their_days(wire: Athena) -> None:
    answer = await wire.get("/appointments/booked", startdate="01/01/2026")

    assert (400, ["enddate"]) == (answer.status_code, answer.json()["missingfields"])


async def test_appointments_are_filtered(wire: Athena) -> None:
    every = (await wire.json("/appointments/booked", **YEARS))["appointments"]
    mine = (await wire.json("/appointments/booked", **YEARS, patientid=1))["appointments"]
    west = (await wire.json("/appointments/booked", **YEARS, departmentid="62,150"))["appointments"]
    hers = (await wire.json("/appointments/booked", **YEARS, providerid=71))["appointments"]

    assert {"1"} == {one["patientid"] for one in mine}
    assert {"62", "150"} == {one["departmentid"] for one in west}
    assert {"71"} == {one["providerid"] for one in hers}
    assert len(every) > max(len(mine), len(west), len(hers))


async def test_cancelled_visits_and_no_shows_appear_on_request(wire: Athena) -> None:
    usual = (await wire.json("/appointments/booked", **YEARS))["appointments"]
    every = (await wire.json("/appointments/booked", **YEARS, showcancelled="true"))["appointments"]
    gone = [one for one in every if one["appointmentstatus"] == "x"]

    assert {"f", "2", "3", "4"} == {one["appointmentstatus"] for one in usual}
    assert {True, False} == {one["cancelreasonnoshow"] for one in gone}
    assert len(every) == len(usual) + len(gone)


async def test_start_is_the_departments_wall_time_and_stamps_are_eastern(wire: Athena) -> None:
    rows = await wire.json("/appointments/booked", startdate="03/08/2026", enddate="03/08/2026", patientid=23)
    (one,) = rows["appointments"]
    start = datetime.strptime(f"{one['date']} {one['starttime']}", "%m/%d/%Y %H:%M").replace(
        tzinfo=ZoneInfo("US/Mountain")
    )
    arrival = datetime.strptime(one["checkindatetime"], "%m/%d/%Y %H:%M:%S").replace(tzinfo=ZoneInfo("US/Eastern"))

    assert ("08:00", "03/08/2026 09:55:00", "03/08/2026 03:30:00") == (
        one["starttime"],
        one["checkindatetime"],
        one["scheduleddatetime"],
    )
    assert 300 == (start - arrival).total_seconds()


async def test_a_restricted_patient_is_blanked(wire: Athena) -> None:
    blanked = (await wire.json("/appointments/booked", **YEARS, patientid=15))["appointments"]
    shown = (await wire.json("/appointments/booked", **YEARS, patientid=15, ignorerestrictions="true"))["appointments"]

    assert not [one for one in blanked if "patientid" in one]
    assert {"15"} == {one["patientid"] for one in shown}


async def test_the_nested_patient_has_booleans_in_text(wire: Athena) -> None:
    rows = (await wire.json("/appointments/booked", **YEARS, patientid=1, showpatientdetail="true"))["appointments"]

    assert {"true", "false"} >= {one["patient"]["donotcall"] for one in rows}


async def test_the_list_of_several_departments_has_no_count(wire: Athena) -> None:
    answer = await wire.json("/appointments/booked/multipledepartment", **YEARS, departmentid="1,62")

    assert {"1", "62"} == {one["departmentid"] for one in answer["appointments"]}
    assert "totalcount" not in answer
