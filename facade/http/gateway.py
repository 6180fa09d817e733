"""ASGI: request id, size limits, deadline, shedding, one log line; and what nobody else caught.

It wraps the whole app, so that every answer, also those of the router, has passed here.
"""

from __future__ import annotations

import asyncio
import re
import time
import traceback
import uuid
from pathlib import Path

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from capability.issues import AddressTooLong, FHIRError, Overloaded, TooLarge
from facade.http.outcome import respond
from facade.tenancy.configuration import Limits

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
ROOT = Path(__file__).resolve().parent.parent.parent


class Gateway:
    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._at_work = 0
        self._log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        scope["app"] = self  # tells Starlette's routes to raise what they refuse instead of answering in plain text
        state = scope["state"] = dict(scope.get("state") or {})
        state["request_id"] = request_id
        state["deadline"] = asyncio.get_running_loop().time() + self._limits.deadline_seconds
        answer = _Answer(send, request_id)
        self._at_work += 1
        try:
            await self._guarded(scope, receive, answer)
        finally:
            self._at_work -= 1
            self._log.info(
                "http.request",
                method=scope["method"] if scope["method"].isalpha() else "?",
                route=state.get("route", "-"),
                tenant=state.get("tenant"),
                practice=state.get("practice"),
                client=state.get("client"),
                status=answer.status,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
                upstream=state.get("upstream", 0),
                request_id=request_id,
            )

    async def _guarded(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            self._check(scope)
            await self._app(scope, self._bounded(receive), answer)
        except FHIRError as exc:
            await _refuse(exc, scope, receive, answer)
        except Exception as exc:  # the last resort: nothing unexpected may reach the server's own handler
            self._log.error(
                "http.unexpected", error=type(exc).__name__, frames=_frames(exc), request_id=answer.request_id
            )
            await _refuse(exc, scope, receive, answer)

    def _check(self, scope: Scope) -> None:
        if self._at_work > self._limits.concurrency:
            raise Overloaded("the server is busy; try again in a second", headers={"Retry-After": "1"})
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._limits.address_bytes:
            raise AddressTooLong(
                f"the address is longer than {self._limits.address_bytes} bytes; send the search as POST _search"
            )
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value) > self._limits.body_bytes):
                raise TooLarge(f"the body is larger than {self._limits.body_bytes} bytes")

    def _bounded(self, receive: Receive) -> Receive:
        """Bodies without a length are counted as they come."""
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self._limits.body_bytes:
                    raise TooLarge(f"the body is larger than {self._limits.body_bytes} bytes")
            return message

        return bounded


class _Answer:
    """`send` that adds the request id and remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], (b"x-request-id", self.request_id.encode())]}
        await self._send(message)


async def _refuse(exc: Exception, scope: Scope, receive: Receive, answer: _Answer) -> None:
    if answer.status == 0:  # an answer already begun cannot be taken back; the connection is cut instead
        await respond(exc)(scope, receive, answer)
    else:
        raise ConnectionError("the answer broke off") from None


def _request_id(scope: Scope) -> str:
    """The client's X-Request-Id where it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return str(uuid.uuid4())


def _frames(exc: BaseException) -> list[str]:
    """Where it happened, without a value: file, line, function of the innermost frames."""
    frames = traceback.extract_tb(exc.__traceback__)[-6:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
