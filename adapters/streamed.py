"""An EHR's answer whose body is read as it comes, and what breaks on the way as errors of ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx

from capability.issues import EHRError, EHRInvalid, EHRTimeout, EHRUnavailable

LATE = "the EHR did not answer in time; try again later"
LARGER = "the EHR's answer is larger than we read"

Ended = Callable[[EHRError | None], Awaitable[None]]
"""Told once how the reading of a body ended: what it broke off with, or None."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer of success. `headers` in lower case, `size` of the body in bytes where the EHR told it beforehand;
    whoever has it closes `body`."""

    status: int
    headers: Mapping[str, str]
    size: int | None
    body: Body

    async def whole(self, most: int) -> bytes:
        """All of the body, then closed. Raises EHRInvalid for more than `most` bytes; as Body."""
        received = bytearray()
        try:
            async for piece in self.body:
                received += piece
                if len(received) > most:
                    raise EHRInvalid(LARGER)
        finally:
            await self.body.aclose()
        return bytes(received)


class Body(AsyncGenerator[bytes, None]):
    """Decoded pieces of an answer, at most `most` bytes of them.

    A generator function would not do: closed before its first piece it never runs, and would keep the connection.

    Raises: EHRUnavailable, EHRTimeout where it breaks off; EHRInvalid where it is larger or can't be decoded.
    """

    def __init__(self, response: httpx.Response, most: int | None, ended: Ended) -> None:
        self._response = response
        # typed as an iterator only; it is a generator, which has to be closed
        self._pieces: Any = response.aiter_bytes()
        self._most = most
        self._received = 0
        self._ended: Ended | None = ended

    async def asend(self, value: None) -> bytes:
        if self._ended is None:
            raise StopAsyncIteration
        try:
            with transported():
                piece: bytes = await anext(self._pieces)
            self._received += len(piece)
            if self._most is not None and self._received > self._most:
                raise EHRInvalid(LARGER)
        except EHRError as broken:
            await self._end(broken)
            raise
        except BaseException:
            await self._end(None)
            raise
        return piece

    async def athrow(self, *thrown: Any) -> bytes:
        await self.aclose()
        raise thrown[0] if len(thrown) == 1 else thrown[1] or thrown[0]

    async def aclose(self) -> None:
        """Lets the EHR know that no more is read; again is nothing."""
        await self._end(None)

    async def _end(self, broken: EHRError | None) -> None:
        ended, self._ended = self._ended, None
        if ended is None:
            return
        try:
            with suppress(EHRError), transported():
                await self._pieces.aclose()
                await self._response.aclose()
        finally:
            await ended(broken)


def size_of(response: httpx.Response) -> int | None:
    """Bytes of the decoded body, where its head tells: the length of one that was packed for the way does not."""
    length = response.headers.get("content-length", "")
    packed = response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 16 and not packed else None


@contextmanager
def transported() -> Iterator[None]:
    """Errors of the transport as ours: the texts of the libraries name hosts and addresses.

    Raises: EHRTimeout, EHRUnavailable, EHRInvalid.
    """
    try:
        yield
    except (httpx.TransportError, aiohttp.ClientConnectionError, OSError) as exc:
        raise _failure(exc) from exc
    except (httpx.DecodingError, aiohttp.ClientError) as exc:
        raise EHRInvalid("the EHR's answer is not readable HTTP") from exc


def _failure(exc: Exception) -> EHRError:
    timed_out = isinstance(exc, httpx.TimeoutException | TimeoutError)
    cause = exc.__cause__
    # The aiohttp transport reports any lost connection as a ConnectTimeout: its cause tells which it was.
    if timed_out and isinstance(cause, aiohttp.ClientConnectionError) and not isinstance(cause, TimeoutError):
        timed_out = False
    if timed_out:
        return EHRTimeout(LATE)
    return EHRUnavailable("the EHR cannot be reached; try again later")
