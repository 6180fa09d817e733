"""One athenaNet practice: the adapter in front of the sandbox, in process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from adapters import registry
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.sandbox import create_app
from adapters.athenanet.sandbox.faults import Rule
from adapters.contract import Adapter, Call, Connection, Page
from adapters.query import Clause, DateValue, Query, ReferenceValue, StringValue, TokenValue, Value
from adapters.upstream import Upstreams
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from mappings.mapped import Resource

SETTINGS = {
    "base_url": "http://127.0.0.1:9",  # nothing listens there: a call that bypassed the transport would fail
    "practiceid": "195900",
    "client_id": "sandbox-client",
    "client_secret": "sandbox-secret",
    "show_full_ssn": True,
    "requests_per_second": 5000,
}


@dataclass
class World:
    sandbox: Any
    adapter: Adapter[AthenaNet]
    ehr: AthenaNet
    upstreams: Upstreams

    async def ask(self, query: Query, call: Call | None = None) -> Page:
        return await registry.dispatch(self.adapter, self.ehr, call or new_call(), query)

    async def every(self, query: Query) -> list[Resource]:
        """All resources of a search, over all of its pages, each once."""
        found: dict[str, Resource] = {}
        cursor: str | None = None
        while True:
            page = await self.ask(replace(query, cursor=cursor))
            assert () == page.issues
            found.update({resource["id"]: resource for resource in page.resources})
            cursor = page.cursor
            if cursor is None:
                return list(found.values())

    async def one(self, type_: str, local_id: str) -> Resource | None:
        page = await self.ask(Query(type_, id=local_id))
        return next((resource for resource in page.resources if resource["id"] == local_id), None)

    def fault(self, **rule: Any) -> None:
        self.sandbox.state.sandbox.faults.add(Rule(**rule))

    @property
    def asked(self) -> list[str]:
        """Paths below the practice that the sandbox was asked for."""
        root = "/v1/195900"
        return [call.path.removeprefix(root) for call in self.sandbox.state.sandbox.calls if root in call.path]

    @property
    def queries(self) -> list[str]:
        return [call.query for call in self.sandbox.state.sandbox.calls]

    def forget(self) -> None:
        self.sandbox.state.sandbox.calls.clear()


@asynccontextmanager
async def world(
    settings: Mapping[str, Any] | None = None, *, us_core: str = "6.1.0", **sandbox: Any
) -> AsyncIterator[World]:
    app = create_app(**{"token_quota": 1000, **sandbox})
    adapter: Adapter[AthenaNet] = registry.find("athenanet")
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    parsed = adapter.settings.model_validate({**SETTINGS, **(settings or {})})
    ehr = adapter.connect(Connection("riverbend", "rb", "athenanet", "athenanet", parsed, us_core), upstreams)
    try:
        yield World(app, adapter, ehr, upstreams)
    finally:
        await upstreams.close()


def new_call(seconds: float = 10.0, *, fresh: bool = False) -> Call:
    return Call("req-1", asyncio.get_running_loop().time() + seconds, fresh=fresh)


def clause(name: str, *values: Value, modifier: str | None = None) -> Clause:
    return Clause(name, modifier, values, "")


def text(name: str, *values: str, modifier: str | None = None) -> Clause:
    return clause(name, *map(StringValue, values), modifier=modifier)


def token(name: str, *codes: str, system: str | None = None) -> Clause:
    return clause(name, *(TokenValue(system, code) for code in codes))


def of_patient(*patients: str) -> Clause:
    return clause("patient", *(ReferenceValue("Patient", patient) for patient in patients))


def day(name: str, value: str, prefix: str = "eq") -> Clause:
    low = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return clause(name, DateValue(prefix, value, low, low + timedelta(days=1), zoned=False))
