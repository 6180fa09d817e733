"""The seam over real connections on loopback: what a transport in process cannot show."""

from __future__ import annotations

import asyncio

import pytest

from adapters.pace import Limits
from adapters.upstream import Reply, Upstream
from capability.issues import EHRError, EHRInvalid, EHRTimeout, EHRUnavailable
from tests.adapters.ehr import call
from tests.adapters.wire import Serve, wire


async def get(upstream: Upstream, seconds: float = 5.0) -> Reply:
    return await upstream.send(call(seconds), "GET", "/v1/ping", operation="GET /ping")


ONCE = Limits(attempts=1, read=0.2)


def answers(raw: bytes, *, then_close: bool = False) -> Serve:
    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        if then_close:
            writer.close()

    return serve


async def test_a_connection_is_used_again_and_cookies_are_not_kept() -> None:
    connections: set[object] = set()
    heads: list[bytes] = []

    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        heads.append(head)
        writer.write(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 2\r\n\r\nok")

    async with wire(serve, ONCE) as upstream:
        for _ in range(3):
            assert (200, b"ok") == ((reply := await get(upstream)).status, reply.content)

    assert (1, 3) == (len(connections), len(heads))
    assert not any(b"cookie" in head.lower() for head in heads)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", EHRUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", EHRUnavailable),
        (b"nonsense\r\n\r\n", EHRInvalid),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", EHRInvalid),
    ],
    ids=["no answer", "cut short", "not HTTP", "redirect"],
)
async def test_what_a_broken_connection_brings_is_told_apart(raw: bytes, expected: type[EHRError]) -> None:
    async with wire(answers(raw, then_close=True), ONCE) as upstream:
        with pytest.raises(expected) as raised:
            await get(upstream)

    assert "127.0.0.1" not in raised.value.text


async def test_silence_is_a_timeout_before_the_deadline() -> None:
    async with wire(answers(b""), Limits(attempts=1, read=0.05)) as upstream:
        with pytest.raises(EHRTimeout):
            await get(upstream)


async def test_nobody_listening_is_unavailable() -> None:
    async with wire(answers(b""), ONCE) as upstream:
        upstream.origin = "http://127.0.0.1:9"
        with pytest.raises(EHRUnavailable):
            await get(upstream)
