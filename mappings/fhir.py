"""FHIR elements as dicts, without their empties. Every call makes new dicts: what it returns may be edited in place.

https://hl7.org/fhir/R4/datatypes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from mappings.mapped import Resource

Element = dict[str, Any]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
DATA_ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
DATA_ABSENT_REASON_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

_ABSENT_DISPLAYS = {  # https://hl7.org/fhir/R4/codesystem-data-absent-reason.html
    "unknown": "Unknown",
    "asked-declined": "Asked But Declined",
    "as-text": "As Text",
    "not-performed": "Not Performed",
}


def resource(type_: str, /, **elements: Any) -> Resource:
    """`{"resourceType": type_, ...}` with what is left of `elements` as `element` leaves it."""
    return {"resourceType": type_, **_filled(elements)}


def element(**elements: Any) -> Element | None:
    """The elements that hold something, None when none does. False and 0 are something; a name that Python reserves
    is written with an underscore behind it (`class_`)."""
    return _filled(elements) or None


_NUMBERS = (int, Decimal)


def _filled(elements: dict[str, Any]) -> Element:
    filled: Element = {}
    for name, value in elements.items():
        if value.__class__ is list or value.__class__ is tuple:
            value = [item for item in value if item or isinstance(item, _NUMBERS)]
        if value or isinstance(value, _NUMBERS):
            filled[name.rstrip("_") if name[-1] == "_" else name] = value
    return filled


def coding(system: str | None, code: str | None, display: str | None = None) -> Element | None:
    return element(system=system, code=code, display=display)


def codeable(*codings: Element | None, text: str | None = None) -> Element | None:
    return element(coding=codings, text=text)


def reference(type_: str, id_: str | None, display: str | None = None) -> Element | None:
    """A relative reference, None without an id."""
    return element(reference=f"{type_}/{id_}", display=display) if id_ else None


def identifier(
    system: str, value: str | None, type_: tuple[str, str] | None = None, use: str | None = None
) -> Element | None:
    """`type_` is (code, display) of http://terminology.hl7.org/CodeSystem/v2-0203. None without a value."""
    if not value:
        return None
    kind = codeable(coding("http://terminology.hl7.org/CodeSystem/v2-0203", *type_)) if type_ else None
    return element(use=use, type=kind, system=system, value=value)


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def decimal(text: str) -> Decimal:
    """The exact number that the whole text spells in plain digits; ValueError otherwise (`72 reg`, `1e3`, `1,5`)."""
    text = text.strip()
    if len(text) > 40 or not _DECIMAL.fullmatch(text):
        raise ValueError("not a plain decimal number")
    return Decimal(text)


def quantity(text: str, unit: str | None = None, ucum: str | None = None) -> Element:
    """Quantity with the digits of `text`; `unit` is for people, `ucum` the code. ValueError when text is no number."""
    return _filled(
        {"value": decimal(text), "unit": unit or ucum, "system": UCUM if ucum else None, "code": ucum},
    )


def extension(url: str, **value: Any) -> Element:
    """One extension: a `value[x]`, or `extension=[...]` for a complex one."""
    return {"url": url, **_filled(value)}


def absent(reason: str = "unknown") -> Element:
    """What stands where a mandatory primitive or complex element has no source: the data-absent-reason extension."""
    return {"extension": [extension(DATA_ABSENT_REASON_EXTENSION, valueCode=reason)]}


def absent_coding(reason: str = "unknown") -> Element:
    """The reason as a Coding, for a mandatory coded element and for Observation.dataAbsentReason."""
    return _filled({"system": DATA_ABSENT_REASON, "code": reason, "display": _ABSENT_DISPLAYS.get(reason)})


def absent_code(reason: str = "unknown", text: str | None = None) -> Element:
    """`absent_coding` as a CodeableConcept."""
    return _filled({"coding": [absent_coding(reason)], "text": text})


# --- dates and times ------------------------------------------------------------------------------------------------

_US_DATE = re.compile(r"(?:(?:([0-9]{1,2})/)?([0-9]{1,2})/)?([0-9]{1,4})", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII)
_US_DATETIME = re.compile(
    r"([0-9]{1,2}/[0-9]{1,2}/[0-9]{1,4}) +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: *([AP])M)?",
    re.ASCII | re.IGNORECASE,
)
_ISO_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(?:(Z)|([+-][0-9]{2}):?([0-9]{2}))?",
    re.ASCII | re.IGNORECASE,
)


def us_date(text: str | None) -> str | None:
    """`MM/DD/YYYY`, `MM/YYYY`, `YYYY` (or the same in ISO order) as a FHIR date of the same precision.

    None for nothing and for the sentinels of an unknown and of an open date (year 1, year 9999). ValueError for
    what is not a date of the calendar.
    """
    if text is None or not text.strip():
        return None
    text = text.strip()
    if _ISO_DATE.fullmatch(text):
        year, *rest = text.split("-")
        month, day = (*rest, None, None)[:2]
    elif found := _US_DATE.fullmatch(text):
        first, second, year = found.groups()
        month, day = (first, second) if first else (second, None)
    else:
        raise ValueError("not a date")
    return _date(int(year), *(int(part) if part is not None else None for part in (month, day)))


def _date(year: int, month: int | None, day: int | None) -> str | None:
    date(year, 1 if month is None else month, 1 if day is None else day)
    if year in (1, 9999):
        return None
    if year < 1000:
        raise ValueError("not a year of four digits")
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def us_datetime(text: str | None, zone: tzinfo | None) -> str | None:
    """A FHIR dateTime with the digits of the source's clock.

    `MM/DD/YYYY HH24:MI[:SS]`, `MM/DD/YYYY hh:mm AM`, ISO with or without an offset, or a date alone (as `us_date`).
    An offset that is there stays as it is; wall time gets `zone`'s offset of that moment, the earlier of two in the
    hour that a clock shows twice. Without offset and `zone` only the date is given. Seconds that are not there are 00.
    None for nothing and for sentinels; ValueError for what is no time of the calendar.
    """
    if text is None or not text.strip():
        return None
    text = text.strip()
    if found := _ISO_DATETIME.fullmatch(text):
        day, clock, fraction, zulu, hours, minutes = found.groups()
        wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))
        if us_date(day) is None:
            return None
        offset = "Z" if zulu else f"{hours}:{minutes}" if hours else None
        return _stamp(wall, fraction or "", offset, zone)
    if found := _US_DATETIME.fullmatch(text):
        us_day, hour, minute, second, half = found.groups()
        iso_day = us_date(us_day)
        if iso_day is None:
            return None
        at = time(_hour(int(hour), half), int(minute), int(second or 0))
        return _stamp(datetime.combine(date.fromisoformat(iso_day), at), "", None, zone)
    return us_date(text)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("not an hour of a twelve-hour clock")
    return hour % 12 + (12 if half in "Pp" else 0)


def _stamp(wall: datetime, fraction: str, offset: str | None, zone: tzinfo | None) -> str:
    if offset is None:
        if zone is None:
            return wall.date().isoformat()
        shift = wall.replace(tzinfo=zone).utcoffset()
        if shift is None or shift.total_seconds() % 60:
            raise ValueError("a time before time zones")
        minutes = round(shift.total_seconds() / 60)
        offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    elif offset != "Z" and (abs(int(offset[:3])) > 14 or int(offset[4:]) > 59):
        raise ValueError("not an offset")
    return f"{wall.isoformat()}{fraction}{offset}"


def instant(moment: str | None) -> str | None:
    """`moment` (a FHIR dateTime) where it is precise enough to be an instant, else None."""
    return moment if moment and "T" in moment else None


def earliest(moments: Iterable[str | None]) -> str | None:
    """The earliest of FHIR dateTimes; a partial one counts from its beginning, of two alike the more precise wins."""
    return min((m for m in moments if m), key=chronological, default=None)


def latest(moments: Iterable[str | None]) -> str | None:
    """The latest, by the same order as `earliest`."""
    return max((m for m in moments if m), key=chronological, default=None)


def chronological(moment: str) -> tuple[str, float, int]:
    """Sort key of a FHIR dateTime: by day as written, then by instant; a partial one counts from its beginning."""
    day = (moment[:10] + "-01-01")[:10] if len(moment) < 10 else moment[:10]
    at = datetime.fromisoformat(moment).timestamp() if "T" in moment else 0.0
    return day, at, -len(moment)
