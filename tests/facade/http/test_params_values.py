"""Each kind of search value is read as FHIR writes it, or refused whatever the client asked to ignore."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest

from adapters.query import DateValue, NumberValue, ReferenceValue, StringValue, TokenValue
from capability.issues import Invalid, NotSupported
from tests.facade.http import encounter_search
from tests.facade.http.encounter_search import BASE, PRACTICE_BASE

# lenient, which must make no difference to a value
clause = partial(encounter_search.clause, lenient=True)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("planned", TokenValue(None, "planned")),
        ("http://a|planned", TokenValue("http://a", "planned")),
        ("|planned", TokenValue("", "planned")),
        ("http://a|", TokenValue("http://a", None)),
        (r"a\|b", TokenValue(None, "a|b")),
        (r"urn:x|a\,b\$c\\d", TokenValue("urn:x", r"a,b$c\d")),
        (r"C:\temp", TokenValue(None, r"C:\temp")),
    ],
)
def test_a_token_has_a_system_none_or_any(raw: str, expected: TokenValue) -> None:
    assert (expected,) == clause("status", raw).values


def test_commas_are_split_before_escapes_are_resolved() -> None:
    assert (StringValue("Smith, Jr."), StringValue("Doe")) == clause("name", r"Smith\, Jr.,Doe").values
    assert (StringValue("back\\"), StringValue("slash")) == clause("name", r"back\\,slash").values


@pytest.mark.parametrize(
    ("raw", "low", "high", "zoned"),
    [
        ("2020", "2020-01-01", "2021-01-01", False),
        ("2020-12", "2020-12-01", "2021-01-01", False),
        ("2020-02-29", "2020-02-29", "2020-03-01", False),
        ("2020-03-01T10:30Z", "2020-03-01T10:30", "2020-03-01T10:31", True),
        ("2020-03-01T10:30:05-05:00", "2020-03-01T15:30:05", "2020-03-01T15:30:06", True),
        ("2020-03-01T10:30:05.25+01:00", "2020-03-01T09:30:05.25", "2020-03-01T09:30:05.26", True),
        ("2020-03-01T10:30:05 01:00", "2020-03-01T09:30:05", "2020-03-01T09:30:06", True),
        ("2016-12-31T23:59:60Z", "2017-01-01", "2017-01-01T00:00:01", True),
        ("2020-03-01T10:30:05", "2020-03-01T10:30:05", "2020-03-01T10:30:06", False),
        ("9999", "9999-01-01", "9999-12-31T23:59:59.999999", False),
    ],
)
def test_a_date_covers_its_own_precision(raw: str, low: str, high: str, zoned: bool) -> None:
    (value,) = clause("date", "ge" + raw).values
    assert isinstance(value, DateValue)
    expected = datetime.fromisoformat(low).replace(tzinfo=UTC), datetime.fromisoformat(high).replace(tzinfo=UTC)
    assert ("ge", *expected, zoned) == (value.prefix, value.low, value.high, value.zoned)
    assert raw.replace(" ", "+") == value.text


@pytest.mark.parametrize(
    "raw",
    [
        "23 May 2009",
        "2020-13",
        "2021-02-29",
        "0000",
        "0000-01-01",
        "2020-1-1",
        "20200101",
        "2020-01-01T24:00:00Z",
        "2020-01-01T10",
        "2020-01-01T10Z",
        "2020-01-01T10:60:00Z",
        "2020-01-01T10:00:61Z",
        "2020-01-01T10:00:00+15:00",
        "2020-01-01T10:00:00+01:60",
        "2020-01-01T10:00:00z",
        "2020-01-01 10:00:00Z",
        "٢٠٢٠",
        "xx2020",
        "GE2020",
        "ge",
        "gege2020",
        "2020-01-01\x00",
    ],
)
def test_what_is_not_a_date_is_refused_even_when_lenient(raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        clause("date", raw)
    assert "date" == refused.value.parameter


def test_a_prefix_that_the_row_does_not_list_is_refused() -> None:
    with pytest.raises(NotSupported) as refused:
        clause("date", "sa2020")
    assert ("date", 400) == (refused.value.parameter, refused.value.status)
    assert "eq" == getattr(clause("date", "eq2020").values[0], "prefix", None)


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("patient", "rb.1", ReferenceValue(None, "rb.1")),
        ("patient", "Patient/rb.1", ReferenceValue("Patient", "rb.1")),
        ("patient:Patient", "rb.1", ReferenceValue("Patient", "rb.1")),
        ("subject:Group", "Group/1", ReferenceValue("Group", "1")),
        ("patient", f"{BASE}/Patient/rb.1", ReferenceValue("Patient", "rb.1")),
        ("patient", f"{PRACTICE_BASE}Patient/rb.1", ReferenceValue("Patient", "rb.1")),
        (
            "patient",
            "https://elsewhere.example/Patient/1",
            ReferenceValue(None, "", "https://elsewhere.example/Patient/1"),
        ),
        ("patient", "urn:uuid:0b5c-1", ReferenceValue(None, "", "urn:uuid:0b5c-1")),
        ("subject", "http://x.example/Q|1.0", ReferenceValue(None, "", "http://x.example/Q|1.0")),
    ],
)
def test_a_reference_is_an_id_a_type_and_id_or_a_url(name: str, raw: str, expected: ReferenceValue) -> None:
    assert (expected,) == clause(name, raw).values


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("patient", "Practitioner/1"),
        ("subject:Group", "Patient/1"),
        ("patient", "patient/1"),
        ("patient", "Patient/1/_history/2"),
        ("patient", f"{BASE}/Patient/1/_history/2"),
        ("patient", f"{BASE}/1"),
        ("patient", f"{BASE}/https://elsewhere.example/1"),
        ("patient", "#p1"),
        ("patient", "Patient/"),
        ("patient", "/1"),
        ("patient", ".."),
        ("patient", "Patient/.."),
        ("patient", "a/../b"),
        ("patient", "ftp://elsewhere.example/1"),
        ("patient", "https://elsewhere.example/a b"),
        ("patient", "x" * 65),
        ("_id", "x" * 65),
        ("_id", ".."),
        ("_id", "."),
        ("_id", "a b"),
        ("_id", "http://a|1"),
        ("_id", "Patient/1"),
        ("_id", "a%00"),
        ("_id", "ü"),
        ("status", ""),
        ("status", "a,,b"),
        ("status", "a,"),
        ("status", "|"),
        ("status", " "),
        ("status", "a|b|c"),
        ("status", "a\x00b"),
        ("status", "a\x85b"),
        ("status", "\ud800"),
        ("name", " "),
        ("name", "\u0301"),
        ("name", "x" * 1025),
        ("name", ",".join(["x"] * 201)),
        ("name", "x" * 20_000),
        ("length", "abc"),
        ("length", "1e999"),
        ("length", "NaN"),
        ("value-quantity", "5|mg"),
        ("url", "a b"),
        ("name:missing", "yes"),
        ("name:missing", "true,false"),
    ],
)
def test_a_malformed_value_is_refused_even_when_lenient(name: str, raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        clause(name, raw)
    assert (400, name.partition(":")[0]) == (refused.value.status, refused.value.parameter)
    assert len(refused.value.text) < 200


def test_an_error_does_not_repeat_the_value() -> None:
    with pytest.raises(Invalid) as refused:
        clause("date", "Smith")
    assert "sm" not in refused.value.text.lower()


@pytest.mark.parametrize(
    ("raw", "low", "high"),
    [("100", "99.5", "100.5"), ("5.40", "5.395", "5.405"), ("1e2", "50", "150"), ("-2", "-2.5", "-1.5")],
)
def test_a_number_covers_its_significant_digits(raw: str, low: str, high: str) -> None:
    assert (NumberValue("eq", raw, Decimal(low), Decimal(high)),) == clause("length", raw).values


def test_a_quantity_may_have_system_and_code() -> None:
    ucum = "http://unitsofmeasure.org"
    expected = NumberValue("gt", "5", Decimal("4.5"), Decimal("5.5"), ucum, "mg")
    assert (expected,) == clause("value-quantity", f"gt5|{ucum}|mg").values
    assert (NumberValue("eq", "5", Decimal("4.5"), Decimal("5.5"), None, "mg"),) == clause(
        "value-quantity", "5||mg"
    ).values
