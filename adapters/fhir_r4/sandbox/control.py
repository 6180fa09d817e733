"""Misbehaviour on demand and a journal of what was asked, the same for every FHIR sandbox.

GET/DELETE /_sandbox/calls, POST/DELETE /_sandbox/faults: as athenaNet's sandbox has them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.fhir_r4.sandbox.faults import KINDS, Faults, Rule, rule
from adapters.fhir_r4.sandbox.spoiling import ALTERED

CONTROL = "/_sandbox/"
JOURNAL = 10_000  # calls kept
_PAGE = (
    "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body><h1>Please try again</h1></body></html>"
)


@dataclass(slots=True)
class CallMade:
    """One request received. `request_id` is the X-Request-Id that the caller sent; `status` 0 while unanswered."""

    method: str
    path: str
    query: str
    request_id: str | None
    status: int = 0


class Controlled:
    """An ASGI app around `app` that answers /_sandbox/..., records each request (method, path, query, status; never a
    token) and makes those that a rule matches go wrong: throttle (429), status, html, truncated, empty, slow, hang,
    reset, expire_token, malformed_record (one entry of a Bundle turned into nonsense), alien_record, foreign_page.

    `expire` is called by expire_token. `faults` and `calls` are for tests that hold the app itself; it has to be the
    outermost layer: a dropped connection needs the server's own `send`.
    """

    def __init__(self, app: ASGIApp, *, expire: Callable[[], object] | None = None) -> None:
        self.app = app
        self.faults = Faults()
        self.calls: deque[CallMade] = deque(maxlen=JOURNAL)
        self._expire = expire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(CONTROL):
            await (await self._control(Request(scope, receive)))(scope, receive, send)
            return
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode("latin-1")
        sent = {name: value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"}
        call = CallMade(method, path, query, sent.get(b"x-request-id"))
        self.calls.append(call)
        found = self.faults.take(method, path, query)
        if found is not None and found.kind == "reset":
            await _drop(send)
        elif found is None:
            await self.app(scope, receive, _noting(send, call))
        else:
            await self._misbehave(found, scope, receive, _noting(send, call))

    async def _misbehave(self, found: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        if found.kind == "hang":
            if await _silence(receive, found.seconds):
                await Response(b"", found.status or 504)(scope, receive, send)
        elif instead := _INSTEAD.get(found.kind):
            await instead(found)(scope, receive, send)
        elif alter := ALTERED.get(found.kind):
            await self._altered(alter, scope, receive, send)
        else:
            if found.kind == "slow":
                await asyncio.sleep(found.seconds)
            elif found.kind == "expire_token" and self._expire is not None:
                self._expire()
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

    async def _control(self, request: Request) -> Response:
        match request.scope["path"].removeprefix(CONTROL), request.method:
            case "calls", "GET" | "DELETE":
                if request.method == "DELETE":
                    self.calls.clear()
                return _said({"calls": [asdict(call) for call in self.calls]})
            case "faults", "GET" | "POST" | "DELETE":
                return await self._ruled(request)
            case _:
                return _said({"error": "GET, DELETE /_sandbox/calls; GET, POST, DELETE /_sandbox/faults"}, 404)

    async def _ruled(self, request: Request) -> Response:
        """GET: the rules left and the kinds there are. POST: adds a list of rules, or one. DELETE: forgets all."""
        if request.method == "POST":
            try:
                document = orjson.loads(await request.body())
                self.faults.add(*[rule(one) for one in (document if isinstance(document, list) else [document])])
            except ValueError as error:
                return _said({"error": str(error)}, 400)
        elif request.method == "DELETE":
            self.faults.clear()
        shown = [
            {"path": one.path, "kind": one.kind, "times": one.times, "method": one.method, "query": one.query}
            for one in self.faults.rules
        ]
        return _said({"rules": shown, "kinds": dict(KINDS)})


def _noting(send: Send, call: CallMade) -> Send:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            call.status = message["status"]
        await send(message)

    return noting


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


def _throttled(found: Rule) -> Response:
    headers = {} if found.retry_after is None else {"Retry-After": str(found.retry_after)}
    return Response("Too Many Requests", 429, headers, "text/plain")


def _said(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, media_type="application/json")


_INSTEAD: dict[str, Callable[[Rule], Response]] = {
    "throttle": _throttled,
    "status": lambda found: Response(b"upstream trouble", found.status or 500, media_type="text/plain"),
    "html": lambda found: HTMLResponse(_PAGE, found.status or 200),
    "empty": lambda found: Response(b"", 200, media_type="application/fhir+json"),
}
