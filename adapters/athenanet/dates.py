"""Dates of a search, as athenaNet's startdate and enddate. [assumed] Both are included in what it gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.query import Clause, DateValue, Query

MARGIN = timedelta(days=1)
"""athenaNet compares days somewhere: a day more on either side, whatever the time zones."""

FROM = frozenset({"eq", "ge", "gt", "sa"})
UNTIL = frozenset({"eq", "le", "lt", "eb"})


def window(query: Query, parameter: str = "date") -> dict[str, str]:
    """startdate and enddate (MM/DD/YYYY) that no match of the date parameter lies outside of; empty where it says
    nothing. For a list whose dates are those that the parameter looks at, as single moments."""
    since: list[datetime] = []
    until: list[datetime] = []
    for clause in query.named(parameter):
        match clause:
            case Clause(modifier=None, values=(DateValue() as value,)):
                since += [value.low - MARGIN] if value.prefix in FROM and value.low.year > 1000 else []
                until += [value.high + MARGIN] if value.prefix in UNTIL and 1000 < value.high.year < 9999 else []
    params = {}
    if since:
        params["startdate"] = us_day(max(since))
    if until:
        params["enddate"] = us_day(min(until))
    return params


def us_day(moment: datetime) -> str:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime("%m/%d/%Y")
