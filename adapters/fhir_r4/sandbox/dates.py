"""FHIR's dates as ranges of time, and what a search prefix says of two of them.

https://hl7.org/fhir/R4/search.html#date
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

Range = tuple[datetime, datetime]
"""From, and the first moment after."""

_PATTERN = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)


@lru_cache(maxsize=65_536)
def span(text: str, zone: tzinfo = UTC) -> Range:
    """The time that a date, dateTime or instant of any precision stands for. `zone` where it names none.

    ValueError: not a date.
    """
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise ValueError("not a date")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    where = zone if offset is None else datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo
    micro = int((fraction or "0").ljust(6, "0")[:6])
    day_of = (int(year), int(month or 1), int(day or 1))
    start = datetime(*day_of, int(hour or 0), int(minute or 0), int(second or 0), micro, tzinfo=where)
    if month is None:
        end = start.replace(year=start.year + 1)
    elif day is None:
        end = (start + timedelta(days=31)).replace(day=1)
    else:
        end = start + _length(hour, second, fraction)
    return start, end


def _length(hour: str | None, second: str | None, fraction: str | None) -> timedelta:
    if hour is None:
        return timedelta(days=1)
    if second is None:
        return timedelta(minutes=1)
    return timedelta(microseconds=10 ** max(0, 6 - len(fraction)) if fraction else 1_000_000)


def element(value: object, zone: tzinfo) -> Range | None:
    """The time of an element: a date's own, a Period's or Timing's from beginning to end; None for anything else."""
    if isinstance(value, dict):
        return _timing(value, zone) if value.keys() & {"event", "repeat"} else _period(value, zone)
    try:
        return span(value, zone) if isinstance(value, str) else None
    except ValueError:
        return None


def _period(value: Mapping[str, Any], zone: tzinfo) -> Range | None:
    start, end = element(value.get("start"), zone), element(value.get("end"), zone)
    if start is None and end is None:
        return None
    return start[0] if start else _BEGINNING, end[1] if end else _END


def _timing(value: Mapping[str, Any], zone: tzinfo) -> Range | None:
    events = [one for one in (element(event, zone) for event in value.get("event", ())) if one]
    if events:
        return min(one[0] for one in events), max(one[1] for one in events)
    return element(value.get("repeat", {}).get("boundsPeriod"), zone)


# asked, found
_PREFIXES: Mapping[str, Callable[[Range, Range], bool]] = {
    "eq": lambda asked, found: asked[0] <= found[0] and found[1] <= asked[1],
    "ne": lambda asked, found: not (asked[0] <= found[0] and found[1] <= asked[1]),
    "gt": lambda asked, found: found[1] > asked[1],
    "lt": lambda asked, found: found[0] < asked[0],
    "ge": lambda asked, found: found[1] > asked[1] or asked[0] <= found[0],
    "le": lambda asked, found: found[0] < asked[0] or found[1] <= asked[1],
    "sa": lambda asked, found: found[0] >= asked[1],
    "eb": lambda asked, found: found[1] <= asked[0],
}


def comparison(text: str, zone: tzinfo) -> Callable[[object], bool]:
    """A search value such as `ge2026-01` as a test of elements. ValueError: neither a date nor a prefix and a date."""
    prefix, date = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    if prefix not in _PREFIXES:
        raise ValueError("not a prefix of dates")
    holds, asked = _PREFIXES[prefix], span(date, zone)

    def test(value: object) -> bool:
        found = element(value, zone)
        return found is not None and holds(asked, found)

    return test
