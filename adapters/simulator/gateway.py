"""The outermost layer of a sandbox: keeps the journal and does what the fault rules say."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.simulator.faults import Faults, Rule, rule

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


def journal() -> deque[CallMade]:
    return deque(maxlen=JOURNAL)


def throttled(found: Rule) -> Response:
    headers = {} if found.retry_after is None else {"Retry-After": str(found.retry_after)}
    return Response("Too Many Requests", 429, headers, "text/plain")


def cut(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]


INSTEAD: Mapping[str, Callable[[Rule], Response]] = {
    "status": lambda found: Response(b"upstream trouble", found.status or 500, media_type="text/plain"),
    "html": lambda found: HTMLResponse(_PAGE, found.status or 200),
    "empty": lambda found: Response(b"", 200, media_type="application/json"),
}
ALTERED: Mapping[str, Callable[[bytes], bytes]] = {"truncated": cut}


class Gateway:
    """An ASGI app around `app` that records each request (method, path, query, status; never a token), makes those
    that a rule matches go wrong, and shows both below /_sandbox/: GET/DELETE calls, GET/POST/DELETE faults.

    It has to be the outermost layer: a dropped connection needs the server's own `send`. `rule`, `instead` (answers
    that a kind gives without asking `app`) and `altered` (what a kind does to the body of a 200) are the sandbox's own.
    `expire` is called by expire_token. `faults` and `calls` are for tests that hold the app itself.
    """

    rule: ClassVar[type[Rule]] = Rule
    instead: ClassVar[Mapping[str, Callable[[Rule], Response]]] = INSTEAD
    altered: ClassVar[Mapping[str, Callable[[bytes], bytes]]] = ALTERED

    def __init__(self, app: ASGIApp, *, expire: Callable[[], object] | None = None) -> None:
        self.app = app
        self.faults = Faults()
        self.calls = journal()
        self._expire = expire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(CONTROL):
            await (await self.control(Request(scope, receive)))(scope, receive, send)
        else:
            await self._asked(scope, receive, send)

    async def control(self, request: Request) -> Response:
        """The answer to a request below /_sandbox/."""
        match request.scope["path"].removeprefix(CONTROL), request.method:
            case "calls", "GET" | "DELETE":
                if request.method == "DELETE":
                    self.calls.clear()
                return said({"calls": [asdict(call) for call in self.calls]})
            case "faults", "GET" | "POST" | "DELETE":
                return await self._ruled(request)
            case _:
                return said({"error": "GET, DELETE /_sandbox/calls; GET, POST, DELETE /_sandbox/faults"}, 404)

    async def _ruled(self, request: Request) -> Response:
        """GET: the rules left and the kinds there are. POST: adds a list of rules, or one. DELETE: forgets all."""
        if request.method == "POST":
            try:
                document = orjson.loads(await request.body())
                rules = document if isinstance(document, list) else [document]
                self.faults.add(*[rule(one, self.rule) for one in rules])
            except ValueError as error:
                return said({"error": str(error)}, 400)
        elif request.method == "DELETE":
            self.faults.clear()
        shown = [
            {"path": one.path, "kind": one.kind, "times": one.times, "method": one.method, "query": one.query}
            for one in self.faults.rules
        ]
        return said({"rules": shown, "kinds": dict(self.rule.KINDS)})

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode("latin-1")
        sent = {name: value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"}
        call = CallMade(method, path, query, sent.get(b"x-request-id"))
        self.calls.append(call)
        await self.wait()
        found = self.faults.take(method, path, query)
        if found is not None and found.kind == "reset":
            await _drop(send)
        elif found is None:
            await self.app(scope, receive, self.noting(send, call))
        else:
            await self._misbehave(found, scope, receive, self.noting(send, call))

    async def wait(self) -> None:
        """Before every request that is no rule's business yet."""

    def noting(self, send: Send, call: CallMade) -> Send:
        """`send`, with the status written into the journal."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
            await send(message)

        return noting

    def asked_instead(self, found: Rule, scope: Scope) -> Scope:
        """What the application is asked before its answer is altered."""
        return scope

    async def _misbehave(self, found: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        if found.kind == "hang":
            if await _silence(receive, found.seconds):
                await Response(b"", found.status or 504)(scope, receive, send)
        elif instead := self.instead.get(found.kind):
            await instead(found)(scope, receive, send)
        elif alter := self.altered.get(found.kind):
            await self._alter(alter, self.asked_instead(found, scope), receive, send)
        else:
            if found.kind == "slow":
                await asyncio.sleep(found.seconds)
            elif found.kind == "expire_token" and self._expire is not None:
                self._expire()
            await self.app(scope, receive, send)

    async def _alter(self, alter: Callable[[bytes], bytes], scope: Scope, receive: Receive, send: Send) -> None:
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


def said(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, media_type="application/json")
