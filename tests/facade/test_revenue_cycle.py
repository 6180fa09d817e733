"""From an appointment to what was charged for it, and back, by references alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.facade.world import entries, every, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with world(tmp_path_factory.mktemp("revenue"), size=8) as here:
        yield here.client()


async def billed(client: httpx.AsyncClient) -> dict[str, Any]:
    """An encounter that was billed, with its appointment."""
    charge = (await every(client, "/ChargeItem?patient=rb.1"))[0]
    response = await client.get(f"/{charge['context']['reference']}")
    found: dict[str, Any] = response.json()
    return found


def included(found: list[dict[str, Any]]) -> set[str]:
    return {one["resourceType"] for one in found[1:]}


async def test_an_appointment_leads_to_its_encounter_and_that_to_its_charges_and_claim(
    client: httpx.AsyncClient,
) -> None:
    encounter = await billed(client)
    appointment = encounter["appointment"][0]["reference"].partition("/")[2]

    seen = await entries(client, f"/Appointment?_id={appointment}&_revinclude=Encounter:appointment")
    asked = f"/Encounter?_id={encounter['id']}&_revinclude=ChargeItem:context&_revinclude=Claim:encounter"
    paid = await entries(client, asked)

    assert [encounter["id"]] == [one["resource"]["id"] for one in seen if one["search"]["mode"] == "include"]
    assert {"ChargeItem", "Claim"} == included([one["resource"] for one in paid])


async def test_a_charge_leads_to_its_encounter_and_account_and_that_to_the_appointment(
    client: httpx.AsyncClient,
) -> None:
    encounter = await billed(client)
    asked = f"/ChargeItem?context={encounter['id']}&_include=ChargeItem:context&_include=ChargeItem:account"
    found = [one["resource"] for one in await entries(client, f"{asked}&_include:iterate=Encounter:appointment")]

    assert {"Encounter", "Account", "Appointment"} <= {one["resourceType"] for one in found}


async def test_a_claim_names_coverages_and_charges_that_can_be_read(client: httpx.AsyncClient) -> None:
    claim = (await every(client, "/Claim?patient=rb.1"))[0]
    named = [each["coverage"]["reference"] for each in claim["insurance"]]
    named += [each["valueReference"]["reference"] for each in claim["supportingInfo"] if "valueReference" in each]

    assert {"Coverage", "ChargeItem"} == {text.partition("/")[0] for text in named}
    assert {200} == {(await client.get(f"/{text}")).status_code for text in named}


async def test_slots_are_found_by_where_and_when(client: httpx.AsyncClient) -> None:
    slots = await every(client, "/Slot?schedule.actor:Location=rb.department-1&status=free&start=ge2026-01-01")
    schedules = await every(client, "/Schedule?actor=Location/rb.department-1")

    assert slots
    assert {one["schedule"]["reference"] for one in slots} <= {f"Schedule/{one['id']}" for one in schedules}


async def test_a_search_of_appointments_without_patient_or_days_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.get("/Appointment?status=booked")

    assert 400 == response.status_code
    assert "date" in response.text
