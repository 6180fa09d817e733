"""What holds for any query string, whoever wrote it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from capability.declared import DeclaredType
from capability.issues import FHIRError
from capability.uscore.search import PREFIXES, SearchParameter
from facade.http.params import parse_search
from facade.http.params.escapes import escape, split, unescape
from facade.http.params.names import CONTROLS
from facade.interactions.request import SearchRequest

KINDS = ("token", "string", "date", "reference", "number", "quantity", "uri")
PARAMETERS = {
    kind: SearchParameter("Patient", kind, kind, f"Patient.{kind}", "", comparators=PREFIXES, targets=("Patient",))
    for kind in KINDS
} | {"_id": SearchParameter("Patient", "_id", "token", "Patient.id", "")}

KNOWN = (*PARAMETERS, *CONTROLS, "_format", "_has", "reference.string", "_other", "unlisted")
MODIFIERS = ("", "", "", ":exact", ":contains", ":missing", ":not", ":text", ":below", ":Patient", ":iterate", ":x")
LIKELY = (
    "2020-03",
    "ge2020-01-01T10:00:00+01:00",
    "a|b",
    "Patient/1",
    "5.4|s|mg",
    "true",
    "Patient:reference",
    "a\\,b",
)

names = st.one_of(st.text(max_size=20), st.builds(str.__add__, st.sampled_from(KNOWN), st.sampled_from(MODIFIERS)))
texts = st.one_of(st.text(max_size=40), st.sampled_from(LIKELY), st.text("0123456789-T:+.Z gelt|,\\$/", max_size=30))
searches = st.lists(st.tuples(names, texts), max_size=6)


TYPES = {
    "Patient": DeclaredType(
        type="Patient",
        interactions=frozenset({"search-type"}),
        parameters=PARAMETERS,
        requires=(),
        combinations=(),
        profiles=(),
        links={code: row for code, row in PARAMETERS.items() if row.kind == "reference"},
        includes=frozenset({"Patient:reference"}),
        revincludes=frozenset({"Provenance:target"}),
        sorts=frozenset(PARAMETERS),
    )
}


def parse(pairs: list[tuple[str, str]], lenient: bool) -> SearchRequest:
    return parse_search("Patient", pairs, types=TYPES, bases=("https://facade.example/r4",), lenient=lenient)


def outcome(pairs: list[tuple[str, str]], lenient: bool) -> SearchRequest | FHIRError:
    try:
        return parse(pairs, lenient)
    except FHIRError as refused:
        return refused


@given(searches, st.booleans())
@example([("date", "0001-01-01T00:00:00+14:00")], False)
@example([("date", "9999-12-31T23:59:60.9-14:00")], False)
@example([("number", "9" * 18 + "." + "9" * 9 + "e-99")], False)
def test_any_query_string_is_a_search_or_a_400(pairs: list[tuple[str, str]], lenient: bool) -> None:
    found = outcome(pairs, lenient)
    if isinstance(found, FHIRError):
        assert found.status == 400
        assert found.text
    else:
        assert len(found.applied) <= len(pairs)


@given(searches)
def test_following_the_self_link_gives_the_same_search(pairs: list[tuple[str, str]]) -> None:
    found = outcome(pairs, lenient=True)
    if isinstance(found, FHIRError):
        return
    link = parse_qsl(urlencode(found.applied), keep_blank_values=True, max_num_fields=200)
    again = parse(link, lenient=False)
    assert (found.query, found.count, found.includes, found.revincludes, found.applied, ()) == (
        again.query,
        again.count,
        again.includes,
        again.revincludes,
        again.applied,
        again.ignored,
    )


@given(searches)
def test_lenient_only_drops_it_never_refuses_what_strict_takes(pairs: list[tuple[str, str]]) -> None:
    strict = outcome(pairs, lenient=False)
    if isinstance(strict, SearchRequest):
        assert strict == parse(pairs, lenient=True)


@given(st.lists(st.text("ab,$|\\"), min_size=1), st.sampled_from(",$|"))
def test_escaped_texts_survive_joining_and_splitting(parts: list[str], separator: str) -> None:
    joined = separator.join(map(escape, parts))
    assert parts == [unescape(part) for part in split(joined, separator)]


@given(st.dictionaries(st.sampled_from(("token", "string")), st.text("xyz,|$\\", min_size=1), min_size=1))
def test_an_escaped_value_arrives_as_it_was(values: dict[str, Any]) -> None:
    found = parse([(name, escape(text)) for name, text in values.items()], lenient=False)
    arrived = {
        each.name: getattr(each.values[0], "text", getattr(each.values[0], "code", None))
        for each in found.query.clauses
    }
    assert values == arrived
