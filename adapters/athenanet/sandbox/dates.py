"""athenaNet's ways of writing a time. Instants come in as aware datetimes."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

from adapters.simulator.athena import EASTERN

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def plain(on: date | None) -> str | None:
    """MM/DD/YYYY"""
    return None if on is None else f"{on.month:02d}/{on.day:02d}/{on.year:04d}"


def partial(text: str | None) -> str | None:
    """MM/DD/YYYY, MM/YYYY or YYYY, from ISO text of that precision."""
    if text is None:
        return None
    year, *rest = text.split("-")
    return "/".join((*rest, year))


def stamp(at: datetime | None) -> str | None:
    """MM/DD/YYYY HH24:MI:SS in US Eastern, without saying so."""
    return None if at is None else at.astimezone(EASTERN).strftime("%m/%d/%Y %H:%M:%S")


def iso(at: datetime | None, zone: tzinfo = EASTERN) -> str | None:
    """2026-05-30T15:00:13-04:00"""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def parse(text: str) -> date | None:
    """MM/DD/YYYY as a parameter; None: not a date, or a year below 1000."""
    found = _DATE.fullmatch(text.strip())
    if not found or int(found[3]) < 1000:
        return None
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None
