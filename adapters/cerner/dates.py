"""Dates as Millennium takes them: one closed range of instants, each end with its own prefix.

[seen: docs, cerner-cs, ronin] two bounds have to form a closed range, often with a time and its zone; which prefixes,
and how often, differs by type and parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Pairs

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""[assumed] no record is of before."""

FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
"""[assumed] no plan reaches further; Millennium's own open end is 2100-12-31."""

TICK = timedelta(milliseconds=1)
"""Between an instant and the next one that can be asked for."""


@dataclass(frozen=True, slots=True)
class Range:
    """How one date parameter is written.

    `low`, `high`  prefixes of its ends; None: the parameter has no such end
    `ahead`        what it is about may lie in the future: its open end is far ahead, and tomorrow otherwise
    `begun`        what it is about says when it began; else every upper end finds it, and none is asked for
    `daily`        by days instead of instants
    `always`       asked for even where the query doesn't
    `grain`        parts of it are not made smaller: what has a day for a date is in every part of that day
    `whole`        every record has it, so that it divides them all
    """

    name: str
    low: str | None = "ge"
    high: str | None = "lt"
    ahead: bool = False
    begun: bool = True
    daily: bool = False
    always: bool = False
    whole: bool = False
    grain: timedelta = timedelta(days=1)

    def written(self, request: Pairs) -> Pairs:
        """The request with this parameter as one closed range that holds what each of its occurrences holds.

        Where no range holds them all (a period can satisfy both of two that are apart) it is left to the facade.
        """
        ends = [value for name, value in request if name == self.name]
        rest = tuple(pair for pair in request if pair[0] != self.name)
        if not ends and not self.always:
            return request
        lows = [end[2:] for end in ends if end.startswith("ge")]
        highs = [end[2:] for end in ends if end.startswith(("lt", "le")) and self.begun]
        low = max([self._text(LONG_AGO), *lows])
        high = min(highs) if highs else self._text(self.open_end)
        if (highs and low >= high) or (self.high is None and not lows):
            return rest
        written = [f"{self.low}{low}"] if self.low else []
        # a range that begins later than its open end would be none
        return (
            *rest,
            *((self.name, end) for end in [*written, *([f"{self.high}{max(low, high)}"] if self.high else [])]),
        )

    @property
    def open_end(self) -> datetime:
        return FAR_AHEAD if self.ahead else _after_tomorrow()

    def parts(self, request: Pairs, cut: Callable[[datetime, datetime], Sequence[datetime]]) -> list[Pairs]:
        """The request in ranges that touch, cut where `cut` says between its ends; none where it has no such ends."""
        ends = {value[:1]: datetime.fromisoformat(value[2:]) for name, value in request if name == self.name}
        low, high = ends.get("g", LONG_AGO), ends.get("l", self.open_end)
        if self.low is None or self.high is None or high - low < 2 * self.grain:
            return []
        between = cut(low, high)
        rest = tuple(pair for pair in request if pair[0] != self.name)
        begins = [low, *between]
        # `le` would have what lies on a cut in both parts, and a broken record there spoil both
        ends_of = [*(moment - TICK if self.high == "le" else moment for moment in between), high]
        return [
            (*rest, (self.name, f"{self.low}{self._text(begin)}"), (self.name, f"{self.high}{self._text(end)}"))
            for begin, end in zip(begins, ends_of, strict=True)
        ]

    def _text(self, moment: datetime) -> str:
        return moment.date().isoformat() if self.daily else asks.instant(moment)


def _after_tomorrow() -> datetime:
    """When tomorrow has ended everywhere; the same all day, so that answers are shared."""
    now = datetime.now(UTC)
    return datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=2)
