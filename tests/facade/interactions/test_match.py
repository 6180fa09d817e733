"""Every clause of a query is re-applied to what came back, by the meaning that FHIR gives it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.query import Clause, Query, TokenValue
from capability import uscore
from capability.uscore.search import PREFIXES, SearchParameter
from facade.interactions.match import Matcher
from facade.interactions.match.systems import IMPLIED
from tests.facade.interactions.asked import asked

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GENDER = "http://hl7.org/fhir/administrative-gender"
SPECIAL = "http://terminology.hl7.org/CodeSystem/special-values"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


def row(type_: str, code: str, kind: str, path: str, *targets: str) -> SearchParameter:
    return SearchParameter(type_, code, kind, f"{type_}.{path}", "", comparators=PREFIXES, targets=targets)


ROWS = (
    row("Patient", "_id", "token", "id"),
    row("Patient", "active", "token", "active"),
    row("Patient", "address", "string", "address"),
    row("Patient", "birthdate", "date", "birthDate"),
    row("Patient", "family", "string", "name.family"),
    row("Patient", "gender", "token", "gender"),
    row("Patient", "identifier", "token", "identifier"),
    row("Patient", "name", "string", "name"),
    row("Patient", "telecom", "token", "telecom"),
    row("Observation", "category", "token", "category"),
    row("Observation", "code", "token", "code"),
    row("Observation", "date", "date", "effective"),
    row("Observation", "derived", "uri", "implicitRules"),
    row("Observation", "patient", "reference", "subject", "Patient"),
    row("Observation", "score", "number", "valueInteger"),
    row("Observation", "subject", "reference", "subject", "Patient", "Group"),
    row("Observation", "value-quantity", "quantity", "valueQuantity"),
    row("QuestionnaireResponse", "questionnaire", "reference", "questionnaire", "Questionnaire"),
)
PARAMETERS = {
    type_: {each.code: each for each in ROWS if each.type == type_}
    for type_ in ("Patient", "Observation", "QuestionnaireResponse")
}
MATCHER = Matcher(PARAMETERS, clock=lambda: NOW)


def query(type_: str, *pairs: tuple[str, str]) -> Query:
    return asked(type_, pairs, PARAMETERS[type_], "https://facade.example/r4")


def matches(resource: dict[str, Any], name: str, raw: str) -> bool:
    return [resource] == MATCHER.matching([resource], query(resource["resourceType"], (name, raw)), zone=DENVER)


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "rb.1", **elements}


def observation(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": "rb.o", **elements}


def test_all_clauses_must_hold_and_the_order_stays() -> None:
    people = [patient(id=f"rb.{n}", gender="female", birthDate=f"198{n}") for n in range(5)]
    both = query("Patient", ("gender", "female"), ("birthdate", "ge1982"), ("birthdate", "lt1984"))
    assert [people[3], people[2]] == MATCHER.matching(reversed(people), both, zone=DENVER)


def test_a_query_without_clauses_keeps_the_type_only() -> None:
    assert [patient()] == MATCHER.matching([observation(), patient()], Query("Patient"), zone=DENVER)


def test_a_read_keeps_the_id_only() -> None:
    found = MATCHER.matching([patient(), patient(id="rb.2")], Query("Patient", id="rb.2"), zone=DENVER)
    assert ["rb.2"] == [each["id"] for each in found]


def test_nothing_passes_a_clause_that_the_tables_do_not_hold() -> None:
    unknown = Query("Patient", (Clause("eyes", None, (TokenValue(None, "blue"),), "blue"),))
    with pytest.raises(LookupError):
        MATCHER.matching([patient()], unknown, zone=DENVER)


def test_nothing_passes_a_clause_of_another_kind() -> None:
    wrong = Query("Patient", (Clause("birthdate", None, (TokenValue(None, "2020"),), "2020"),))
    with pytest.raises(TypeError):
        MATCHER.matching([patient()], wrong, zone=DENVER)


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        (True, "female"),
        (True, f"{GENDER}|female"),
        (True, f"{GENDER}|"),
        (True, "male,female"),
        (False, "Female"),
        (False, "|female"),
        (False, "http://elsewhere|female"),
        (False, f"{GENDER}|male"),
        (False, "fem"),
    ],
)
def test_a_code_has_the_system_that_its_element_implies(expected: bool, raw: str) -> None:
    assert expected is matches(patient(gender="female"), "gender", raw)


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        (True, "8867-4"),
        (True, f"{LOINC}|8867-4"),
        (True, f"{LOINC}|"),
        (True, "|pulse"),
        (True, "pulse"),
        (True, "none,8867-4"),
        (False, "|8867-4"),
        (False, f"{LOINC}|pulse"),
        (False, "8867"),
        (False, "Heart rate"),
        (False, "PULSE"),
    ],
)
def test_any_coding_of_a_concept_may_match(expected: bool, raw: str) -> None:
    code = {"coding": [{"system": LOINC, "code": "8867-4"}, {"code": "pulse"}], "text": "Heart rate"}
    assert expected is matches(observation(code=code), "code", raw)


def test_every_repetition_of_an_element_may_match() -> None:
    categories = [{"coding": [{"code": "survey"}]}, {"coding": [{"code": "vital-signs"}]}, {"text": "vital-signs"}]
    assert matches(observation(category=categories), "category", "vital-signs")
    assert not matches(observation(category=categories[2:]), "category", "vital-signs")


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        (True, "A-17"),
        (True, "urn:mrn|A-17"),
        (True, "urn:mrn|"),
        (True, "|B-2"),
        (False, "a-17"),
        (False, "|A-17"),
        (False, "urn:mrn|B-2"),
        (False, "urn:ssn|"),
    ],
)
def test_an_identifier_matches_by_system_and_exact_value(expected: bool, raw: str) -> None:
    identifiers = [{"system": "urn:mrn", "value": "A-17"}, {"value": "B-2"}, {"system": "urn:ssn-missing"}]
    assert expected is matches(patient(identifier=identifiers), "identifier", raw)


@pytest.mark.parametrize(
    ("expected", "raw"),
    [(True, "true"), (True, f"{SPECIAL}|true"), (False, "false"), (False, "True"), (False, "1")],
)
def test_a_boolean_is_a_token(expected: bool, raw: str) -> None:
    assert expected is matches(patient(active=True), "active", raw)


def test_a_contact_point_has_no_system() -> None:
    phone = patient(telecom=[{"system": "phone", "value": "555-0100"}])
    assert matches(phone, "telecom", "555-0100")
    assert matches(phone, "telecom", "|555-0100")
    assert not matches(phone, "telecom", "phone|555-0100")


@pytest.mark.parametrize(("expected", "raw"), [(True, "rb.1"), (True, "rb.2,rb.1"), (False, "rb.2"), (False, "RB.1")])
def test_an_id_matches_exactly(expected: bool, raw: str) -> None:
    assert expected is matches(patient(), "_id", raw)


def test_not_gives_the_others_and_those_without_the_element() -> None:
    people = [patient(gender="female"), patient(gender="male"), patient(gender="other"), patient()]
    found = MATCHER.matching(people, query("Patient", ("gender:not", "male,female")), zone=DENVER)
    assert people[2:] == found


@pytest.mark.parametrize(
    ("name", "resource", "absent"),
    [
        ("gender", patient(), True),
        ("gender", patient(gender="male"), False),
        ("name", patient(name=[]), True),
        ("name", patient(name=[{"id": "n", "extension": [{"url": "urn:absent", "valueCode": "masked"}]}]), True),
        ("name", patient(name=[{"family": "Ng"}]), False),
        ("birthdate", patient(birthDate="1980"), False),
        ("patient", observation(), True),
        ("patient", observation(subject={"reference": "Patient/rb.1"}), False),
        ("patient", observation(subject={"reference": "Group/rb.1"}), True),
        ("subject", observation(subject={"reference": "Group/rb.1"}), False),
        ("patient", observation(subject={"display": "Eve"}), False),
    ],
)
def test_missing_asks_whether_there_is_a_value(name: str, resource: dict[str, Any], absent: bool) -> None:
    assert absent is matches(resource, f"{name}:missing", "true")
    assert absent is not matches(resource, f"{name}:missing", "false")


@pytest.mark.parametrize(
    ("expected", "name", "raw"),
    [
        (True, "patient", "rb.1"),
        (True, "patient", "Patient/rb.1"),
        (True, "patient:Patient", "rb.1"),
        (True, "subject", "rb.1"),
        (True, "subject:Patient", "rb.1"),
        (True, "patient", "https://facade.example/r4/Patient/rb.1"),
        (True, "patient", "rb.2,rb.1"),
        (False, "subject:Group", "rb.1"),
        (False, "subject", "Group/rb.1"),
        (False, "patient", "rb.11"),
        (False, "patient", "rb.2"),
        (False, "patient", "https://elsewhere.example/r4/Patient/rb.1"),
    ],
)
def test_a_reference_matches_by_id_type_and_id_or_our_own_url(expected: bool, name: str, raw: str) -> None:
    assert expected is matches(observation(subject={"reference": "Patient/rb.1"}), name, raw)


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": "Patient/1/_history/2"},
        {"reference": "#1"},
        {"reference": "https://elsewhere.example/Patient/1"},
        {"reference": "Group/1"},
        {"reference": "urn:uuid:1"},
        {"identifier": {"value": "1"}, "type": "Patient"},
        {"display": "1"},
        {},
    ],
)
def test_an_id_matches_no_reference_to_something_else(reference: dict[str, Any]) -> None:
    assert not matches(observation(subject=reference), "patient", "1")


def test_a_foreign_url_matches_only_itself() -> None:
    foreign = observation(subject={"reference": "https://elsewhere.example/Patient/1"})
    assert matches(foreign, "patient", "https://elsewhere.example/Patient/1")
    assert not matches(foreign, "patient", "https://elsewhere.example/Patient/12")
    assert not matches(foreign, "patient", "https://elsewhere.example/Patient/1/_history/2")


def test_a_canonical_matches_with_and_without_its_version() -> None:
    answered = {"resourceType": "QuestionnaireResponse", "questionnaire": "http://forms.example/Q/phq9|2.1"}
    assert matches(answered, "questionnaire", "http://forms.example/Q/phq9")
    assert matches(answered, "questionnaire", "http://forms.example/Q/phq9|2.1")
    assert not matches(answered, "questionnaire", "http://forms.example/Q/phq9|2.0")
    assert not matches(answered, "questionnaire", "http://forms.example/Q")


def test_a_uri_matches_only_itself() -> None:
    assert matches(observation(implicitRules="urn:a:b"), "derived", "urn:a:b")
    assert not matches(observation(implicitRules="urn:a:b"), "derived", "urn:a")


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        (True, "100"),
        (False, "ne100"),
        (True, "1.0e2"),
        (False, "99"),
        (True, "1e2"),
        (True, "gt99.9"),
        (False, "gt100"),
        (True, "ge100"),
        (False, "lt100"),
        (True, "le100"),
        (True, "ap91"),
        (False, "ap90"),
        (True, "sa99"),
        (True, "eb101"),
    ],
)
def test_a_number_is_compared_within_its_digits(expected: bool, raw: str) -> None:
    assert expected is matches(observation(valueInteger=100), "score", raw)


@pytest.mark.parametrize(
    ("expected", "quantity", "raw"),
    [
        (True, {"value": Decimal("98.60"), "unit": "F", "system": UCUM, "code": "[degF]"}, f"98.6|{UCUM}|[degF]"),
        (True, {"value": Decimal("98.60"), "unit": "F", "system": UCUM, "code": "[degF]"}, "98.60||F"),
        (False, {"value": Decimal("98.60"), "unit": "F", "system": UCUM, "code": "[degF]"}, f"98.6|{UCUM}|Cel"),
        (False, {"value": Decimal("98.60"), "unit": "F", "system": UCUM, "code": "[degF]"}, "98.6|urn:x|[degF]"),
        (True, {"value": 98.6}, "98.6"),
        (False, {"value": 98.6}, "98.6||F"),
        (True, {"value": 5, "comparator": "<"}, "lt3"),
        (False, {"value": 5, "comparator": "<"}, "gt5"),
        (True, {"value": 5, "comparator": ">"}, "gt1000"),
        (False, {"value": 5, "comparator": ">"}, "5"),
        (False, {"unit": "F"}, "ne5"),
        (False, {"value": True}, "1"),
    ],
)
def test_a_quantity_is_compared_in_its_own_unit(expected: bool, quantity: dict[str, Any], raw: str) -> None:
    assert expected is matches(observation(valueQuantity=quantity), "value-quantity", raw)


@pytest.mark.parametrize("version", ["6.1.0", "7.0.0", "8.0.0"])
def test_every_search_parameter_of_an_edition_can_be_re_applied(version: str) -> None:
    edition = uscore.edition(version)
    tables = {type_: edition.search_parameters(type_) for type_ in uscore.TYPES}
    matcher = Matcher(tables)
    for type_, rows in tables.items():
        for code, each in rows.items():
            if code == "_id":
                continue
            missing = Query(type_, (Clause(code, "missing", (TokenValue(None, "true"),), "true"),))
            empty = {"resourceType": type_, "id": "1"}
            assert [empty] == matcher.matching([empty], missing, zone=DENVER), each.expression


def test_an_implied_system_belongs_to_a_token_parameter() -> None:
    edition = uscore.edition("6.1.0")
    assert {"token"} == {edition.search_parameters(type_)[code].kind for type_, code in IMPLIED}


def test_race_and_partial_choices_are_found_by_the_edition_s_own_paths() -> None:
    edition = uscore.edition("6.1.0")
    matcher = Matcher({type_: edition.search_parameters(type_) for type_ in ("Patient", "Condition")})
    race = {
        "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "extension": [
            {"url": "ombCategory", "valueCoding": {"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3"}},
            {"url": "text", "valueString": "White"},
        ],
    }
    white, other = patient(extension=[race]), patient(extension=[{**race, "url": "urn:other"}])
    by_race = Query("Patient", (Clause("race", None, (TokenValue(None, "2106-3"),), "2106-3"),))
    assert [white] == matcher.matching([other, white], by_race, zone=DENVER)

    onset = {"resourceType": "Condition", "id": "c", "onsetPeriod": {"start": "2019-05"}}
    age = {"resourceType": "Condition", "id": "d", "onsetAge": {"value": 40}}
    since = asked("Condition", [("onset-date", "ge2020")], edition.search_parameters("Condition"))
    assert [onset] == matcher.matching([onset, age], since, zone=DENVER)
