"""What is bounded before a request means anything: headers, body and time; who leaves, and who does not read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from facade.http.admission import Admission
from facade.http.body import Bodies
from facade.http.gateway import Broken, Gateway
from facade.tenancy.configuration import Limits
from tests.facade.world import ORIGIN, World, configuration, world

TOKEN = "/riverbend/auth/token"
Answer = tuple[int, dict[str, str], dict[str, Any]]


def limited(**limits: Any) -> dict[str, Any]:
    """A plain configuration with these limits."""
    made = configuration()
    made["server"]["limits"] = limits
    return made


def post(path: str = TOKEN, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """The scope of a POST of a form."""
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded"), *headers],
    }


def part(body: bytes = b"", more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def coming(*messages: Message) -> Receive:
    """A client that sends these and then nothing, without leaving."""
    left = list(messages)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


async def ask(app: ASGIApp, scope: Mapping[str, Any], receive: Receive) -> Answer:
    """Status, headers and JSON body. Fails where the answer takes five seconds."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async with asyncio.timeout(5):
        await app(dict(scope), receive, send)
    start, *rest = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, json.loads(b"".join(message["body"] for message in rest))


@pytest.mark.parametrize("begun", [(), (part(b"grant_type=", more=True),)], ids=["nothing", "a part"])
@pytest.mark.parametrize("which", ["body_seconds", "deadline_seconds"])
async def test_a_body_that_does_not_arrive_is_408(tmp_path: Path, begun: tuple[Message, ...], which: str) -> None:
    async with world(tmp_path, limited(**{which: 0.05})) as made:
        status, headers, body = await ask(made.app, post(TOKEN, (b"content-length", b"99")), coming(*begun))

    assert (408, "timeout", "close") == (status, body["issue"][0]["code"], headers["connection"])


async def test_a_body_that_drips_is_408(tmp_path: Path) -> None:
    async def dripping() -> Message:
        await asyncio.sleep(0)
        return part(b"", more=True)

    async with world(tmp_path, limited(body_seconds=0.05)) as made:
        status, _, _ = await ask(made.app, post(), dripping)

    assert 408 == status


async def test_bodies_that_never_come_take_nobodys_place(tmp_path: Path) -> None:
    async with world(tmp_path, limited(concurrency=2, body_seconds=1)) as made:
        silent = [asyncio.create_task(ask(made.app, post(), coming())) for _ in range(6)]
        done, waiting = await asyncio.wait(silent, timeout=0.2)

        assert 4 == len(done)  # more than `concurrency` are not awaited: the oldest have given way
        assert {408} == {task.result()[0] for task in done}
        assert 200 == (await made.client(None).get("/metadata")).status_code
        assert 200 == (await made.client().get("/Patient/rb.1")).status_code
        assert 400 == (await ask(made.app, post(), coming(part(b"grant_type=x"))))[0]
        assert {408} == {(await task)[0] for task in waiting}


async def test_a_body_once_complete_is_awaited_no_longer_and_a_disconnect_is_still_heard() -> None:
    heard: list[str] = []
    gone = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, gone.set)
    body = iter([part(b"a", more=True), part(b"b")])

    async def receive() -> Message:
        for message in body:
            return message
        await gone.wait()
        return {"type": "http.disconnect"}

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"] for _ in range(3)])
        await Response(b"{}")(scope, receive, send)

    limits = Limits(body_seconds=0.02)
    status, _, _ = await ask(Gateway(listening, limits, Admission(limits, tenants=1)), post(), receive)

    assert (200, ["http.request", "http.request", "http.disconnect"]) == (status, heard)


async def test_a_body_without_length_is_counted_as_it_comes(tmp_path: Path) -> None:
    async with world(tmp_path, limited(body_bytes=2_000)) as made:
        status, _, body = await ask(made.app, post(), coming(part(b"a" * 1_500, more=True), part(b"a" * 1_500)))

    assert (413, "too-long") == (status, body["issue"][0]["code"])


@pytest.mark.parametrize("length", [b"1000001", b"9" * 5_000, b"-1", b"many"])
async def test_a_length_over_the_limit_or_that_is_none_is_413(here: World, length: bytes) -> None:
    status, _, body = await ask(here.app, post(TOKEN, (b"content-length", length)), coming())

    assert (413, "too-long") == (status, body["issue"][0]["code"])


async def test_headers_over_the_limit_are_431_before_anyone_is_asked_who_he_is(here: World) -> None:
    many = {f"X-Filler-{n}": "a" * 1_000 for n in range(40)}
    for headers in ({"X-Filler": "a" * 40_000}, many):
        response = await here.client(None).get("/Patient/rb.1", headers=headers)
        assert (431, "too-long") == (response.status_code, response.json()["issue"][0]["code"])
    assert 200 == (await here.client().get("/Patient/rb.1", headers={"X-Filler": "a" * 20_000})).status_code


async def blocked(message: Message) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("takes", [0, 1], ids=["not even the head", "the head alone"])
async def test_an_answer_that_nobody_takes_is_cut_and_holds_no_place(tmp_path: Path, takes: int) -> None:
    taken: list[Message] = []

    async def reluctant(message: Message) -> None:
        if len(taken) == takes:
            await blocked(message)
        taken.append(message)

    scope = {**post("/riverbend/fhir/r4/metadata"), "method": "GET"}
    async with world(tmp_path, limited(concurrency=1, answer_seconds=0.3)) as made:
        stuck = asyncio.ensure_future(made.app(dict(scope), coming(part()), reluctant))
        await asyncio.wait([stuck], timeout=0.05)

        assert not stuck.done()
        assert 200 == (await made.client(None).get("/metadata")).status_code
        with pytest.raises(Broken):
            await asyncio.wait_for(stuck, 5)


async def logged(ask_: Callable[[], Awaitable[Any]]) -> list[Any]:
    with structlog.testing.capture_logs() as events:
        await ask_()
    return [(event["event"], event.get("status")) for event in events if event["event"].startswith("http.")]


async def test_a_client_that_leaves_is_no_fault_of_ours(here: World) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    receive = coming(part(b"grant", more=True), {"type": "http.disconnect"})

    assert [("http.request", 0)] == await logged(lambda: here.app(post(), receive, send))
    assert [] == sent


async def test_a_method_that_the_router_refuses_is_no_fault_of_ours(here: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        assert [("http.request", 405)] == await logged(lambda: client.get(TOKEN))
        response = await client.get(TOKEN)

    assert ("OPTIONS, POST", "not-supported") == (response.headers["allow"], response.json()["issue"][0]["code"])


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", ""), ("GET", "/"), *((method, each) for method in ("GET", "POST") for each in ("/_search", "/_history"))],
)
async def test_what_concerns_the_whole_system_is_405_for_the_base_exists(
    here: World, method: str, address: str
) -> None:
    for practice in (None, "rb"):
        response = await here.client(practice=practice).request(method, address)
        assert (405, "not-supported") == (response.status_code, response.json()["issue"][0]["code"])
        assert "allow" in response.headers
    assert [] == await here.calls()


async def test_an_awaited_body_that_is_expiring_already_can_still_give_way() -> None:
    limits = Limits(concurrency=1, body_seconds=0.01)
    bodies, admission = Bodies(limits), Admission(limits, tenants=1)
    deadline = asyncio.get_running_loop().time() + 5

    for _ in range(20):
        each = [bodies.body(coming(), admission.place(), deadline)() for _ in range(3)]
        failed = await asyncio.gather(*each, return_exceptions=True)
        assert ["RequestTimeout"] * 3 == [type(error).__name__ for error in failed]
