"""Patient/[id]/$everything gives all of a record, once, in one order, and nothing that the caller may not see."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.facade.world import World, configuration, entries, link, world

EVERYTHING = "/Patient/rb.1/$everything"


def _of(found: list[dict[str, Any]], mode: str) -> list[str]:
    return [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in found if e["search"]["mode"] == mode]


async def _by_searches(client: httpx.AsyncClient) -> set[str]:
    """The same record by plain searches of all types that can be searched by patient, each with its Provenance."""
    found = await entries(client, "/Patient?_id=rb.1&_revinclude=Provenance:target")
    stated = (await client.get("/metadata")).json()["rest"][0]["resource"]
    for type_ in (one["type"] for one in stated if "patient" in [each["name"] for each in one.get("searchParam", ())]):
        found += await entries(client, f"/{type_}?patient=rb.1&_revinclude=Provenance:target&_count=500")
    return {*_of(found, "match"), *_of(found, "include")}


@pytest.mark.parametrize("count", [40, 500])
async def test_pages_together_are_what_plain_searches_find(client: httpx.AsyncClient, count: int) -> None:
    found = await entries(client, f"{EVERYTHING}?_count={count}")

    assert "Patient/rb.1" == _of(found, "match")[0]
    assert await _by_searches(client) == set(_of(found, "match"))
    given = [*_of(found, "match"), *_of(found, "include")]
    assert [] == [name for name, times in Counter(given).items() if times > 1]


async def test_what_the_record_refers_to_comes_once_and_last(client: httpx.AsyncClient) -> None:
    found = await entries(client, f"{EVERYTHING}?_count=500")

    modes = [entry["search"]["mode"] for entry in found]
    assert sorted(modes, key=["match", "include"].index) == modes
    assert {"Practitioner", "Organization", "Location", "Medication", "Schedule", "Slot"} >= {
        each.split("/")[0] for each in _of(found, "include")
    }
    mentioned = {
        each["individual"]["reference"]
        for entry in found
        for each in entry["resource"].get("participant", ())
        if "individual" in each
    }
    assert mentioned
    assert mentioned <= set(_of(found, "include"))


async def test_the_total_is_that_of_the_matches_on_every_page(client: httpx.AsyncClient) -> None:
    first = (await client.get(f"{EVERYTHING}?_count=5")).json()
    second = (await client.get(link(first, "next") or "")).json()
    whole = await entries(client, EVERYTHING)

    assert len(_of(whole, "match")) == first["total"] == second["total"]


async def test_a_count_of_nothing_gives_the_total_alone(client: httpx.AsyncClient) -> None:
    bundle = (await client.get(f"{EVERYTHING}?_count=0")).json()

    assert len(await _by_searches(client)) == bundle["total"]
    assert "entry" not in bundle
    assert link(bundle, "next") is None


async def test_the_same_request_gives_the_same_bundle(here: World, client: httpx.AsyncClient) -> None:
    once = await client.get(EVERYTHING)
    again = await here.client().get(EVERYTHING)

    assert once.json()["entry"] == again.json()["entry"]


async def test_a_post_is_a_get(client: httpx.AsyncClient) -> None:
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "_type", "valueCode": "Encounter"},
            {"name": "_type", "valueCode": "Observation"},
            {"name": "start", "valueDate": "2020"},
            {"name": "_count", "valueInteger": 3},
        ],
    }
    posted = (await client.post(EVERYTHING, json=body)).json()
    got = (await client.get(f"{EVERYTHING}?_type=Encounter&_type=Observation&start=2020&_count=3")).json()

    assert got["entry"] == posted["entry"]
    assert link(got, "self") == link(posted, "self")
    assert 200 == (await client.get(link(posted, "next") or "")).status_code


async def test_types_that_are_named_are_the_only_ones(client: httpx.AsyncClient) -> None:
    found = await entries(client, f"{EVERYTHING}?_type=Encounter,Practitioner")

    assert {"Encounter", "Practitioner"} == {entry["resource"]["resourceType"] for entry in found}
    whole = await entries(client, EVERYTHING)
    for type_ in ("Encounter", "Practitioner"):
        assert [e for e in whole if e["resource"]["resourceType"] == type_] == [
            e for e in found if e["resource"]["resourceType"] == type_
        ]


async def test_only_what_is_named_is_asked_for(here: World, client: httpx.AsyncClient) -> None:
    await here.forget()
    assert 200 == (await client.get(f"{EVERYTHING}?_type=AllergyIntolerance")).status_code

    asked = " ".join(call["path"] for call in await here.calls())
    assert "allergies" in asked
    assert not any(word in asked for word in ("vitals", "encounters", "problems"))


REFUSED: dict[str, tuple[str, int, str]] = {
    "an unknown type": (f"{EVERYTHING}?_type=Nonsense", 400, "http._type"),
    "a type that is not served": (f"{EVERYTHING}?_type=Device", 400, "http._type"),
    "an empty type": (f"{EVERYTHING}?_type=Condition,", 400, "http._type"),
    "a date that is none": (f"{EVERYTHING}?start=2020-02-31", 400, "http.start"),
    "a date with a prefix": (f"{EVERYTHING}?end=ge2020", 400, "http.end"),
    "an end before its start": (f"{EVERYTHING}?start=2021&end=2020", 400, "http.end"),
    "a time that is none": (f"{EVERYTHING}?_since=yesterday", 400, "http._since"),
    "a count that is none": (f"{EVERYTHING}?_count=many", 400, "http._count"),
    "two counts": (f"{EVERYTHING}?_count=1&_count=2", 400, "http._count"),
    "a parameter of searches": (f"{EVERYTHING}?code=x", 400, "http.code"),
    "a sort": (f"{EVERYTHING}?_sort=date", 400, "http._sort"),
}


@pytest.mark.parametrize(("address", "status", "location"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_applied_is_refused_by_name(
    client: httpx.AsyncClient, address: str, status: int, location: str
) -> None:
    response = await client.get(address)

    assert (status, [location]) == (response.status_code, response.json()["issue"][0]["location"])


async def test_leniently_an_unknown_parameter_is_ignored_and_told(client: httpx.AsyncClient) -> None:
    bundle = (await client.get(f"{EVERYTHING}?code=x", headers={"Prefer": "handling=lenient"})).json()

    (outcome,) = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "outcome"]
    assert "code" in outcome["issue"][0]["details"]["text"]
    assert "code=x" not in (link(bundle, "self") or "")


@pytest.mark.parametrize("patient", ["rb.99999", "zz.1", "rb.vital-1-2", "1"])
async def test_an_unknown_patient_is_404_like_an_unknown_id(client: httpx.AsyncClient, patient: str) -> None:
    response, read = await client.get(f"/Patient/{patient}/$everything"), await client.get(f"/Patient/{patient}")

    assert (404, read.json()) == (response.status_code, response.json())


async def test_a_paging_link_is_for_its_caller_and_its_patient_alone(here: World, client: httpx.AsyncClient) -> None:
    following = link((await client.get(f"{EVERYTHING}?_count=2")).json(), "next") or ""

    assert 200 == (await client.get(following)).status_code
    assert 400 == (await here.client("limited").get(following)).status_code
    assert 400 == (await client.get(following.replace("rb.1", "rb.2"))).status_code
    assert 400 == (await client.get(following + "&_type=Condition")).status_code
    assert 400 == (await client.get(following[:-8] + "AAAAAAA=")).status_code
    search = link((await client.get("/Patient?_count=1")).json(), "next") or ""
    assert 400 == (await client.get(f"{EVERYTHING}?{search.partition('?')[2]}")).status_code
    assert 400 == (await client.get(f"/Patient?{following.partition('?')[2]}")).status_code


# --- what the caller may not see ------------------------------------------------------------------------------------


async def test_types_outside_the_scopes_are_left_out_and_not_asked_for(here: World) -> None:
    client = here.client("billing")
    await here.forget()
    found = await entries(client, EVERYTHING)

    assert ["Patient/rb.1"] == [*_of(found, "match"), *_of(found, "include")]
    assert not any("/chart/" in call["path"] for call in await here.calls())


@pytest.mark.parametrize("type_", ["Observation", "Practitioner", "Provenance"])
async def test_a_type_that_is_named_outside_the_scopes_is_403(here: World, type_: str) -> None:
    response = await here.client("billing").get(f"{EVERYTHING}?_type=Patient,{type_}")

    assert (403, "forbidden") == (response.status_code, response.json()["issue"][0]["code"])


async def test_without_patients_in_the_scopes_there_is_nothing(here: World) -> None:
    assert 403 == (await here.client("vitals").get(EVERYTHING)).status_code


async def test_no_hidden_element_stands_in_the_record(here: World, client: httpx.AsyncClient) -> None:
    whole = (await client.get("/Patient/rb.1")).json()
    secrets = [each["value"] for each in whole["telecom"]] + [
        line for each in whole["address"] for line in each["line"]
    ]
    text = (await here.client("limited").get(f"{EVERYTHING}?_count=500")).text

    assert secrets
    assert [] == [secret for secret in secrets if secret in text]


async def test_a_type_that_policy_hides_is_left_out_unless_named(tmp_path: Path) -> None:
    rule = {"name": "no-conditions", "remove": ["Condition"], "clients": ["system"]}
    async with world(tmp_path, configuration(riverbend={"policy": [rule]})) as made:
        found = await entries(made.client(), EVERYTHING)
        named = await made.client().get(f"{EVERYTHING}?_type=Condition")

    assert "Condition" not in {entry["resource"]["resourceType"] for entry in found}
    assert not any("problem" in each for each in _of(found, "match"))
    assert 403 == named.status_code


# --- an EHR that fails ----------------------------------------------------------------------------------------------

FAULT = {"path": "/v1/195900/chart/1/vitals", "kind": "status", "status": 500, "times": None}


async def test_a_type_that_does_not_come_is_told_of(here: World, client: httpx.AsyncClient) -> None:
    await here.fault(FAULT)
    bundle = (await client.get(f"{EVERYTHING}?_count=500")).json()

    (outcome,) = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "outcome"]
    assert ["transient"] == [issue["code"] for issue in outcome["issue"]]
    assert "Observation" in outcome["issue"][0]["details"]["text"]
    assert "total" not in bundle
    assert "Condition" in {entry["resource"]["resourceType"] for entry in bundle["entry"]}


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_partial_record_can_be_refused(tmp_path: Path, by_header: bool) -> None:
    config = configuration(riverbend={} if by_header else {"partial_answers": "refuse"})
    async with world(tmp_path, config) as made:
        await made.fault(FAULT)
        headers = {"X-Facade-Partial": "refuse"} if by_header else {}
        response = await made.client().get(EVERYTHING, headers=headers)

    assert (503, "5") == (response.status_code, response.headers["retry-after"])


async def test_when_nothing_comes_it_is_an_error(here: World, client: httpx.AsyncClient) -> None:
    await here.fault({**FAULT, "path": "/v1/195900/"})

    assert 503 == (await client.get(EVERYTHING)).status_code
