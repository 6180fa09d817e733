"""One practice of athena's FHIR server: the adapter in front of the sandbox, in process, and what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx

from adapters import registry
from adapters.athena_fhir.sandbox import BASE, create_app
from adapters.athena_fhir.settings import sandbox_settings
from adapters.contract import Adapter, Call, Connection, Page
from adapters.fhir_r4.client import FHIRServer
from adapters.query import Clause, DateValue, Query, ReferenceValue, StringValue, TokenValue
from adapters.upstream import Upstreams
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from mappings.mapped import Resource

ORIGIN = "http://127.0.0.1:9"  # nothing listens there: a call that bypassed the transport would fail
PRACTICE = ("ah-practice", "Organization/a-1.Practice-195900")


@dataclass
class World:
    sandbox: Any
    adapter: Adapter[FHIRServer]
    ehr: FHIRServer

    def call(self) -> Call:
        return Call("req-1", asyncio.get_running_loop().time() + 20.0)

    async def ask(self, type_: str, *clauses: Clause, **more: Any) -> Page:
        return await registry.dispatch(self.adapter, self.ehr, self.call(), Query(type_, clauses, **more))

    async def every(self, type_: str, *clauses: Clause, **more: Any) -> list[Resource]:
        """All resources of a search, over all of its pages, as they come."""
        found: list[Resource] = []
        page = Page(cursor="")
        while page.cursor is not None:
            page = await self.ask(type_, *clauses, cursor=page.cursor or None, **more)
            found += page.resources
        return found

    def asked(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What was asked since the last time, tokens and statements apart: path below the base, and the query."""
        calls = [call for call in self.sandbox.calls if call.path.startswith(f"{BASE}/") and "/." not in call.path]
        self.sandbox.calls.clear()
        return [(call.path.removeprefix(BASE), parse_qsl(call.query)) for call in calls]


def token(name: str, code: str, system: str | None = None) -> Clause:
    return Clause(name, None, (TokenValue(system, code),), "")


def text(name: str, *values: str, modifier: str | None = None) -> Clause:
    return Clause(name, modifier, tuple(map(StringValue, values)), "")


def about(name: str, type_: str, id_: str) -> Clause:
    return Clause(name, None, (ReferenceValue(type_, id_),), "")


def day(name: str, value: str, prefix: str = "eq") -> Clause:
    low = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return Clause(name, None, (DateValue(prefix, value, low, low + timedelta(days=1), zoned=False),), "")


PATIENT = about("patient", "Patient", "1")


@asynccontextmanager
async def world(settings: Mapping[str, Any] | None = None, **sandbox: Any) -> AsyncIterator[World]:
    app = create_app(size=25, **{"token_quota": 100, **sandbox})
    adapter: Adapter[FHIRServer] = registry.find("athena_fhir")
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    parsed = adapter.settings.model_validate({**sandbox_settings(ORIGIN), "cache_seconds": 0, **(settings or {})})
    try:
        yield World(app, adapter, adapter.connect(Connection("rb", "p1", "main", "athena_fhir", parsed), upstreams))
    finally:
        await upstreams.close()
