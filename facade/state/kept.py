"""Sealed paging contents too long for a link, kept in this process until they expire or their owner needs the room."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

BYTES_EACH = 512_000
OWNERS = 500


class KeptCursors:
    """Bounded in bytes for each owner, so that nobody's links push out another's; the oldest of one's own go first.

    What is kept is already encrypted. `owner` is whatever names one client at one base.
    """

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, OrderedDict[str, tuple[bytes, float]]] = OrderedDict()
        self._owners: dict[str, str] = {}

    async def put(self, sealed: bytes, owner: str) -> str:
        """Keeps `sealed` and returns its unguessable key."""
        key = secrets.token_urlsafe(24)
        own = self._kept.setdefault(owner, OrderedDict())
        self._kept.move_to_end(owner)
        own[key] = (sealed, self._clock() + self._seconds)
        self._owners[key] = owner
        while sum(len(content) for content, _ in own.values()) > BYTES_EACH:
            self._owners.pop(own.popitem(last=False)[0])
        while len(self._kept) > OWNERS:
            _, idle = self._kept.popitem(last=False)
            for gone in idle:
                self._owners.pop(gone)
        return key

    async def get(self, key: str) -> bytes | None:
        """What was kept under `key`, or None when it is unknown or past its time."""
        owner = self._owners.get(key)
        found = self._kept[owner].get(key) if owner is not None else None
        if found is None or found[1] <= self._clock():
            return None
        return found[0]
