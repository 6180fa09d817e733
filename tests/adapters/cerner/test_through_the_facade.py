"""What a client of the facade gets of a Millennium tenant: lists in its own pages, nothing of the EHR's accent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from adapters.cerner.sandbox import create_app as create_sandbox
from adapters.cerner.settings import sandbox_settings
from tests.adapters.cerner.world import ADA
from tests.conforms import assert_conforms
from tests.facade.world import UPSTREAM, World, configuration, every, link, served

OF_PATIENT = (
    "AllergyIntolerance CarePlan CareTeam Condition Coverage DiagnosticReport DocumentReference Encounter Goal"
    " Immunization MedicationRequest Observation Procedure ServiceRequest"
).split()
ACCENT = (UPSTREAM, 'userSelected":false', "StructureDefinition/custom-attribute", '"CI-', "2100-12-31", "CARE_TEAM")


@asynccontextmanager
async def summit(folder: Path) -> AsyncIterator[World]:
    connections = {"cerner": {"adapter": "cerner", "settings": {**sandbox_settings(UPSTREAM), "page_size": 10}}}
    practice = {"name": "Cedar Valley", "timezone": "America/Chicago", "connections": connections}
    sandbox = create_sandbox(size=4)
    config = configuration(riverbend={"practices": {"cv": practice}})
    async with served(folder, config, httpx.ASGITransport(sandbox), sandbox, World) as made:
        yield made


@pytest.mark.parametrize("type_", ["Observation", "Condition"])
async def test_long_pages_are_cut_and_what_comes_twice_is_given_once(tmp_path: Path, type_: str) -> None:
    async with summit(tmp_path) as facade:
        client = facade.client()
        whole = {one["id"] for one in await every(client, f"/{type_}?patient=cv.{ADA}&_count=500")}
        given: list[str] = []
        url: str | None = f"/{type_}?patient=cv.{ADA}&_count=3"
        while url is not None:
            page = (await client.get(url)).json()
            assert len(page["entry"]) <= 3
            given += [entry["resource"]["id"] for entry in page["entry"]]
            url = link(page, "next")

    assert len(given) == len(set(given)) > 3
    assert whole == set(given)


async def test_nothing_of_the_server_s_accent_is_left(tmp_path: Path) -> None:
    async with summit(tmp_path) as facade:
        client = facade.client()
        found = [one for type_ in OF_PATIENT for one in await every(client, f"/{type_}?patient=cv.{ADA}")]
        found += await every(client, f"/Patient?_id=cv.{ADA}")

    assert {*OF_PATIENT, "Patient"} == {one["resourceType"] for one in found}
    for one in found[::5]:
        assert_conforms(one)
    written = json.dumps(found, separators=(",", ":"))
    assert [] == [accent for accent in ACCENT if accent in written]
    assert {"CarePlan"} == {one["resourceType"] for one in found if "text" in one}


async def test_results_are_found_by_the_category_that_they_do_not_show(tmp_path: Path) -> None:
    async with summit(tmp_path) as facade:
        client = facade.client()
        whole = await every(client, "/Observation?patient=cv.12724001,cv.12724002,cv.12724003&_count=500")
        found = await every(client, "/Observation?patient=cv.12724001,cv.12724002,cv.12724003&category=laboratory")

    hidden = {one["id"] for one in whole if "extension" in one["category"][0]["coding"][0]}
    assert hidden
    assert hidden <= {one["id"] for one in found}
    assert {"laboratory"} == {one["category"][0]["coding"][0]["code"] for one in found}


async def test_a_document_s_file_is_had_from_the_facade(tmp_path: Path) -> None:
    async with summit(tmp_path) as facade:
        client = facade.client()
        (document, *_) = await every(client, f"/DocumentReference?patient=cv.{ADA}")
        attachment = document["content"][0]["attachment"]
        answer = await client.get(attachment["url"])

    assert 200 == answer.status_code
    assert attachment["contentType"] == answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
