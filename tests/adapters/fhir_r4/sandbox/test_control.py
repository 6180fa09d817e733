from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.faults import Rule

PATIENT = {"resourceType": "Patient", "id": "1", "gender": "female", "name": [{"family": "A"}], "link": {}}
BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {"resource": PATIENT}]}
NONSENSE = {"resourceType": "Patient", "id": "1", "gender": [3], "name": {"oops": [1, 2]}, "link": 17}


async def ehr(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse(PATIENT if scope["path"] == "/Patient/1" else BUNDLE)(scope, receive, send)


@pytest.fixture
def controlled() -> Controlled:
    return Controlled(ehr)


@pytest.fixture
async def client(controlled: Controlled) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(controlled), base_url="http://ehr") as made:
        yield made


@pytest.mark.parametrize(
    ("rule", "status", "text"),
    [
        ({"kind": "throttle"}, 429, "Too Many Requests"),
        ({"kind": "status", "status": 503}, 503, "upstream trouble"),
        ({"kind": "html"}, 200, "<!DOCTYPE html>"),
        ({"kind": "html", "status": 503}, 503, "<!DOCTYPE html>"),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "hang", "seconds": 0.01}, 504, ""),
    ],
)
async def test_a_rule_answers_in_the_place_of_the_server_once(
    client: httpx.AsyncClient, rule: dict[str, Any], status: int, text: str
) -> None:
    await client.post("/_sandbox/faults", json=[{"path": "/Patient", **rule}])
    answer = await client.get("/Patient")

    assert (status, True) == (answer.status_code, answer.text.startswith(text))
    assert BUNDLE == (await client.get("/Patient")).json()


@pytest.mark.parametrize(("kind", "spoilt"), [("malformed_record", NONSENSE), ("alien_record", 7)])
async def test_one_record_is_spoilt(controlled: Controlled, client: httpx.AsyncClient, kind: str, spoilt: Any) -> None:
    controlled.faults.add(Rule("/", kind, times=2))

    assert [spoilt, PATIENT] == [one["resource"] for one in (await client.get("/Patient")).json()["entry"]]
    assert spoilt == (await client.get("/Patient/1")).json()


async def test_an_answer_is_cut_off(controlled: Controlled, client: httpx.AsyncClient) -> None:
    whole = await client.get("/Patient")
    controlled.faults.add(Rule("/", "truncated"))
    cut = await client.get("/Patient")

    assert whole.content[: len(cut.content)] == cut.content
    assert 0 < len(cut.content) < len(whole.content)


async def test_a_connection_is_dropped(controlled: Controlled, client: httpx.AsyncClient) -> None:
    controlled.faults.add(Rule("/", "reset"))

    with pytest.raises(ConnectionResetError):
        await client.get("/Patient")


async def test_tokens_expire_before_the_request_is_looked_at() -> None:
    expired: list[str] = []
    app = Controlled(ehr, expire=lambda: expired.append("all"))
    app.faults.add(Rule("/", "expire_token"), Rule("/", "slow", seconds=0.0))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ehr") as client:
        answers = [(await client.get("/Patient")).json() for _ in range(2)]

    assert ([BUNDLE, BUNDLE], ["all"]) == (answers, expired)


async def test_a_rule_is_for_a_method_a_path_and_a_query(controlled: Controlled, client: httpx.AsyncClient) -> None:
    controlled.faults.add(Rule("/Patient$", "throttle", times=None, method="get", query="family="))
    asked = [
        ("GET", "/Patient?family=a"),
        ("GET", "/Patient?name=a"),
        ("POST", "/Patient?family=a"),
        ("GET", "/Patients"),
    ]

    assert [429, 200, 200, 200] == [(await client.request(*one)).status_code for one in asked]
    assert 429 == (await client.get("/Patient?family=b")).status_code
    assert [] == (await client.delete("/_sandbox/faults")).json()["rules"]
    assert 200 == (await client.get("/Patient?family=a")).status_code


async def test_the_journal_has_what_was_asked_and_no_token(client: httpx.AsyncClient) -> None:
    await client.get("/Patient?a=b", headers={"X-Request-Id": "r-1", "Authorization": "Bearer t"})
    calls = (await client.get("/_sandbox/calls")).json()["calls"]

    assert [
        {"method": "GET", "path": "/Patient", "query": "a=b", "request_id": "r-1", "status": 200},
    ] == calls
    assert [] == (await client.delete("/_sandbox/calls")).json()["calls"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"path": "/", "kind": "polite"}, "unknown kind polite"),
        ({"path": "(", "kind": "html"}, "not a regular expression"),
        ({"path": "/", "kind": "html", "status": "200"}, "status has the wrong type"),
        ({"path": "/", "kind": "html", "how": 1}, "unknown key how"),
        ({"kind": "html"}, "missing path"),
        ("html", "a rule is an object"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_told(client: httpx.AsyncClient, rule: Any, told: str) -> None:
    answer = await client.post("/_sandbox/faults", json=rule)

    assert (400, True) == (answer.status_code, answer.json()["error"].startswith(told))


async def test_the_kinds_are_told(client: httpx.AsyncClient) -> None:
    assert Rule.KINDS == (await client.get("/_sandbox/faults")).json()["kinds"]
