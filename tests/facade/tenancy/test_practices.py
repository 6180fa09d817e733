"""Tenants and practices never meet; one that fails is told of, not hidden."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.facade.world import ORIGIN, World, configuration, entries, every, ids, link, practice, world

TWO = {"practices": {"rb": practice(), "lake": practice("195901")}}


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[World]:
    """One tenant with two practices of the same EHR."""
    async with world(tmp_path, configuration(riverbend=TWO)) as made:
        yield made


@pytest.mark.parametrize(
    "address", ["/nobody/fhir/r4/metadata", "/riverbend/zz/fhir/r4/metadata", "/nobody/zz/fhir/r4/Patient/1"]
)
async def test_unknown_tenant_and_unknown_practice_give_the_same_answer(here: World, address: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        known, response = await client.get("/nobody/fhir/r4/Patient/1"), await client.get(address)

    assert (404, known.json()) == (response.status_code, response.json())


async def test_a_search_without_an_id_goes_to_every_practice(two: World) -> None:
    found = ids(await every(two.client(), "/Patient"))

    assert {"rb", "lake"} == {each.split(".")[0] for each in found}
    assert set(found) == {
        *ids(await every(two.client(practice="rb"), "/Patient")),
        *ids(await every(two.client(practice="lake"), "/Patient")),
    }


async def test_a_page_is_shared_between_the_practices(two: World) -> None:
    bundle = (await two.client().get("/Patient?_count=4")).json()

    assert ["rb", "rb", "lake", "lake"] == [entry["resource"]["id"].split(".")[0] for entry in bundle["entry"]]


@pytest.mark.parametrize("address", ["/Patient?_id=lake.1", "/Observation?patient=lake.1", "/Patient/lake.1"])
async def test_an_id_sends_the_question_to_its_practice_alone(two: World, address: str) -> None:
    await two.forget()
    assert 200 == (await two.client().get(address)).status_code

    assert {"195901"} == {call["path"].split("/")[2] for call in await two.calls() if call["path"].startswith("/v1/")}


async def test_a_list_of_ids_is_split_by_practice(two: World) -> None:
    found = ids(await every(two.client(), "/Patient?_id=rb.1,lake.2,rb.3"))

    assert {"rb.1", "lake.2", "rb.3"} == set(found)


async def test_contradicting_practices_find_nothing_and_ask_nobody(two: World) -> None:
    await two.forget()
    bundle = (await two.client().get("/Patient?_id=rb.1&_id=lake.1")).json()

    assert 0 == bundle["total"]
    assert "entry" not in bundle
    assert [] == await two.calls()


async def test_the_practice_base_knows_only_its_own(two: World) -> None:
    client = two.client(practice="rb")

    assert 404 == (await client.get("/Patient/lake.1")).status_code
    assert 0 == (await client.get("/Observation?patient=lake.1")).json()["total"]


async def test_a_failing_practice_is_named_and_the_others_answer(two: World) -> None:
    await two.fault({"path": "/v1/195901/", "kind": "status", "status": 500, "times": None})

    found = await entries(two.client(), "/Practitioner?name=a&_count=200")

    assert {"rb"} == {e["resource"]["id"].split(".")[0] for e in found if e["search"]["mode"] == "match"}
    outcomes = [e["resource"] for e in found if e["search"]["mode"] == "outcome"]
    assert outcomes
    assert all("lake" in issue["details"]["text"] for outcome in outcomes for issue in outcome["issue"])


async def test_a_practice_that_failed_on_one_page_is_asked_again_with_the_next(two: World) -> None:
    whole = set(ids(await every(two.client(), "/Patient")))
    first = (await two.client().get("/Patient?_count=4")).json()
    await two.fault({"path": "/v1/195901/patients", "kind": "status", "status": 500, "times": 3})

    fresh = two.client()
    fresh.headers["Cache-Control"] = "no-cache"
    found, outcomes = {entry["resource"]["id"] for entry in first["entry"]}, 0
    url = link(first, "next")
    while url is not None:
        bundle = (await fresh.get(url)).json()
        found |= {entry["resource"]["id"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"}
        outcomes += sum(entry["search"]["mode"] == "outcome" for entry in bundle["entry"])
        url = link(bundle, "next")

    assert 1 == outcomes
    assert whole == found


async def test_a_practice_that_fails_gives_its_place_on_the_page_to_the_next(two: World) -> None:
    lake = {one for one in ids(await every(two.client(), "/Patient")) if one.startswith("lake.")}
    await two.fault({"path": "/v1/195900/patients", "kind": "status", "status": 500, "times": None})

    fresh = two.client()
    fresh.headers["Cache-Control"] = "no-cache"
    found = await every(fresh, "/Patient?_count=1")

    assert lake
    assert sorted(lake) == sorted(ids(found))


@pytest.mark.parametrize("sort", ["", "&_sort=date"])
async def test_what_a_chain_lacks_is_told_and_not_counted_as_if_it_were_all(two: World, sort: str) -> None:
    await two.fault({"path": "/v1/195901/patients", "kind": "status", "status": 500, "times": None})

    found = (await two.client().get(f"/Encounter?patient.gender=female&_total=accurate{sort}")).json()

    (outcome,) = [each["resource"] for each in found["entry"] if each["search"]["mode"] == "outcome"]
    assert "lake" in outcome["issue"][0]["details"]["text"]
    assert "total" not in found


async def test_a_search_that_nobody_is_asked_for_is_still_admitted_first(here: World) -> None:
    assert 403 == (await here.client("vitals").get("/Patient?_id=zz.1")).status_code
    assert 403 == (await here.client("limited").get("/Patient?identifier=x&_id=zz.1")).status_code


async def test_partial_answers_can_be_refused(two: World) -> None:
    await two.fault({"path": "/v1/195901/", "kind": "status", "status": 500, "times": None})

    response = await two.client().get("/Practitioner?name=a", headers={"X-Facade-Partial": "refuse"})

    assert 503 == response.status_code
    assert "retry-after" in response.headers


async def test_tenants_over_the_same_ehr_do_not_share_what_was_fetched(tmp_path: Path) -> None:
    async with world(tmp_path, configuration(riverbend={}, lakeside={})) as made:
        await made.client("system", "riverbend").get("/Practitioner?name=a")
        await made.forget()
        await made.client("system", "lakeside").get("/Practitioner?name=a")

        assert any("/providers" in call["path"] for call in await made.calls())
        assert any("/oauth2" in call["path"] for call in await made.calls())


async def test_a_paging_link_is_refused_to_another_client(here: World) -> None:
    bundle = (await here.client().get("/Patient?_count=1")).json()
    following = bundle["link"][-1]["url"]

    assert 200 == (await here.client().get(following)).status_code
    assert 400 == (await here.client("limited").get(following)).status_code
    assert 400 == (await here.client().get(following.replace("/Patient?", "/Practitioner?"))).status_code
    assert 400 == (await here.client().get(following + "&family=x")).status_code
    assert 400 == (await here.client().get(following[:-6] + "AAAAA=")).status_code
