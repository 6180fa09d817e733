"""Date parameters against date, dateTime, instant, Period and Timing.

Every value is an interval at its own precision. Which clock the two are compared on (the standard leaves it open):

| parameter has | element has | both are read                                                       |
|---------------|-------------|---------------------------------------------------------------------|
| an offset     | an offset   | as instants                                                         |
| an offset     | none        | as instants, the element in the practice's zone, without any slack  |
| none          | either      | on the wall clock of the element: its own day, at its own offset    |

https://hl7.org/fhir/R4/search.html#prefix
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.query import DateValue
from facade.interactions.match.spans import FIRST, LAST, instants, shifted, span

Interval = tuple[datetime, datetime]

NEARLY = 10
"""`ap` reaches as far as the gap between now and the value divided by this, as the standard recommends (10 %)."""

Comparison = Callable[[datetime, datetime, datetime, datetime], bool]

_COMPARE: dict[str, Comparison] = {
    # prefix: parameter [low, high) against element [first, last)
    "eq": lambda low, high, first, last: low <= first and last <= high,
    "ne": lambda low, high, first, last: not (low <= first and last <= high),
    "gt": lambda low, high, first, last: last > high,
    "lt": lambda low, high, first, last: first < low,
    "ge": lambda low, high, first, last: last > high or (low <= first and last <= high),
    "le": lambda low, high, first, last: first < low or (low <= first and last <= high),
    "sa": lambda low, high, first, last: first >= high,
    "eb": lambda low, high, first, last: last <= low,
    "ap": lambda low, high, first, last: first < high and last > low,
}


def date_test(values: Iterable[DateValue], zone: ZoneInfo, now: datetime) -> Callable[[Any], bool]:
    """Whether one raw element value satisfies any of `values`; a value that is no date satisfies none."""
    given = tuple(values)
    groups = [
        (frame, [_one(value, now) for value in given if value.zoned is zoned])
        for zoned, frame in ((True, zone), (False, None))
        if any(value.zoned is zoned for value in given)
    ]

    def test(raw: Any) -> bool:
        """The element is read once for all values of its kind: reading costs more than comparing."""
        for frame, compares in groups:
            found = interval(raw, frame)
            if found is not None and any(compare(low, high, *found) for compare, low, high in compares):
                return True
        return False

    return test


def _one(value: DateValue, now: datetime) -> tuple[Comparison, datetime, datetime]:
    low, high = value.low, value.high
    if value.prefix == "ap":
        reach = abs(now - low) / NEARLY
        low, high = shifted(low, -reach), shifted(high, reach)
    return _COMPARE[value.prefix], low, high


def interval(raw: Any, zone: ZoneInfo | None) -> Interval | None:
    """The interval of an element: in UTC with texts without offset read in `zone`, or (None) on its wall clock."""
    match raw:
        case str():
            return _text(raw, zone)
        case {"start": _} | {"end": _}:
            return _period(raw, zone)
        case {"event": _} | {"repeat": _}:
            return _timing(raw, zone)
        case _:
            return None


def _text(text: str, zone: ZoneInfo | None) -> Interval | None:
    try:
        if zone is not None:
            return instants(text, zone)
        read = span(text)
    except ValueError:
        return None
    return read.low, read.high


def _period(raw: dict[str, Any], zone: ZoneInfo | None) -> Interval | None:
    """An end that is not there is open; one that cannot be read makes the whole unreadable."""
    start, end = raw.get("start"), raw.get("end")
    first = (FIRST, FIRST) if start is None else _text(start, zone)
    last = (LAST, LAST) if end is None else _text(end, zone)
    return None if first is None or last is None else (first[0], last[1])


def _timing(raw: dict[str, Any], zone: ZoneInfo | None) -> Interval | None:
    """Only the outer limits of a schedule count."""
    parts: list[Any] = [*raw.get("event", ()), raw.get("repeat", {}).get("boundsPeriod")]
    found = [one for part in parts if (one := interval(part, zone)) is not None]
    if not found:
        return None
    return min(low for low, _ in found), max(high for _, high in found)
