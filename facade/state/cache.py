"""Parsed vendor documents, for seconds, below policy.

aiocache's interface, with a memory backend bounded in bytes and a single flight of our own: its own memory backend
grows without bound, and its stampede lock is a lease that lets everybody through when the work outlasts it. `get`
through that interface costs about 3 µs (15 with its default timeout, which is off here).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiocache.base import BaseCache
from aiocache.serializers import NullSerializer

from adapters.single_flight import SingleFlight

ENTRY_BYTES = 512
"""What keeping an entry costs besides its value."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A value, its size in bytes, and the order in which its fetch began."""

    value: Any
    size: int
    begun: int


class BoundedMemory(BaseCache):  # type: ignore[misc]  # aiocache ships no types
    """An aiocache backend of `Kept` values within `limit` bytes; the least recently used go first."""

    NAME = "bounded-memory"

    def __init__(self, limit: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(serializer=NullSerializer(), timeout=None)
        self.limit = limit
        self.size = 0
        self._clock = clock
        self._entries: OrderedDict[str, tuple[Kept, float]] = OrderedDict()

    async def _get(self, key: str, encoding: str | None = None, _conn: None = None) -> Kept | None:
        found = self._entries.get(key)
        if found is None:
            return None
        kept, expires = found
        if expires <= self._clock():
            self._remove(key)
            return None
        self._entries.move_to_end(key)
        return kept

    async def _set(self, key: str, value: Kept, ttl: float | None, _cas_token: None = None, _conn: None = None) -> bool:
        self._remove(key)
        if value.size + ENTRY_BYTES > self.limit:
            return False
        now = self._clock()
        self._entries[key] = (value, now + ttl if ttl is not None else float("inf"))
        self.size += value.size + ENTRY_BYTES
        while self._entries and (self.size > self.limit or next(iter(self._entries.values()))[1] <= now):
            self._remove(next(iter(self._entries)))
        return True

    async def _exists(self, key: str, _conn: None = None) -> bool:
        return await self._get(key) is not None

    async def _delete(self, key: str, _conn: None = None) -> int:
        return self._remove(key)

    async def _clear(self, namespace: str | None = None, _conn: None = None) -> bool:
        for key in [key for key in self._entries if key.startswith(namespace or "")]:
            self._remove(key)
        return True

    def _remove(self, key: str) -> int:
        entry = self._entries.pop(key, None)
        if entry is None:
            return 0
        self.size -= entry[0].size + ENTRY_BYTES
        return 1


class MemoryCache:
    """The Cache that adapters are given (adapters.contract.Cache). Values are shared: nobody may change one."""

    def __init__(self, limit: int = 128 * 1024 * 1024, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._memory = BoundedMemory(limit, clock=clock)
        self._flights: SingleFlight[Any] = SingleFlight()
        self._begun = count()
        self._pepper = os.urandom(16)

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._memory.size

    async def get_or_fetch(
        self, key: str, ttl: float, fetch: Callable[[], Awaitable[tuple[Any, int]]], *, fresh: bool = False
    ) -> Any:
        """The value under `key`, else what `fetch` gives: (value, its size in bytes), kept for `ttl` seconds.

        An error of `fetch` reaches every waiter and is not kept. `fresh` skips what is kept, and what was already
        on its way when it was asked for, since that may be older; its own answer replaces both.
        """
        # aiocache writes keys to its debug log, and ours hold what was searched for: it sees digests only.
        digest = hashlib.blake2b(key.encode(), key=self._pepper, digest_size=20).hexdigest()
        if fresh:
            return await self._fetched(digest, ttl, fetch)
        kept = await self._memory.get(digest)
        if kept is not None:
            return kept.value
        return await self._flights.share(digest, lambda: self._fetched(digest, ttl, fetch))

    async def _fetched(self, digest: str, ttl: float, fetch: Callable[[], Awaitable[tuple[Any, int]]]) -> Any:
        begun = next(self._begun)
        value, size = await fetch()
        if ttl > 0:
            kept = await self._memory.get(digest)
            if kept is None or kept.begun < begun:
                await self._memory.set(digest, Kept(value, size, begun), ttl=ttl)
        return value

    async def close(self) -> None:
        await self._flights.close()
        await self._memory.clear()
