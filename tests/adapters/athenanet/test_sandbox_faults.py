from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Message

from adapters.athenanet.sandbox import Rule, create_app
from tests.adapters.athenanet.sandbox_client import Athena, athena

PATIENT = "/v1/195900/patients/1"


@pytest.fixture
async def wire() -> AsyncIterator[Athena]:
    async with athena() as wire:
        yield wire


@pytest.mark.parametrize(
    ("rule", "status", "text"),
    [
        ({"kind": "throttle_403"}, 403, "Developer Over Qps"),
        ({"kind": "throttle_429"}, 429, "Too Many Requests"),
        ({"kind": "status", "status": 503}, 503, "upstream trouble"),
        ({"kind": "html"}, 200, "<!DOCTYPE html>"),
        ({"kind": "html", "status": 503}, 503, "<!DOCTYPE html>"),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "error_in_200"}, 200, '{"error":'),
        ({"kind": "success_false_in_200"}, 200, '{"success":"false"'),
        ({"kind": "bare_1"}, 200, "1"),
        ({"kind": "bare_string"}, 200, '"Invalid PROVIDERID input"'),
        ({"kind": "unknown_practice"}, 404, '{"error":"Invalid practice."'),
        ({"kind": "practice_not_granted"}, 401, '{"error":"Incorrect permissions."'),
        ({"kind": "hang", "seconds": 0.01}, 504, ""),
    ],
)
async def test_a_rule_answers_in_the_place_of_the_service(
    wire: Athena, rule: dict[str, Any], status: int, text: str
) -> None:
    posted = await wire.client.post("/_sandbox/faults", json=[{"path": "/v1/195900/patients", **rule}])
    answer = await wire.get(PATIENT)

    assert 200 == posted.status_code
    assert status == answer.status_code
    assert answer.text.startswith(text)
    assert 200 == (await wire.get(PATIENT)).status_code  # once only
    assert "1" == (await wire.json(PATIENT))[0]["patientid"]


async def test_retry_after_is_sent_where_the_rule_gives_it(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule("/v1/", "throttle_429", retry_after=7), Rule("/v1/", "throttle_429"))
    first, second = await wire.get(PATIENT), await wire.get(PATIENT)

    assert "7" == first.headers["retry-after"]
    assert "retry-after" not in second.headers


async def test_a_rule_lasts_as_many_times_as_it_says_or_until_cleared(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule("/v1/", "status", times=2))
    twice = [(await wire.get(PATIENT)).status_code for _ in range(3)]
    wire.sandbox.faults.add(Rule("/v1/", "status", times=None))
    always = [(await wire.get(PATIENT)).status_code for _ in range(3)]
    await wire.client.delete("/_sandbox/faults")

    assert [500, 500, 200] == twice
    assert [500, 500, 500] == always
    assert 200 == (await wire.get(PATIENT)).status_code


async def test_a_rule_meets_only_its_path_query_and_method(wire: Athena) -> None:
    wire.sandbox.faults.add(
        Rule(r"/v1/\d+/chart/.*/vitals", "status", times=None, query="departmentid=62"),
        Rule("/oauth2", "status", times=None, method="GET"),
    )

    assert 200 == (await wire.get("/chart/5/vitals", departmentid=1)).status_code
    assert 500 == (await wire.get("/chart/5/vitals", departmentid=62)).status_code
    assert 200 == (await wire.get("/chart/5/problems", departmentid=62)).status_code
    assert 200 == (await wire.token()).status_code


async def test_a_truncated_answer_is_no_json(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule(PATIENT, "truncated"))
    answer = await wire.get(PATIENT)

    assert (200, str(len(answer.content))) == (answer.status_code, answer.headers["content-length"])
    with pytest.raises(json.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("path", "key", "query"),
    [
        ("/patients", "patients", {"departmentid": "1"}),
        ("/chart/1/problems", "problems", {"departmentid": "1"}),
        ("/chart/1/vitals", "vitals", {"departmentid": "1"}),
    ],
)
async def test_one_malformed_record_leaves_the_others(wire: Athena, path: str, key: str, query: dict[str, str]) -> None:
    whole = (await wire.json(path, **query))[key]
    wire.sandbox.faults.add(Rule("/v1/", "malformed_record"))
    spoiled = (await wire.json(path, **query))[key]

    assert len(whole) == len(spoiled)
    assert whole[1:] == spoiled[1:]
    assert {"oops": [1, 2]} == spoiled[0]["patientid"]


async def test_expired_tokens_are_refused_until_a_new_one_is_fetched(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule("/v1/", "expire_token"))
    refused = await wire.get(PATIENT)
    again = await wire.get(PATIENT)
    wire.bearer = (await wire.token()).json()["access_token"]

    assert (401, 401) == (refused.status_code, again.status_code)
    assert 200 == (await wire.get(PATIENT)).status_code


async def test_a_slow_answer_is_the_true_one(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule("/v1/", "slow", seconds=0.001))

    assert "1" == (await wire.json(PATIENT))[0]["patientid"]


async def test_a_reset_connection_gives_no_answer(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule("/v1/", "reset"))

    with pytest.raises(ConnectionResetError):
        await wire.get(PATIENT)


async def test_a_reset_under_a_server_aborts_the_transport() -> None:
    class Transport:
        aborted = False

        def abort(self) -> None:
            self.aborted = True

    class Cycle:
        transport = Transport()
        sent: tuple[Message, ...] = ()

        async def send(self, message: Message) -> None:
            self.sent = (*self.sent, message)

    async def receive() -> Message:
        return {"type": "http.request"}

    app, cycle = create_app(), Cycle()
    app.state.sandbox.faults.add(Rule("/v1/", "reset"))
    scope = {"type": "http", "method": "GET", "path": PATIENT, "query_string": b"", "headers": []}
    await app(scope, receive, cycle.send)

    assert cycle.transport.aborted
    assert () == cycle.sent


@pytest.mark.parametrize(
    "document",
    [
        "not json",
        "[1]",
        '[{"kind": "status"}]',
        '[{"path": "/", "kind": "explode"}]',
        '[{"path": "(", "kind": "status"}]',
        '[{"path": "/", "kind": "status", "often": 3}]',
        '[{"path": "/", "kind": "status", "times": "3"}]',
    ],
)
async def test_a_wrong_rule_is_refused_and_none_is_added(wire: Athena, document: str) -> None:
    answer = await wire.client.post("/_sandbox/faults", content=document)

    assert 400 == answer.status_code
    assert [] == wire.sandbox.faults.rules


async def test_the_kinds_of_fault_are_listed(wire: Athena) -> None:
    assert dict(Rule.KINDS) == (await wire.json("/_sandbox/faults"))["kinds"]


async def test_the_journal_holds_every_call_but_its_own(wire: Athena) -> None:
    headers = {"Authorization": f"Bearer {wire.bearer}", "X-Request-Id": "trace-1"}
    await wire.client.get(f"{PATIENT}?showfullssn=true", headers=headers)
    await wire.get("/patients/999")
    calls = (await wire.json("/_sandbox/calls"))["calls"]
    await wire.client.delete("/_sandbox/calls")

    assert [
        {"method": "GET", "path": PATIENT, "query": "showfullssn=true", "request_id": "trace-1", "status": 200},
        {"method": "GET", "path": "/v1/195900/patients/999", "query": "", "request_id": None, "status": 404},
    ] == calls
    assert [] == (await wire.json("/_sandbox/calls"))["calls"]


async def test_a_dropped_call_is_in_the_journal_without_a_status(wire: Athena) -> None:
    wire.sandbox.faults.add(Rule("/v1/", "reset"))
    with pytest.raises(ConnectionResetError):
        await wire.get(PATIENT)

    assert [0] == [call.status for call in wire.sandbox.calls]


async def test_latency_can_be_set_over_http(wire: Athena) -> None:
    answer: httpx.Response = await wire.client.post("/_sandbox/settings", json={"latency_ms": 0.5})

    assert 0.5 == answer.json()["latency_ms"]
    assert 200 == (await wire.get(PATIENT)).status_code
