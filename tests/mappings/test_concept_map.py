"""A look-up gives the concept, or says what it did not know."""

from __future__ import annotations

import pytest

from mappings.concept_map import Concept, ConceptMap, codes, overriding
from mappings.mapped import Unmapped

TABLE = codes("sex", {"M": "male", "F": "female"})


def test_letter_case_and_blanks_do_not_matter() -> None:
    assert Concept("male") == TABLE.look_up(" m ")


def test_an_unknown_code_is_named_as_it_came() -> None:
    assert Unmapped("sex", " Q") == TABLE.look_up(" Q")


def test_a_practices_own_row_wins_and_adds() -> None:
    own = overriding({"sex": {"m": Concept("other"), "X": Concept("other")}, "race": {"F": Concept("wrong table")}})

    assert Concept("other") == TABLE.look_up("M", own)
    assert Concept("other") == TABLE.look_up("x", own)
    assert Concept("female") == TABLE.look_up("F", own)


def test_two_rows_may_not_differ_only_in_letter_case() -> None:
    with pytest.raises(ValueError, match="sex"):
        ConceptMap("sex", {"m": Concept("male"), "M": Concept("male")})


def test_each_codeable_concept_is_new() -> None:
    concept = Concept("M", "urn:x", "Male")
    first = concept.codeable("man")
    assert first is not None
    first["coding"].clear()

    assert {"coding": [{"system": "urn:x", "code": "M", "display": "Male"}], "text": "man"} == concept.codeable("man")
