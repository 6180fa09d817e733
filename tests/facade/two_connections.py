"""One athena practice behind two connections, its REST API and its FHIR server over the same people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from adapters.athena_fhir.sandbox import create_app as create_fhir
from adapters.athena_fhir.settings import sandbox_settings as fhir_settings
from adapters.athenanet.sandbox import create_app as create_rest
from tests.facade.world import ATHENANET, UPSTREAM, World, configuration, practice, served

FHIR_UPSTREAM = "http://localhost:9"  # nothing listens there either


class Sandboxes(httpx.AsyncBaseTransport):
    """To the one sandbox or the other, by the host that is asked for."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._by_host = {httpx.URL(origin).host: httpx.ASGITransport(app) for origin, app in apps.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._by_host[request.url.host].handle_async_request(request)


class TwoConnections(World):
    """`sandbox` is that of the FHIR server, `rest` that of the REST API."""

    rest: Any

    async def rest_calls(self) -> list[str]:
        """Paths that the REST API was asked for."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.rest), base_url=UPSTREAM) as client:
            return [call["path"] for call in (await client.get("/_sandbox/calls")).json()["calls"]]

    async def fhir_calls(self) -> list[str]:
        """Paths that the FHIR server was asked for."""
        return [call["path"] for call in await self.calls()]

    async def forget_all(self) -> None:
        await self.forget()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.rest), base_url=UPSTREAM) as client:
            await client.delete("/_sandbox/calls")

    async def recover(self) -> None:
        """The FHIR server answers as it should again."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.sandbox), base_url=FHIR_UPSTREAM) as client:
            (await client.delete("/_sandbox/faults")).raise_for_status()


@asynccontextmanager
async def two_connections(folder: Path, routes: Mapping[str, Any] | None = None) -> AsyncIterator[TwoConnections]:
    """The FHIR server stands first in the file."""
    both = {
        "fhir": {"adapter": "athena_fhir", "settings": {**fhir_settings(FHIR_UPSTREAM), "cache_seconds": 0}},
        "rest": {"adapter": "athenanet", "settings": ATHENANET},
    }
    settings = {**practice(), "connections": both, "routes": dict(routes or {})}
    config = configuration(riverbend={"practices": {"rb": settings}})
    rest, fhir = create_rest(size=25, token_quota=1000), create_fhir(size=25, token_quota=1000)
    async with served(folder, config, Sandboxes({UPSTREAM: rest, FHIR_UPSTREAM: fhir}), fhir, TwoConnections) as made:
        made.rest = rest
        yield made
