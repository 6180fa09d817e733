"""Bad input is a 4xx OperationOutcome that names what is wrong, and the EHR never hears of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.facade.world import ORIGIN, World

BAD_SEARCHES = {
    "unlisted filter": ("/Patient?shoe-size=9", "shoe-size"),
    "misspelt filter": ("/Patient?famly=Smith", "famly"),
    "known to FHIR, not offered": ("/Patient?_content=Smith", "_content"),
    "not a date": ("/Patient?birthdate=23%20May%202009", "birthdate"),
    "no such day": ("/Patient?birthdate=2021-02-30", "birthdate"),
    "unknown prefix": ("/Patient?birthdate=zz2020", "birthdate"),
    "unknown modifier": ("/Patient?family:sounds=Smith", "family"),
    "chain that is not offered": ("/Observation?patient.telecom=1", "patient.telecom"),
    "chain of two steps": ("/Observation?patient.general-practitioner.name=Smith", "patient.general-practitioner.name"),
    "chain to another type": ("/Observation?patient:Group.name=Smith", "patient:Group.name"),
    "reverse chain that is not offered": (
        "/Patient?_has:Observation:encounter:code=1",
        "_has:Observation:encounter:code",
    ),
    "reverse chain cut short": ("/Patient?_has:Observation:code=1", "_has"),
    "sorted by what is not there": ("/Patient?_sort=shoe-size", "_sort"),
    "sorted twice": ("/Patient?_sort=birthdate,-birthdate", "_sort"),
    "unknown total": ("/Patient?_total=some", "_total"),
    "unknown summary": ("/Patient?_summary=short", "_summary"),
    "summary of two kinds": ("/Patient?_summary=true&_elements=name", "_elements"),
    "narrative with includes": ("/Encounter?patient=rb.1&_summary=text&_include=Encounter:patient", "_summary"),
    "no such element": ("/Patient?_elements=shoes", "_elements"),
    "an unknown type of include": ("/Encounter?patient=rb.1&_include:recurse=Encounter:patient", "_include"),
    "type of identifier cut short": ("/Patient?identifier:of-type=MR|1", "identifier"),
    "empty token": ("/Patient?identifier=", "identifier"),
    "count is text": ("/Patient?_count=many", "_count"),
    "negative count": ("/Patient?_count=-1", "_count"),
    "null byte": ("/Patient?family=a%00b", "family"),
    "id too long": (f"/Patient?_id={'a' * 65}", "_id"),
    "dots as id": ("/Patient?_id=../..", "_id"),
    "reference of another type": ("/Observation?patient=Group/rb.1", "patient"),
    "include of nothing": ("/Observation?patient=rb.1&_include=Observation:shoe", "_include"),
    "required parameter missing": ("/Observation?category=vital-signs", "patient"),
    "altered paging link": ("/Patient?_cursor=gAAAAAB", "_cursor"),
    "_pretty is neither": ("/Patient?_pretty=maybe", "_pretty"),
}


def issue(response: httpx.Response) -> dict[str, Any]:
    """The one issue of an OperationOutcome."""
    body = response.json()
    assert "OperationOutcome" == body["resourceType"]
    assert response.headers["content-type"].startswith("application/fhir+json")
    (found,) = body["issue"]
    assert found["severity"] == "error"
    assert found["details"]["text"]
    return dict(found)


@pytest.mark.parametrize(("address", "parameter"), BAD_SEARCHES.values(), ids=BAD_SEARCHES)
async def test_a_bad_search_names_the_parameter(
    here: World, client: httpx.AsyncClient, address: str, parameter: str
) -> None:
    response = await client.get(address)

    assert 400 == response.status_code
    found = issue(response)
    assert [f"http.{parameter}"] == found.get("location") or parameter in found["details"]["text"]
    assert [] == await here.calls()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/Patient/{'a' * 65}", 400),
        ("/Patient/rb.1%00", 400),
        ("/Patient/rb.1_2", 400),
        ("/Patient/..", 405),  # the base itself, once the dots are resolved
        ("/Patient/1", 404),
        ("/Patient/rb.", 404),
        ("/Patient/rb.vital-1-2", 404),
        ("/Patient/zz.1", 404),
        ("/Observation/rb.1", 404),
        ("/Observation/rb.vital-1", 404),
        ("/patient/rb.1", 404),
        ("/Nonsense/1", 404),
        ("/Immunization/rb.1", 404),
        ("/Patient/rb.1/$summary", 404),
        ("/Patient/rb.1/_history", 405),
        ("/Patient/rb.1/_history/1_1", 400),
        (f"/Patient/rb.1/_history/{'a' * 65}", 400),
        ("/Patient/rb_1/_history/1", 400),
        ("/Patient/zz.1/_history/1", 404),
        ("/Nonsense/1/_history/1", 404),
        ("/Patient/rb.1/_history/1/1", 404),
        ("/Patient/_history", 405),
        ("/_history", 405),
        ("/Provenance?target=Patient/rb.1", 405),
    ],
)
async def test_a_bad_address_is_refused_without_asking(
    here: World, client: httpx.AsyncClient, address: str, status: int
) -> None:
    request = client.build_request("GET", "/Patient/x")
    request.url = httpx.URL(f"{ORIGIN}/riverbend/fhir/r4").copy_with(raw_path=f"/riverbend/fhir/r4{address}".encode())
    response = await client.send(request)

    assert status == response.status_code
    issue(response)
    assert [] == await here.calls()


async def test_ten_thousand_parameters_are_refused(here: World, client: httpx.AsyncClient) -> None:
    by_get = await client.get("/Patient?" + "&".join(["a=1"] * 10_000))
    by_post = await client.post("/Patient/_search", data={f"a{n}": "1" for n in range(10_000)})

    assert (414, 400) == (by_get.status_code, by_post.status_code)
    issue(by_get)
    issue(by_post)
    assert [] == await here.calls()


async def test_a_search_that_would_compare_too_much_is_refused(here: World, client: httpx.AsyncClient) -> None:
    hundreds = ",".join(f"lt18{n:02}" for n in range(90))
    repeated = await client.post(
        "/Patient/_search", data={"birthdate": [f"{hundreds},gt{n}" for n in range(1900, 1910)]}
    )
    alternatives = await client.post("/Patient/_search", data={"birthdate": [f"lt19{n:02}" for n in range(30)]})

    assert ["too-long", "too-long"] == [issue(repeated)["code"], issue(alternatives)["code"]]
    assert [] == await here.calls()


async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/Patient/_search", data={"family": "a" * 1_100_000})

    assert 413 == response.status_code
    issue(response)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json", 415), ("text/plain", 415), ("application/fhir+json", 415)],
)
async def test_a_search_body_of_another_type_is_refused(
    client: httpx.AsyncClient, content_type: str, status: int
) -> None:
    response = await client.post("/Patient/_search", content=b"{}", headers={"Content-Type": content_type})

    assert status == response.status_code
    issue(response)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/Patient"),
        ("PUT", "/Patient/rb.1"),
        ("DELETE", "/Patient/rb.1"),
        ("PATCH", "/Patient/rb.1"),
        ("POST", "/metadata"),
        ("GET", "/Patient/_search"),
    ],
)
async def test_a_method_that_is_not_offered_is_405_and_says_what_is(
    client: httpx.AsyncClient, method: str, address: str
) -> None:
    response = await client.request(method, address)

    assert 405 == response.status_code
    assert "allow" in response.headers
    issue(response)


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/turtle", "application/fhir+json; fhirVersion=5.0"])
async def test_a_form_we_do_not_write_is_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.get("/Patient/rb.1", headers={"Accept": accept})

    assert 406 == response.status_code
    issue(response)


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+json",
        "application/json",
        "*/*",
        "application/*",
        "application/fhir+xml, application/fhir+json;q=0.9",
    ],
)
async def test_json_in_any_spelling_is_served(client: httpx.AsyncClient, accept: str) -> None:
    assert 200 == (await client.get("/Patient/rb.1", headers={"Accept": accept})).status_code


async def test_format_wins_over_accept(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "application/fhir+xml"}

    assert 200 == (await client.get("/Patient/rb.1?_format=json", headers=headers)).status_code
    assert 406 == (await client.get("/Patient/rb.1?_format=xml")).status_code


async def test_lenient_ignores_an_unlisted_filter_and_says_so(client: httpx.AsyncClient) -> None:
    response = await client.get("/Patient?shoe-size=9&_count=1", headers={"Prefer": "handling=lenient"})

    assert 200 == response.status_code
    assert "shoe-size" not in response.json()["link"][0]["url"]
    assert "shoe-size" in response.json()["entry"][-1]["resource"]["issue"][0]["details"]["text"]


async def test_lenient_does_not_forgive_a_malformed_value(client: httpx.AsyncClient) -> None:
    response = await client.get("/Patient?birthdate=yesterday", headers={"Prefer": "handling=lenient"})

    assert 400 == response.status_code


async def test_addresses_outside_any_base_are_fhir_errors_too(here: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        for address in ("/", "/favicon.ico", "/riverbend", "/riverbend/fhir", "/a/b/c/d/e", "/riverbend/fhir/r4"):
            response = await client.get(address)
            assert response.status_code in (401, 404), address
            issue(response)
