"""/_sandbox/...: set faults and settings, read the journal. For tests and the demo; nothing here is athenaNet's."""

from __future__ import annotations

from dataclasses import asdict

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.athenanet.sandbox.faults import KINDS, rule
from adapters.athenanet.sandbox.state import Sandbox


async def faults(request: Request) -> Response:
    """GET: the rules left and the kinds there are. POST: adds a list of rules, or one. DELETE: forgets all."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "POST":
        try:
            document = orjson.loads(await request.body())
            made = [rule(one) for one in (document if isinstance(document, list) else [document])]
        except ValueError as error:
            return _answer({"error": str(error)}, 400)
        sandbox.faults.add(*made)
    elif request.method == "DELETE":
        sandbox.faults.clear()
    shown = [
        {"path": one.path, "kind": one.kind, "times": one.times, "method": one.method, "query": one.query}
        for one in sandbox.faults.rules
    ]
    return _answer({"rules": shown, "kinds": dict(KINDS)})


async def calls(request: Request) -> Response:
    """GET: every request received since the last DELETE, oldest first."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "DELETE":
        sandbox.calls.clear()
    return _answer({"calls": [asdict(call) for call in sandbox.calls]})


async def settings(request: Request) -> Response:
    """GET: the settings. POST: changes those named."""
    sandbox: Sandbox = request.app.state.sandbox
    if request.method == "POST":
        try:
            document = orjson.loads(await request.body())
            if not isinstance(document, dict):
                raise ValueError("settings are an object")
            sandbox.settings.change(document)
        except ValueError as error:
            return _answer({"error": str(error)}, 400)
    return _answer(asdict(sandbox.settings))


def _answer(document: object, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, media_type="application/json")


ROUTES = [
    Route("/_sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
    Route("/_sandbox/calls", calls, methods=["GET", "DELETE"]),
    Route("/_sandbox/settings", settings, methods=["GET", "POST"]),
]
