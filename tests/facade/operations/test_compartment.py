"""[base]/Patient/[id]/[type] is a search by that patient, and no more than that."""

from __future__ import annotations

import httpx
import pytest

from tests.facade.world import World, link


@pytest.mark.parametrize("type_", ["AllergyIntolerance", "Condition", "Encounter", "Observation"])
async def test_a_compartment_search_is_a_search_by_patient(client: httpx.AsyncClient, type_: str) -> None:
    plain = (await client.get(f"/{type_}?patient=rb.1&_count=3")).json()
    within = (await client.get(f"/Patient/rb.1/{type_}?_count=3")).json()

    assert plain["entry"] == within["entry"]
    assert link(plain, "self") == link(within, "self")
    assert plain.get("total") == within.get("total")


async def test_it_takes_the_parameters_of_the_type_by_get_and_by_post(client: httpx.AsyncClient) -> None:
    query = {"category": "vital-signs", "code": "http://loinc.org|85354-9"}
    plain = (await client.get("/Observation", params={"patient": "rb.1", **query})).json()
    got = (await client.get("/Patient/rb.1/Observation", params=query)).json()
    posted = (await client.post("/Patient/rb.1/Observation/_search", data=query)).json()

    assert plain["entry"] == got["entry"] == posted["entry"]


async def test_its_next_link_goes_on(client: httpx.AsyncClient) -> None:
    first = (await client.get("/Patient/rb.1/Observation?_count=2")).json()
    second = (await client.get(link(first, "next") or "")).json()

    both = [entry["resource"]["id"] for bundle in (first, second) for entry in bundle["entry"]]
    assert 4 == len(set(both))


@pytest.mark.parametrize("other", ["rb.2", "zz.1"])
async def test_another_patient_beside_it_finds_nothing(here: World, client: httpx.AsyncClient, other: str) -> None:
    assert "entry" in (await client.get("/Patient/rb.2/Observation")).json()
    bundle = (await client.get(f"/Patient/rb.1/Observation?patient={other}")).json()

    assert "entry" not in bundle
    assert 0 == bundle["total"]


async def test_an_unknown_patient_has_an_empty_compartment(client: httpx.AsyncClient) -> None:
    bundle = (await client.get("/Patient/rb.99999/Observation")).json()

    assert 0 == bundle["total"]


@pytest.mark.parametrize("address", ["/Patient/rb.1/Practitioner", "/Patient/rb.1/Nonsense", "/Patient/rb.1/Patient",
                                     "/Patient/rb.1/Provenance", "/Observation/rb.vital-1-1/Observation",
                                     "/Patient/rb.1/Observation/rb.vital-1-1"])  # fmt: skip
async def test_what_is_in_no_compartment_is_404(client: httpx.AsyncClient, address: str) -> None:
    assert 404 == (await client.get(address)).status_code


async def test_all_types_at_once_are_what_everything_is_for(client: httpx.AsyncClient) -> None:
    response = await client.get("/Patient/rb.1/*")

    assert 404 == response.status_code
    assert "$everything" in response.json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize("id_", ["rb_1", "rb.1,rb.2", "urn:uuid:1", "rb.1|", "%20", "a" * 65])
async def test_what_is_no_id_is_refused_by_name(here: World, client: httpx.AsyncClient, id_: str) -> None:
    got = await client.get(f"/Patient/{id_}/Observation")
    posted = await client.post(f"/Patient/{id_}/Observation/_search")

    for response in (got, posted):
        assert (400, ["http.patient"]) == (response.status_code, response.json()["issue"][0]["location"])
    assert [] == await here.calls()


async def test_the_scopes_of_the_type_count(here: World) -> None:
    assert 200 == (await here.client("vitals").get("/Patient/rb.1/Observation")).status_code
    assert 403 == (await here.client("vitals").get("/Patient/rb.1/Condition")).status_code
    assert 403 == (await here.client("billing").get("/Patient/rb.1/Observation")).status_code


async def test_a_write_in_a_compartment_is_405(client: httpx.AsyncClient) -> None:
    response = await client.post("/Patient/rb.1/Observation", json={"resourceType": "Observation"})

    assert (405, "GET, HEAD, OPTIONS") == (response.status_code, response.headers["allow"])
