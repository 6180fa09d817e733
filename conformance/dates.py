"""Dates as FHIR compares them: every value is an interval as wide as its precision.

https://hl7.org/fhir/R4/search.html#date and #prefix. Where the standard leaves room, both readings are tried: a date
without a time zone against an instant (the server's zone isn't known), and an instant as a point or as its last digit's
width. What holds in all readings is certain, what holds in one is possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

INFINITY = float("inf")
ZONES = range(-12, 15)
"""Whole hours between which every time zone lies."""

PREFIXES = ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap")

_TEXT = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Interval = tuple[float, float]
"""From the first microsecond of it to the first after it."""


def split_prefix(text: str) -> tuple[str, str]:
    """`ge2020` as ("ge", "2020"); "eq" where none is written."""
    return (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)


def timed(text: str) -> bool:
    return "T" in text


def zoned(text: str) -> bool:
    return timed(text) and re.search(r"(Z|[+-]\d\d:\d\d)$", text) is not None


def is_date(text: str) -> bool:
    """False for the words of a choice such as Immunization.occurrenceString."""
    return _TEXT.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def interval(text: str, hours: int = 0, *, point: bool = False) -> Interval:
    """The span that a FHIR date or dateTime stands for, in microseconds; without an offset it is read at UTC+`hours`.

    With `point` a value to the second or finer has no width to speak of. Raises ValueError where `text` is no date.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError("not a FHIR date or dateTime")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    zone = _zone(offset) if offset else timezone(timedelta(hours=hours))
    begin = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), tzinfo=zone)
    low = (begin - _EPOCH) // timedelta(microseconds=1)
    if second is None:
        return low, low + _width(begin, month, day, hour)
    digits = (fraction or "")[:6]
    low += int(second) * 1_000_000 + int(digits.ljust(6, "0"))
    return low, low + (1 if point else 10 ** (6 - len(digits)))


def _zone(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6])))


def _width(begin: datetime, month: str | None, day: str | None, hour: str | None) -> int:
    if hour is not None:
        return 60 * 1_000_000
    if day is not None:
        return 86_400 * 1_000_000
    after = begin.replace(year=begin.year + 1) if month is None else (begin + timedelta(days=31)).replace(day=1)
    return (after - begin) // timedelta(microseconds=1)


def compares(prefix: str, wanted: Interval, found: Interval) -> bool:
    """Whether a resource's interval satisfies `prefix` with the search's. KeyError for `ap`, which is not exact."""
    return _COMPARED[prefix](*wanted, *found)


_COMPARED: dict[str, Callable[[float, float, float, float], bool]] = {
    "eq": lambda low, high, first, last: low <= first and last <= high,
    "ne": lambda low, high, first, last: first < low or last > high,
    "gt": lambda low, high, first, last: last > high,
    "lt": lambda low, high, first, last: first < low,
    "ge": lambda low, high, first, last: last > high or (low <= first and last <= high),
    "le": lambda low, high, first, last: first < low or (low <= first and last <= high),
    "sa": lambda low, high, first, last: first >= high,
    "eb": lambda low, high, first, last: last <= low,
}


def verdict(raw: str, element: Any) -> tuple[bool, bool]:
    """Whether an element (text of a date, Period or Timing) satisfies a search value: certainly, possibly.

    Raises ValueError where the search value is no date.
    """
    prefix, wanted = split_prefix(raw)
    if prefix == "ap":
        return False, True
    bounds = _bounds(element)
    if bounds is None:
        return False, False
    texts = [text for text in (*bounds, wanted) if text is not None]
    holds = {
        compares(prefix, interval(wanted, hours, point=point), _span(bounds, hours, point))
        for hours, point in _readings(texts, prefix)
    }
    return holds == {True}, True in holds


def _bounds(element: Any) -> tuple[str | None, str | None] | None:
    """First and last moment as written; None where the element has neither."""
    if isinstance(element, str):
        return (element, element) if is_date(element) else None
    if isinstance(element, dict) and ("start" in element or "end" in element):
        return element.get("start"), element.get("end")
    events = element.get("event") if isinstance(element, dict) else None
    return (min(events), max(events)) if events else None


def _span(bounds: tuple[str | None, str | None], hours: int, point: bool) -> Interval:
    start, end = bounds
    return (
        -INFINITY if start is None else interval(start, hours, point=point)[0],
        INFINITY if end is None else interval(end, hours, point=point)[1],
    )


def _readings(texts: list[str], prefix: str) -> Iterator[tuple[int, bool]]:
    """With all but eq and ne the verdict changes once from zone to zone: the outermost ones tell."""
    zones: Sequence[int] = ZONES if prefix in ("eq", "ne") else (ZONES[0], ZONES[-1])
    zones = zones if len({zoned(text) for text in texts}) > 1 else (0,)
    points = (False, True) if any(map(timed, texts)) else (False,)
    return ((hours, point) for hours in zones for point in points)


def shifted(text: str, days: int) -> str:
    """A dateTime with offset, `days` later than the value; a date is taken at midnight UTC. Raises ValueError."""
    low, _ = interval(text)
    moment = _EPOCH + timedelta(microseconds=int(low), days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
