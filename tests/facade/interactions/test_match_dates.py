"""Dates are intervals; a naive reading of them as sets of minutes must agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.query import Query
from capability.uscore.search import PREFIXES, SearchParameter
from facade.interactions.match import Matcher
from tests.facade.interactions.asked import asked

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROWS = {"date": SearchParameter("Observation", "date", "date", "Observation.effective", "", comparators=PREFIXES)}
MATCHER = Matcher({"Observation": ROWS}, clock=lambda: NOW)


def query(*values: str) -> Query:
    return asked("Observation", [("date", value) for value in values], ROWS)


def matches(element: Any, value: str, zone: ZoneInfo = DENVER) -> bool:
    kind = "effectiveDateTime" if isinstance(element, str) else "effectivePeriod"
    if isinstance(element, dict) and not element.keys() & {"start", "end"}:
        kind = "effectiveTiming"
    resource = {"resourceType": "Observation", "id": "o", kind: element}
    return bool(MATCHER.matching([resource], query(value), zone=zone))


@pytest.mark.parametrize(
    ("expected", "element", "value"),
    [
        # the day covers the time, the time does not cover the day
        (True, "2020-03-01T10:00:00-07:00", "2020-03-01"),
        (False, "2020-03-01", "2020-03-01T10:00:00-07:00"),
        (True, "2020-03-01", "2020-03"),
        (False, "2020-03", "2020-03-01"),
        # a date without time is read on the element's own clock: UTC would be 2 March
        (True, "2020-03-01T23:30:00-07:00", "2020-03-01"),
        (False, "2020-03-01T23:30:00-07:00", "2020-03-02"),
        (False, "2020-03-01T23:30:00-07:00", "gt2020-03-01"),
        (True, "2020-03-01T23:30:00-07:00", "lt2020-03-02"),
        (True, "2020-03-02T06:30:00Z", "2020-03-02"),
        # the same instant, written elsewhere
        (True, "2020-03-02T06:30:00Z", "2020-03-01T23:30:00-07:00"),
        (True, "2020-03-02T06:30:00Z", "2020-03-01T23:30-07:00"),
        (False, "2020-03-02T06:30:00Z", "gt2020-03-01T23:30:00-07:00"),
        (True, "2020-03-02T06:30:00.5Z", "2020-03-01T23:30:00-07:00"),
        # a day in the practice's zone (UTC-7) begins at 07:00Z, without slack
        (True, "2020-03-01", "sa2020-03-01T06:59:59Z"),
        (False, "2020-03-01", "sa2020-03-01T07:00:00Z"),
        (True, "2020-03-01", "lt2020-03-01T07:00:01Z"),
        (False, "2020-03-01", "lt2020-03-01T07:00:00Z"),
        (True, "2020-03-01", "gt2020-03-02T06:59:58Z"),
        (False, "2020-03-01", "gt2020-03-02T06:59:59Z"),
        (True, "2020-03-01", "eb2020-03-02T07:00:00Z"),
        # daylight saving begins: the day has 23 hours
        (True, "2020-03-08", "eb2020-03-09T06:00:00Z"),
        # a partial element
        (True, "2020", "ge2020-06"),
        (True, "2020", "le2020-06"),
        (False, "2020", "2020-06"),
        (True, "2020", "ne2020-06"),
        (False, "2020", "ne2020"),
        # a tenth of the gap to now
        (True, "2016-12-01", "ap2016-11-21"),
        (True, "2017-06-01", "ap2016-11-21"),
        (False, "2018-06-01", "ap2016-11-21"),
        # not a date
        (False, "yesterday", "ne2020"),
        (False, "", "ne2020"),
    ],
)
def test_a_date_or_time_against_a_value(expected: bool, element: str, value: str) -> None:
    assert expected is matches(element, value)


@pytest.mark.parametrize(
    ("expected", "period", "value"),
    [
        (True, {"start": "2020-01-01", "end": "2020-01-31"}, "2020-01"),
        (False, {"start": "2020-01-01", "end": "2020-02-01"}, "2020-01"),
        (True, {"start": "2020-01-01", "end": "2020-02-01"}, "gt2020-01"),
        (False, {"start": "2020-01-01", "end": "2020-01-31"}, "gt2020-01"),
        (True, {"start": "2020-01-01"}, "gt2030"),
        (False, {"start": "2020-01-01"}, "2020"),
        (False, {"start": "2020-01-01"}, "lt2020"),
        (True, {"end": "2020-01-01"}, "lt1900"),
        (False, {"end": "2020-01-01"}, "sa1900"),
        (True, {"end": "2020-01-01"}, "eb2020-01-02"),
        (False, {"start": "2020-01-01"}, "eb9999"),
        (True, {"start": "2020-01-01T08:00:00-07:00", "end": "2020-01-02"}, "lt2020-01-01T15:00:01Z"),
        (True, {"start": "2020-01-01T08:00:00-07:00", "end": "2020-01-02"}, "gt2020-01-03T06:59:58Z"),
        (False, {"start": "unclear", "end": "2020-01-02"}, "lt2030"),
    ],
)
def test_an_open_end_of_a_period_is_unbounded(expected: bool, period: dict[str, str], value: str) -> None:
    assert expected is matches(period, value)


def test_only_the_outer_limits_of_a_timing_count() -> None:
    events = {"event": ["2020-01-05", "2020-01-03", "2020-01-09"]}
    assert matches(events, "2020-01")
    assert matches(events, "lt2020-01-04")
    assert matches(events, "gt2020-01-08")
    assert not matches(events, "2020-01-05")
    assert matches({"repeat": {"boundsPeriod": {"start": "2020-01-01"}}}, "gt2031")
    assert not matches({"repeat": {"frequency": 1}}, "gt1900")


def test_the_ends_of_the_calendar_do_not_break_a_comparison() -> None:
    assert matches("0001-01-01", "0001-01-01")
    assert not matches("0001-01-01", "lt0001-01-01T01:00:00+14:00")
    assert matches("9999-12-31", "ge9999-12-31T00:00:00-12:00")


zones = st.sampled_from(
    [ZoneInfo("America/Denver"), ZoneInfo("America/New_York"), ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata")]
)
days = st.dates(date(2020, 2, 26), date(2020, 3, 12))  # a leap day, and daylight saving in Denver and New York
offsets = st.sampled_from(["Z", "-07:00", "-05:00", "+05:30", "+13:00"])
times = st.builds(
    lambda day, hour, minute, offset: f"{day}T{hour:02}:{minute:02}{offset}",
    days,
    st.integers(0, 23),
    st.sampled_from([0, 30, 59]),
    offsets,
)
untimed = st.one_of(days.map(str), days.map(lambda day: f"{day:%Y-%m}"), st.just("2020"))
texts = st.one_of(untimed, times, times)


def wall_minutes(text: str) -> range:
    """Minutes since 2000 on the clock that `text` was written under."""
    if "T" in text:
        moment = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
        return range(minute_of(moment), minute_of(moment) + 1)
    low = datetime.strptime((text + "-01-01")[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    high = {
        4: lambda: low.replace(year=low.year + 1),
        7: lambda: (low + timedelta(days=31)).replace(day=1),
        10: lambda: low + timedelta(days=1),
    }[len(text)]()
    return range(minute_of(low), minute_of(high))


def world_minutes(text: str, zone: ZoneInfo) -> range:
    """The same in UTC; a text without offset in `zone`."""
    wall = wall_minutes(text)
    if "T" in text:
        offset = text[16:]
        ahead = 0 if offset == "Z" else int(offset[0] + "1") * (int(offset[1:3]) * 60 + int(offset[4:]))
        return range(wall.start - ahead, wall.stop - ahead)
    return range(in_zone(wall.start, zone), in_zone(wall.stop, zone))


def minute_of(moment: datetime) -> int:
    return (moment - datetime(2000, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)


def in_zone(wall: int, zone: ZoneInfo) -> int:
    naive = datetime(2000, 1, 1) + timedelta(minutes=wall)  # noqa: DTZ001 (the zone is put on next)
    return minute_of(naive.replace(tzinfo=zone).astimezone(UTC))


ORACLE: dict[str, Callable[[range, range], bool]] = {
    "eq": lambda value, element: all(minute in value for minute in (element[0], element[-1])),
    "ne": lambda value, element: not ORACLE["eq"](value, element),
    "gt": lambda value, element: element[-1] > value[-1],
    "lt": lambda value, element: element[0] < value[0],
    "ge": lambda value, element: ORACLE["gt"](value, element) or ORACLE["eq"](value, element),
    "le": lambda value, element: ORACLE["lt"](value, element) or ORACLE["eq"](value, element),
    "sa": lambda value, element: element[0] > value[-1],
    "eb": lambda value, element: element[-1] < value[0],
}


@given(texts, texts, st.sampled_from(sorted(ORACLE)), zones)
def test_a_comparison_agrees_with_sets_of_minutes(element: str, value: str, prefix: str, zone: ZoneInfo) -> None:
    if "T" in value:
        expected = ORACLE[prefix](world_minutes(value, zone), world_minutes(element, zone))
    else:
        expected = ORACLE[prefix](wall_minutes(value), wall_minutes(element))
    assert expected is matches(element, prefix + value, zone)


@given(texts, texts, texts, st.sampled_from(["gt", "lt", "sa", "eb", "eq"]), zones)
def test_a_period_reaches_from_its_start_to_its_end(
    start: str, end: str, value: str, prefix: str, zone: ZoneInfo
) -> None:
    minutes: Callable[[str], range] = (lambda text: world_minutes(text, zone)) if "T" in value else wall_minutes
    element = range(minutes(start)[0], minutes(end)[-1] + 1)
    if element:
        assert ORACLE[prefix](minutes(value), element) is matches({"start": start, "end": end}, prefix + value, zone)


@given(texts, zones)
def test_a_date_equals_itself(text: str, zone: ZoneInfo) -> None:
    assert matches(text, text, zone)
    assert matches(text, "ge" + text, zone)
    assert matches(text, "le" + text, zone)
    assert matches(text, "ap" + text, zone)
    assert not matches(text, "ne" + text, zone)
    assert not matches(text, "gt" + text, zone)
    assert not matches(text, "lt" + text, zone)


@given(st.integers(0, 10**6 - 1), st.integers(0, 10**6 - 1))
def test_fractions_of_a_second_are_told_apart(one: int, other: int) -> None:
    text, value = f"2020-03-01T10:00:00.{one:06}Z", f"2020-03-01T10:00:00.{other:06}Z"
    assert (one == other) is matches(text, value)
    assert (one > other) is matches(text, "gt" + value)
