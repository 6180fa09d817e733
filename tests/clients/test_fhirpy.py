"""fhirpy, an asynchronous Python client: what it makes of the facade, beside what plain HTTP finds."""

from __future__ import annotations

from typing import Any

import pytest
from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome, ResourceNotFound

from tests.clients.conftest import Facade, references
from tests.facade.world import link

VITALS = "Observation?patient=rb.1&category=vital-signs"


@pytest.fixture
def client(facade: Facade) -> Any:
    return AsyncFHIRClient(facade.base, authorization=f"Bearer {facade.token}")


def _vitals(client: Any) -> Any:
    return client.resources("Observation").search(patient="rb.1", category="vital-signs")


def _named(resources: Any) -> list[str]:
    return [f"{each['resourceType']}/{each['id']}" for each in resources]


async def test_it_reads_the_capability_statement(client: Any, facade: Facade) -> None:
    assert facade.get("metadata") == await client.execute("metadata", method="get")


async def test_it_reads_and_reads_the_version_again(client: Any, facade: Facade) -> None:
    patient = await client.reference("Patient", "rb.1").to_resource()
    version = patient["meta"]["versionId"]

    assert facade.get("Patient/rb.1") == patient.serialize()
    assert patient.serialize() == await client.execute(f"Patient/rb.1/_history/{version}", method="get")


async def test_it_refreshes_what_it_has(client: Any, facade: Facade) -> None:
    patient = await client.reference("Patient", "rb.1").to_resource()

    await patient.refresh()  # its If-None-Match has no quotes

    assert facade.get("Patient/rb.1") == patient.serialize()


async def test_it_searches_to_the_last_page(client: Any, facade: Facade) -> None:
    everyone = await client.resources("Patient").limit(4).fetch_all()

    assert len(everyone) > 8
    assert references(facade.pages("Patient")) == _named(everyone)
    assert references(facade.pages(VITALS)) == _named(await _vitals(client).limit(3).fetch_all())


async def test_it_sorts_and_takes_the_first(client: Any) -> None:
    found = await _vitals(client).sort("-date").limit(5).fetch_all()
    dates = [each["effectiveDateTime"] for each in found]

    assert len(set(dates)) > 1
    assert sorted(dates, reverse=True) == dates
    assert dates[0] == (await _vitals(client).sort("-date").first())["effectiveDateTime"]


async def test_it_searches_between_dates(client: Any, facade: Facade) -> None:
    first, *_, last = sorted(each["effectiveDateTime"][:10] for each in await _vitals(client).fetch_all())

    between = _vitals(client).search(date__gt=first, date__lt=last)

    expected = references(facade.pages(f"{VITALS}&date=gt{first}&date=lt{last}"))
    assert expected
    assert expected == _named(await between.fetch_all())


async def test_it_asks_for_elements(client: Any) -> None:
    found = await _vitals(client).elements("status", "code").fetch()

    assert found
    for each in found:
        assert {"resourceType", "id", "meta", "status", "code"} == each.serialize().keys()
        assert "SUBSETTED" in [tag["code"] for tag in each["meta"]["tag"]]


async def test_it_searches_through_references_both_ways(client: Any, facade: Facade) -> None:
    patient = facade.get("Patient/rb.1")
    family = patient["name"][0]["family"]
    status = facade.get("Encounter?patient=rb.1&_count=1")["entry"][0]["resource"]["status"]

    having = client.resources("Patient").search(_id="rb.1").has("Encounter", "patient", status=status)
    chained = client.resources("Encounter").search(patient="rb.1", patient__Patient__family=family)

    assert ["Patient/rb.1"] == _named(await having.fetch_all())
    assert references(facade.pages("Encounter?patient=rb.1")) == _named(await chained.fetch_all())


async def test_it_includes_both_ways(client: Any) -> None:
    allergies = client.resources("AllergyIntolerance").search(patient="rb.1")

    bundle = await allergies.include("AllergyIntolerance", "patient").revinclude("Provenance", "target").fetch_raw()

    matches = references([bundle])
    included = [entry["resource"] for entry in bundle["entry"] if "include" == entry["search"]["mode"]]
    targets = {each["target"][0]["reference"] for each in included if "Provenance" == each["resourceType"]}
    assert matches
    assert set(matches) == targets
    assert ["Patient/rb.1"] == [each for each in _named(included) if each.startswith("Patient/")]


async def test_it_resolves_references(client: Any, facade: Facade) -> None:
    encounters = await client.resources("Encounter").search(patient="rb.1").fetch_all()

    assert encounters
    for encounter in encounters:
        patient = await encounter["subject"].to_resource()
        assert facade.get("Patient/rb.1") == patient.serialize()


async def test_it_searches_by_post(client: Any, facade: Facade) -> None:
    bundle = await client.resources("Observation").execute(
        "_search", method="post", params={"patient": "rb.1", "category": "vital-signs", "_count": 3}
    )
    pages = [bundle]
    while following := link(pages[-1], "next"):
        pages.append(await client.execute(following.removeprefix(f"{facade.base}/"), method="get"))

    assert len(pages) > 2
    assert references(facade.pages(VITALS)) == references(pages)


async def test_it_fetches_everything_of_a_patient(client: Any, facade: Facade) -> None:
    bundle = await client.reference("Patient", "rb.1").execute("$everything", method="get", params={"_count": 1_000})

    assert references(facade.pages("Patient/rb.1/$everything")) == references([bundle])


async def test_it_finds_who_is_meant(client: Any) -> None:
    patient = (await client.reference("Patient", "rb.1").to_resource()).serialize()
    resource = {"resourceType": "Patient", **{key: patient[key] for key in ("identifier", "name", "birthDate")}}
    body = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}]}

    bundle = await client.resources("Patient").execute("$match", data=body)

    assert "Patient/rb.1" == references([bundle])[0]


async def test_it_counts(client: Any, facade: Facade) -> None:
    assert len(references(facade.pages(VITALS))) == await _vitals(client).count()


async def test_its_errors_are_those_it_has_names_for(client: Any, facade: Facade) -> None:
    with pytest.raises(ResourceNotFound, match="not-found"):
        await client.reference("Patient", "rb.nobody").to_resource()
    with pytest.raises(AuthorizationError, match="login"):
        await AsyncFHIRClient(facade.base).reference("Patient", "rb.1").to_resource()
    with pytest.raises(OperationOutcome, match="If-None-Match"):
        await client.execute("Patient/rb.1/_history", method="get")
