"""Sealed paging contents too long for a link, kept in this process until they expire or others need the room."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_BYTES = 32_000_000


class KeptCursors:
    """Bounded in bytes; the oldest go first. What is kept is already encrypted."""

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._bytes = 0

    async def put(self, sealed: bytes) -> str:
        """Keeps `sealed` and returns its unguessable key."""
        key = secrets.token_urlsafe(24)
        self._kept[key] = (sealed, self._clock() + self._seconds)
        self._bytes += len(sealed)
        while self._bytes > MOST_BYTES:
            _, (oldest, _) = self._kept.popitem(last=False)
            self._bytes -= len(oldest)
        return key

    async def get(self, key: str) -> bytes | None:
        """What was kept under `key`, or None when it is unknown or past its time."""
        found = self._kept.get(key)
        if found is None or found[1] <= self._clock():
            return None
        return found[0]
