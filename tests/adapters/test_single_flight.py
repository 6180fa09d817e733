"""One piece of work at a time; a run that is over is never joined."""

from __future__ import annotations

import asyncio

import pytest

from adapters.single_flight import SingleFlight


async def test_a_run_that_is_over_but_still_listed_is_not_joined() -> None:
    flights: SingleFlight[int] = SingleFlight()
    runs = 0
    second: list[asyncio.Task[int]] = []

    async def work() -> int:
        nonlocal runs
        runs += 1
        if not second:
            # runs in the very turn of the loop in which this one ends, before its callbacks do
            second.append(asyncio.create_task(flights.share("k", work)))
        return runs

    assert 1 == await flights.share("k", work)
    assert 2 == await second[0]


async def test_different_keys_run_beside_each_other() -> None:
    flights: SingleFlight[str] = SingleFlight()
    meeting = asyncio.Barrier(2)

    async def work() -> str:
        await meeting.wait()
        return "met"

    assert ["met", "met"] == list(await asyncio.gather(flights.share("a", work), flights.share("b", work)))


async def test_closing_ends_what_still_runs() -> None:
    flights: SingleFlight[None] = SingleFlight()

    async def work() -> None:
        await asyncio.Event().wait()

    waiting = asyncio.create_task(flights.share("k", work))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await flights.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting
