"""athenaNet misbehaves: each time the right EHRError, and nothing of its text."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import registry
from adapters.contract import Connection, Page
from adapters.query import Query
from adapters.upstream import Upstreams
from capability.issues import (
    EHRCredentials,
    EHRError,
    EHRInvalid,
    EHRThrottled,
    EHRTimeout,
    EHRUnavailable,
    TooCostly,
)
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from mappings.athenanet.practice import Practice
from tests.adapters.athenanet.world import SETTINGS, World, new_call, of_patient, world

VITALS = Query("Observation", (of_patient("1"),))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "html", "status": 200}, EHRInvalid),
        ({"kind": "truncated"}, EHRInvalid),
        ({"kind": "empty"}, EHRInvalid),
        ({"kind": "error_in_200"}, EHRInvalid),
        ({"kind": "success_false_in_200"}, EHRInvalid),
        ({"kind": "bare_1"}, EHRInvalid),
        ({"kind": "bare_string"}, EHRInvalid),
        ({"kind": "throttle_403"}, EHRThrottled),
        ({"kind": "throttle_429", "retry_after": 60}, EHRThrottled),
        ({"kind": "status", "status": 500}, EHRUnavailable),
        ({"kind": "status", "status": 503}, EHRUnavailable),
        ({"kind": "status", "status": 504}, EHRTimeout),
        ({"kind": "practice_not_granted"}, EHRCredentials),
        ({"kind": "unknown_practice"}, EHRError),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
async def test_each_misbehaviour_is_its_error(here: World, rule: dict[str, Any], expected: type[EHRError]) -> None:
    here.fault(path=".*/vitals", times=None, **rule)

    with pytest.raises(EHRError) as raised:
        await here.ask(VITALS)

    assert expected is type(raised.value)


async def test_a_passing_failure_is_not_noticed(here: World) -> None:
    here.fault(path=".*/vitals", kind="status", status=503, times=1)

    assert (await here.ask(VITALS)).resources


async def test_an_expired_token_is_not_noticed(here: World) -> None:
    await here.ask(VITALS)
    here.fault(path=".*/problems", kind="expire_token", times=1)

    assert () == (await here.ask(Query("Condition", (of_patient("1"),)))).issues


async def test_a_hang_ends_at_the_deadline(here: World) -> None:
    here.fault(path=".*/vitals", kind="hang", seconds=5.0)

    with pytest.raises(EHRTimeout):
        await here.ask(VITALS, new_call(0.2))


async def test_one_malformed_record_is_a_warning_and_the_others_are_served(here: World) -> None:
    whole = await here.ask(Query("Condition", (of_patient("1"),)), new_call(fresh=True))
    here.fault(path=".*/problems", kind="malformed_record", times=1)

    page = await here.ask(Query("Condition", (of_patient("1"),)), new_call(fresh=True))

    assert ["structure"] == [issue.code for issue in page.issues]
    assert len(whole.resources) - 1 == len(page.resources)


async def test_a_practice_that_is_not_granted_spares_the_token_quota() -> None:
    async with world({"practiceid": "195902"}) as refused:
        for _ in range(5):
            with pytest.raises(EHRCredentials):
                await refused.ask(VITALS)

        tokens = [call for call in refused.sandbox.state.sandbox.calls if call.path == "/oauth2/v1/token"]
        assert 2 == len(tokens)


async def test_many_requests_at_once_ask_once(here: World) -> None:
    await asyncio.gather(*(here.ask(VITALS) for _ in range(20)))

    assert 1 == here.asked.count("/departments")
    assert 1 == here.asked.count("/chart/1/vitals")


async def test_directories_that_took_another_request_s_last_time_are_asked_for_again(here: World) -> None:
    here.fault(path=".*/departments", kind="hang", seconds=30.0, times=1)

    hasty, patient = await asyncio.gather(
        here.ehr.practice(new_call(0.1)), here.ehr.practice(new_call(10.0)), return_exceptions=True
    )

    assert isinstance(hasty, EHRTimeout)
    assert isinstance(patient, Practice)


async def test_a_chart_that_took_another_request_s_last_time_is_asked_for_again(here: World) -> None:
    await here.ehr.practice(new_call())
    here.fault(path=".*/vitals", kind="hang", seconds=30.0, times=1)

    hasty, patient = await asyncio.gather(
        here.ask(VITALS, new_call(0.2)), here.ask(VITALS, new_call(10.0)), return_exceptions=True
    )

    assert isinstance(hasty, EHRTimeout)
    assert isinstance(patient, Page)


# --- lists with links -----------------------------------------------------------------------------------------------


def department(number: int) -> dict[str, Any]:
    return {"departmentid": str(number), "name": f"Department {number}", "timezonename": "US/Eastern"}


async def departments_with_link(link: str, *, endless: bool = False, **settings: Any) -> Page:
    """A search of Location at an EHR whose pages of departments have `link` for the next; an endless list adds a
    number to it."""
    asked: list[str] = []

    async def token(request: Request) -> Response:
        return JSONResponse({"access_token": "t", "expires_in": "3600", "token_type": "Bearer"})

    async def departments(request: Request) -> Response:
        asked.append(str(request.url.query))
        following = f"{link}{len(asked)}" if endless else link
        rows = [department(i + 10 * len(asked)) for i in range(10)]
        return JSONResponse({"departments": rows, "next": following})

    async def providers(request: Request) -> Response:
        return JSONResponse({"providers": [], "totalcount": 0})

    app = Starlette(
        routes=[
            Route("/oauth2/v1/token", token, methods=["POST"]),
            Route("/v1/195900/departments", departments),
            Route("/v1/195900/providers", providers),
        ]
    )
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    adapter = registry.find("athenanet")
    parsed = adapter.settings.model_validate({**SETTINGS, **settings})
    ehr = adapter.connect(Connection("riverbend", "rb", "athenanet", "athenanet", parsed), upstreams)
    try:
        return await registry.dispatch(adapter, ehr, new_call(), Query("Location"))
    finally:
        await upstreams.close()


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1/195900/departments?offset=10",
        "//elsewhere.example/v1/195900/departments?offset=10",
        "/v1/195901/departments?offset=10",
        "/v1/195900/patients?offset=10",
        "/v1/195900/../195901/departments?offset=10",
        "/v1/195900/departments/1?offset=10",
    ],
)
async def test_a_link_to_anything_else_is_not_followed(link: str) -> None:
    with pytest.raises(EHRInvalid):
        await departments_with_link(link)


async def test_a_link_to_itself_ends() -> None:
    with pytest.raises(EHRInvalid):
        await departments_with_link("/v1/195900/departments?LIMIT=10&offset=10")


async def test_links_are_followed_verbatim() -> None:
    asked: list[str] = []

    async def endpoint(request: Request) -> Response:
        asked.append(request.url.query)
        first = "offset" not in request.url.query
        more = {"next": "/v1/195900/departments?SHOWALLDEPARTMENTS=true&limit=2&offset=2"} if first else {}
        return JSONResponse({"departments": [department(1 if first else 2)], "totalcount": "2", **more})

    async def other(request: Request) -> Response:
        if request.url.path.endswith("token"):
            return JSONResponse({"access_token": "t", "expires_in": 3600})
        return JSONResponse({"providers": [], "totalcount": 0})

    app = Starlette(
        routes=[
            Route("/v1/195900/departments", endpoint),
            Route("/{path:path}", other, methods=["GET", "POST"]),
        ]
    )
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    adapter = registry.find("athenanet")
    parsed = adapter.settings.model_validate(SETTINGS)
    ehr = adapter.connect(Connection("riverbend", "rb", "athenanet", "athenanet", parsed), upstreams)
    page = await registry.dispatch(adapter, ehr, new_call(), Query("Location"))
    await upstreams.close()

    assert {"department-1", "department-2"} == {one["id"] for one in page.resources}
    assert "SHOWALLDEPARTMENTS=true&limit=2&offset=2" == asked[1]


async def test_a_list_beyond_the_row_cap_is_too_costly() -> None:
    with pytest.raises(TooCostly, match="narrow"):
        await departments_with_link("/v1/195900/departments?offset=", endless=True, row_cap=100)
