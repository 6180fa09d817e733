"""The CapabilityStatement, and the table that requests are checked against: one and the same promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from capability.declare import Support
from capability.declared import Chain, declared
from capability.statement import COMBINATION, capability_statement
from capability.uscore import US_CORE, edition
from capability.uscore.search import ANSWERED_BY_THE_FACADE
from tests.conforms import faults

GOLDEN = Path(__file__).parent / "statement" / "expected.json"

READ, SEARCH, VREAD = "read", "search-type", "vread"
PATIENT_SEARCH = Support(
    "Patient",
    SEARCH,
    params=frozenset({"_id", "identifier", "name", "family", "given", "birthdate", "gender"}),
    requires=(frozenset({"_id"}), frozenset({"identifier"}), frozenset({"name"}), frozenset({"family"})),
    profiles=("us-core-patient",),
)
OBSERVATION_SEARCH = Support(
    "Observation",
    SEARCH,
    params=frozenset({"_id", "patient", "category", "code", "date", "status"}),
    requires=(frozenset({"patient"}), frozenset({"_id"})),
    profiles=("us-core-vital-signs", "us-core-blood-pressure", "us-core-average-blood-pressure"),
)
PRACTICE = (
    Support("Patient", READ, profiles=("us-core-patient",)),
    PATIENT_SEARCH,
    Support("Observation", READ),
    OBSERVATION_SEARCH,
    Support("Practitioner", READ, profiles=("us-core-practitioner",)),
    Support("Provenance", READ, profiles=("us-core-provenance",)),
)
US_CORE_610 = edition("6.1.0")


TOKEN, AUTHORIZE = (f"https://facade.example/riverbend/auth/{name}" for name in ("token", "authorize"))


def statement(authorize: str | None = None, **practices: tuple[Support, ...]) -> dict[str, Any]:
    return capability_statement(
        base="https://facade.example/riverbend/fhir/r4",
        title="Riverbend",
        software="ehr-fhir-facade",
        version="0.1.0",
        date="2026-11-21",
        supports_by_practice=practices or {"rb": PRACTICE},
        edition=US_CORE_610,
        token_endpoint=TOKEN,
        authorization_endpoint=authorize,
    )


def resource(document: dict[str, Any], type_: str) -> dict[str, Any]:
    (found,) = [one for one in document["rest"][0]["resource"] if one["type"] == type_]
    return dict(found)


def required(one: dict[str, Any]) -> list[list[str]]:
    """Combinations of a resource, as the lists of their required parameters."""
    return [
        [part["valueString"] for part in each["extension"] if part["url"] == "required"]
        for each in one.get("extension", ())
        if each["url"] == COMBINATION
    ]


def test_the_statement_is_as_reviewed() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == statement()


def test_the_statement_is_valid() -> None:
    CapabilityStatement.model_validate(statement())

    assert [] == list(faults(statement(), "CapabilityStatement"))


def test_a_base_that_serves_nothing_has_a_valid_statement_too() -> None:
    empty = statement(rb=())

    CapabilityStatement.model_validate(empty)
    assert "resource" not in empty["rest"][0]


def test_types_and_interactions_are_the_union_of_the_practices() -> None:
    rows = declared({"a": (Support("Patient", READ),), "b": (PATIENT_SEARCH, Support("Location", READ))}, US_CORE_610)

    assert {"Patient": {READ, SEARCH, VREAD}, "Location": {READ, VREAD}} == {
        type_: set(row.interactions) for type_, row in rows.items()
    }


def test_a_parameter_is_listed_where_every_practice_that_searches_the_type_takes_it() -> None:
    other = Support("Patient", SEARCH, params=frozenset({"_id", "name", "death-date"}))

    rows = declared({"a": (PATIENT_SEARCH,), "b": (other,)}, US_CORE_610)

    assert {"_id", "name"} == rows["Patient"].parameters.keys() - ANSWERED_BY_THE_FACADE


def test_a_query_must_meet_the_requirements_of_every_practice() -> None:
    one = Support("Patient", SEARCH, requires=(frozenset({"name"}), frozenset({"_id"})))
    other = Support("Patient", SEARCH, requires=(frozenset({"birthdate"}), frozenset({"_id"})))
    free = Support("Patient", SEARCH)

    rows = declared({"a": (one,), "b": (other,), "c": (free,)}, US_CORE_610)

    assert {frozenset({"_id"}), frozenset({"name", "birthdate"})} == set(rows["Patient"].requires)


def test_profiles_and_parameters_of_another_edition_are_left_out() -> None:
    old = declared({"a": PRACTICE}, US_CORE_610)
    new = declared({"a": PRACTICE}, edition("8.0.0"))
    average = US_CORE + "us-core-average-blood-pressure"

    assert (False, True) == tuple(average in rows["Observation"].profiles for rows in (old, new))
    assert (True, False) == tuple("gender" in rows["Patient"].parameters for rows in (old, new))


@pytest.mark.parametrize(
    "misspelt",
    [
        Support("Observations", READ),
        Support("Patient", SEARCH, params=frozenset({"birthDate"})),
        Support("Patient", SEARCH, requires=(frozenset({"surname"}),)),
        Support("Patient", READ, profiles=("us-core-patients",)),
    ],
)
def test_a_misspelt_promise_is_refused(misspelt: Support) -> None:
    with pytest.raises(ValueError, match=r"(known|served) here"):
        declared({"a": (misspelt,)}, US_CORE_610)


def test_includes_are_references_to_types_that_can_be_read() -> None:
    rows = declared({"a": PRACTICE}, US_CORE_610)
    without_patient = declared({"a": (OBSERVATION_SEARCH,)}, US_CORE_610)

    assert {"Observation:patient"} == rows["Observation"].includes
    assert set() == without_patient["Observation"].includes
    assert ("patient",) == rows["Observation"].references


def test_provenance_can_be_included_where_it_is_served() -> None:
    rows = declared({"a": PRACTICE}, US_CORE_610)
    without = declared({"a": tuple(each for each in PRACTICE if each.type != "Provenance")}, US_CORE_610)

    assert {"Provenance:target"} == rows["Observation"].revincludes
    assert {"Provenance:target", "Observation:patient"} == rows["Patient"].revincludes
    assert set() == without["Observation"].revincludes
    assert set() == rows["Practitioner"].revincludes


def test_combinations_that_would_be_refused_are_not_listed() -> None:
    by_name = declared({"a": (PATIENT_SEARCH,)}, US_CORE_610)["Patient"].combinations
    by_id = Support("Patient", SEARCH, params=PATIENT_SEARCH.params, requires=(frozenset({"_id"}),))

    assert {frozenset({"birthdate", "name"}), frozenset({"gender", "name"})} < set(by_name)
    assert () == declared({"a": (by_id,)}, US_CORE_610)["Patient"].combinations


def test_a_combination_needs_all_its_parameters() -> None:
    few = Support("Observation", SEARCH, params=frozenset({"patient", "category"}))

    assert (frozenset({"patient", "category"}),) == declared({"a": (few,)}, US_CORE_610)["Observation"].combinations


def test_what_a_search_needs_is_said_in_words_and_as_a_combination() -> None:
    observation = resource(statement(), "Observation")
    search = next(each for each in observation["interaction"] if each["code"] == SEARCH)
    code = next(each for each in observation["searchParam"] if each["name"] == "code")
    patient = next(each for each in observation["searchParam"] if each["name"] == "patient")

    assert "A search needs `_id`, or `patient`; others are refused." == search["documentation"]
    assert "Modifiers: missing, not, text. Only together with `_id`, or `patient`." == code["documentation"]
    assert "Only together" not in patient["documentation"]
    assert ["patient"] in required(observation)
    assert ["category", "patient"] in required(observation)


def test_what_values_a_practice_takes_is_said_where_it_takes_less_than_fhir() -> None:
    note, whole = "Values are `system|code`.", "Others are found by `_id` alone."
    narrow = Support("Practitioner", SEARCH, frozenset({"_id", "identifier"}), notes={"identifier": note, "": whole})
    wide = Support("Practitioner", SEARCH, frozenset({"_id", "identifier"}))

    practitioner = resource(statement(a=(narrow,), b=(wide,), c=(narrow,)), "Practitioner")

    (identifier,) = [each for each in practitioner["searchParam"] if each["name"] == "identifier"]
    assert f"Modifiers: missing, not, of-type, text. {note}" == identifier["documentation"]
    assert whole == practitioner["documentation"]


def test_every_parameter_has_its_definition() -> None:
    for one in statement()["rest"][0]["resource"]:
        for parameter in one.get("searchParam", ()):
            assert parameter["definition"].startswith("http://hl7.org/fhir/")


def test_a_type_without_a_requirement_may_be_searched_by_anything() -> None:
    free = resource(statement(rb=(Support("Location", SEARCH, params=frozenset({"name"})),)), "Location")

    assert [{"code": SEARCH}] == free["interaction"]
    assert [] == required(free)


def test_chains_and_reverse_chains_are_those_whose_other_type_can_be_searched_by_them() -> None:
    rows = declared({"a": PRACTICE}, US_CORE_610)
    by_family = Chain("patient", "Patient", "family")
    by_birthdate = Chain("patient", "Patient", "birthdate")  # which needs a name or an id beside it

    assert (True, False) == (by_family in rows["Observation"].chains, by_birthdate in rows["Observation"].chains)
    assert Chain("patient", "Observation", "code") in rows["Patient"].reverse
    assert frozenset() == rows["Patient"].chains
    assert (
        "`_has` takes"
        in next(each for each in resource(statement(), "Patient")["interaction"] if each["code"] == SEARCH)[
            "documentation"
        ]
    )


def test_operations_are_there_where_what_they_need_is() -> None:
    rows = declared({"a": PRACTICE}, US_CORE_610)
    unreadable = declared({"a": (PATIENT_SEARCH,)}, US_CORE_610)
    unfindable = declared({"a": (Support("Patient", READ),)}, US_CORE_610)

    assert ["everything", "match"] == [each.name for each in rows["Patient"].operations]
    assert ["match"] == [each.name for each in unreadable["Patient"].operations]
    assert ["everything"] == [each.name for each in unfindable["Patient"].operations]


def test_what_belongs_to_a_patient_can_be_searched_there() -> None:
    rows = declared({"a": PRACTICE}, US_CORE_610)

    assert (True, False, False) == tuple(rows[type_].compartment for type_ in ("Observation", "Patient", "Provenance"))
    assert ["http://hl7.org/fhir/CompartmentDefinition/patient"] == statement()["rest"][0]["compartment"]


@pytest.mark.parametrize(
    ("authorize", "expected"),
    [(None, []), (AUTHORIZE, [{"url": "token", "valueUri": TOKEN}, {"url": "authorize", "valueUri": AUTHORIZE}])],
)
def test_the_endpoints_are_told_where_there_are_both_as_their_extension_demands(
    authorize: str | None, expected: list[dict[str, str]]
) -> None:
    security = statement(authorize)["rest"][0]["security"]

    assert expected == [part for each in security.get("extension", ()) for part in each["extension"]]
