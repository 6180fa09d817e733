"""A practice's budget, its connections and its circuit: who waits, for how long, and whose fault it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters import upstream as upstream_module
from adapters.pace import CircuitOpen, Limits, Pace
from adapters.upstream import Upstream, Upstreams
from capability.issues import EHRThrottled, EHRTimeout
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from tests.adapters.ehr import CONNECTION, EHR, ORIGIN, always, call, get


async def test_a_request_that_would_wait_beyond_its_deadline_is_throttled_at_once(
    to: Callable[..., Upstream],
) -> None:
    ehr = EHR(always(lambda: PlainTextResponse("")))
    upstream = to(ehr, per_second=1.0)
    await get(upstream)

    with pytest.raises(EHRThrottled) as raised:
        await get(upstream, call(0.5))

    assert 1 == len(ehr.seen)
    assert 1 <= int(raised.value.headers["Retry-After"])


async def test_no_second_sees_more_than_the_budget() -> None:
    pace, slots = Pace(100.0), asyncio.Semaphore(60)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    taken: list[float] = []

    async def one() -> None:
        async with pace.turn(slots, begun + 5.0):
            taken.append(loop.time())

    await asyncio.gather(*(one() for _ in range(60)))

    # 25 at once, then 75 a second: the sixtieth goes out no sooner than 35/75 of a second after the first.
    assert 0.4 < taken[-1] - taken[0]


def test_connections_of_a_practice_share_the_smaller_budget() -> None:
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(Starlette()))
    first = upstreams.to(CONNECTION, ORIGIN, requests_per_second=50.0)
    second = upstreams.to(CONNECTION, ORIGIN, requests_per_second=10.0)

    assert first._pace is second._pace
    assert 10.0 == first._pace.per_second


async def test_exchanges_of_a_connection_are_bounded(to: Callable[..., Upstream]) -> None:
    running, most = 0, 0
    full = asyncio.Event()

    async def counted(request: Request, number: int) -> Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 3:
            full.set()
        await full.wait()
        running -= 1
        return PlainTextResponse("")

    upstream = to(EHR(counted), limits=Limits(connections=3))
    await asyncio.gather(*(get(upstream) for _ in range(12)))

    assert 3 == most


class Held:
    """An EHR that answers its first request when told to, the others at once."""

    def __init__(self, first: int = 200) -> None:
        self.arrived, self.release = asyncio.Event(), asyncio.Event()
        self._first = first
        self.ehr = EHR(self._answer)

    async def _answer(self, request: Request, number: int) -> Response:
        if number > 1:
            return PlainTextResponse("")
        self.arrived.set()
        await self.release.wait()
        return PlainTextResponse("", self._first)


async def test_a_deadline_missed_in_our_own_queue_is_throttling_and_leaves_the_circuit_closed(
    to: Callable[..., Upstream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream_module, "HANG", 0.0)
    held = Held()
    upstream = to(held.ehr, limits=Limits(connections=1, attempts=1, circuit_failures=1))
    first = asyncio.create_task(get(upstream))
    await held.arrived.wait()
    queued = call(0.05)

    with pytest.raises(EHRThrottled) as raised:
        await get(upstream, queued)

    assert ("1", []) == (raised.value.headers["Retry-After"], queued.made)
    held.release.set()
    assert [200, 200] == [(await first).status, (await get(upstream)).status]


async def test_an_exchange_that_misses_the_deadline_does_count_against_the_circuit(
    to: Callable[..., Upstream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream_module, "HANG", 0.0)
    upstream = to(Held().ehr, limits=Limits(connections=1, attempts=1, circuit_failures=1))
    with pytest.raises(EHRTimeout):
        await get(upstream, call(0.05))

    with pytest.raises(CircuitOpen):
        await get(upstream)


async def test_who_waits_while_the_circuit_opens_asks_nobody(to: Callable[..., Upstream]) -> None:
    held = Held(first=503)
    upstream = to(held.ehr, limits=Limits(connections=1, attempts=1, circuit_failures=1))
    first = asyncio.create_task(get(upstream))
    await held.arrived.wait()
    queued = asyncio.create_task(get(upstream))
    await asyncio.sleep(0)
    held.release.set()

    assert 503 == (await first).status
    with pytest.raises(CircuitOpen):
        await queued
    assert 1 == len(held.ehr.seen)


async def test_who_waits_for_a_connection_takes_no_turn_of_the_budget() -> None:
    pace, full, free = Pace(8.0), asyncio.Semaphore(1), asyncio.Semaphore(1)  # two at once, then one each 1/6 s
    now = asyncio.get_running_loop().time()

    async def waiting() -> None:
        async with pace.turn(full, now + 60.0):
            pytest.fail("the only connection was given twice")

    async with pace.turn(full, now + 60.0):
        queued = asyncio.create_task(waiting())
        await asyncio.sleep(0)
        queued.cancel()
        await asyncio.gather(queued, return_exceptions=True)

        async with pace.turn(free, now + 0.1):
            assert free.locked()


async def test_who_gives_up_on_a_turn_gives_the_connection_back() -> None:
    pace, slots = Pace(1.0), asyncio.Semaphore(2)
    deadline = asyncio.get_running_loop().time() + 60.0

    async def one() -> None:
        async with pace.turn(slots, deadline):
            await asyncio.Event().wait()

    first, second = asyncio.create_task(one()), asyncio.create_task(one())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert slots.locked()
    for task in (second, first):
        task.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    assert [True, True] == [await asyncio.wait_for(slots.acquire(), 1.0) for _ in range(2)]
