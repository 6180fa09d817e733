"""When something on athenaNet's schedule begins and ends: `date` and `starttime` in the department's wall time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mappings import fhir
from mappings.athenanet.scalars import as_int, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Record

LONGEST = 7 * 24 * 60
"""Minutes; a longer duration is no duration."""


def minutes(record: Record, translation: Translation) -> int | None:
    """`duration`; one that is no positive number of minutes is noted and left out."""
    try:
        found = as_int(record.get("duration"))
    except ValueError:
        found = -1
    if found is None or 0 < found <= LONGEST:
        return found
    translation.unknown("duration", _text(record.get("duration")))
    return None


def start_and_end(record: Record, translation: Translation) -> dict[str, Any]:
    """`start` and `end` as instants, each marked absent where it is not known: FHIR wants both or neither.

    The end is `duration` later on the clock of the world: over a change of clocks a wall clock would be wrong.
    """
    zone = translation.practice.zone(record.get("departmentid"))
    day, clock = as_str(record.get("date")), as_str(record.get("starttime"))
    start = fhir.instant(translation.moment(f"{day} {clock}", zone)) if day and clock else None
    lasting = minutes(record, translation)
    end = None
    if start and lasting and zone is not None:
        end = (datetime.fromisoformat(start) + timedelta(minutes=lasting)).astimezone(zone).isoformat()
    return {
        "start": start,
        "_start": None if start else fhir.absent(),
        "end": end,
        "_end": None if end else fhir.absent(),
    }


def _text(value: Any) -> str | None:
    return str(value)[:20] if isinstance(value, str | int) else None
