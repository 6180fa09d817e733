"""An EHR behind a real connection on loopback, written out byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from adapters.pace import Limits
from adapters.upstream import Upstream, Upstreams
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from tests.adapters.ehr import CONNECTION

Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def wire(serve: Serve, limits: Limits, *, ended: asyncio.Event | None = None) -> AsyncIterator[Upstream]:
    """An EHR that calls `serve` with each request's head; `ended` is set when one of its connections is over."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not reader.at_eof():
                await serve(await reader.readuntil(b"\r\n\r\n"), writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            if ended is not None:
                ended.set()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    upstreams = Upstreams(MemoryCache(), MemoryTokens())
    try:
        yield upstreams.to(CONNECTION, f"http://127.0.0.1:{port}", requests_per_second=1000.0, limits=limits)
    finally:
        await upstreams.close()
        server.close()
        await server.wait_closed()
