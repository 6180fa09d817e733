"""One Millennium tenant: the adapter in front of the sandbox, in process, and what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx

from adapters import registry
from adapters.cerner.sandbox import TENANT, create_app
from adapters.cerner.settings import sandbox_settings
from adapters.contract import Adapter, Call, Connection, Page
from adapters.fhir_r4.client import FHIRServer
from adapters.query import Clause, DateValue, Query, ReferenceValue, StringValue, TokenValue, Value
from adapters.upstream import Upstreams
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from mappings.mapped import Resource

ORIGIN = "http://127.0.0.1:9"  # nothing listens there: a call that bypassed the transport would fail
ROOT = f"/r4/{TENANT}"
ADA = "12724002"


@dataclass
class World:
    sandbox: Any
    adapter: Adapter[FHIRServer]
    ehr: FHIRServer

    async def ask(self, type_: str, *clauses: Clause, **more: Any) -> Page:
        call = Call("req-1", asyncio.get_running_loop().time() + 20.0)
        return await registry.dispatch(self.adapter, self.ehr, call, Query(type_, clauses, **more))

    async def every(self, type_: str, *clauses: Clause, **more: Any) -> list[Resource]:
        """All resources of a search, over all of its pages, as they come."""
        found: list[Resource] = []
        page = Page(cursor=more.pop("cursor", ""))
        while page.cursor is not None:
            page = await self.ask(type_, *clauses, cursor=page.cursor or None, **more)
            found += page.resources
        return found

    def asked(self) -> list[tuple[str, dict[str, list[str]]]]:
        """What was asked since the last time, tokens apart: (path below the tenant, values by name), `in_order`:
        requests of one search are under way together."""
        calls = [call for call in self.sandbox.calls if call.path.startswith(ROOT)]
        self.sandbox.calls.clear()
        return in_order((call.path.removeprefix(ROOT), _values(call.query)) for call in calls)


def in_order(asked: Iterable[tuple[str, dict[str, list[str]]]]) -> list[tuple[str, dict[str, list[str]]]]:
    return sorted(asked, key=lambda one: (one[0], sorted(one[1].items())))


def _values(query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        found.setdefault(name, []).append(unquote(value))
    return found


@asynccontextmanager
async def world(settings: Mapping[str, Any] | None = None, *, size: int = 4, **sandbox: Any) -> AsyncIterator[World]:
    app = create_app(size=size, **sandbox)
    adapter: Adapter[FHIRServer] = registry.find("cerner")
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    parsed = adapter.settings.model_validate({**sandbox_settings(ORIGIN), "cache_seconds": 0, **(settings or {})})
    try:
        yield World(app, adapter, adapter.connect(Connection("summit", "cv", "main", "cerner", parsed), upstreams))
    finally:
        await upstreams.close()


def clause(name: str, *values: Value, modifier: str | None = None) -> Clause:
    return Clause(name, modifier, values, "")


def text(name: str, *values: str) -> Clause:
    return clause(name, *map(StringValue, values))


def token(name: str, *codes: str, system: str | None = None) -> Clause:
    return clause(name, *(TokenValue(system, code) for code in codes))


def of(*patients: str) -> Clause:
    return clause("patient", *(ReferenceValue("Patient", patient) for patient in patients))


def moment(name: str, value: str, prefix: str = "eq") -> Clause:
    """A minute, with its zone: nothing is added before and after."""
    low = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return clause(name, DateValue(prefix, value, low, low + timedelta(minutes=1), zoned=True))


def day(name: str, value: str, prefix: str = "eq") -> Clause:
    low = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return clause(name, DateValue(prefix, value, low, low + timedelta(days=1), zoned=False))
