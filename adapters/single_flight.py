"""One piece of work per key at a time, shared by all who ask for it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Callers that ask for the same key while its work runs wait for that one run.

    The work runs in a task of its own behind a shield: a waiter that is cancelled, the first one included, takes
    nobody down with it. An error reaches every waiter; nothing is kept once the work is done.
    """

    def __init__(self) -> None:
        self._flights: dict[str, asyncio.Task[T]] = {}

    async def share(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, started now unless a run for `key` is on its way.

        Raises: what the work raises, for every waiter.
        """
        flight = self._flights.get(key)
        # A run that is over may still be listed until its callback's turn: what it brought may be outdated by now.
        if flight is None or flight.done():
            flight = asyncio.create_task(work())
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    def _landed(self, key: str, flight: asyncio.Task[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            # Looked at even when every waiter has gone: an error nobody read would be reported as never retrieved.
            flight.exception()

    async def close(self) -> None:
        """Cancel what is still running and wait until it is."""
        flights = tuple(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
