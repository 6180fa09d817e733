"""Whether a resource is about care given between two days: `start` and `end` of $everything and $docref."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from adapters.query import Clause, DateValue, Query
from capability.care_dates import CARE_DATES
from capability.issues import Invalid
from facade.interactions.match import Matcher
from facade.policy.release import Released


@dataclass(frozen=True, slots=True)
class Care:
    """From the beginning of `start` to the end of `end`; None is open. Without either everything is within."""

    start: DateValue | None = None
    end: DateValue | None = None

    @classmethod
    def between(cls, start: DateValue | None, end: DateValue | None) -> Care:
        """Raises Invalid where the end lies before the start."""
        if start is not None and end is not None and start.zoned is end.zoned and start.low >= end.high:
            raise Invalid("end lies before start", parameter="end")
        return cls(start, end)

    @property
    def bounded(self) -> bool:
        return self.start is not None or self.end is not None


def within(
    resources: Iterable[Released], type_: str, care: Care, matcher: Matcher, zone: ZoneInfo
) -> tuple[list[Released], bool]:
    """Those of one type whose care touches the days asked for, in their order; and whether some have no date.

    What has none can't be said to be outside: it stays. `zone` is the practice's, as in a search.
    """
    resources = list(resources)
    codes = CARE_DATES.get(type_, ())
    if not codes or not care.bounded:
        return resources, False
    tests = [(matcher.select(type_, code), matcher.predicate(_query(type_, code, care), zone=zone)) for code in codes]
    kept: list[Released] = []
    undated = False
    for resource in resources:
        dated = next((touches for select, touches in tests if select(resource)), None)
        undated = undated or dated is None
        if dated is None or dated(resource):
            kept.append(resource)
    return kept, undated


def _query(type_: str, code: str, care: Care) -> Query:
    """Ends after `start` begins and begins before `end` ends: `ge` and `le` ask for more of a day, month or year."""
    bounds = []
    if care.start is not None:
        bounds.append(replace(care.start, prefix="gt", high=care.start.low))
    if care.end is not None:
        bounds.append(replace(care.end, prefix="lt", low=care.end.high))
    return Query(type_, tuple(Clause(code, None, (bound,), "") for bound in bounds))
