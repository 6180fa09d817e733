"""Bytes of documents that the process holds at once: who finds no room waits for it, in turn."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from capability.issues import Overloaded

SOON = {"Retry-After": "2"}


class Room:
    """`total` bytes for all, of which some are `left`.

    What is known of a document's size only later is taken as the most it may be.
    """

    def __init__(self, total: int) -> None:
        self.left = total
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int, deadline: float) -> Held:
        """Room for `size` bytes, no more than the total, as soon as it is there. Raises Overloaded at the deadline."""
        if self._waiting or size > self.left:
            await self._turn(size, deadline)
        else:
            self.left -= size
        return Held(self, size)

    async def _turn(self, size: int, deadline: float) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except TimeoutError:
            self._forsake(size, turn)
            raise Overloaded("too many documents are on their way; try again soon", headers=SOON) from None
        except asyncio.CancelledError:
            self._forsake(size, turn)
            raise

    def _forsake(self, size: int, turn: asyncio.Future[None]) -> None:
        """Whose turn came while he left gives back what he got."""
        if turn.done() and not turn.cancelled():
            self.give(size)
            return
        with suppress(ValueError):  # it may have been passed over already
            self._waiting.remove((size, turn))
        self.give(0)

    def give(self, size: int) -> None:
        """Bytes back (less than none: more are held than were taken), and turns to those who now find room."""
        self.left += size
        while self._waiting and self._waiting[0][0] <= self.left:
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self.left -= wanted
                turn.set_result(None)


class Held:
    """Room of one document until it is released; again and again is once."""

    def __init__(self, room: Room, size: int) -> None:
        self._room = room
        self._size = size

    def keep(self, size: int) -> None:
        """It is of this size after all."""
        self._room.give(self._size - size)
        self._size = size

    def release(self) -> None:
        self.keep(0)
