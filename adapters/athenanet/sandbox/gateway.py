"""The outermost layer: keeps the journal, adds latency and response ids, and does what the fault rules say."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.athenanet.sandbox import gate
from adapters.athenanet.sandbox.faults import Rule
from adapters.athenanet.sandbox.state import CallMade, Sandbox

CONTROL = "/_sandbox/"
_PAGE = (
    "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Please try again</h1></body></html>"
)
_NONSENSE: dict[str, Any] = {
    "patientid": {"oops": [1, 2]},
    "departmentid": {"oops": 3},
    "appointmentid": [4],
    "dob": 17,
    "readings": "none",
    "events": 3,
}


class Gateway:
    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self.app = app
        self.sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self.app(scope, receive, send)
            return
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode("latin-1")
        sent = {name: value for name, value in scope["headers"] if name == b"x-request-id"}
        call = CallMade(method, path, query, sent.get(b"x-request-id", b"").decode("latin-1") or None)
        self.sandbox.calls.append(call)
        if self.sandbox.settings.latency_ms:
            await asyncio.sleep(self.sandbox.settings.latency_ms / 1000)
        rule = self.sandbox.faults.take(method, path, query)
        dropped = rule is not None and rule.kind == "reset"
        if dropped:
            await _drop(send)
            return
        answer = self._noting(send, call)
        if rule is None:
            await self.app(scope, receive, answer)
        else:
            await self._misbehave(rule, scope, receive, answer)

    def _noting(self, send: Send, call: CallMade) -> Send:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
                number = self.sandbox.dice.between(0x1000000000, 0xFFFFFFFFFF)
                headers = [*message.get("headers", ()), (b"x-request-id", b"rrt-%x-c-ea-1" % number)]
                message = {**message, "headers": headers}
            await send(message)

        return noting

    async def _misbehave(self, rule: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        if rule.kind == "hang":
            if not await _silence(receive, rule.seconds):
                return
            await Response(b"", rule.status or 504)(scope, receive, send)
        elif instead := _INSTEAD.get(rule.kind):
            await instead(rule)(scope, receive, send)
        elif altered := _ALTERED.get(rule.kind):
            asked = _one_row_on(scope) if rule.kind == "first_row_removed" else scope
            await self._altered(altered, asked, receive, send)
        else:
            if rule.kind == "slow":
                await asyncio.sleep(rule.seconds)
            elif rule.kind == "expire_token":
                self.sandbox.expire_tokens()
            await self.app(scope, receive, send)

    async def _altered(self, alter: Callable[[bytes], bytes], scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the application and rewrites the body of a 200; anything else goes out as it is."""
        start: Message = {}
        body = b""

        async def hold(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self.app(scope, receive, hold)
        if start["status"] == 200:
            body = alter(body)
            kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            start = {**start, "headers": [*kept, (b"content-length", b"%d" % len(body))]}
        await send(start)
        await send({"type": "http.response.body", "body": body})


async def _silence(receive: Receive, seconds: float) -> bool:
    """False: the client went away before the time was up."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                if (await receive())["type"] == "http.disconnect":
                    return False
    except TimeoutError:
        return True


async def _drop(send: Send) -> None:
    """Under uvicorn `send` belongs to the request's cycle, which holds the transport; in process there is none."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("dropped by a fault rule")
    transport.abort()
    await asyncio.sleep(0)  # lets the server notice, so that it does not complain of a missing answer


def _throttled(rule: Rule) -> Response:
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return Response("Too Many Requests", 429, headers, "text/plain")


def _said(document: object) -> Response:
    return Response(orjson.dumps(document), 200, media_type="application/json")


_FAILURE = "An internal error occurred while processing record 4711 of JANE EXAMPLE."
_INSTEAD: dict[str, Callable[[Rule], Response]] = {
    "throttle_403": lambda rule: gate.over_rate("Developer Over Qps"),
    "throttle_429": _throttled,
    "status": lambda rule: Response(b"upstream trouble", rule.status or 500, media_type="text/plain"),
    "html": lambda rule: HTMLResponse(_PAGE, rule.status or 200),
    "empty": lambda rule: Response(b"", 200, media_type="application/json"),
    "error_in_200": lambda rule: _said({"error": _FAILURE}),
    "success_false_in_200": lambda rule: _said({"success": "false", "errormessage": _FAILURE}),
    "bare_1": lambda rule: _said(1),
    "bare_string": lambda rule: _said("Invalid PROVIDERID input"),
    "unknown_practice": lambda rule: gate.unknown_practice(),
    "practice_not_granted": lambda rule: gate.not_granted(),
}


def _cut(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]


def _spoil(body: bytes, nonsense: object = _NONSENSE) -> bytes:
    """The first record of the first list (or of a bare array) becomes nonsense."""
    document = orjson.loads(body)
    lists = [document] if isinstance(document, list) else [one for one in document.values() if isinstance(one, list)]
    for rows in lists:
        if rows:
            rows[0] = nonsense
            break
    return orjson.dumps(document)


def _one_row_on(scope: Scope) -> Scope:
    """The request as the shortened list's page lies in the whole one."""
    pairs = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
    offset = next((int(value) for name, value in pairs if name.lower() == "offset"), 0)
    kept = [(name, value) for name, value in pairs if name.lower() != "offset"]
    return {**scope, "query_string": urlencode([*kept, ("offset", str(offset + 1))]).encode()}


def _one_row_less(body: bytes) -> bytes:
    """The envelope counts, and names its neighbours, without the row that went."""
    document = orjson.loads(body)
    if "totalcount" in document:
        document["totalcount"] = int(document["totalcount"]) - 1
    for link in document.keys() & {"next", "previous"}:
        document[link] = _OFFSET.sub(lambda found: f"offset={int(found[1]) - 1}", document[link])
    return orjson.dumps(document)


_OFFSET = re.compile("offset=([1-9][0-9]*)")
_ALTERED: dict[str, Callable[[bytes], bytes]] = {
    "truncated": _cut,
    "malformed_record": _spoil,
    "alien_record": lambda body: _spoil(body, 7),
    "first_row_removed": _one_row_less,
}
