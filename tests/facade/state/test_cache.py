"""The upstream cache: bounded, short-lived, one fetch at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capability.issues import EHRUnavailable
from facade.state.cache import ENTRY_BYTES, MemoryCache


class Source:
    """Counts its fetches; each waits for `release` and gives the number of the fetch."""

    def __init__(self) -> None:
        self.fetches = 0
        self.begun, self.release, self.ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.release.set()
        self.error: Exception | None = None

    async def __call__(self) -> tuple[Any, int]:
        self.fetches += 1
        number = self.fetches
        self.begun.set()
        await self.release.wait()
        self.ended.set()
        if self.error is not None:
            raise self.error
        return number, 100


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_value_is_kept_for_its_time_and_no_longer() -> None:
    clock, source = Clock(), Source()
    cache = MemoryCache(clock=clock)

    assert [1, 1] == [await cache.get_or_fetch("k", 10.0, source) for _ in range(2)]
    clock.now = 9.9
    assert 1 == await cache.get_or_fetch("k", 10.0, source)
    clock.now = 10.0
    assert 2 == await cache.get_or_fetch("k", 10.0, source)


async def test_nothing_is_kept_for_no_time() -> None:
    source = Source()
    cache = MemoryCache()

    assert [1, 2] == [await cache.get_or_fetch("k", 0.0, source) for _ in range(2)]
    assert 0 == cache.size


async def test_many_at_once_fetch_once() -> None:
    source = Source()
    source.release.clear()
    cache = MemoryCache()
    waiting = [asyncio.create_task(cache.get_or_fetch("k", 10.0, source)) for _ in range(50)]
    await asyncio.sleep(0)
    source.release.set()

    assert [1] * 50 == await asyncio.gather(*waiting)


async def test_a_cancelled_leader_leaves_the_others_their_answer() -> None:
    source = Source()
    source.release.clear()
    cache = MemoryCache()
    leader, follower = (asyncio.create_task(cache.get_or_fetch("k", 10.0, source)) for _ in range(2))
    await source.begun.wait()
    leader.cancel()
    source.release.set()

    assert 1 == await follower
    assert leader.cancelled()
    assert 1 == source.fetches


async def test_an_error_reaches_every_waiter_and_is_not_kept() -> None:
    source = Source()
    source.error = EHRUnavailable("down")
    cache = MemoryCache()

    found = await asyncio.gather(*(cache.get_or_fetch("k", 10.0, source) for _ in range(5)), return_exceptions=True)
    source.error = None

    assert [EHRUnavailable] * 5 == [type(error) for error in found]
    assert 2 == await cache.get_or_fetch("k", 10.0, source)


async def test_an_error_after_every_waiter_went_away_disturbs_nobody() -> None:
    source = Source()
    source.release.clear()
    source.error = EHRUnavailable("down")
    cache = MemoryCache()
    waiter = asyncio.create_task(cache.get_or_fetch("k", 10.0, source))
    await source.begun.wait()
    waiter.cancel()
    source.release.set()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await source.ended.wait()
    await asyncio.sleep(0)
    source.error = None

    assert 2 == await cache.get_or_fetch("k", 10.0, source)


async def test_fresh_skips_what_is_kept_and_replaces_it() -> None:
    source = Source()
    cache = MemoryCache()
    await cache.get_or_fetch("k", 10.0, source)

    assert 2 == await cache.get_or_fetch("k", 10.0, source, fresh=True)
    assert 2 == await cache.get_or_fetch("k", 10.0, source)


async def test_fresh_does_not_join_an_older_fetch_nor_is_overwritten_by_it() -> None:
    older, newer = Source(), Source()
    newer.fetches = 10
    older.release.clear()
    cache = MemoryCache()
    waiting = asyncio.create_task(cache.get_or_fetch("k", 10.0, older))
    await older.begun.wait()

    assert 11 == await cache.get_or_fetch("k", 10.0, newer, fresh=True)
    older.release.set()
    assert 1 == await waiting
    assert 11 == await cache.get_or_fetch("k", 10.0, newer)


def sized(value: str, size: int) -> Callable[[], Awaitable[tuple[str, int]]]:
    async def fetch() -> tuple[str, int]:
        return value, size

    return fetch


async def test_the_least_recently_used_goes_first() -> None:
    cache = MemoryCache(3 * (100 + ENTRY_BYTES))
    for key in ("a", "b", "c", "a", "d"):
        await cache.get_or_fetch(key, 10.0, sized("old", 100))

    assert ["old", "new", "old"] == [await cache.get_or_fetch(key, 10.0, sized("new", 100)) for key in ("a", "b", "d")]


async def test_a_value_larger_than_the_cache_is_given_and_not_kept() -> None:
    cache = MemoryCache(1000)

    assert "big" == await cache.get_or_fetch("k", 10.0, sized("big", 5000))
    assert 0 == cache.size


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3000), st.booleans()), max_size=40))
def test_the_bound_in_bytes_always_holds(fetched: list[tuple[str, int, bool]]) -> None:
    async def run() -> None:
        cache = MemoryCache(5000)
        for key, size, fresh in fetched:
            await cache.get_or_fetch(key, 10.0, sized(key, size), fresh=fresh)
            assert 0 <= cache.size <= 5000

    asyncio.run(run())


async def test_keys_do_not_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await MemoryCache().get_or_fetch("/patients?lastname=Example", 10.0, sized("v", 1))

    assert "Example" not in caplog.text
