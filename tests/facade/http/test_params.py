"""The query string of a search becomes a typed query, or a 400 that names the parameter."""

from __future__ import annotations

import pytest

from adapters.query import Clause, Query, StringValue, TokenValue
from capability.issues import FHIRError, Invalid, NotSupported
from facade.http.params.request import PAIRS
from facade.interactions.request import Chained, Follow, Reverse, SearchRequest, Subset
from tests.facade.http.encounter_search import clause, parse


def test_each_pair_is_a_clause_and_a_comma_is_an_alternative() -> None:
    found = parse(("status", "planned,in-progress"), ("date", "ge2020"), ("date", "lt2021"))
    assert ["status", "date", "date"] == [each.name for each in found.query.clauses]
    assert (TokenValue(None, "planned"), TokenValue(None, "in-progress")) == found.query.clauses[0].values
    assert "planned,in-progress" == found.query.clauses[0].raw


@pytest.mark.parametrize(
    ("name", "raw", "modifier"),
    [
        ("name:exact", "Eve", "exact"),
        ("name:contains", "v", "contains"),
        ("status:not", "planned", "not"),
        ("patient:missing", "true", "missing"),
        ("patient:Patient", "1", "Patient"),
    ],
)
def test_a_modifier_stands_in_the_clause(name: str, raw: str, modifier: str) -> None:
    assert modifier == clause(name, raw).modifier


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("date:exact", "2020"),
        ("name:not", "Eve"),
        ("status:in", "http://a"),
        ("status:", "planned"),
        ("patient:Practitioner", "1"),
        ("patient:identifier", "a|b"),
        ("name:exact:exact", "Eve"),
        ("_id:not", "1"),
        ("_count:exact", "1"),
        ("_include:recurse", "Encounter:patient"),
        ("_sort:asc", "date"),
    ],
)
def test_a_modifier_that_is_not_offered_is_refused_even_when_lenient(name: str, raw: str) -> None:
    with pytest.raises(NotSupported) as refused:
        parse((name, raw), lenient=True)
    assert name.partition(":")[0] == refused.value.parameter


@pytest.mark.parametrize(
    "name",
    [
        "birthdate",
        "_lastUpdated",
        "_has:Observation:encounter:code",
        "patient.birthdate",
        "patient.name.family",
        "patient:Group.name",
        "_content",
        "_since",
        "_security",
        "",
        "<b>",
        "Status",
        "status ",
        "ſtatus",
    ],
)
def test_what_is_not_offered_is_refused_by_name_and_ignored_when_lenient(name: str) -> None:
    with pytest.raises(NotSupported) as refused:
        parse((name, "1"))
    assert (name or "(no name)") == refused.value.parameter
    assert (name or "(no name)") in refused.value.text

    found = parse(("status", "planned"), (name, "1"), (name, "2"), lenient=True)
    assert ((name or "(no name)"),) == found.ignored
    assert (("status", "planned"),) == found.applied
    assert 1 == len(found.query.clauses)


def test_a_name_is_repeated_only_in_printable_form_and_short() -> None:
    with pytest.raises(NotSupported) as refused:
        parse(("a\r\nb" + "x" * 500, "1"))
    assert refused.value.parameter == "a??b" + "x" * 60


def test_an_underscored_name_that_fhir_does_not_know_is_ignored() -> None:
    found = parse(("_cacheBuster", "17"), ("status", "planned"))
    assert ("_cacheBuster",) == found.ignored
    assert (("status", "planned"),) == found.applied


def test_format_and_pretty_are_not_filters_but_stay_in_the_self_link() -> None:
    found = parse(("_format", "json"), ("_pretty", "true"))
    assert ((), (), (("_format", "json"), ("_pretty", "true"))) == (found.query.clauses, found.ignored, found.applied)


def test_count_is_applied_as_far_as_it_is_allowed() -> None:
    assert (50, 50, (("_count", "50"),)) == (
        (found := parse(("_count", "50"))).count,
        found.query.count,
        found.applied,
    )
    assert (100, (("_count", "100"),)) == ((found := parse(("_count", "00200"), max_count=100)).count, found.applied)
    assert (2**31 - 1) == parse(("_count", "9" * 1000)).count


def test_a_count_of_zero_asks_for_no_page() -> None:
    found = parse(("_count", "0"))
    assert (0, None) == (found.count, found.query.count)


@pytest.mark.parametrize("raw", ["", "-1", "+1", "1.0", "abc", " 1", "١", "1,2", "1\x00", "9" * 5000])
def test_a_count_that_is_no_whole_number_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(("_count", raw), lenient=True)
    assert "_count" == refused.value.parameter


def test_a_second_count_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        parse(("_count", "5"), ("_count", "5"))
    assert "_count" == refused.value.parameter


def test_includes_are_noted_once_each() -> None:
    found = parse(
        ("_include", "Encounter:patient"),
        ("_include", "Encounter:patient:Patient"),
        ("_revinclude", "Provenance:target"),
        ("_revinclude", "Provenance:target:Encounter"),
    )
    assert (Follow("Encounter", "patient"), Follow("Encounter", "patient", "Patient")) == found.includes
    assert (Follow("Provenance", "target"), Follow("Provenance", "target", "Encounter")) == found.revincludes
    assert 4 == len(found.applied)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("_include", "*"),
        ("_include", "Encounter:*"),
        ("_include", "Encounter:location"),
        ("_include", "Encounter:patient:Practitioner"),
        ("_revinclude", "Observation:encounter"),
        ("_revinclude", "Provenance:target:Group"),
    ],
)
def test_an_include_that_is_not_offered_is_refused_and_ignored_when_lenient(name: str, raw: str) -> None:
    with pytest.raises(NotSupported) as refused:
        parse((name, raw))
    assert name == refused.value.parameter
    found = parse((name, raw), lenient=True)
    assert ((name,), (), (), ()) == (found.ignored, found.applied, found.includes, found.revincludes)


@pytest.mark.parametrize("raw", ["", "patient", "Encounter", "Encounter:", "encounter:patient", "A:b:c", "A:b:C:D"])
def test_a_malformed_include_is_refused_even_when_lenient(raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(("_include", raw), lenient=True)
    assert "_include" == refused.value.parameter


def test_a_search_without_what_it_requires_is_told_what_to_add() -> None:
    requires = (frozenset({"patient"}), frozenset({"_id"}), frozenset({"name", "date"}))
    with pytest.raises(Invalid) as refused:
        parse(("name", "Eve"), lenient=True, requires=requires)
    assert ("required", 400, "date") == (refused.value.issue_code, refused.value.status, refused.value.parameter)
    assert (
        "Encounter can be searched by _id, or by date and name, or by patient. Add date to the search."
        == refused.value.text
    )
    assert 2 == len(parse(("name", "Eve"), ("date", "2020"), requires=requires).query.clauses)


@pytest.mark.parametrize("pair", [("name:missing", "false"), ("name:contains", "v"), ("status:not", "planned")])
def test_what_only_filters_does_not_fulfil_a_requirement(pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        parse(pair, requires=(frozenset({pair[0].partition(":")[0]}),))
    assert "required" == refused.value.issue_code


def test_a_typed_or_exact_clause_fulfils_a_requirement() -> None:
    assert parse(("patient:Patient", "1"), requires=(frozenset({"patient"}),))
    assert parse(("name:exact", "Eve"), requires=(frozenset({"name"}),))


def test_too_many_parameters_are_refused_before_any_is_read() -> None:
    with pytest.raises(FHIRError) as refused:
        parse(*[("nonsense", "1")] * (PAIRS + 1))
    assert (400, "too-long") == (refused.value.status, refused.value.issue_code)


def test_an_empty_search_is_a_query_for_all() -> None:
    assert SearchRequest(Query("Encounter")) == parse()


@pytest.mark.parametrize(
    ("name", "types"),
    [("patient.name", ("Patient",)), ("patient:Patient.name", ("Patient",)), ("subject.name", ("Patient",))],
)
def test_a_chain_asks_something_of_what_a_reference_points_at(name: str, types: tuple[str, ...]) -> None:
    found = parse((f"{name}:exact", "Eve"))

    reference = name.partition(".")[0].partition(":")[0]
    assert (Chained(reference, ("Patient",), Clause("name", "exact", (StringValue("Eve"),), "Eve")),) == found.chains
    assert ((f"{name}:exact", "Eve"),) == found.applied
    assert () == found.query.clauses


def test_a_chain_fulfils_a_requirement_of_its_reference() -> None:
    assert parse(("patient.name", "Eve"), requires=(frozenset({"patient"}),)).chains


@pytest.mark.parametrize("name", ["patient.name:text", "patient.name:", "patient.name:exact.exact"])
def test_a_chain_takes_the_modifiers_of_its_last_parameter(name: str) -> None:
    with pytest.raises(NotSupported):
        parse((name, "Eve"), lenient=name.endswith((":text", ":")))


def test_has_asks_something_of_what_refers_to_the_match() -> None:
    found = parse(("_has:Encounter:patient:status:not", "planned"), type_="Patient")

    clause = Clause("status", "not", (TokenValue(None, "planned"),), "planned")
    assert (Reverse("Encounter", "patient", clause),) == found.reverse


@pytest.mark.parametrize("name", ["_has:Encounter:patient", "_has:", "_has::patient:status", "_has:Encounter::status"])
def test_a_has_that_is_cut_short_is_refused_even_when_lenient(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse((name, "planned"), type_="Patient", lenient=True)
    assert "_has" == refused.value.parameter


def test_values_behind_a_chain_count_like_all_others() -> None:
    with pytest.raises(Invalid) as refused:
        parse(*[("patient.name", ",".join("abcdefghij" * 10))] * 4)
    assert "too-long" == refused.value.issue_code


def test_sorting_is_by_what_is_offered_each_once() -> None:
    assert (("date", True), ("name", False)) == parse(("_sort", "-date,name")).query.sort


@pytest.mark.parametrize("raw", ["", "-", "--date", "date,date", "date,-date", "date,,name", "date;name"])
def test_a_malformed_sort_is_refused_even_when_lenient(raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(("_sort", raw), lenient=True)
    assert "_sort" == refused.value.parameter


@pytest.mark.parametrize("name", ["_sort", "_summary", "_elements", "_total"])
def test_what_steers_the_answer_stands_once(name: str) -> None:
    raw = {"_sort": "date", "_summary": "true", "_elements": "status", "_total": "none"}[name]
    with pytest.raises(Invalid) as refused:
        parse((name, raw), (name, raw), lenient=True)
    assert name == refused.value.parameter


def test_a_subset_is_a_summary_or_elements() -> None:
    assert Subset("data") == parse(("_summary", "data")).subset
    assert Subset(elements=frozenset({"status", "class"})) == parse(("_elements", "status,class")).subset
    assert None is parse(("_summary", "false")).subset
    assert (0, None) == ((found := parse(("_summary", "count"))).count, found.subset)


def test_going_on_from_what_was_included_is_offered_over_all_types() -> None:
    found = parse(
        ("_include:iterate", "Encounter:patient"), ("_revinclude:iterate", "Encounter:patient"), type_="Patient"
    )

    assert (Follow("Encounter", "patient", None, True),) == found.includes == found.revincludes
