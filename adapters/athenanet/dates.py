"""Dates of a search, as athenaNet's startdate and enddate. [assumed] Both are included in what it gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.query import Clause, DateValue, Query

MARGIN = timedelta(days=1)
"""athenaNet compares days somewhere: a day more on either side, whatever the time zones."""

FROM = frozenset({"eq", "ge", "gt", "sa"})
UNTIL = frozenset({"eq", "le", "lt", "eb"})


EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
"""[assumed] before and after all bookings."""


def window(query: Query, parameter: str = "date", *, closed: bool = False) -> dict[str, str]:
    """startdate and enddate (MM/DD/YYYY) that no match of the date parameter lies outside of; empty where it says
    nothing. For a list whose dates are those that the parameter looks at, as single moments.

    `closed` is for a list that wants both ends. No range ends before it begins: what nothing can match is one day.
    """
    since, until = _bounds(query, parameter)
    first = max(since, default=EARLIEST if closed else None)
    last = min(until, default=LATEST if closed else None)
    params = {}
    if first:
        params["startdate"] = us_day(min(first, last) if last else first)
    if last:
        params["enddate"] = us_day(last)
    return params


def _bounds(query: Query, parameter: str) -> tuple[list[datetime], list[datetime]]:
    """What each clause says about the earliest, and about the latest."""
    since: list[datetime] = []
    until: list[datetime] = []
    for clause in query.named(parameter):
        match clause:
            case Clause(modifier=None, values=(DateValue() as value,)):
                since += [value.low - MARGIN] if value.prefix in FROM and value.low.year > 1000 else []
                until += [value.high + MARGIN] if value.prefix in UNTIL and 1000 < value.high.year < 9999 else []
    return since, until


def us_day(moment: datetime) -> str:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime("%m/%d/%Y")
