"""FHIR date texts as intervals at their own precision. https://hl7.org/fhir/R4/search.html#date"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
"""Bounds of what can be told; an interval that reaches beyond is cut here, an open end stands here."""

_TEXT = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,32}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """The interval [low, high) of one text, by the clock on the wall it was written under (UTC is a stand-in).

    `offset` is what that clock is ahead of UTC; None where the text does not say.
    """

    low: datetime
    high: datetime
    offset: timedelta | None

    def instants(self) -> tuple[datetime, datetime]:
        """(low, high) in UTC; only for a span with an offset, otherwise the wall clock itself."""
        ahead = self.offset or timedelta()
        return shifted(self.low, -ahead), shifted(self.high, -ahead)


def shifted(moment: datetime, by: timedelta) -> datetime:
    """`moment` + `by`, cut at FIRST and LAST."""
    try:
        return moment + by
    except OverflowError:
        return LAST if by > timedelta() else FIRST


@lru_cache(maxsize=65_536)
def span(text: str) -> Span:
    """The interval of a FHIR date, dateTime or instant: year, month, day, minute, second or a fraction of one.

    A second of 60 is the first of the next minute. Digits past the microsecond are dropped.
    ValueError for anything else: 24:00, a day that is not in the calendar, the year 0000, a fraction of more than 32
    digits, which would be kept here as long as it is.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError("not a FHIR date")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if day is None:
        low, high = _months(int(year), None if month is None else int(month))
        return Span(low, high, None)
    midnight = _midnight(date(int(year), int(month), int(day)))
    if hour is None:
        return Span(midnight, shifted(midnight, timedelta(days=1)), None)
    low, width = _time(midnight, int(hour), int(minute), second, fraction)
    return Span(low, shifted(low, width), None if offset is None else _offset(offset))


@lru_cache(maxsize=65_536)
def instants(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The interval of a text in UTC, a text without an offset being read in `zone`. ValueError as in `span`."""
    read = span(text)
    if read.offset is not None:
        return read.instants()
    return _in_zone(read.low, zone), _in_zone(read.high, zone)


def _months(year: int, month: int | None) -> tuple[datetime, datetime]:
    low = _midnight(date(year, month or 1, 1))
    if month is not None and month < 12:
        return low, _midnight(date(year, month + 1, 1))
    return low, LAST if year == 9999 else _midnight(date(year + 1, 1, 1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _time(
    midnight: datetime, hour: int, minute: int, second: str | None, fraction: str | None
) -> tuple[datetime, timedelta]:
    """(low, width) of a time of day; ValueError where the clock does not go so far."""
    if hour > 23 or minute > 59 or int(second or 0) > 60:
        raise ValueError("not a time of day")
    start = shifted(midnight, timedelta(hours=hour, minutes=minute, seconds=int(second or 0)))
    if second is None:
        return start, timedelta(minutes=1)
    if fraction is None:
        return start, timedelta(seconds=1)
    digits = fraction[:6]
    unit = 10 ** (6 - len(digits))
    return shifted(start, timedelta(microseconds=int(digits) * unit)), timedelta(microseconds=unit)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    if int(text[4:6]) > 59 or ahead > timedelta(hours=14):
        raise ValueError("not an offset")
    return ahead if text[0] == "+" else -ahead


def _in_zone(wall: datetime, zone: ZoneInfo) -> datetime:
    try:
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:  # within a day of the first or last moment there is
        return wall
