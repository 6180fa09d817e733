"""A world of tests/facade/world.py on a port, for what needs a real socket: browsers and the clients people use."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.facade.http.test_gateway_wire import serving_on
from tests.facade.world import World, configuration, world


@dataclass(frozen=True)
class Served:
    """`base` is the FHIR base of the tenant `riverbend`, where it can be reached."""

    world: World
    origin: str

    @property
    def base(self) -> str:
        return f"{self.origin}/riverbend/fhir/r4"


@asynccontextmanager
async def served(folder: Path, **tenants: Any) -> AsyncIterator[Served]:
    """A world with these tenants, as `configuration` takes them, at a free port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = configuration(**tenants)
    config["server"]["public_url"] = origin
    async with world(folder, config) as made, serving_on(made.app, listening):
        yield Served(made, origin)
