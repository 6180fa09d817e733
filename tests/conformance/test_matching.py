"""The runner's own reading of search: dates, tokens, strings, references, and what it leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from conformance import dates
from conformance.matching import Matcher, alternatives, escaped, unescaped
from conformance.paths import selector
from conformance.tables import tables

BASE = "https://fhir.example.org/r4"
MATCHER = Matcher(tables("6.1.0").parameters, BASE)

MUST, MAY, NEVER = (True, True), (False, True), (False, False)


@pytest.mark.parametrize(
    ("search", "element", "expected"),
    [
        ("2020", "2020-05-01", MUST),
        ("2020-05-01", "2020", NEVER),
        ("2020-03", "2020-03-31T23:59:59Z", MAY),
        ("2020-03", "2020-03-15T12:00:00Z", MUST),
        ("gt2020-01-01", "2020-01-01", NEVER),
        ("ge2020-01-01", "2020-01-01", MUST),
        ("gt2020-01-01", "2020", MUST),
        ("lt2020-01-01", "2019-12-31", MUST),
        ("le2020-01-01", "2020-01-02", NEVER),
        ("sa2020-01", "2020-01-31", NEVER),
        ("sa2020-01", "2020-02-01", MUST),
        ("eb2020-02", "2020-01-31", MUST),
        ("ne2020-01-01", "2020-01-01", NEVER),
        ("ap2020-01-01", "2020-01-03", MAY),
        ("gt2020-01-01T10:00:00+00:00", "2020-01-01T05:00:00-05:00", NEVER),
        ("gt2020-01-01T09:59:59Z", "2020-01-01T05:00:00-05:00", MUST),
        ("gt2020-01-01T20:00:00Z", "2020-01-01", MAY),
        ("gt2019-12-31T00:00:00Z", "2020-01-01", MUST),
        ("2020-01-01T00:00:00Z", {"start": "2020-01-01"}, NEVER),
        ("gt2030", {"start": "2020-01-01"}, MUST),
        ("lt2010", {"end": "2020-01-01"}, MUST),
        ("2020", {"extension": []}, NEVER),
    ],
)
def test_dates_compare_as_intervals(search: str, element: Any, expected: tuple[bool, bool]) -> None:
    assert expected == dates.verdict(search, element)


@pytest.mark.parametrize("text", ["2020-13", "23 May 2009", "", "2020-1-1", "2020-01-01T10", "20200101"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        dates.interval(text)


def test_a_shifted_day_is_a_datetime_with_offset() -> None:
    assert "2020-02-29T00:00:00+00:00" == dates.shifted("2020-03-01", -1)


CONDITION = {
    "resourceType": "Condition",
    "id": "c1",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}], "text": "x"},
    "subject": {"reference": "Patient/p1"},
    "onsetPeriod": {"start": "2019-05-01"},
    "_recordedDate": {"extension": [{"url": "x"}]},
}
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "gender": "female",
    "name": [{"family": "Ångström-Lee", "given": ["Ana, María"]}],
    "telecom": [{"system": "phone", "value": "555-0100"}, {"system": "email", "value": "ana@example.org"}],
}


@pytest.mark.parametrize(
    ("resource", "name", "raw", "expected"),
    [
        (CONDITION, "code", "38341003", MUST),
        (CONDITION, "code", "http://snomed.info/sct|38341003", MUST),
        (CONDITION, "code", "http://snomed.info/sct|", MUST),
        (CONDITION, "code", "|38341003", NEVER),
        (CONDITION, "code", "other|38341003", NEVER),
        (CONDITION, "code", "x,38341003", MUST),
        (CONDITION, "code:not", "38341003", NEVER),
        (CONDITION, "code:not", "x", MUST),
        (CONDITION, "code:missing", "false", MUST),
        (CONDITION, "recorded-date:missing", "true", MUST),
        (CONDITION, "code:text", "x", MAY),
        (CONDITION, "patient", "p1", MUST),
        (CONDITION, "patient", "Patient/p1", MUST),
        (CONDITION, "patient", f"{BASE}/Patient/p1", MUST),
        (CONDITION, "patient", "https://elsewhere.example.org/Patient/p1", NEVER),
        (CONDITION, "patient:Patient", "p1", MUST),
        (CONDITION, "onset-date", "ge2020-01-01", MUST),
        (CONDITION, "no-such", "1", MAY),
        (CONDITION, "_count", "1", MUST),
        (PATIENT, "gender", "female", MUST),
        (PATIENT, "gender", "Female", MAY),
        (PATIENT, "family", "ångs", MUST),
        (PATIENT, "family", "angs", MAY),
        (PATIENT, "family", "lee", MAY),
        (PATIENT, "family", "strom", NEVER),
        (PATIENT, "given", "ana\\, m", MUST),
        (PATIENT, "given:exact", "ana\\, maría", NEVER),
        (PATIENT, "given:contains", "MAR", MUST),
        (PATIENT, "_id", "p1", MUST),
        (PATIENT, "email", "ana@example.org", MUST),
        (PATIENT, "email", "555-0100", NEVER),
    ],
)
def test_a_parameter_matches_as_the_standard_says(
    resource: dict[str, Any], name: str, raw: str, expected: tuple[bool, bool]
) -> None:
    assert expected == MATCHER.verdict(resource, [(name, raw)])


def test_commas_separate_unless_escaped() -> None:
    assert ["a\\,b", "c"] == alternatives("a\\,b,c")
    assert "a,b|$\\" == unescaped(escaped("a,b|$\\"))


def test_paths_outside_the_subset_are_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        selector("Patient.name.first()")
