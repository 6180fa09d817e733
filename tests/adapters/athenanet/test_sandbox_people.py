"""The wire of care teams, the directory, and the sections of a note."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.athenanet.sandbox_client import Athena, athena


@pytest.fixture
async def wire() -> AsyncIterator[Athena]:
    async with athena() as wire:
        yield wire


async def test_a_care_team_is_of_the_department_s_chart_and_may_be_empty(wire: Athena) -> None:
    unsaid = await wire.get("/chart/1/careteam")
    here, sparse = (
        await wire.json("/chart/1/careteam", departmentid=1),
        await wire.json("/chart/12/careteam", departmentid=1),
    )

    assert (400, ["departmentid"]) == (unsaid.status_code, unsaid.json()["missingfields"])
    assert 404 == (await wire.get("/chart/1/careteam", departmentid=62)).status_code
    assert {"memberid", "clinicalproviderid", "name"} <= here["members"][0].keys()
    assert {"members": []} == sparse


async def test_the_directory_types_its_numbers_as_it_likes(wire: Athena) -> None:
    (person,), (pharmacy,) = await wire.json("/clinicalproviders/4002"), await wire.json("/clinicalproviders/11401")

    assert (4002, "11401") == (person["clinicalproviderid"], pharmacy["clinicalproviderid"])
    assert "lastname" in person
    assert "lastname" not in pharmacy
    assert 404 == (await wire.get("/clinicalproviders/71")).status_code


async def test_sections_of_a_note_name_no_patient(wire: Athena) -> None:
    visits = (await wire.json("/chart/1/encounters", departmentid=1))["encounters"]
    goals = [await wire.json(f"/chart/encounter/{one['encounterid']}/patientgoals") for one in visits]
    texts = [await wire.json(f"/chart/encounter/{one['encounterid']}/assessment") for one in visits]

    assert any(one["goals"] for one in goals)
    assert any(one["assessmenttext"] for one in texts)
    assert not [one for one in (*goals, *texts) if "patientid" in one or "encounterid" in one]
    assert 404 == (await wire.get("/chart/encounter/39999/assessment")).status_code


async def test_a_guarantor_may_live_elsewhere(wire: Athena) -> None:
    records = [(await wire.json(f"/patients/{number}"))[0] for number in (1, 2, 5, 7, 10, 13, 17, 20, 21, 22)]

    assert {"1", "2", "3"} <= {one["guarantorrelationshiptopatient"] for one in records}
    assert any("guarantorphone" in one for one in records)
