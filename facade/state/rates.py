"""How often something may be asked: a bucket for each caller that leaks evenly, in this process."""

from __future__ import annotations

import math

from aiolimiter import AsyncLimiter

from capability.issues import TooManyRequests

MINUTE = 60.0


class Rates:
    """`per_minute` for each key. There are as many keys as clients in the configuration."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._limiters: dict[tuple[str, str], AsyncLimiter] = {}

    async def take(self, tenant: str, client: str) -> None:
        """Counts one. Raises TooManyRequests at once, with the seconds until there is room, instead of waiting."""
        limiter = self._limiters.setdefault((tenant, client), AsyncLimiter(self._per_minute, MINUTE))
        if not limiter.has_capacity():
            seconds = math.ceil(MINUTE / self._per_minute)
            raise TooManyRequests(
                f"this client may ask so {self._per_minute} times a minute; try again later",
                headers={"Retry-After": str(seconds)},
            )
        await limiter.acquire()
