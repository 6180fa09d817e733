"""The one way from an adapter to an EHR: connections, deadlines, retries, circuit, budget, and errors as EHRError.

Requests go to an httpx transport directly, not through httpx.AsyncClient: the client logs every URL with its query,
keeps cookies between requests, follows proxies of the environment and, given the chance, redirects. None of that may
happen on the way to an EHR. The transport is aiohttp's (its pool costs a fraction of httpx's own under load).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx
import stamina
import structlog
from httpx_aiohttp import AiohttpTransport

from adapters.contract import Cache, Call, CallsSpent, Connection, TokenStore, UpstreamCall
from adapters.oauth import BearerTokens
from adapters.pace import Circuit, CircuitOpen, Limits, Pace
from capability.issues import EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable

LOG = structlog.get_logger("ehr")

TRANSIENT = frozenset({429, 500, 502, 503, 504})
"""Answers after which an idempotent call is worth another attempt."""

NO_ANSWER = frozenset({502, 503, 504})
"""Answers of a gateway in front of an EHR that does not answer. A 500 is an answer about one request: a record that
always fails must not close the practice."""

BACKOFF = {"wait_initial": 0.1, "wait_max": 2.0, "wait_jitter": 0.25}

SHORTEST_ATTEMPT = 0.25
"""Seconds: with less left before the deadline another attempt isn't begun."""

HANG = 1.0
"""Seconds without an answer after which a missed deadline counts against the EHR and not against a late start."""

LATE = "the EHR did not answer in time; try again later"

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

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


class _Again(Exception):
    """An answer after which the call may be repeated."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


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
        if call.spent:
            raise CallsSpent(f"this takes more than {call.most} calls to the EHR; ask for less at once")
        url = self.origin + checked_path(path) + (f"?{urlencode(params)}" if params else "")
        named = {**HEADERS, **headers, "X-Request-Id": call.request_id}

        async def attempt() -> Reply:
            try:
                request = httpx.Request(method, url, headers=named, content=content)
            except httpx.InvalidURL as exc:
                raise EHRInvalid("the request does not fit an address of the EHR") from exc
            return await self._attempt(call, request, operation)

        try:
            first = await attempt()
            if not idempotent or first.status not in transient:
                return first
            failure: Exception = _Again(first)
        except (EHRUnavailable, EHRTimeout) as exc:
            if not idempotent:
                raise
            failure = exc
        return await self._repeat(call, attempt, failure, transient)

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

    async def _repeat(
        self, call: Call, attempt: Callable[[], Awaitable[Reply]], failure: Exception, transient: frozenset[int]
    ) -> Reply:
        """Further attempts with jittered backoff; `failure` is what the first one, already made, came to."""
        try:
            async for trial in stamina.retry_context(
                on=lambda exc: _wait(exc, call.deadline), attempts=self._limits.attempts, timeout=None, **BACKOFF
            ):
                with trial:
                    if trial.num == 1:
                        raise failure
                    reply = await attempt()
                    if reply.status in transient:
                        failure = _Again(reply)
                        raise failure
                    return reply
        except _Again as again:
            return again.reply
        raise failure

    async def _attempt(self, call: Call, request: httpx.Request, operation: str) -> Reply:
        await self._circuit.admit()
        async with self._pace.turn(self._slots, call.deadline):
            await self._circuit.admit()  # it may have opened while we waited
            return await self._counted(call, request, operation)

    async def _counted(self, call: Call, request: httpx.Request, operation: str) -> Reply:
        """One exchange, until the deadline; told to the circuit, the log and the call."""
        started = time.perf_counter()
        status = 0
        try:
            async with asyncio.timeout_at(call.deadline):
                reply = await self._exchange(request)
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
        else:
            await self._circuit.answered()
        if 300 <= status < 400:
            raise Redirected(reply)
        return reply

    async def _exchange(self, request: httpx.Request) -> Reply:
        """One exchange. Texts of errors stay ours: those of the libraries name hosts and addresses."""
        request.extensions = {"timeout": self._timeout}
        try:
            response = await self._transport.handle_async_request(request)
            try:
                content = await self._read(response)
            finally:
                await response.aclose()
        except (httpx.TransportError, aiohttp.ClientConnectionError, OSError) as exc:
            raise _failure(exc) from exc
        except (httpx.DecodingError, aiohttp.ClientError) as exc:
            raise EHRInvalid("the EHR's answer is not readable HTTP") from exc
        return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)

    async def _read(self, response: httpx.Response) -> bytes:
        received = bytearray()
        async for chunk in response.aiter_bytes():
            received += chunk
            if len(received) > self._limits.response_bytes:
                raise EHRInvalid("the EHR's answer is larger than we read")
        return bytes(received)

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


def _failure(exc: Exception) -> EHRError:
    """A transport's error as ours."""
    timed_out = isinstance(exc, httpx.TimeoutException | TimeoutError)
    cause = exc.__cause__
    # The aiohttp transport reports any lost connection as a ConnectTimeout: its cause tells which it was.
    if timed_out and isinstance(cause, aiohttp.ClientConnectionError) and not isinstance(cause, TimeoutError):
        timed_out = False
    if timed_out:
        return EHRTimeout(LATE)
    return EHRUnavailable("the EHR cannot be reached; try again later")


def _wait(exc: Exception, deadline: float) -> float | bool:
    """Seconds to wait before the next attempt, True for the usual backoff, False to give up."""
    if isinstance(exc, CircuitOpen) or not isinstance(exc, _Again | EHRUnavailable | EHRTimeout):
        return False
    left = deadline - asyncio.get_running_loop().time() - SHORTEST_ATTEMPT
    asked = retry_after(exc.reply.headers) if isinstance(exc, _Again) else retry_after(exc.headers)
    if asked is not None:
        return asked if asked <= left else False
    return left > BACKOFF["wait_max"] or left > BACKOFF["wait_initial"] + BACKOFF["wait_jitter"]


def _hurried(failed: _Failed, deadline: float) -> bool:
    """Whether a shared call failed because the one who made it lacked time that is left until `deadline`."""
    if failed.deadline >= deadline:
        return False
    begin_by = asyncio.get_running_loop().time() + SHORTEST_ATTEMPT
    theirs, ours = failed.deadline - begin_by, deadline - begin_by
    asked = retry_after(failed.error.headers)
    return theirs < BACKOFF["wait_max"] and ours > 0 if asked is None else theirs < asked <= ours


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; None without one in seconds (https://www.rfc-editor.org/rfc/rfc9110#name-retry-after)."""
    text = headers.get("retry-after") or headers.get("Retry-After") or ""
    return float(text) if text.isdecimal() and len(text) <= 9 else None


def checked_origin(text: str) -> str:
    """`text` as scheme://host[:port]. Raises: ValueError where it is more or less, or http beyond loopback."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as exc:
        raise ValueError("is not an address") from exc
    if url.userinfo or url.query or url.fragment or url.path not in ("", "/") or not url.host:
        raise ValueError("an EHR's origin is scheme, host and port, nothing else")
    if (url.port or 0) > 65535:
        raise ValueError("an EHR's origin has a port up to 65535")
    if url.scheme != "https" and not (url.scheme == "http" and url.host in LOOPBACK):
        raise ValueError("an EHR's origin is https; http is for loopback only")
    return str(url).rstrip("/")


def checked_path(path: str) -> str:
    """`path` where it stays on the origin. Raises: EHRInvalid otherwise; such paths come from links of the EHR."""
    segments = path.partition("?")[0].split("/")
    if (
        not path.startswith("/")
        or path.startswith("//")
        or not path.isascii()
        or not path.isprintable()
        or any(character in path for character in "\\# ")
        or any(segment.lower().replace("%2e", ".") in (".", "..") for segment in segments)
    ):
        raise EHRInvalid("the EHR named an address that is not followed")
    return path
