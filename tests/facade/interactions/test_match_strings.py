"""Strings match by their beginning, whatever their case and accents; a naive comparison must agree."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capability.uscore.search import SearchParameter
from facade.http.params.escapes import escape
from facade.interactions.match import Matcher
from facade.interactions.match.strings import fold
from facade.principal import UTC_ZONE
from tests.facade.interactions.asked import asked

ROWS = {
    code: SearchParameter("Patient", code, "string", f"Patient.{path}", "")
    for code, path in (("name", "name"), ("family", "name.family"), ("address", "address"))
}
MATCHER = Matcher({"Patient": ROWS})

NAME = {
    "family": "Núñez-O'Neil",
    "given": ["Ana María", "Zoë"],
    "prefix": ["Dr."],
    "suffix": ["III"],
    "use": "official",
}
ADDRESS = {
    "line": ["12 Straße  Nord", "Apt. 4"],
    "city": "Saint-Étienne",
    "district": "Loire",
    "state": "CO",
    "postalCode": "80014-1234",
    "country": "US",
    "use": "home",
}


def matches(name: str, value: str, resource: dict[str, Any]) -> bool:
    query = asked("Patient", [(name, escape(value))], ROWS)
    return bool(MATCHER.matching([{"resourceType": "Patient", **resource}], query, zone=UTC_ZONE))


@pytest.mark.parametrize(
    ("expected", "name", "value"),
    [
        (True, "name", "nunez"),
        (True, "name", "NÚÑEZ-o'n"),
        (True, "name", "ana maria"),
        (True, "name", "Ana  María"),
        (True, "name", "zoe"),
        (True, "name", "dr."),
        (True, "name", "iii"),
        (True, "name", "Nu\u0301n\u0303ez"),
        (False, "name", "neil"),
        (False, "name", "maria"),
        (False, "name", "nunez oneil"),
        (False, "name", "official"),
        (True, "family", "núñ"),
        (False, "family", "zoe"),
        (True, "name:contains", "NEIL"),
        (True, "name:contains", "maria"),
        (False, "name:contains", "nunez zoe"),
        (True, "name:exact", "Zoë"),
        (True, "name:exact", "Ana María"),
        (False, "name:exact", "Zoe"),
        (False, "name:exact", "zoë"),
        (False, "name:exact", "Zo"),
        (True, "address", "12 strasse nord"),
        (True, "address", "saint-etienne"),
        (True, "address", "80014"),
        (True, "address", "us"),
        (True, "address", "co"),
        (True, "address", "loire"),
        (False, "address", "home"),
        (False, "address", "1234"),
    ],
)
def test_a_string_matches_some_part(expected: bool, name: str, value: str) -> None:
    assert expected is matches(name, value, {"name": [NAME], "address": [ADDRESS]})


def test_the_text_of_a_name_is_looked_at_too() -> None:
    assert matches("name", "eve ad", {"name": [{"text": "Eve Adams"}]})
    assert not matches("name", "adams", {"name": [{"text": "Eve Adams"}]})


def test_a_name_is_found_as_it_is_written_in_one_field() -> None:
    eve = {"name": [{"family": "Adams", "given": ["Eve", "Marie"]}]}

    assert matches("name", "eve marie adams", eve)
    assert matches("name", "Eve Adams", eve)
    assert not matches("name", "Adams Eve", eve)
    assert not matches("name", "Marie Adams", eve)


def test_a_comma_in_a_name_is_part_of_it() -> None:
    assert matches("family", "Smith, J", {"name": [{"family": "Smith, Jr."}]})
    assert not matches("family", "Smith, J", {"name": [{"family": "Smith"}, {"family": "Jones"}]})


LETTERS = st.text("aáÁbBßeé ΣσςİiıÅ-'’\u0301", min_size=1, max_size=6)


def naive(text: str) -> str:
    """One character at a time, without the library's shortcuts."""
    kept = ""
    for _ in range(3):
        kept = "".join(
            folded
            for character in text
            for base in unicodedata.normalize("NFD", character)
            if unicodedata.category(base) != "Mn"
            for folded in base.casefold()
        )
        text = kept
    while "  " in kept:
        kept = kept.replace("  ", " ")
    return kept.strip(" ")


@given(LETTERS, LETTERS)
def test_a_search_agrees_with_a_naive_comparison(value: str, family: str) -> None:
    resource = {"name": [{"family": family}]}
    if naive(value):
        assert naive(family).startswith(naive(value)) is matches("family", value, resource)
        assert (naive(value) in naive(family)) is matches("family:contains", value, resource)
    if value.strip():
        assert (value == family) is matches("family:exact", value, resource)


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(text) == fold(fold(text))
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20), st.integers(1, 20))
def test_every_beginning_of_a_text_finds_it(text: str, length: int) -> None:
    beginning = fold(text)[:length]
    if beginning.strip():
        assert matches("family", beginning, {"name": [{"family": text}]})
        assert matches("family:exact", text, {"name": [{"family": text}]})
