"""The outermost layer: latency, response ids, and what can go wrong at athenaNet."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope, Send

from adapters.athenanet.sandbox import gate
from adapters.athenanet.sandbox.faults import Rule
from adapters.athenanet.sandbox.state import Sandbox
from adapters.simulator import faults, gateway
from adapters.simulator.gateway import CONTROL, CallMade, said

_NONSENSE: dict[str, Any] = {
    "patientid": {"oops": [1, 2]},
    "departmentid": {"oops": 3},
    "appointmentid": [4],
    "dob": 17,
    "readings": "none",
    "events": 3,
}
_FAILURE = "An internal error occurred while processing record 4711 of JANE EXAMPLE."
_INSTEAD: Mapping[str, Callable[[faults.Rule], Response]] = {
    **gateway.INSTEAD,
    "throttle_403": lambda found: gate.over_rate("Developer Over Qps"),
    "throttle_429": gateway.throttled,
    "error_in_200": lambda found: said({"error": _FAILURE}),
    "success_false_in_200": lambda found: said({"success": "false", "errormessage": _FAILURE}),
    "bare_1": lambda found: said(1),
    "bare_string": lambda found: said("Invalid PROVIDERID input"),
    "unknown_practice": lambda found: gate.unknown_practice(),
    "practice_not_granted": lambda found: gate.not_granted(),
}


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
_ALTERED: Mapping[str, Callable[[bytes], bytes]] = {
    **gateway.ALTERED,
    "malformed_record": _spoil,
    "alien_record": lambda body: _spoil(body, 7),
    "first_row_removed": _one_row_less,
}


class Gateway(gateway.Gateway):
    """Journal and rules are the sandbox's; /_sandbox/settings shows (GET) and changes (POST) its settings."""

    rule = Rule
    instead: ClassVar[Mapping[str, Callable[[faults.Rule], Response]]] = _INSTEAD
    altered: ClassVar[Mapping[str, Callable[[bytes], bytes]]] = _ALTERED

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        super().__init__(app, expire=sandbox.expire_tokens)
        self.sandbox = sandbox
        self.faults, self.calls = sandbox.faults, sandbox.calls

    async def control(self, request: Request) -> Response:
        if request.scope["path"] == f"{CONTROL}settings":
            return await self._settings(request)
        return await super().control(request)

    async def _settings(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                document = orjson.loads(await request.body())
                if not isinstance(document, dict):
                    raise ValueError("settings are an object")
                self.sandbox.settings.change(document)
            except ValueError as error:
                return said({"error": str(error)}, 400)
        return said(asdict(self.sandbox.settings))

    async def wait(self) -> None:
        if self.sandbox.settings.latency_ms:
            await asyncio.sleep(self.sandbox.settings.latency_ms / 1000)

    def noting(self, send: Send, call: CallMade) -> Send:
        noted = super().noting(send, call)

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                number = self.sandbox.dice.between(0x1000000000, 0xFFFFFFFFFF)
                headers = [*message.get("headers", ()), (b"x-request-id", b"rrt-%x-c-ea-1" % number)]
                message = {**message, "headers": headers}
            await noted(message)

        return numbered

    def asked_instead(self, found: faults.Rule, scope: Scope) -> Scope:
        return _one_row_on(scope) if found.kind == "first_row_removed" else scope
