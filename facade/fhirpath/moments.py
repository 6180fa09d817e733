"""Dates and times that are only partly known: reading and ordering them.

http://hl7.org/fhirpath/N1/#comparison, http://hl7.org/fhir/R4/datatypes.html#dateTime
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

MOMENT = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?(Z|[+-]\d\d:\d\d)?)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Year, month, day, hour, minute and second as far as they are known; in UTC when `zoned`."""

    parts: tuple[int | Decimal, ...]
    zoned: bool


def moment(text: str) -> Moment | None:
    """The FHIR date, dateTime or instant, or the FHIRPath date literal, in `text`; None when it holds none."""
    found = MOMENT.fullmatch(text)
    if found is None:
        return None
    *numbers, zone = found.groups()
    known = [Decimal(number) if "." in number else int(number) for number in numbers if number is not None]
    year, month, day, hour, minute = (int(number) for number in (known[:5] + [1, 1, 1, 0, 0][len(known) :])[:5])
    try:
        local = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the offset is applied below
        if zone is None or len(known) < 4:
            return Moment(tuple(known), zoned=False)
        utc = local - _offset(zone)
    except (ValueError, OverflowError):  # the 30th of February, or beyond the calendar
        return None
    shifted = (utc.year, utc.month, utc.day, utc.hour, utc.minute)
    return Moment((*shifted[: len(known)], *known[5:]), zoned=True)


def order(left: Moment, right: Moment) -> int | None:
    """-1, 0 or 1; None where the less precise of the two leaves it open."""
    both_timed = len(left.parts) > 3 and len(right.parts) > 3
    if both_timed and left.zoned != right.zoned:
        return None
    for one, other in zip(left.parts, right.parts, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(left.parts) == len(right.parts) else None


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    size = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return size if zone[0] == "+" else -size
