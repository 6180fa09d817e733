"""Counting what a client may ask in a second, a minute or a day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Window:
    """A count that starts again with every new period."""

    period: int = -1
    count: int = 0

    def hit(self, period: int) -> int:
        if period != self.period:
            self.period, self.count = period, 0
        self.count += 1
        return self.count
