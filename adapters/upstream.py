"""The one way from an adapter to an EHR: connections, deadlines, retries, circuit, budget, and errors as EHRError.

Requests go to an httpx transport directly, not through httpx.AsyncClient: the client logs every URL with its query,
keeps cookies between requests, follows proxies of the environment and, given the chance, redirects. None of that may
happen on the way to an EHR. The transport is aiohttp's (its pool costs a fraction of httpx's own under load).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
import httpx
import structlog
from httpx_aiohttp import AiohttpTransport

from adapters.addresses import checked_origin, checked_path
from adapters.attempts import BACKOFF, SHORTEST_ATTEMPT, attempted, retry_after
from adapters.contract import Cache, Call, CallsSpent, Connection, TokenStore, UpstreamCall
from adapters.oauth import BearerTokens
from adapters.pace import Circuit, Limits, Pace
from adapters.streamed import LARGER, LATE, Body, Streamed, size_of, transported
from capability.issues import EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable

LOG = structlog.get_logger("ehr")

TRANSIENT = frozenset({429, 500, 502, 503, 504})
"""Answers after which an idempotent call is worth another attempt."""

NO_ANSWER = frozenset({502, 503, 504})
"""Answers of a gateway in front of an EHR that does not answer. A 500 is an answer about one request: a record that
always fails must not close the practice."""

HANG = 1.0
"""Seconds without an answer after which a missed deadline counts against the EHR and not against a late start."""

HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": "ehr-fhir-facade"}

Transports = Callable[[Limits], httpx.AsyncBaseTransport]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an EHR answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Redirected(EHRInvalid):
    """The EHR points elsewhere, which is never followed. `reply` is for adapters to which that says something."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("the EHR answered with a redirect, and redirects are not followed")
        self.reply = reply


A = TypeVar("A", bound=Reply | Streamed)


class _Failed(Exception):
    """What a call shared by several requests came to, and until when the one that made it had time."""

    def __init__(self, error: EHRError | CallsSpent, deadline: float) -> None:
        super().__init__()
        self.error = error
        self.deadline = deadline


def aiohttp_transport(limits: Limits) -> httpx.AsyncBaseTransport:
    """A pool of its own for one connection: no cookies, no proxy of the environment, names resolved off the loop."""

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=limits.connections, keepalive_timeout=30.0, ttl_dns_cache=60)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    return AiohttpTransport(client=session)


class Upstreams:
    """What the connections of one process share; given to every adapter's `connect`.

    `transport` makes the httpx transport of a connection: `lambda limits: httpx.ASGITransport(sandbox)` in tests of
    meaning. `share` is this process's part of every practice's budget, where several processes serve the same ones.
    """

    def __init__(
        self, cache: Cache, tokens: TokenStore, *, transport: Transports = aiohttp_transport, share: float = 1.0
    ) -> None:
        self.cache = cache
        self._share = share
        self.tokens = BearerTokens(tokens)
        self._transport = transport
        self._paces: dict[tuple[str, str, str], Pace] = {}
        self._opened: list[Upstream] = []

    def to(
        self, connection: Connection, origin: str, *, requests_per_second: float, limits: Limits | None = None
    ) -> Upstream:
        """The seam of one connection to `origin` (scheme, host, port; https, or http on loopback).

        Raises: ValueError where `origin` is anything else.
        """
        origin = checked_origin(origin)
        per_second = requests_per_second * self._share
        pace = self._paces.setdefault((connection.tenant, connection.practice, origin), Pace(per_second))
        pace.lower(per_second)
        bounds = limits or Limits()
        upstream = Upstream(connection, origin, self._transport(bounds), pace, bounds, self)
        self._opened.append(upstream)
        return upstream

    async def close(self) -> None:
        await self.tokens.close()
        for upstream in self._opened:
            await upstream.close()
        self._opened.clear()


class Upstream:
    """One connection's way to its EHR, and to no other host."""

    def __init__(
        self,
        connection: Connection,
        origin: str,
        transport: httpx.AsyncBaseTransport,
        pace: Pace,
        limits: Limits,
        shared: Upstreams,
    ) -> None:
        self.connection = connection
        self.origin = origin
        self.cache = shared.cache
        self.tokens = shared.tokens
        self._transport = transport
        self._pace = pace
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.connections)
        self._circuit = Circuit(f"{connection.tenant}/{connection.practice}/{connection.key}", limits)
        self._timeout = httpx.Timeout(limits.read, connect=limits.connect).as_dict()
        self._labels = {
            "tenant": connection.tenant,
            "practice": connection.practice,
            "connection": connection.key,
            "adapter": connection.adapter,
        }

    async def send(
        self,
        call: Call,
        method: str,
        path: str,
        *,
        operation: str,
        params: Mapping[str, str] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
        content: bytes | None = None,
        idempotent: bool = True,
        transient: frozenset[int] = TRANSIENT,
    ) -> Reply:
        """One call, repeated while it is idempotent, its answer in `transient`, and time is left.

        `path`       root-relative and percent-encoded, with its own query only where `params` is empty
        `operation`  the path's template for logs and audit, e.g. "GET /patients/{patientid}"

        Any status but a redirect is a Reply: what it means is the adapter's to say.
        Raises: EHRTimeout, EHRUnavailable, EHRThrottled (our own budget), EHRInvalid, Redirected, CallsSpent.
        """
        url = self.origin + checked_path(path) + (f"?{urlencode(params)}" if params else "")

        async def attempt() -> Reply:
            request = _request(call, method, url, headers, content)
            await self._circuit.admit()
            async with self._pace.turn(self._slots, call.deadline):
                await self._circuit.admit()  # it may have opened while we waited
                return await self._counted(call, operation, self._exchange(request))

        return await attempted(call, attempt, self._limits.attempts, idempotent=idempotent, transient=transient)

    async def open(
        self,
        call: Call,
        path: str,
        *,
        operation: str,
        headers: Mapping[str, str] = MappingProxyType({}),
        most: int | None = None,
        transient: frozenset[int] = TRANSIENT,
    ) -> Reply | Streamed:
        """A GET as `send` makes it; an answer of success is given as soon as its head is there, its body unread.

        The body keeps its slot until it is read or closed. Neither `call`'s deadline nor `Limits.response_bytes` bound
        it: `most` bytes of it are read. Raises: as `send`.
        """
        url = self.origin + checked_path(path)

        async def attempt() -> Reply | Streamed:
            request = _request(call, "GET", url, headers, None)
            await self._circuit.admit()
            async with AsyncExitStack() as held:
                await held.enter_async_context(self._pace.turn(self._slots, call.deadline))
                await self._circuit.admit()
                return await self._counted(call, operation, self._head(request, most, held))

        return await attempted(call, attempt, self._limits.attempts, transient=transient)

    async def shared(
        self, call: Call, key: str, ttl: float, fetch: Callable[[], Awaitable[tuple[Any, int]]], *, fresh: bool = False
    ) -> Any:
        """`Cache.get_or_fetch` until `call`'s own deadline, whoever's request it is whose fetch is waited for.

        A fetch that failed for want of time is begun again for those who still have some.
        Raises: EHRTimeout; what `fetch` raises.
        """

        async def begun() -> tuple[Any, int]:
            try:
                return await fetch()
            except (EHRTimeout, EHRThrottled, EHRUnavailable, CallsSpent) as exc:
                raise _Failed(exc, call.deadline) from exc

        # Ends: whoever leads a round does not take part in another.
        while True:
            try:
                async with asyncio.timeout_at(call.deadline):
                    return await self.cache.get_or_fetch(key, ttl, begun, fresh=fresh)
            except TimeoutError as exc:
                raise EHRTimeout(LATE) from exc
            except _Failed as failed:
                if isinstance(failed.error, CallsSpent) and not call.spent:
                    continue  # that was another request's allowance
                if not _hurried(failed, call.deadline):
                    raise failed.error from failed.error.__cause__

    async def _counted(self, call: Call, operation: str, exchange: Awaitable[A]) -> A:
        """One exchange, until the deadline; told to the circuit, the log and the call."""
        started = time.perf_counter()
        status = 0
        try:
            async with asyncio.timeout_at(call.deadline):
                reply = await exchange
            status = reply.status
        except TimeoutError as exc:
            late = EHRTimeout(LATE)
            if time.perf_counter() - started >= HANG:
                await self._circuit.failed(late)
            raise late from exc
        except (EHRUnavailable, EHRTimeout) as exc:
            await self._circuit.failed(exc)
            raise
        finally:
            self._record(call, operation, status, (time.perf_counter() - started) * 1000)
        if status in NO_ANSWER:
            await self._circuit.failed(EHRUnavailable("no answer"))
        elif isinstance(reply, Reply):
            await self._circuit.answered()
        if isinstance(reply, Reply) and 300 <= status < 400:
            raise Redirected(reply)
        return reply

    async def _exchange(self, request: httpx.Request) -> Reply:
        with transported():
            return await self._read(await self._sent(request))

    async def _head(self, request: httpx.Request, most: int | None, held: AsyncExitStack) -> Reply | Streamed:
        """The answer with its body unread, which takes `held` over; read where it is no success."""
        with transported():
            response = await self._sent(request)
            if not response.is_success:
                return await self._read(response)

        kept = held.pop_all()

        async def ended(broken: EHRError | None) -> None:
            await kept.aclose()
            await self._ended(broken)

        return Streamed(response.status_code, _headers(response), size_of(response), Body(response, most, ended))

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {"timeout": self._timeout}
        return await self._transport.handle_async_request(request)

    async def _read(self, response: httpx.Response) -> Reply:
        received = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > self._limits.response_bytes:
                    raise EHRInvalid(LARGER)
        finally:
            await response.aclose()
        return Reply(response.status_code, _headers(response), bytes(received))

    async def _ended(self, broken: EHRError | None) -> None:
        """A body that breaks off is no answer; one that nobody wants to the end is one."""
        if isinstance(broken, EHRUnavailable | EHRTimeout):
            LOG.warning("ehr.broken_off", **self._labels, error=type(broken).__name__)
            await self._circuit.failed(broken)
        else:
            await self._circuit.answered()

    def _record(self, call: Call, operation: str, status: int, milliseconds: float) -> None:
        call.made.append(UpstreamCall(self.connection.practice, self.connection.key, operation, status, milliseconds))
        LOG.info(
            "ehr.call",
            **self._labels,
            operation=operation,
            status=status,
            milliseconds=round(milliseconds, 1),
            request_id=call.request_id,
        )

    async def close(self) -> None:
        await self._transport.aclose()


def _request(call: Call, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Request:
    named = {**HEADERS, **headers, "X-Request-Id": call.request_id}
    try:
        return httpx.Request(method, url, headers=named, content=content)
    except httpx.InvalidURL as exc:
        raise EHRInvalid("the request does not fit an address of the EHR") from exc


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _hurried(failed: _Failed, deadline: float) -> bool:
    """Whether a shared call failed because the one who made it lacked time that is left until `deadline`."""
    if failed.deadline >= deadline:
        return False
    begin_by = asyncio.get_running_loop().time() + SHORTEST_ATTEMPT
    theirs, ours = failed.deadline - begin_by, deadline - begin_by
    asked = retry_after(failed.error.headers)
    return theirs < BACKOFF["wait_max"] and ours > 0 if asked is None else theirs < asked <= ours
