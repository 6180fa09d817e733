"""How values of a query are written for an EHR: each an `Ask` (declare.py). What is asked may find more, never less."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from adapters.fhir_r4.declare import Ask, Writing
from adapters.query import Clause, DateValue, ReferenceValue, StringValue, TokenValue

ANY_ZONE = timedelta(hours=14)
"""How far wall-clock time is from UTC at most: a date without a zone is asked for with so much before and after."""

PREFIXES = {"eq": ("ge", "lt"), "gt": ("ge", None), "ge": ("ge", None), "lt": (None, "lt"), "le": (None, "lt")}
"""Prefix -> how its interval is asked for at its low and its high end."""


def token(clause: Clause, writing: Writing) -> list[str] | None:
    """`system|code` or `code`, several by comma."""
    if clause.modifier is not None:
        return None
    return [",".join(escape(_token(value)) for value in clause.values if isinstance(value, TokenValue))]


def bare_token(clause: Clause, writing: Writing) -> list[str] | None:
    """Codes without their system, for an EHR that refuses systems."""
    codes = [value.code for value in clause.values if isinstance(value, TokenValue)]
    if clause.modifier is not None or not all(codes):
        return None
    return [",".join(escape(code) for code in codes if code)]


def string(clause: Clause, writing: Writing) -> list[str] | None:
    if clause.modifier not in (None, "exact"):  # what is exact begins so too
        return None
    return [",".join(escape(value.text) for value in clause.values if isinstance(value, StringValue))]


def reference(*types: str, typed: bool = False) -> Ask:
    """Ids of the server, of a parameter whose targets are `types`; `typed`: written as Type/id."""

    def ask(clause: Clause, writing: Writing) -> list[str] | None:
        if clause.modifier is not None and clause.modifier not in types:
            return None
        found = list(dict.fromkeys(_references(clause, writing, types, typed)))
        return [",".join(map(escape, found))] if found else []

    return ask


def instants(clause: Clause, writing: Writing) -> list[str] | None:
    """A date's interval as instants in UTC, open where the query leaves it open."""
    found = _bounds(clause, writing)
    if found is None:
        return None
    low, high = found
    ends = [f"ge{_instant(low)}"] if low else []
    return [*ends, *([f"lt{_instant(high)}"] if high else [])]


def days(clause: Clause, writing: Writing) -> list[str] | None:
    """A date's interval by whole days, with one more at either end, for an EHR that takes no time of day."""
    found = _bounds(clause, writing)
    if found is None:
        return None
    low, high = found
    ends = [f"ge{_day(low, -1)}"] if low else []
    return [*ends, *([f"le{_day(high, 1)}"] if high else [])]


def interval(clause: Clause, writing: Writing) -> tuple[datetime | None, datetime | None] | None:
    """[low, high) that holds every match of a date clause; None where there is no such interval, or several values."""
    return _bounds(clause, writing)


def instant(moment: datetime) -> str:
    """As EHRs write it: `2026-01-05T06:00:00.000Z`."""
    return _instant(moment)


def escape(text: str) -> str:
    """https://hl7.org/fhir/R4/search.html#escaping"""
    for character in "\\,$|":
        text = text if character == "|" else text.replace(character, f"\\{character}")
    return text


def _token(value: TokenValue) -> str:
    if value.system is None:
        return value.code or ""
    return f"{value.system}|{value.code or ''}"


def _references(clause: Clause, writing: Writing, types: tuple[str, ...], typed: bool) -> Iterable[str]:
    for value in clause.values:
        if not isinstance(value, ReferenceValue) or value.url is not None:
            continue
        for type_ in types if value.type is None else {value.type}.intersection(types):
            upstream = writing.names.upstream(type_, value.id) if type_ in writing.names.types_of(value.id) else None
            if upstream is not None:
                yield f"{type_}/{upstream}" if typed else upstream


def _bounds(clause: Clause, writing: Writing) -> tuple[datetime | None, datetime | None] | None:
    values = [value for value in clause.values if isinstance(value, DateValue)]
    if clause.modifier is not None or len(values) != 1 or values[0].prefix not in PREFIXES:
        return None
    (value,) = values
    slack = timedelta(0) if value.zoned else ANY_ZONE
    low, high = PREFIXES[value.prefix]
    return (_moved(value.low, -slack) if low else None), (_moved(value.high, slack) if high else None)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment.astimezone(UTC) + by
    except OverflowError:
        return moment.astimezone(UTC)


def _instant(moment: datetime) -> str:
    found = moment.astimezone(UTC)
    return f"{found.year:04d}{found:-%m-%dT%H:%M:%S}.{found.microsecond // 1000:03d}Z"  # %Y writes year 7 as 7


def _day(moment: datetime, by: int) -> date:
    try:
        return (moment.astimezone(UTC) + timedelta(days=by)).date()
    except OverflowError:
        return moment.date()
