"""A tenant over three EHRs, wired in process: every installed adapter's sandbox behind an address of its own."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from adapters import registry
from tests.facade.world import ORIGIN, World, configuration, served

NAMES = ("athenanet", "epic", "cerner")
PORTS = {name: 21 + at for at, name in enumerate((*NAMES, "athena_fhir", "fhir_r4"))}


def address(name: str) -> str:
    """Where an adapter's sandbox is; nothing listens there."""
    return f"http://127.0.0.1:{PORTS[name]}"


def connection(name: str, **settings: Any) -> dict[str, Any]:
    """A connection of the configuration to that adapter's sandbox."""
    told = registry.find(name).sandbox_settings
    assert told is not None
    return {"adapter": name, "settings": {**told(address(name)), **settings}}


def practice(*names: str, **more: Any) -> dict[str, Any]:
    """A practice with a connection to each of these, of its adapter's name."""
    return {
        "name": f"Practice by {', '.join(names)}",
        "timezone": "America/New_York",
        "connections": {name: connection(name) for name in names},
        **more,
    }


def summit(**tenant: Any) -> dict[str, Any]:
    """A configuration with the tenant `summit`: practice sa over athenaNet, se over Epic, sc over Cerner."""
    athena = practice("athenanet")
    athena["connections"]["athenanet"]["settings"]["practiceid"] = "195901"
    practices = {"sa": athena, "se": practice("epic"), "sc": practice("cerner")}
    return configuration(summit={"practices": practices, **tenant})


@dataclass
class Summit(World):
    """`sandboxes` by adapter."""

    sandboxes: Mapping[str, ASGIApp] = field(default_factory=dict)

    def client(
        self, client: str | None = "system", tenant: str = "summit", practice: str | None = None
    ) -> httpx.AsyncClient:
        return super().client(client, tenant, practice)

    async def asked(self, name: str) -> list[dict[str, Any]]:
        """What that sandbox was asked since it was told to forget."""
        async with self._to(name) as client:
            found: list[dict[str, Any]] = (await client.get("/_sandbox/calls")).json()["calls"]
            return found

    async def misbehave(self, name: str, *rules: Mapping[str, Any]) -> None:
        """That sandbox goes by these rules from now on, and by no earlier ones."""
        async with self._to(name) as client:
            await client.delete("/_sandbox/faults")
            await client.delete("/_sandbox/calls")
            if rules:
                (await client.post("/_sandbox/faults", json=list(rules))).raise_for_status()

    def _to(self, name: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.sandboxes[name]), base_url=address(name))


class Switch(httpx.AsyncBaseTransport):
    """Each address's own sandbox."""

    def __init__(self, sandboxes: Mapping[str, ASGIApp]) -> None:
        self._by_port = {PORTS[name]: httpx.ASGITransport(app) for name, app in sandboxes.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._by_port[request.url.port or 0].handle_async_request(request)


@asynccontextmanager
async def network(
    folder: Path,
    config: Mapping[str, Any],
    *,
    names: tuple[str, ...] = NAMES,
    size: int = 12,
    tap: Callable[[str, ASGIApp], ASGIApp] = lambda name, app: app,
    **options: Any,
) -> AsyncIterator[Summit]:
    """The facade over the sandboxes of these adapters, with that many people each, made with these further options.

    `tap` stands before each sandbox.
    """
    sandboxes = {name: tap(name, sandbox(name, size, **options)) for name in names}
    async with served(folder, config, Switch(sandboxes), sandboxes[names[0]], Summit) as made:
        made.sandboxes = sandboxes
        yield made


def sandbox(name: str, size: int, **options: Any) -> ASGIApp:
    """A new sandbox of an adapter."""
    module, _, factory = (registry.find(name).sandbox or "").partition(":")
    made: ASGIApp = getattr(importlib.import_module(module), factory)(size=size, **options)
    return made


__all__ = ["NAMES", "ORIGIN", "Summit", "address", "connection", "network", "practice", "sandbox", "summit"]
