"""HEAD gives what GET gives, without its body; OPTIONS tells what an address takes, to anyone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.facade.http.test_gateway_wire import serving
from tests.facade.http.test_negotiation import BROWSER
from tests.facade.world import ORIGIN, World

FHIR = "/riverbend/fhir/r4"
ADDRESSES = {
    "/health/live": "GET, HEAD, OPTIONS",
    "/health/ready": "GET, HEAD, OPTIONS",
    "/static/fhir.css": "GET, HEAD, OPTIONS",
    "/riverbend/auth/token": "OPTIONS, POST",
    f"{FHIR}/metadata": "GET, HEAD, OPTIONS",
    f"{FHIR}/.well-known/smart-configuration": "GET, HEAD, OPTIONS",
    f"{FHIR}/Patient": "GET, HEAD, OPTIONS",
    f"{FHIR}/Patient/": "GET, HEAD, OPTIONS",
    f"{FHIR}/Patient/_search": "OPTIONS, POST",
    f"{FHIR}/Patient/rb.1": "GET, HEAD, OPTIONS",
    f"{FHIR}/Patient/rb.1/_history/1": "GET, HEAD, OPTIONS",
    f"{FHIR}/Patient/rb.1/_history": "OPTIONS",
    f"{FHIR}/Provenance": "OPTIONS",
    f"{FHIR}/Provenance/rb.prov-1": "GET, HEAD, OPTIONS",
    "/riverbend/rb/fhir/r4/Patient/rb.1": "GET, HEAD, OPTIONS",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
async def anyone(here: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        yield client


@pytest.mark.parametrize(("address", "allowed"), ADDRESSES.items())
async def test_options_tells_what_an_address_takes_without_a_token(
    here: World, anyone: httpx.AsyncClient, address: str, allowed: str
) -> None:
    response = await anyone.options(address)

    assert (204, allowed, b"") == (response.status_code, response.headers["allow"], response.content)
    assert [] == await here.calls()


@pytest.mark.parametrize(("address", "allowed"), ADDRESSES.items())
async def test_what_options_names_is_taken_and_nothing_else(
    here: World, anyone: httpx.AsyncClient, address: str, allowed: str
) -> None:
    headers = {"Authorization": f"Bearer {here.token()}"}
    answers = {method: await anyone.request(method, address, headers=headers) for method in METHODS}

    refused = {method: answer for method, answer in answers.items() if answer.status_code == 405}
    assert set(METHODS) - set(allowed.split(", ")) == set(refused)
    assert {allowed} <= {answer.headers["allow"] for answer in refused.values()}


@pytest.mark.parametrize("address", ["/nowhere", f"{FHIR}/Nonsense", f"{FHIR}/Patient/1/2/3", "/other/fhir/r4/Patient"])
async def test_options_of_what_is_not_there_is_404(anyone: httpx.AsyncClient, address: str) -> None:
    assert 404 == (await anyone.options(address)).status_code


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/metadata", 200),
        ("/.well-known/smart-configuration", 200),
        ("/Patient/rb.1", 200),
        ("/Patient?family=a", 200),
        ("/Patient/rb.99999", 404),
        ("/Patient/rb_1", 400),
        ("/Patient/_search", 405),
        ("/Nonsense", 404),
        ("/Patient/rb.1?_format=xml", 406),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_head_is_get_without_its_body(
    client: httpx.AsyncClient, address: str, status: int, accept: str, encoding: str
) -> None:
    headers = {"Accept": accept, "Accept-Encoding": encoding, "X-Request-Id": "the-same"}
    got = await client.get(address, headers=headers)
    head = await client.head(address, headers=headers)

    assert (status, status, b"") == (got.status_code, head.status_code, head.content)
    assert int(got.headers["content-length"]) > 0
    assert got.headers.multi_items() == head.headers.multi_items()


async def test_a_connection_goes_on_after_head(here: World) -> None:
    headers = {"Authorization": f"Bearer {here.token()}"}
    async with (
        serving(here.app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as wire,
    ):
        answers = [await wire.request(method, f"{FHIR}/Patient/rb.1") for method in ("HEAD", "GET", "HEAD", "GET")]

    assert [200] * 4 == [answer.status_code for answer in answers]
    assert [False, True, False, True] == [bool(answer.content) for answer in answers]
    assert 1 == len({answer.headers["content-length"] for answer in answers})


async def test_head_without_a_token_is_401_and_elsewhere_200(here: World, anyone: httpx.AsyncClient) -> None:
    for address, status in ((f"{FHIR}/Patient/rb.1", 401), ("/health/live", 200), ("/static/fhir.css", 200)):
        got, head = await anyone.get(address), await anyone.head(address)
        assert (status, status, b"") == (got.status_code, head.status_code, head.content)
        assert got.headers["content-length"] == head.headers["content-length"]
