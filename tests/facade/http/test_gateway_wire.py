"""The gateway over a real socket, under the server that runs it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from tests.facade.world import configuration, world

SILENT = (
    b"POST /riverbend/auth/token HTTP/1.1\r\nHost: facade.example.org\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n"
)
METADATA = b"GET /riverbend/fhir/r4/metadata HTTP/1.1\r\nHost: facade.example.org\r\n\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\nHost: facade.example.org\r\n\r\n"
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Announced(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[int]:
    """The port of a server that runs the app in this event loop."""
    listening = socket.create_server(("127.0.0.1", 0))
    async with serving_on(app, listening):
        yield listening.getsockname()[1]


@asynccontextmanager
async def serving_on(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """A server that runs the app in this event loop, on a socket that is bound already."""
    server = Announced(uvicorn.Config(app, http="httptools", lifespan="off", log_config=None, access_log=False))
    running = asyncio.create_task(server.serve([listening]))
    try:
        await asyncio.wait_for(server.listens.wait(), 10)
        yield
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 10)


class Wire:
    """Connections to one server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def open(self, request: bytes) -> Stream:
        """A connection over which `request` was sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers.append(writer)
        writer.write(request)
        await writer.drain()
        return reader, writer

    async def close(self) -> None:
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    """To a facade with four places, where a body has half a second to arrive."""
    config: dict[str, Any] = configuration()
    config["server"]["limits"] = {"concurrency": 4, "body_seconds": 0.5}
    async with world(tmp_path, config) as made, serving(made.app) as port:
        connections = Wire(port)
        yield connections
        await connections.close()


async def status(stream: Stream) -> int:
    """The status of the next answer, read to its end."""
    async with asyncio.timeout(5):
        head = (await stream[0].readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(line.partition(":")[2] for line in head.splitlines() if line.startswith("content-length"))
        await stream[0].readexactly(int(length))
    return int(head.split()[1])


async def test_connections_that_send_nothing_stop_nobody(wire: Wire) -> None:
    silent = [await wire.open(SILENT) for _ in range(12)]
    asked = await wire.open(METADATA)

    assert 200 == await status(asked)
    assert 400 == await status(await wire.open(SILENT + b"grant_type"))
    assert [408] * 12 == [await status(stream) for stream in silent]
    assert [b""] * 12 == [await asyncio.wait_for(stream[0].read(), 5) for stream in silent]


async def test_a_connection_is_kept_open_for_longer_than_a_body_may_take(wire: Wire) -> None:
    kept = await wire.open(SILENT + b"grant_type")
    assert 400 == await status(kept)

    assert 408 == await status(await wire.open(SILENT))  # that long it took
    for request, expected in ((METADATA, 200), (SILENT + b"grant_type", 400), (LIVE, 200)):
        kept[1].write(request)
        assert expected == await status(kept)


async def test_a_client_that_leaves_half_way_is_forgotten(wire: Wire) -> None:
    for _ in range(12):
        await wire.open(SILENT + b"gra")
    await wire.close()

    for _ in range(8):
        assert 200 == await status(await wire.open(METADATA))
