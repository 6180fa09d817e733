"""What a page of another origin may ask, and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from facade.app import create_app
from facade.tenancy.source import ConfigurationError
from tests.facade.world import ORIGIN, World, configuration, practice, world

APP, OTHER = "https://app.example.org", "https://other.example.org"
FHIR = "/riverbend/fhir/r4"
DISCOVERY = [f"{FHIR}/metadata", f"{FHIR}/.well-known/smart-configuration", "/riverbend/rb/fhir/r4/metadata"]
GUARDED = [f"{FHIR}/Patient/rb.1", f"{FHIR}/Patient?family=a", "/riverbend/rb/fhir/r4/Patient/rb.1"]
TOKEN = "/riverbend/auth/token"
EXPOSED = {
    *("Location", "Content-Location", "ETag", "Last-Modified", "Retry-After", "X-Progress", "Expires"),
    *("X-Request-Id", "WWW-Authenticate"),
}
TAKEN = {
    *("Authorization", "Content-Type", "Accept", "Prefer", "If-Match", "If-None-Match", "If-None-Exist"),
    "X-Request-Id",
}


def browser(made: World, origin: str = APP, **headers: str) -> httpx.AsyncClient:
    """What a page of this origin asks with."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(made.app), base_url=ORIGIN, headers={"Origin": origin, **headers}
    )
    made.clients.append(client)
    return client


def listed(response: httpx.Response, name: str) -> set[str]:
    return set(filter(None, response.headers.get(name, "").split(", ")))


def granted(response: httpx.Response) -> str | None:
    assert "access-control-allow-credentials" not in response.headers
    found: str | None = response.headers.get("access-control-allow-origin")
    return found


async def preflight(client: httpx.AsyncClient, address: str, method: str = "GET") -> httpx.Response:
    headers = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    return await client.options(address, headers=headers)


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        (f"{FHIR}/Patient/rb.1", "GET, HEAD, OPTIONS"),
        (f"{FHIR}/Patient/_search", "OPTIONS, POST"),
        (f"{FHIR}/metadata", "GET, HEAD, OPTIONS"),
        (TOKEN, "OPTIONS, POST"),
    ],
)
async def test_a_preflight_tells_methods_and_headers_without_a_token(here: World, address: str, methods: str) -> None:
    response = await preflight(browser(here), address)

    assert (204, "*") == (response.status_code, granted(response))
    assert methods == response.headers["access-control-allow-methods"]
    assert listed(response, "access-control-allow-headers") >= TAKEN
    assert int(response.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("address", [*DISCOVERY, *GUARDED])
async def test_any_origin_may_read_an_answer_by_default(here: World, address: str) -> None:
    response = await browser(here, Authorization=f"Bearer {here.token()}").get(address)

    assert (200, "*") == (response.status_code, granted(response))
    assert listed(response, "access-control-expose-headers") >= EXPOSED
    assert "Origin" not in listed(response, "vary")


def narrowed(origins: list[str]) -> dict[str, Any]:
    """Tenant `riverbend` with these origins, and `other` as it is by default."""
    return configuration(riverbend={"origins": origins}, other={"practices": {"ot": practice()}})


async def test_a_list_of_origins_lets_those_alone_read(tmp_path: Path) -> None:
    async with world(tmp_path, narrowed([APP, "http://localhost:3000"])) as made:
        bearer = {"Authorization": f"Bearer {made.token()}"}
        for address in (*GUARDED, TOKEN, f"{FHIR}/Nonsense"):
            for origin, expected in ((APP, APP), ("http://localhost:3000", "http://localhost:3000"), (OTHER, None)):
                response = await browser(made, origin, **bearer).get(address)
                assert expected == granted(response), (address, origin)
                assert "Origin" in listed(response, "vary")
            for origin in ("null", "https://app.example.org.evil.example", "http://app.example.org", f"{APP}:444"):
                assert None is granted(await browser(made, origin, **bearer).get(address))
        for address in DISCOVERY:
            assert "*" == granted(await browser(made, OTHER).get(address))
        assert "*" == granted(await browser(made, OTHER).get("/other/fhir/r4/Patient"))


async def test_a_preflight_of_an_origin_that_is_not_listed_grants_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, narrowed([APP])) as made:
        known, unknown = [await preflight(browser(made, origin), GUARDED[0]) for origin in (APP, OTHER)]

    assert [(204, APP), (204, None)] == [(each.status_code, granted(each)) for each in (known, unknown)]
    assert not [name for name in unknown.headers if name.startswith("access-control-")]


async def test_without_origins_no_page_may_read_and_the_statement_says_so(tmp_path: Path) -> None:
    async with world(tmp_path, narrowed([])) as made:
        assert None is granted(await browser(made).get(GUARDED[0]))
        statements = [(await browser(made).get(f"/{key}/fhir/r4/metadata")).json() for key in ("riverbend", "other")]

    assert [False, True] == [statement["rest"][0]["security"]["cors"] for statement in statements]


async def test_a_page_can_read_every_refusal(tmp_path: Path) -> None:
    config = configuration()
    config["server"]["limits"] = {"body_bytes": 2_000}
    async with world(tmp_path, config) as made:
        stranger, known = browser(made), browser(made, Authorization=f"Bearer {made.token()}")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        await made.fault({"path": "/v1/195900/", "times": None, "kind": "throttle_429"})
        answers = [
            await stranger.get(GUARDED[0]),
            await known.get(f"{FHIR}/Nonsense/1"),
            await known.get(f"{FHIR}/Patient/_search"),
            await known.get(GUARDED[0], headers={"Accept": "text/turtle"}),
            await known.post(f"{FHIR}/Patient/_search", content=b"a" * 3_000, headers=form),
            await known.get(f"{FHIR}/Patient?family={'a' * 20_000}"),
            await known.get(GUARDED[0]),
            await stranger.get("/nobody/fhir/r4/Patient"),
            await stranger.post(TOKEN, content=b"grant_type=x", headers=form),
        ]

    assert [401, 404, 405, 406, 413, 414, 503, 404, 400] == [answer.status_code for answer in answers]
    assert {"*"} == {granted(answer) for answer in answers}
    assert "WWW-Authenticate" in listed(answers[0], "access-control-expose-headers")


async def test_our_own_fault_can_be_read_too(here: World) -> None:
    async def faulty(request: Request) -> Response:
        raise ZeroDivisionError

    app = create_app(here.services, [Route(f"{FHIR}/Faulty", faulty)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        response = await client.get(f"{FHIR}/Faulty", headers={"Origin": APP})

    assert (500, "*", "exception") == (response.status_code, granted(response), response.json()["issue"][0]["code"])


@pytest.mark.parametrize("address", ["/health/live", "/static/fhir.css", "/riverbend/auth/authorize", "/nowhere"])
async def test_what_no_app_has_to_read_grants_nothing(here: World, address: str) -> None:
    assert None is granted(await browser(here).get(address))


@pytest.mark.parametrize("origin", [APP, "http://localhost:3000", "https://[::1]:8443", "HTTPS://App.Example.Org"])
async def test_an_origin_is_scheme_and_host(tmp_path: Path, origin: str) -> None:
    async with world(tmp_path, narrowed([origin])) as made:
        assert origin.lower() == granted(await browser(made, origin.lower()).get(GUARDED[0]))


@pytest.mark.parametrize("origin", ["app.example.org", f"{APP}/", f"{APP}/app", "https://*.example.org", "null", ""])
async def test_what_is_no_origin_stops_the_start(tmp_path: Path, origin: str) -> None:
    with pytest.raises(ConfigurationError, match="an origin is"):
        async with world(tmp_path, narrowed([origin])):
            pass
