"""A FHIR server that says whatever a test has it say, right or wrong, behind a facade of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.facade.world import World, configuration, served

ORIGIN = "http://127.0.0.1:8"  # nothing listens there
BASE = f"{ORIGIN}/r4"
Answer = bytes | Mapping[str, Any]


@dataclass
class Script:
    """`records` by "Type/id" are read, and found by every search of their type; `said` by path below the base, or by
    "Type" for its search, goes before them, and so does `refused`, with a 400; `asked` is what it was asked."""

    records: dict[str, Answer] = field(default_factory=dict)
    said: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def has(self, *resources: Mapping[str, Any]) -> None:
        self.records.update((f"{one['resourceType']}/{one['id']}", one) for one in resources)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw = request.scope["raw_path"].decode() + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append(raw.removeprefix("/r4/"))
        await self._answer(request.url.path.removeprefix("/r4/"))(scope, receive, send)

    def _answer(self, path: str) -> Response:
        found = self.refused.get(path, self.said.get(path, self.records.get(path)))
        if found is None and "/" in path:
            return Response('{"resourceType":"OperationOutcome","issue":[]}', 404)
        if found is None:
            found = searchset(*(one for name, one in self.records.items() if name.startswith(f"{path}/")))
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return Response(body, 400 if path in self.refused else 200, media_type="application/fhir+json")


def searchset(*resources: Any, following: str | None = None) -> dict[str, Any]:
    """A Bundle of matches, with a link to the next page."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "next", "url": following}] if following else [],
        "entry": [{"resource": one, "search": {"mode": "match"}} for one in resources],
    }


@dataclass
class Scripted(World):
    """A world whose `sandbox` is a Script: tenant `riverbend` with practice `rb` over it."""

    sandbox: Script


@asynccontextmanager
async def scripted(
    folder: Path, *, adapter: str = "fhir_r4", settings: Mapping[str, Any] = MappingProxyType({}), **tenant: Any
) -> AsyncIterator[Scripted]:
    """`settings` of the connection by that adapter; the tenant's own beside them."""
    whole = {"base_url": BASE, "requests_per_second": 5000, **settings}
    rb = {"name": "Scripted", "connections": {"ehr": {"adapter": adapter, "settings": whole}}}
    config = configuration(riverbend={"practices": {"rb": rb}, **tenant})
    script = Script()
    async with served(folder, config, httpx.ASGITransport(script), script, Scripted) as made:
        yield made
