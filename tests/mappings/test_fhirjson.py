"""The codec writes what it read."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings import fhirjson

DIGITS = st.from_regex(r"-?(0|[1-9][0-9]{0,20})\.[0-9]{1,15}", fullmatch=True)


@given(DIGITS)
def test_a_decimal_keeps_its_digits(text: str) -> None:
    assert text.encode() == fhirjson.dumps(fhirjson.loads(text.encode()))


@pytest.mark.parametrize("text", ["98.60", "0.0000001", "0.00000000", "-0.0", "100000000000000000000.10", "1.5E+3"])
def test_these_decimals_keep_their_digits(text: str) -> None:
    assert text.encode() == fhirjson.dumps(fhirjson.loads(text.encode()))


def test_a_huge_exponent_is_not_spelled_out() -> None:
    assert b"1E+400" == fhirjson.dumps(fhirjson.loads(b"1e400"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | DIGITS.map(Decimal),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@given(JSON)
def test_a_document_is_read_as_it_was_written(document: object) -> None:
    assert document == fhirjson.loads(fhirjson.dumps(document))
    assert document == fhirjson.loads(fhirjson.dumps(document, pretty=True))


def test_keys_keep_their_order() -> None:
    assert b'{"b":1,"a":2}' == fhirjson.dumps({"b": 1, "a": 2})


@settings(max_examples=25)
@given(st.dictionaries(st.text(), JSON), st.randoms())
def test_the_canonical_form_does_not_know_the_order_of_keys(document: dict[str, object], random: object) -> None:
    turned = dict(reversed(document.items()))

    assert fhirjson.canonical(document) == fhirjson.canonical(turned)


def test_the_canonical_form_tells_a_digit_apart() -> None:
    assert fhirjson.canonical({"value": Decimal("98.6")}) != fhirjson.canonical({"value": Decimal("98.60")})


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"a":', b'{"a":1', b'{"a":1}x', b"NaN", b"<html></html>", b'"\xff"', b'"\\ud800"', b"[" * 100_000],
    ids=repr,
)
def test_what_is_not_a_document_is_a_value_error_that_does_not_quote_it(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^(JSON is nested too deep|not a JSON document in UTF-8)$"):
        fhirjson.loads(data)


@given(st.binary())
def test_any_bytes_are_a_document_or_a_value_error(data: bytes) -> None:
    try:
        document = fhirjson.loads(data)
    except ValueError:
        return

    assert document == json.loads(data.removeprefix(b"\xef\xbb\xbf"), parse_float=Decimal)


@pytest.mark.parametrize("data", [b'\n\n{"error":"x"}', b'\xef\xbb\xbf{"error":"x"}'])
def test_blank_lines_and_a_byte_order_mark_are_passed_over(data: bytes) -> None:
    assert {"error": "x"} == fhirjson.loads(data)


@pytest.mark.parametrize(
    "value",
    [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), 2**64, "\ud800", object()],
    ids=["NaN", "sNaN", "Infinity", "too large", "half a character", "no JSON"],
)
def test_what_fhir_cannot_carry_is_a_value_error(value: object) -> None:
    with pytest.raises(ValueError, match="not representable"):
        fhirjson.dumps({"value": value})
