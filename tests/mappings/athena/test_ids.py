"""A local id says which record it names, and no other id does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.athena import ids

KEYS = st.text(min_size=1)
NAMES = st.sampled_from([(kind.name, kind.keys) for kind in ids.KINDS])
LOCAL_IDS = NAMES.flatmap(lambda row: st.tuples(st.just(row[0]), st.lists(KEYS, min_size=row[1], max_size=row[1])))


@given(LOCAL_IDS)
def test_an_id_gives_back_its_kind_and_keys(row: tuple[str, list[str]]) -> None:
    kind, keys = row

    assert ids.LocalId(kind, tuple(keys)) == ids.parse(ids.local(kind, *keys))


@given(LOCAL_IDS)
def test_an_id_is_made_of_what_fhir_allows(row: tuple[str, list[str]]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9.\-]+", ids.local(row[0], *row[1]))


@given(LOCAL_IDS, LOCAL_IDS)
def test_two_records_never_share_an_id(one: tuple[str, list[str]], other: tuple[str, list[str]]) -> None:
    assert (one == other) == (ids.local(one[0], *one[1]) == ids.local(other[0], *other[1]))


@given(LOCAL_IDS)
def test_a_provenance_names_its_target(row: tuple[str, list[str]]) -> None:
    target = ids.local(row[0], *row[1])
    provenance = ids.local("prov", target)

    assert ids.LocalId("prov", (target,)) == ids.parse(provenance)
    assert frozenset({"Provenance"}) == ids.types_of(provenance)
    assert ids.patient_of(target) == ids.patient_of(provenance)


@given(LOCAL_IDS, st.integers(0, 9999))
def test_a_file_names_its_owner_and_which_of_its_attachments_it_is(row: tuple[str, list[str]], n: int) -> None:
    owner = ids.local(row[0], *row[1])
    (owned,) = ids.types_of(owner)
    file = ids.attachment(owner, n)

    assert (owned, owner, n) == ids.owner_of(file)
    assert frozenset({"Binary"}) == ids.types_of(file)
    assert ids.patient_of(owner) == ids.patient_of(file)


@pytest.mark.parametrize("text", ["3001", "vital-3001-1", "prov-3001", "file-0-x-1", "file-00-3001", ""])
def test_what_is_no_file_has_no_owner(text: str) -> None:
    assert ids.owner_of(text) is None


@given(st.text() | st.from_regex(r"[a-z]{0,9}(-[A-Za-z0-9.]{0,6}){0,3}", fullmatch=True))
def test_any_other_text_is_refused_or_is_exactly_an_id(text: str) -> None:
    try:
        found = ids.parse(text)
    except ValueError:
        assert frozenset() == ids.types_of(text)
        assert ids.patient_of(text) is None
        return

    assert text == ids.local(found.kind, *found.keys)


@pytest.mark.parametrize(
    ("local", "types", "patient"),
    [
        ("3001", {"Patient"}, "3001"),
        ("provider-71", {"Practitioner"}, None),
        ("department-1", {"Location"}, None),
        ("practice-195900", {"Organization"}, None),
        ("site-1", {"Organization"}, None),
        ("encounter-3001-40001", {"Encounter"}, "3001"),
        ("problem-3001-70001", {"Condition"}, "3001"),
        ("noproblems-3001", {"Condition"}, "3001"),
        ("allergy-3001-33001", {"AllergyIntolerance"}, "3001"),
        ("nkda-3001", {"AllergyIntolerance"}, "3001"),
        ("vital-3001-81001", {"Observation"}, "3001"),
        ("percentile-3001-81008", {"Observation"}, "3001"),
        ("prov-vital-3001-81001", {"Provenance"}, "3001"),
        ("prov-3001", {"Provenance"}, "3001"),
        ("prov-site-1", {"Provenance"}, None),
        ("file-0-3001", {"Binary"}, "3001"),
        ("file-12-vital-3001-81001", {"Binary"}, "3001"),
        ("file-0-provider-71", {"Binary"}, None),
    ],
)
def test_the_kinds_and_whose_they_are(local: str, types: set[str], patient: str | None) -> None:
    assert types == ids.types_of(local)
    assert patient == ids.patient_of(local)


@pytest.mark.parametrize(
    "text",
    ["", "-", "-3001", "3001-", "vital-3001", "vital-3001-1-2", "vital--1", "Vital-3001-1", "nothing-1", "x-1", "prov-",
     "prov-prov-3001", "prov-vital-3001", "30 01", "30.2", "30.2D5", "30.31", "30.ff", "../1", "a.2d.", "é", "a\x00",
     "prov-file-0-3001", "file-0-prov-3001", "file-0-file-0-3001", "file-3001", "file-0-", "file--3001",
     "file-01-3001", "file--1-3001", "file-10000-3001"],
)  # fmt: skip
def test_what_no_record_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ids.parse(text)


def test_other_characters_are_their_bytes_in_hex() -> None:
    assert "allergy-3001-.2d5" == ids.local("allergy", "3001", "-5")
    assert "allergy-3001-.c3.a9" == ids.local("allergy", "3001", "é")


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("vital", ["1"]),
        ("vital", ["1", ""]),
        ("nothing", ["1"]),
        ("", []),
        ("prov", ["1-2"]),
        ("prov", ["0", "1"]),
        ("file", ["1"]),
        ("file", ["0", "0", "1"]),
    ],
)
def test_keys_that_do_not_fit_the_kind_are_refused(kind: str, keys: list[str]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ids.local(kind, *keys)
