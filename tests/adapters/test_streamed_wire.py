"""Bodies read as they come, over real connections on loopback."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
import structlog.testing

from adapters.pace import CircuitOpen, Limits
from adapters.streamed import Streamed
from adapters.upstream import Redirected, Reply, Upstream
from capability.issues import EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable
from tests.adapters.ehr import call, get
from tests.adapters.wire import Serve, wire

ONE = Limits(connections=1, attempts=1, read=0.2)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"


async def opened(upstream: Upstream, seconds: float = 5.0, **more: Any) -> Reply | Streamed:
    return await upstream.open(call(seconds), "/r4/Binary/7", operation="GET /Binary/{id}", **more)


async def streamed(upstream: Upstream, **more: Any) -> Streamed:
    found = await opened(upstream, **more)
    assert isinstance(found, Streamed)
    return found


def writes(raw: bytes, *, then_close: bool = False) -> Serve:
    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        if then_close:
            await writer.drain()
            writer.close()

    return serve


async def test_a_body_is_given_before_it_is_all_there() -> None:
    rest = asyncio.Event()

    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 6\r\n\r\none")
        await writer.drain()
        await rest.wait()
        writer.write(b"two")

    async with wire(serve, ONE) as upstream:
        asked = call()
        found = await upstream.open(asked, "/r4/Binary/7", operation="GET /Binary/{id}")
        assert isinstance(found, Streamed)
        first = await anext(found.body)
        rest.set()
        left = b"".join([piece async for piece in found.body])

    assert (b"one", b"two", 6, "application/pdf") == (first, left, found.size, found.headers["content-type"])
    assert [("GET /Binary/{id}", 200)] == [(made.operation, made.status) for made in asked.made]


@pytest.mark.parametrize("read", [0, 1], ids=["unread", "begun"])
async def test_a_body_that_nobody_wants_to_the_end_ends_its_connection_and_frees_its_slot(read: int) -> None:
    gone = asyncio.Event()

    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/Binary/" not in head:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            return
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\none")

    async with wire(serve, ONE, ended=gone) as upstream:
        found = await streamed(upstream)
        with pytest.raises(EHRThrottled):
            await get(upstream, call(0.05))
        for _ in range(read):
            await anext(found.body)
        await found.body.aclose()

        assert 200 == (await get(upstream)).status
        assert [] == [piece async for piece in found.body]
        await asyncio.wait_for(gone.wait(), 2)


@pytest.mark.parametrize(
    ("raw", "close", "expected"),
    [
        (HEAD + b"Content-Length: 500\r\n\r\n%PDF", True, EHRUnavailable),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n%PDF\r\n", True, EHRUnavailable),
        (HEAD + b"Content-Length: 500\r\n\r\n%PDF", False, EHRTimeout),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n%PDF", False, EHRInvalid),
    ],
    ids=["cut short", "chunks cut short", "silent", "not what it says"],
)
async def test_a_body_that_breaks_off_is_an_error_and_no_end(raw: bytes, close: bool, expected: type[EHRError]) -> None:
    async with wire(writes(raw, then_close=close), ONE) as upstream:
        found = await streamed(upstream)
        with structlog.testing.capture_logs() as logs, pytest.raises(expected) as raised:
            async for _ in found.body:
                pass

    assert "127.0.0.1" not in f"{raised.value.text} {logs}"


async def test_bodies_that_break_off_open_the_circuit() -> None:
    async with wire(writes(HEAD + b"Content-Length: 9\r\n\r\n%PDF", then_close=True), Limits(attempts=1)) as upstream:
        for _ in range(Limits().circuit_failures):
            found = await streamed(upstream)
            with pytest.raises(EHRUnavailable):
                await found.whole(100)
        with pytest.raises(CircuitOpen):
            await opened(upstream)


async def test_a_packed_body_is_unpacked_and_its_length_is_not_the_document_s() -> None:
    packed = gzip.compress(b"x" * 90_000)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)

    async with wire(writes(head + packed), ONE) as upstream:
        found = await streamed(upstream)
        assert (None, b"x" * 90_000) == (found.size, await found.whole(90_000))


async def test_only_the_caller_s_bound_is_a_bound() -> None:
    raw = HEAD + b"Content-Length: 5000\r\n\r\n" + b"x" * 5000

    async with wire(writes(raw), Limits(connections=1, response_bytes=100)) as upstream:
        assert 5000 == len(await (await streamed(upstream)).whole(5000))
        with pytest.raises(EHRInvalid):
            await (await streamed(upstream)).whole(4999)
        with pytest.raises(EHRInvalid):
            await (await streamed(upstream, most=4999)).whole(5000)


async def test_what_is_no_success_is_read_and_repeated_as_ever() -> None:
    heads: list[bytes] = []

    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        if len(heads) == 1:
            writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nwait")
        elif len(heads) == 2:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone")
        else:
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    async with wire(serve, Limits(connections=1, attempts=2)) as upstream:
        found = await opened(upstream)
        assert isinstance(found, Reply)
        assert (404, b"none") == (found.status, found.content)
        with pytest.raises(Redirected):
            await opened(upstream)

    assert 3 == len(heads)


async def test_the_head_has_until_the_deadline() -> None:
    async with wire(writes(b""), Limits(connections=1, attempts=1)) as upstream:
        with pytest.raises(EHRTimeout):
            await opened(upstream, 0.05)
