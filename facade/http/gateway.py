"""ASGI: request id, limits of size and time, shedding, one log line; and what nobody else caught.

It wraps the whole app, so that every answer, also those of the router, has passed here.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.traces import frames
from capability.issues import AddressTooLong, FHIRError, HeadersTooLong, TooLarge
from facade.http.admission import Admission, Place
from facade.http.body import Bodies
from facade.http.outcome import respond
from facade.tenancy.configuration import Limits

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
DIGITS = 18  # of a content-length; no number that is longer is within any limit
HEALTH = "/health/"
UNSNIFFED = (b"x-content-type-options", b"nosniff")  # no browser takes JSON for a page


class Broken(ConnectionError):
    """An answer already begun cannot be taken back: the server cuts the connection."""


class Gateway:
    def __init__(self, app: ASGIApp, limits: Limits, admission: Admission) -> None:
        self._app = app
        self._limits = limits
        self._admission = admission
        self._bodies = Bodies(limits)
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
        place = self._admission.place()
        answer = _Answer(send, request_id, place, self._limits.answer_seconds)
        try:
            await self._guarded(scope, receive, answer, place)
        finally:
            place.release()
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

    async def _guarded(self, scope: Scope, receive: Receive, answer: _Answer, place: Place) -> None:
        try:
            if not scope["path"].startswith(HEALTH):  # a busy server is not a sick one
                place.take()
            self._check(scope)
            body = self._bodies.body(receive, place, scope["state"]["deadline"], _content_encoding(scope))
            await self._app(scope, body, answer)
        except (FHIRError, HTTPException) as exc:
            await _refuse(exc, scope, receive, answer)
        except ClientDisconnect:
            return  # nobody is left to be answered; the log line shows status 0
        except Broken:
            raise
        except Exception as exc:  # the last resort: nothing unexpected may reach the server's own handler
            self._log.error(
                "http.unexpected", error=type(exc).__name__, frames=frames(exc), request_id=answer.request_id
            )
            await _refuse(exc, scope, receive, answer)

    def _check(self, scope: Scope) -> None:
        limits, headers = self._limits, scope["headers"]
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limits.address_bytes:
            raise AddressTooLong(
                f"the address is longer than {limits.address_bytes} bytes; send the search as POST _search"
            )
        if sum(len(name) + len(value) for name, value in headers) > limits.header_bytes:
            raise HeadersTooLong(f"the headers are longer than {limits.header_bytes} bytes together")
        for name, value in headers:
            if name == b"content-length" and not (
                value.isdigit() and len(value) <= DIGITS and int(value) <= limits.body_bytes
            ):
                raise TooLarge(f"the body is larger than {limits.body_bytes} bytes")


class _Answer:
    """`send` that adds the request id, remembers the status and does not wait for ever. Raises Broken.

    Answers are whole before they begin, so that with the first message the work is done.
    """

    def __init__(self, send: Send, request_id: str, place: Place, seconds: float) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0
        self._place = place
        self._seconds = seconds
        self._until: float | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = ((b"x-request-id", self.request_id.encode()), UNSNIFFED)
            message = {**message, "headers": [*message["headers"], *own]}
            self._place.release()
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                await self._send(message)
        except TimeoutError:
            raise Broken("the client does not take its answer") from None


async def _refuse(exc: Exception, scope: Scope, receive: Receive, answer: _Answer) -> None:
    if answer.status != 0:
        raise Broken("the answer broke off") from None
    await respond(exc, scope)(scope, receive, answer)


def _request_id(scope: Scope) -> str:
    """The client's X-Request-Id where it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return str(uuid.uuid4())


def _content_encoding(scope: Scope) -> str:
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"content-encoding")
