"""/brands.json: who opted in, nobody else; and how a base's SMART configuration leads there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.bundle import Bundle

from tests.facade.world import ORIGIN, World, configuration, practice, world

OWN = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}
BRAND = {"website": "https://www.open.example/about", "addresses": [{"city": "Troy", "state": "NY"}]}


@pytest.fixture
async def opted(tmp_path: Path) -> AsyncIterator[World]:
    """`open` opted in with one practice of its own brand and one without; `closed` did not."""
    practices = {
        "east": {**practice(), "brand": {**BRAND, "name": "East Side", "identifiers": [OWN]}},
        "west": practice("195901"),
    }
    brand = {**BRAND, "identifiers": [{"system": "urn:example:brands", "value": "open"}]}
    opted_in = {"name": "Open Health", "brand": brand, "practices": practices}
    async with world(tmp_path, configuration(open=opted_in, closed={"name": "Closed"})) as made:
        yield made


async def get(made: World, address: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(made.app), base_url=ORIGIN) as client:
        return await client.get(address, headers=headers)


async def smart(made: World, tenant: str, narrowed: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = (await made.client(None, tenant, narrowed).get("/.well-known/smart-configuration")).json()
    return found


async def test_the_bundle_needs_no_token_and_is_open_to_any_page(opted: World) -> None:
    response = await get(opted, "/brands.json", Origin="https://app.example")

    assert (200, "application/fhir+json; charset=utf-8") == (response.status_code, response.headers["content-type"])
    assert "*" == response.headers["access-control-allow-origin"]
    Bundle.model_validate_json(response.content)
    assert {"Open Health", "East Side"} == {
        entry["resource"]["name"]
        for entry in response.json()["entry"]
        if entry["resource"]["resourceType"] == "Organization"
    }


async def test_a_tenant_that_did_not_opt_in_is_nowhere_in_it(opted: World) -> None:
    assert "closed" not in (await get(opted, "/brands.json")).text.lower()
    assert {"user_access_brand_bundle", "user_access_brand_identifier"}.isdisjoint(await smart(opted, "closed"))


async def test_where_nobody_opted_in_there_is_none(here: World) -> None:
    response = await get(here, "/brands.json")

    assert (404, "OperationOutcome") == (response.status_code, response.json()["resourceType"])


@pytest.mark.parametrize(
    ("narrowed", "key"), [(None, "open"), ("east", "open.east"), ("west", "open")], ids=["tenant", "own", "above"]
)
async def test_smart_names_the_one_brand_of_a_base(opted: World, narrowed: str | None, key: str) -> None:
    found = await smart(opted, "open", narrowed)

    bundle = (await get(opted, found["user_access_brand_bundle"])).json()
    assert [key] == [
        entry["resource"]["id"]
        for entry in bundle["entry"]
        if found["user_access_brand_identifier"] in entry["resource"].get("identifier", ())
    ]


async def test_every_published_address_is_a_base_with_a_statement_and_every_contact_a_page(opted: World) -> None:
    bundle = (await get(opted, "/brands.json")).json()

    endpoints = [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Endpoint"]
    assert 2 == len(endpoints)
    for endpoint in endpoints:
        assert "4.0.1" == (await get(opted, f"{endpoint['address']}/metadata")).json()["fhirVersion"]
        assert 200 == (await get(opted, endpoint["contact"][0]["value"])).status_code


async def test_who_has_it_already_is_told_so(opted: World) -> None:
    tag = (await get(opted, "/brands.json")).headers["etag"]

    again = await get(opted, "/brands.json", **{"If-None-Match": tag})

    assert tag.startswith('W/"')
    assert (304, b"", tag) == (again.status_code, again.content, again.headers["etag"])
    assert "*" == again.headers["access-control-allow-origin"]
    assert 200 == (await get(opted, "/brands.json", **{"If-None-Match": 'W/"other"'})).status_code
