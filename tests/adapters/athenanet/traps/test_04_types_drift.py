"""Ids, booleans, money and counts change their JSON type by endpoint, by row and by key: what is made of them does not.

The key's two encodings (properjsonencoding) are compared over everybody and every type.
"""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from adapters.query import Query, ReferenceValue
from mappings.mapped import Resource
from tests.adapters.athenanet.sandbox_client import athena
from tests.adapters.athenanet.world import World, clause, of_patient, world
from tests.facade.everybody import CHART, DIRECTORY

EVERYBODY = of_patient(*map(str, range(1, 26)))


async def _everything(here: World) -> dict[str, list[Resource]]:
    found = {type_: await here.every(Query(type_)) for type_ in DIRECTORY}
    found["Patient"] = [one for n in range(1, 26) if (one := await here.one("Patient", str(n))) is not None]
    for type_ in CHART:
        found[type_] = await here.every(Query(type_, (EVERYBODY,)))
    schedules = clause("schedule", *(ReferenceValue("Schedule", one["id"]) for one in found["Schedule"]))
    found["Slot"] = await here.every(Query("Slot", (schedules,)))
    drugs = {one["medicationReference"]["reference"] for one in found["MedicationRequest"] if _refers(one)}
    found["Medication"] = [one for key in sorted(drugs) if (one := await here.one(*key.split("/"))) is not None]
    return found


def _refers(request: Resource) -> bool:
    return str(request.get("medicationReference", {}).get("reference", "")).startswith("Medication/")


@pytest_asyncio.fixture
async def lax() -> Any:
    async with world(strict=False) as made:
        yield made


async def test_trap_04_everything_is_the_same_when_the_key_answers_in_strings_only(here: World, lax: World) -> None:
    strict, strings = await _everything(here), await _everything(lax)

    assert all(strict.values())
    for type_, resources in strict.items():
        assert resources == strings[type_], type_


async def test_trap_04_one_id_is_a_number_here_and_a_text_there_and_leads_to_one_resource(here: World) -> None:
    async with athena(here.sandbox) as wire:
        (patient,) = await wire.json("/patients/1")
        (claim, *_) = (await wire.json("/claims", patientid=1, limit=100))["claims"]
        (encounter, *_) = (await wire.json("/chart/1/encounters", departmentid=1))["encounters"]
        (visit, *_) = (await wire.json("/patients/1/appointments", showpast="true"))["appointments"]
    made = await here.one("Claim", f"claim-{claim['claimid']}") or {}
    (met, *_) = await here.every(Query("Encounter", (of_patient("1"),)))

    assert (str, int) == (type(patient["patientid"]), type(claim["patientid"]))
    assert (int, str) == (type(encounter["departmentid"]), type(visit["departmentid"]))
    assert {"reference": "Patient/1"} == made["patient"] == met["subject"]
    assert {"Location/department-1"} == {each["location"]["reference"] for each in met["location"]}
