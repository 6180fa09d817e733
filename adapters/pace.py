"""How fast, how many and how long: what keeps us a good neighbour of one EHR."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiolimiter import AsyncLimiter
from purgatory import AsyncCircuitBreakerFactory

from capability.issues import EHRThrottled, EHRUnavailable

BURST = 0.25
"""Share of a second's budget that may go out at once. The rest is spread, so that no second, wherever it starts,
sees more than the budget: a bucket as large as the budget would let twice as many through in its first second."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one connection. Times in seconds.

    `connections`       exchanges at the same time
    `attempts`          of an idempotent call, the first one included
    `connect`, `read`   to connect, and between two reads; the request's own deadline always holds besides
    `response_bytes`    largest answer read, after decompression
    `circuit_failures`  failures in a row that open the circuit, for `circuit_seconds`
    """

    connections: int = 32
    attempts: int = 3
    connect: float = 3.0
    read: float = 20.0
    response_bytes: int = 16 * 1024 * 1024
    circuit_failures: int = 5
    circuit_seconds: float = 20.0


class Pace:
    """A practice's budget of requests per second, shared by all of its connections to one origin."""

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._waiting = 0
        self._limiter = self._made()

    def lower(self, per_second: float) -> None:
        """Take the smaller of two budgets; before the first request only."""
        if per_second < self.per_second:
            self.per_second = per_second
            self._limiter = self._made()

    def _made(self) -> AsyncLimiter:
        burst = max(1.0, self.per_second * BURST)
        steady = max(self.per_second - burst, self.per_second * BURST)
        return AsyncLimiter(burst, burst / steady)

    @asynccontextmanager
    async def turn(self, slots: asyncio.Semaphore, deadline: float) -> AsyncIterator[None]:
        """One of a connection's `slots` while the context lasts; waits for it and for a turn, until `deadline`
        (event loop clock).

        Raises: EHRThrottled, with Retry-After, at once where the turn would come too late.
        """
        await self._take(slots, deadline)
        try:
            yield
        finally:
            slots.release()

    async def _take(self, slots: asyncio.Semaphore, deadline: float) -> None:
        if not self._waiting and not slots.locked() and self._limiter.has_capacity():
            await slots.acquire()
            await self._limiter.acquire()
            return
        begun = asyncio.get_running_loop().time()
        steady = self._limiter.max_rate / self._limiter.time_period
        ahead = (self._waiting + 1) / steady
        if begun + ahead > deadline:
            raise _over_budget(ahead)
        self._waiting += 1
        try:
            # The slot first: turns taken by those who then wait for a slot would go out together, over the budget,
            # once slots get free.
            async with asyncio.timeout_at(deadline):
                await slots.acquire()
                try:
                    await self._limiter.acquire()
                except BaseException:
                    slots.release()
                    raise
        except TimeoutError as exc:
            raise _over_budget(max(ahead, deadline - begun)) from exc
        finally:
            self._waiting -= 1


def _over_budget(seconds: float) -> EHRThrottled:
    return EHRThrottled(
        "the practice's request budget towards its EHR is used up; try again later",
        headers={"Retry-After": str(max(1, math.ceil(seconds)))},
    )


class CircuitOpen(EHRUnavailable):
    """Said at once, without a call: nothing to repeat within this request."""


class Circuit:
    """Stops asking an EHR that does not answer. Only a missing answer counts, never one that we dislike.

    purgatory's context manager would count a cancelled request, whose client merely went away, as an answer; and it
    raises one and the same exception object as long as the circuit is open, whose traceback grows with each raise.
    So its parts are used one by one.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._seconds = limits.circuit_seconds
        self._circuits = AsyncCircuitBreakerFactory(limits.circuit_failures, limits.circuit_seconds)

    async def admit(self) -> None:
        """Raises: CircuitOpen, with Retry-After, while the circuit is open."""
        context = (await self._circuits.get_breaker(self._name)).context
        if context.state == "opened" and context.opened_at is not None:
            left = context.opened_at + self._seconds - time.time()
            if left >= 0:
                raise CircuitOpen(
                    "the EHR did not answer several times in a row and is left alone for a moment; try again later",
                    headers={"Retry-After": str(max(1, math.ceil(left)))},
                )
        context.handle_new_request()

    async def failed(self, exc: BaseException) -> None:
        breaker = await self._circuits.get_breaker(self._name)
        await breaker.__aexit__(type(exc), exc, None)

    async def answered(self) -> None:
        breaker = await self._circuits.get_breaker(self._name)
        await breaker.__aexit__(None, None, None)
