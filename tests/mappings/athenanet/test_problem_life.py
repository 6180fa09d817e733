"""A problem's events say what became of it, whatever order the source lists them in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.athenanet.condition import condition
from mappings.mapped import Resource
from tests.conforms import assert_conforms
from tests.mappings.athenanet.riverbend import PRACTICE


def _condition(events: list[dict[str, Any]], **fields: Any) -> Resource:
    record = {"problemid": 1, "name": "x", "events": events, **fields}
    return condition(record, patient="1", practice=PRACTICE).resource


def _status(events: list[dict[str, Any]], **fields: Any) -> str:
    code: str = _condition(events, **fields)["clinicalStatus"]["coding"][0]["code"]
    return code


def _event(kind: str, date: str | None, **fields: Any) -> dict[str, Any]:
    return {"eventtype": kind, "enddate" if kind in ("END", "HIDDEN") else "startdate": date, **fields}


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("active", [("REACTIVATED", "11/01/2026"), ("HIDDEN", "11/01/2026"), ("START", "10/25/2026")]),
        ("resolved", [("END", "11/01/2026"), ("START", "11/01/2026")]),
        ("inactive", [("HIDDEN", "11/01/2026"), ("START", "11/01/2026")]),
        ("resolved", [("END", "11/01/2026"), ("HIDDEN", "11/01/2026"), ("START", "11/01/2026")]),
        ("resolved", [("END", "03/2025"), ("START", "03/10/2025")]),
        ("resolved", [("END", "03/10/2025"), ("START", "03/2025")]),
        ("resolved", [("END", "2025"), ("START", "03/2025")]),
        ("active", [("REACTIVATED", "03/2025"), ("END", "03/10/2025"), ("START", "03/01/2025")]),
        ("active", [("REACTIVATED", "03/20/2025"), ("END", "03/2025"), ("START", "03/10/2025")]),
        ("resolved", [("END", None), ("START", "03/10/2025")]),
        ("active", [("REACTIVATED", "04/01/2025"), ("END", None), ("START", "03/10/2025")]),
        ("resolved", [("END", "04/2025"), ("REACTIVATED", "03/20/2025"), ("END", "03/2025"), ("START", "03/2025")]),
        ("active", [("START", "04/01/2025"), ("END", "03/2025"), ("START", "03/01/2025")]),
    ],
)
def test_of_one_day_or_month_the_start_is_first_and_the_return_last(
    status: str, events: list[tuple[str, str | None]]
) -> None:
    newest_first = [_event(kind, date) for kind, date in events]

    assert status == _status(newest_first)
    assert status == _status(newest_first[::-1])


def test_what_ended_on_the_day_it_began_has_an_abatement() -> None:
    assert "2026-11-01" == _condition([_event("END", "11/01/2026"), _event("START", "11/01/2026")])["abatementDateTime"]


@pytest.mark.parametrize(
    ("status", "deactivated"),
    [("active", "11/01/2026"), ("active", "11/2026"), ("active", "10/31/2026"), ("inactive", "11/02/2026")],
)
def test_a_return_on_the_day_of_deactivation_follows_it(status: str, deactivated: str) -> None:
    events = [_event("REACTIVATED", "11/01/2026"), _event("START", "10/25/2026")]

    assert status == _status(events, deactivateddate=deactivated)


DATES = st.sampled_from([None, "2025", "02/2025", "03/2025", "03/01/2025", "03/10/2025", "03/20/2025", "2026"])
EVENTS = st.builds(
    _event,
    st.sampled_from(["START", "END", "HIDDEN", "REACTIVATED", "ENCOUNTER"]),
    DATES,
    note=st.sampled_from(["", "worse", "better"]),
    status=st.sampled_from([None, "CHRONIC", "ACUTE"]),
    laterality=st.sampled_from([None, "LEFT", "RIGHT"]),
)


@given(st.data(), st.lists(EVENTS, max_size=6), st.none() | DATES)
def test_no_order_of_the_list_changes_the_condition(
    data: st.DataObject, events: list[dict[str, Any]], deactivated: str | None
) -> None:
    listed = _condition(events, deactivateddate=deactivated)

    assert listed == _condition(data.draw(st.permutations(events)), deactivateddate=deactivated)
    assert_conforms(listed, "us-core-condition-problems-health-concerns")


@pytest.mark.parametrize(
    ("modified", "meta"),
    [
        ("2026-02-01T15:00:13-05:00", {"lastUpdated": "2026-02-01T15:00:13-05:00"}),
        ("2026-02-01T15:00:13Z", {"lastUpdated": "2026-02-01T15:00:13Z"}),
        ("2026-02-01T15:00:13", None),
        ("02/01/2026 15:00:13", None),
        ("02/01/2026", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_last_updated_is_an_instant_of_the_source_or_nothing(modified: Any, meta: dict[str, str] | None) -> None:
    assert meta == _condition([], lastmodifieddatetime=modified).get("meta")
