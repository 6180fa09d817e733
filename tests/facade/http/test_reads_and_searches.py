"""What an app sees: reads, searches, pages, includes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.facade.world import ORIGIN, World, entries, every, ids, link

BASE = f"{ORIGIN}/riverbend/fhir/r4"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


async def test_a_patient_comes_as_us_core(client: httpx.AsyncClient) -> None:
    response = await client.get("/Patient/rb.1")

    assert 200 == response.status_code
    assert "application/fhir+json; charset=utf-8" == response.headers["content-type"]
    patient = response.json()
    assert ("Patient", "rb.1") == (patient["resourceType"], patient["id"])
    assert [US_CORE + "us-core-patient"] == patient["meta"]["profile"]
    assert f'W/"{patient["meta"]["versionId"]}"' == response.headers["etag"]


async def test_the_same_read_has_the_same_version(client: httpx.AsyncClient) -> None:
    first, second = await client.get("/Patient/rb.1"), await client.get("/Patient/rb.1")

    assert first.content == second.content


async def test_her_vital_signs_are_found_and_name_her(client: httpx.AsyncClient) -> None:
    bundle = (await client.get("/Observation?patient=rb.1&category=vital-signs")).json()

    found = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"]
    assert bundle["total"] == len(found) > 5
    assert {"Patient/rb.1"} == {one["subject"]["reference"] for one in found}
    assert US_CORE + "us-core-blood-pressure" in {p for one in found for p in one["meta"]["profile"]}
    assert all(entry["fullUrl"] == f"{BASE}/Observation/{entry['resource']['id']}" for entry in bundle["entry"])


async def test_a_read_gives_what_the_search_gave(client: httpx.AsyncClient) -> None:
    for found in (await every(client, "/Observation?patient=rb.1"))[:10]:
        assert found == (await client.get(f"/Observation/{found['id']}")).json()


async def test_ids_are_the_same_under_the_practice_base(here: World) -> None:
    narrowed = here.client(practice="rb")

    assert await every(here.client(), "/Patient") == await every(narrowed, "/Patient")


async def test_a_search_by_post_equals_the_search_by_get(client: httpx.AsyncClient) -> None:
    patient = (await client.get("/Patient/rb.1")).json()
    query = {"family": patient["name"][0]["family"], "birthdate": patient["birthDate"]}

    got = (await client.get("/Patient", params=query)).json()
    posted = (await client.post("/Patient/_search", data=query)).json()
    split = (
        await client.post(f"/Patient/_search?family={query['family']}", data={"birthdate": query["birthdate"]})
    ).json()

    assert got["entry"] == posted["entry"] == split["entry"]
    assert "rb.1" in ids(entry["resource"] for entry in got["entry"])


@pytest.mark.parametrize("count", [1, 2, 7])
async def test_pages_are_complete_and_repeat_nothing(client: httpx.AsyncClient, count: int) -> None:
    whole = ids(await every(client, "/Patient?_count=500"))
    paged = ids(await every(client, f"/Patient?_count={count}"))

    assert whole == paged
    assert len(set(paged)) == len(paged) > 20


@pytest.mark.parametrize("query", ["_id=rb.7,rb.8", "family=T,Ta,Tan", "identifier=7,8", "name=a,b"])
@pytest.mark.parametrize("count", [1, 500])
async def test_lists_that_overlap_give_each_match_once(client: httpx.AsyncClient, query: str, count: int) -> None:
    found = ids(await every(client, f"/Patient?{query}&_count={count}"))
    counted = (await client.get(f"/Patient?{query}&_count=0")).json()

    assert found
    assert len(set(found)) == len(found) == counted["total"]


async def test_every_page_of_a_chart_search_tells_the_same_total(client: httpx.AsyncClient) -> None:
    totals, found, url = set(), [], "/Observation?patient=rb.1&_count=4"
    while url:
        bundle = (await client.get(url)).json()
        totals.add(bundle["total"])
        found += bundle["entry"]
        url = link(bundle, "next") or ""

    assert {len(found)} == totals


async def test_next_links_are_short_and_show_no_search_value(client: httpx.AsyncClient) -> None:
    patient = (await client.get("/Patient/rb.1")).json()
    response = await client.post("/Observation/_search", data={"patient": "rb.1", "_count": "1"})

    following = link(response.json(), "next")
    assert following is not None
    assert len(following) < 2048
    assert "rb.1" not in following
    assert patient["name"][0]["family"] not in following
    assert 200 == (await client.get(following)).status_code


async def test_count_zero_gives_the_total_alone(client: httpx.AsyncClient) -> None:
    bundle = (await client.get("/Observation?patient=rb.1&_count=0")).json()

    assert len(await every(client, "/Observation?patient=rb.1")) == bundle["total"]
    assert "entry" not in bundle


async def test_the_self_link_shows_what_was_applied(client: httpx.AsyncClient) -> None:
    bundle = (await client.get("/Patient?family=a&_nonsense=1&birthdate=ge1900&_count=3")).json()

    own = link(bundle, "self") or ""
    assert [("family", "a"), ("birthdate", "ge1900"), ("_count", "3")] == parse_qsl(urlsplit(own).query)
    assert own.startswith(f"{BASE}/Patient?")
    warnings = [e["resource"]["issue"] for e in bundle["entry"] if e["search"]["mode"] == "outcome"]
    assert ["_nonsense" in issue["details"]["text"] for issues in warnings for issue in issues] == [True]


async def test_includes_come_once_and_are_no_matches(client: httpx.AsyncClient) -> None:
    found = await entries(client, "/Observation?patient=rb.1&_include=Observation:patient&_count=500")

    included = [entry["resource"]["id"] for entry in found if entry["search"]["mode"] == "include"]
    assert ["rb.1"] == included


async def test_each_match_has_its_provenance(client: httpx.AsyncClient) -> None:
    found = await entries(client, "/Condition?patient=rb.1&_revinclude=Provenance:target")

    matches = {f"Condition/{e['resource']['id']}" for e in found if e["search"]["mode"] == "match"}
    provenances = [e["resource"] for e in found if e["search"]["mode"] == "include"]
    assert matches == {one["target"][0]["reference"] for one in provenances}
    for one in provenances:
        assert [US_CORE + "us-core-provenance"] == one["meta"]["profile"]
        assert one == (await client.get(f"/Provenance/{one['id']}")).json()


async def test_every_reference_served_can_be_read(client: httpx.AsyncClient) -> None:
    addresses = ("/Encounter?patient=rb.1", "/Condition?patient=rb.1", "/Observation?patient=rb.1", "/Location")
    found = [one for address in addresses for one in await every(client, address)]

    for text in {text for one in found for text in references(one)}:
        assert 200 == (await client.get(f"/{text}")).status_code, text


def references(node: Any) -> Iterator[str]:
    """Every literal reference in a resource, those to contained resources left out."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "reference" and isinstance(value, str) and not value.startswith("#"):
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


async def test_decimals_keep_their_digits_on_the_way(here: World, client: httpx.AsyncClient) -> None:
    text = (await client.get("/Observation?patient=rb.1&category=vital-signs&_count=500")).text
    shown = [one["resource"] for one in json.loads(text, parse_float=str)["entry"]]
    values = [str(one["valueQuantity"]["value"]) for one in shown if "valueQuantity" in one]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.sandbox), base_url="http://127.0.0.1:9") as ehr:
        token = (
            await ehr.post(
                "/oauth2/v1/token",
                auth=("sandbox-client", "sandbox-secret"),
                data={"grant_type": "client_credentials", "scope": "athena/service/Athenanet.MDP.*"},
            )
        ).json()["access_token"]
        ehr.headers["Authorization"] = f"Bearer {token}"
        charts = (await ehr.get("/v1/195900/chart/1/patientchartlist")).json()["chartlist"]
        sent = {
            reading["value"]
            for chart in charts
            for vital in (
                await ehr.get("/v1/195900/chart/1/vitals", params={"departmentid": chart["sampledepartmentid"]})
            ).json()["vitals"]
            for act in vital["readings"]
            for reading in act
        }
    assert values
    assert set(values) <= sent


async def test_the_request_id_goes_through_to_the_ehr(here: World, client: httpx.AsyncClient) -> None:
    await here.forget()
    response = await client.get("/Patient/rb.2", headers={"X-Request-Id": "abc-123"})

    assert "abc-123" == response.headers["x-request-id"]
    assert {"abc-123"} == {call["request_id"] for call in await here.calls() if "/patients" in call["path"]}


async def test_head_answers_like_get_without_a_body(client: httpx.AsyncClient) -> None:
    got, head = await client.get("/Patient/rb.1"), await client.head("/Patient/rb.1")

    assert (200, got.headers["etag"]) == (head.status_code, head.headers["etag"])


@pytest.mark.parametrize("query", ["_summary=true", "_summary=text", "_summary=data", "_elements=name,gender"])
async def test_a_read_gives_the_part_that_a_search_gives(client: httpx.AsyncClient, query: str) -> None:
    (expected,) = await every(client, f"/Patient?_id=rb.1&{query}")

    response = await client.get(f"/Patient/rb.1?{query}")

    assert (200, expected) == (response.status_code, response.json())
    assert response.headers["etag"] == f'W/"{expected["meta"]["versionId"]}"'


@pytest.mark.parametrize("query", ["_summary=count", "_summary=all", "_elements=nonsense", "_count=1", "name=a"])
async def test_a_read_takes_no_other_parameters(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get(f"/Patient/rb.1?{query}")

    assert (400, [f"http.{query.partition('=')[0]}"]) == (response.status_code, response.json()["issue"][0]["location"])
