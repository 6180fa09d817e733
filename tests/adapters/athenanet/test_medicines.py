"""Medicines, vaccines and procedures of a patient: nothing that athenaNet has is lost, and few calls are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.query import Query
from mappings.mapped import Resource
from tests.adapters.athenanet.world import World, day, new_call, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYPES = ("MedicationRequest", "Medication", "Immunization", "Procedure")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def found(there: World, type_: str, *patients: str) -> list[Resource]:
    return await there.every(Query(type_, (of_patient(*patients),)))


def statuses(resources: list[Resource]) -> set[str]:
    return {one["status"] for one in resources}


@pytest.mark.parametrize("type_", TYPES)
async def test_both_charts_of_a_patient_are_asked_and_each_resource_says_where_it_was(there: World, type_: str) -> None:
    there.forget()
    made = await found(there, type_, "5")

    asked = Counter(path for path in there.asked if path.startswith("/chart/5/") and not path.endswith("chartlist"))
    assert type_ == "Medication" or set(asked.values()) <= {2, 4}
    assert all(1 == len(one["meta"]["tag"]) for one in made)


@pytest.mark.parametrize("type_", TYPES)
async def test_a_read_gives_what_the_search_gave_for_two_calls_a_chart(there: World, type_: str) -> None:
    made = await found(there, type_, "1")
    assert 5 < len(made)

    for resource in (made[0], made[-1]):
        there.forget()
        page = await there.ask(Query(type_, id=resource["id"]), new_call(fresh=True))
        again = next(one for one in page.resources if one["id"] == resource["id"])
        chart = [path for path in there.asked if path not in ("/patients/1", "/chart/1/patientchartlist")]
        assert resource == again
        assert len(chart) <= 2


@pytest.mark.parametrize("type_", TYPES)
async def test_an_id_with_another_patient_in_it_finds_nothing(there: World, type_: str) -> None:
    kind, _, *keys = (await found(there, type_, "1"))[0]["id"].split("-")

    assert await there.one(type_, "-".join((kind, "1", *keys))) is not None
    assert await there.one(type_, "-".join((kind, "2", *keys))) is None


@pytest.mark.parametrize("type_", TYPES)
async def test_who_cannot_be_read_has_none_either(there: World, type_: str) -> None:
    assert [] == await found(there, type_, "15", "8", "999999")


async def test_what_athenanet_hides_by_default_is_served(there: World) -> None:
    medicines = await found(there, "MedicationRequest", "1")
    vaccines = await found(there, "Immunization", "1")

    assert {"active", "stopped", "completed", "unknown", "draft", "cancelled", "entered-in-error"} == statuses(
        medicines
    )
    assert {"completed", "not-done", "entered-in-error"} == statuses(vaccines)


async def test_every_medicine_of_the_formulary_refers_to_its_drug_without_another_call(there: World) -> None:
    requests = await found(there, "MedicationRequest", "1")
    there.forget()
    drugs = {f"Medication/{one['id']}" for one in await found(there, "Medication", "1")}

    assert drugs == {one["medicationReference"]["reference"] for one in requests if "medicationReference" in one}
    assert all(("medicationReference" in one) != ("medicationCodeableConcept" in one) for one in requests)
    assert [] == there.asked


async def test_dates_narrow_the_encounters_whose_services_are_asked_for(there: World) -> None:
    made = [one for one in await found(there, "Procedure", "1") if one["id"].startswith("service-")]
    on = made[0]["performedDateTime"]
    there.forget()

    narrowed = await there.every(Query("Procedure", (of_patient("1"), day("date", on))))

    services = {one["id"] for one in narrowed if one["id"].startswith("service-")}
    assert {one["id"] for one in made if one["performedDateTime"] == on} <= services
    assert len(services) < len(made)
    assert any("startdate=" in query for query in there.queries)


async def test_nothing_is_asked_for_services_where_only_a_surgery_is_wanted(there: World) -> None:
    surgery = next(one for one in await found(there, "Procedure", "1") if one["id"].startswith("surgery-"))
    there.forget()

    await there.ask(Query("Procedure", (token("_id", surgery["id"]),)), new_call(fresh=True))

    assert not any(path.endswith(("/services", "/encounters")) for path in there.asked)


async def test_nothing_changes_when_the_key_answers_in_strings_only(there: World) -> None:
    everybody = [one["id"] for one in await there.every(Query("Patient"))]
    async with world(strict=False) as lax:
        for type_ in TYPES:
            assert await found(there, type_, *everybody) == await found(lax, type_, *everybody)
