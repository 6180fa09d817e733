"""Searches that reach beyond one type: chains, _has, includes; each against what plain searches find."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.facade.world import World, configuration, entries, every, ids, link, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("reaching"), size=12) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(here: World) -> httpx.AsyncClient:
    return here.client()


async def chart(client: httpx.AsyncClient, type_: str) -> list[dict[str, Any]]:
    """All of a type, patient by patient."""
    people = ids(await every(client, "/Patient"))
    return [one for each in people for one in await every(client, f"/{type_}?patient={each}")]


def named(resources: list[dict[str, Any]], mode: str) -> list[str]:
    return [
        f"{each['resource']['resourceType']}/{each['resource']['id']}"
        for each in resources
        if each["search"]["mode"] == mode
    ]


@pytest.mark.parametrize("form", ["patient.{}", "patient:Patient.{}"])
async def test_a_chain_finds_what_two_searches_find(client: httpx.AsyncClient, form: str) -> None:
    patients = await every(client, "/Patient")
    family = next(name["family"] for one in patients for name in one["name"] if name.get("family"))
    wanted = {
        one["id"]
        for patient in await every(client, f"/Patient?family={family}")
        for one in await every(client, f"/Encounter?patient={patient['id']}")
    }

    found = await every(client, f"/Encounter?{form.format('family')}={family}")

    assert wanted
    assert wanted == set(ids(found))


async def test_chains_on_the_patient_are_about_one_and_the_same_patient(client: httpx.AsyncClient) -> None:
    patients = await every(client, "/Patient")
    ann = next(one for one in patients if one.get("birthDate"))
    ben = next(one for one in patients if one.get("birthDate") and one["birthDate"] != ann["birthDate"])
    family = ben["name"][0]["family"]
    both = await every(client, f"/Patient?family={family}&birthdate={ann['birthDate']}")

    found = await every(client, f"/Encounter?patient.family={family}&patient.birthdate={ann['birthDate']}")

    assert {f"Patient/{one['id']}" for one in both} >= {one["subject"]["reference"] for one in found}


async def test_a_chain_that_stands_for_nothing_finds_nothing_and_asks_no_chart(
    here: World, client: httpx.AsyncClient
) -> None:
    await here.forget()

    bundle = (await client.get("/Observation?patient.family=Nobodyatall")).json()

    assert (0, False) == (bundle["total"], "entry" in bundle)
    assert not [call for call in await here.calls() if "/chart/" in call["path"]]


async def test_a_chain_may_stand_for_so_many_and_no_more(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"chain_max": 2}
    async with world(tmp_path, config) as small:
        response = await small.client().get("/Encounter?patient.gender=female")

    assert (400, "too-costly") == (response.status_code, response.json()["issue"][0]["code"])
    assert "patient.gender" in response.json()["issue"][0]["details"]["text"]


async def test_what_may_not_be_searched_is_not_reached_by_a_chain_either(here: World) -> None:
    limited, vitals = here.client("limited"), here.client("vitals")

    hidden = await limited.get("/Observation?patient.identifier=1")
    outside = await vitals.get("/Observation?patient.family=Smith")

    assert (403, ["http.identifier"]) == (hidden.status_code, hidden.json()["issue"][0]["location"])
    assert 403 == outside.status_code


async def test_has_keeps_those_that_something_refers_to(client: httpx.AsyncClient) -> None:
    conditions = await chart(client, "Condition")
    code = conditions[0]["code"]["coding"][0]
    token = f"{code['system']}|{code['code']}"
    wanted = {
        one["subject"]["reference"].removeprefix("Patient/")
        for one in conditions
        if code["code"] in [each["code"] for each in one["code"]["coding"]]
    }
    everybody = await every(client, "/Patient")

    found = await every(client, f"/Patient?_has:Condition:patient:code={token}&_count=3")

    assert 0 < len(wanted) < len(everybody)
    assert wanted == set(ids(found))


async def test_two_has_must_both_hold(client: httpx.AsyncClient) -> None:
    allergic = {one["patient"]["reference"] for one in await chart(client, "AllergyIntolerance")}
    seen = {one["subject"]["reference"] for one in await chart(client, "Encounter")}
    query = "_has:AllergyIntolerance:patient:_id:missing=false"

    refused = await client.get(f"/Patient?{query}")
    found = await every(
        client,
        "/Patient?_has:AllergyIntolerance:patient:clinical-status=active"
        "&_has:Encounter:patient:status=finished,in-progress,planned,unknown",
    )

    assert 400 == refused.status_code
    assert {f"Patient/{id_}" for id_ in ids(found)} <= allergic & seen
    assert found


async def test_has_looks_at_so_many_and_no_more(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"reverse_max": 5}
    async with world(tmp_path, config, size=12) as small:
        wide = await small.client().get("/Patient?_has:Condition:patient:clinical-status=active")
        narrow = await small.client().get("/Patient?_id=rb.1&_has:Condition:patient:clinical-status=active")

    assert (400, "too-costly", 200) == (wide.status_code, wide.json()["issue"][0]["code"], narrow.status_code)


async def test_has_into_a_type_outside_the_scopes_is_refused(here: World) -> None:
    billing = here.client("billing")

    response = await billing.get("/Patient?_has:Observation:patient:code=8310-5")

    assert 403 == response.status_code


async def test_what_may_not_be_asked_is_refused_though_nothing_else_is_found(here: World) -> None:
    billing = here.client("billing")

    response = await billing.get("/Patient?_id=rb.99999&_has:Observation:patient:code=8310-5")

    assert 403 == response.status_code


async def test_a_search_reaches_into_other_types_so_often_and_no_more(here: World, client: httpx.AsyncClient) -> None:
    has = "_has:Condition:patient:clinical-status=active"
    chain = "patient.name=a"
    await here.forget()
    refused = [
        await client.get(address)
        for address in (f"/Patient?_id=rb.1&{'&'.join([has] * 11)}", f"/Encounter?{'&'.join([chain] * 11)}")
    ]
    asked = await here.calls()
    allowed = await client.get(f"/Patient?_id=rb.1&{'&'.join([has] * 10)}")

    assert [(400, "too-long")] * 2 == [(each.status_code, each.json()["issue"][0]["code"]) for each in refused]
    assert [] == asked
    assert 200 == allowed.status_code


async def test_revinclude_brings_what_refers_to_a_match(client: httpx.AsyncClient) -> None:
    conditions = await every(client, "/Condition?patient=rb.1")

    found = await entries(client, "/Patient?_id=rb.1&_revinclude=Condition:patient")

    assert ["Patient/rb.1"] == named(found, "match")
    assert sorted(f"Condition/{id_}" for id_ in ids(conditions)) == sorted(named(found, "include"))


async def test_includes_go_on_from_what_was_included_only_when_asked(client: httpx.AsyncClient) -> None:
    start = "/Encounter?patient=rb.1&_count=1&_include=Encounter:patient"

    once = (await client.get(f"{start}&_revinclude=Provenance:target")).json()["entry"]
    further = (
        await client.get(f"{start}&_revinclude:iterate=Provenance:target&_revinclude:iterate=Condition:patient")
    ).json()["entry"]

    assert 1 == sum(name.startswith("Provenance/") for name in named(once, "include"))
    types = [name.partition("/")[0] for name in named(further, "include")]
    assert types.count("Provenance") == 1 + 1 + types.count("Condition")  # of the match and of all that was included
    assert types.count("Condition") > 0
    assert len(types) == len(set(named(further, "include")))


async def test_what_was_found_twice_stands_once(client: httpx.AsyncClient) -> None:
    twice = "_include=Encounter:patient&_include=Encounter:patient:Patient"

    found = (await client.get(f"/Encounter?patient=rb.1&{twice}&_count=500")).json()["entry"]

    assert 1 == named(found, "include").count("Patient/rb.1")
    assert len(set(named(found, "match"))) == len(named(found, "match")) > 1


async def test_includes_have_a_bound(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"includes_max": 3}
    async with world(tmp_path, config) as small:
        response = await small.client().get("/Patient?_id=rb.1&_revinclude=Observation:patient")

    assert (400, "too-costly") == (response.status_code, response.json()["issue"][0]["code"])


async def test_what_the_caller_may_not_see_is_not_included(here: World) -> None:
    billing = here.client("billing")

    found = await entries(billing, "/Patient?_id=rb.1&_revinclude=Observation:patient&_revinclude=Provenance:target")

    assert ["Patient/rb.1"] == named(found, "match")
    assert [] == named(found, "include")


async def test_a_chained_search_is_paged_by_its_link(client: httpx.AsyncClient) -> None:
    patients = await every(client, "/Patient")
    letter = patients[0]["name"][0]["family"][0]
    whole = await every(client, f"/Encounter?patient.family={letter}&_count=500")

    first = (await client.get(f"/Encounter?patient.family={letter}&_count=2")).json()
    paged = await every(client, f"/Encounter?patient.family={letter}&_count=2")

    assert sorted(ids(whole)) == sorted(ids(paged))
    assert len(whole) > 2
    assert letter not in (link(first, "next") or "").partition("?")[0]
