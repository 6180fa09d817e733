"""What compiled expressions find."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from facade.fhirpath import EvaluationError, FHIRPathError, compile

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "active": True,
    "identifier": [
        {"system": "urn:mrn", "value": "A1"},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-00-1111", "type": {"coding": [{"code": "SS"}]}},
        {"value": "no system"},
    ],
    "name": [
        {"use": "official", "family": "Núñez", "given": ["Ann", None], "_given": [None, {"extension": [{"url": "u"}]}]},
        {"use": "old", "family": "Smith"},
    ],
    "birthDate": "1990-04-05",
    "_birthDate": {"extension": [{"url": "time", "valueDateTime": "1990-04-05T06:00:00Z"}]},
    "_gender": {"extension": [{"url": "why", "valueCode": "unknown"}]},
    "deceasedDateTime": "2020-01-01T10:00:00-05:00",
    "extension": [
        {
            "url": "race",
            "extension": [{"url": "omb", "valueCoding": {"code": "2106-3"}}, {"url": "text", "valueString": "W"}],
        },
        {"url": "sex", "valueCode": "F"},
    ],
    "contained": [{"resourceType": "Organization", "id": "o", "name": "Org"}, {"resourceType": "Patient", "id": "p"}],
    "managingOrganization": {"reference": "#o"},
    "link": [{"other": {"reference": "https://ehr.example.org/fhir/Patient/2/_history/3"}, "type": "seealso"}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "subject": {"reference": "Patient/1"},
    "focus": [{"type": "Patient", "identifier": {"value": "9"}}, {"display": "someone"}],
    "effectivePeriod": {"start": "2024-02-01"},
    "valueQuantity": {"value": Decimal("98.60"), "unit": "°F", "code": "[degF]"},
    "component": [{"valueString": "a"}, {"valueQuantity": {"value": 5, "code": "mg"}}, {"valueInteger": 7}],
}
VARIABLES = frozenset({"purpose", "practice", "user"})

FINDS: list[tuple[str, dict[str, Any], list[Any]]] = [
    # paths
    ("Patient.name.family", PATIENT, ["Núñez", "Smith"]),
    ("Observation.name.family", PATIENT, []),
    ("Resource.id", PATIENT, ["1"]),
    ("name[1].family", PATIENT, ["Smith"]),
    ("name[7]", PATIENT, []),
    ("$this.active", PATIENT, [True]),
    ("name.given", PATIENT, ["Ann"]),
    ("birthDate", PATIENT, ["1990-04-05"]),
    ("gender", PATIENT, []),
    ("gender.exists()", PATIENT, [True]),
    ("gender.hasValue()", PATIENT, [False]),
    ("birthDate.hasValue()", PATIENT, [True]),
    # extensions, also of primitives
    ("extension('sex').value", PATIENT, ["F"]),
    ("extension.where(url = 'race').extension.value.code", PATIENT, ["2106-3"]),
    ("birthDate.extension.valueDateTime", PATIENT, ["1990-04-05T06:00:00Z"]),
    ("gender.extension('why').value", PATIENT, ["unknown"]),
    ("name.given.extension.url", PATIENT, ["u"]),
    # choices
    ("Observation.effective", OBSERVATION, [{"start": "2024-02-01"}]),
    ("Observation.effective.as(Period).start", OBSERVATION, ["2024-02-01"]),
    ("(Observation.effective as dateTime)", OBSERVATION, []),
    ("(Patient.deceased as dateTime)", PATIENT, ["2020-01-01T10:00:00-05:00"]),
    ("Patient.deceased.ofType(boolean)", PATIENT, []),
    ("component.value.ofType(Quantity).value", OBSERVATION, [5]),
    ("component.value", OBSERVATION, ["a", {"value": 5, "code": "mg"}, 7]),
    ("value is Quantity", OBSERVATION, [True]),
    ("value is string", OBSERVATION, [False]),
    ("deceased is dateTime", OBSERVATION, []),
    # resources and references
    ("contained.ofType(Organization).name", PATIENT, ["Org"]),
    ("contained.where($this is Patient).id", PATIENT, ["p"]),
    ("$this is Patient", PATIENT, [True]),
    ("Observation.subject.where(resolve() is Patient).reference", OBSERVATION, ["Patient/1"]),
    ("Observation.subject.where(resolve() is Group)", OBSERVATION, []),
    ("focus.where(resolve() is Patient).identifier.value", OBSERVATION, ["9"]),
    ("link.other.where(resolve() is Patient).exists()", PATIENT, [True]),
    # functions
    ("name.where(use = 'old').family", PATIENT, ["Smith"]),
    ("name.where(use = 'old' and given.empty()).count()", PATIENT, [1]),
    ("name.exists(use = 'nickname')", PATIENT, [False]),
    ("name.all(family.exists())", PATIENT, [True]),
    ("name.select(use | family)", PATIENT, ["official", "Núñez", "old", "Smith"]),
    ("name.first().family | name.last().family", PATIENT, ["Núñez", "Smith"]),
    ("name.tail().use", PATIENT, ["old"]),
    ("name.skip(1).use | name.take(1).use", PATIENT, ["old", "official"]),
    ("name.family.distinct().count()", PATIENT, [2]),
    ("active.not()", PATIENT, [False]),
    ("birthDate.startsWith('1990')", PATIENT, [True]),
    ("name.first().family.lower().contains('ñe')", PATIENT, [True]),
    ("birthDate.matches('^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d$')", PATIENT, [True]),
    ("nickname.startsWith('x')", PATIENT, []),
    # operators
    ("identifier.where(system = 'urn:mrn').value", PATIENT, ["A1"]),
    ("identifier.where(type.coding.code = 'SS').system", PATIENT, ["http://hl7.org/fhir/sid/us-ssn"]),
    ("'old' in name.use", PATIENT, [True]),
    ("name.use contains 'maiden'", PATIENT, [False]),
    ("name.family = 'Smith'", PATIENT, [False]),
    ("active = true", PATIENT, [True]),
    ("active = 1", PATIENT, [False]),
    ("Observation.value.value = 98.6", OBSERVATION, [True]),
    ("Observation.value.value > 98.5 and status = 'final'", OBSERVATION, [True]),
    ("Observation.value = 98.6 '[degF]'", OBSERVATION, [True]),
    ("Observation.value > 37 'Cel'", OBSERVATION, []),
    ("active xor false", PATIENT, [True]),
    ("active implies {}", PATIENT, []),
    ("{} or true", PATIENT, [True]),
    ("{} and true", PATIENT, []),
    ("{} and false", PATIENT, [False]),
    # dates, as precise as they are
    ("birthDate = @1990-04-05", PATIENT, [True]),
    ("birthDate < @1991", PATIENT, [True]),
    ("birthDate < @1990", PATIENT, []),
    ("@1990-04 > birthDate", PATIENT, []),
    ("deceased > @2020-01-01T14:59:00Z", PATIENT, [True]),
    ("deceased = @2020-01-01T15:00:00Z", PATIENT, [True]),
    ("deceased < @2020-01-01T15:00:00", PATIENT, []),
    ("gender < @2020", PATIENT, []),
]


@pytest.mark.parametrize(("expression", "node", "found"), FINDS, ids=[expression for expression, _, _ in FINDS])
def test_an_expression_finds_what_the_specification_says(expression: str, node: Any, found: list[Any]) -> None:
    compiled = compile(expression)

    assert found == compiled(node)
    assert not compiled.fallback


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("name.family.join(', ')", ["Núñez, Smith"]),
        ("name.given.first() = name.family.first()", [False]),
        ("iif(active, 'yes', 'no')", ["yes"]),
        ("name.family.where($this ~ 'SMITH')", ["Smith"]),
        ("birthDate.toString().substring(0, 4)", ["1990"]),
        ("name.count() + 1", [3]),
        ("%purpose.toString() & 'x'", ["HPAYMTx"]),
    ],
)
def test_the_rest_of_the_language_is_evaluated_too(expression: str, found: list[Any]) -> None:
    compiled = compile(expression, variables=VARIABLES)

    assert found == compiled(PATIENT, {"purpose": "HPAYMT"})
    assert compiled.fallback


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("%purpose = 'TREAT'", [False]),
        ("%purpose != 'TREAT'", [True]),
        ("%purpose in ('HPAYMT' | 'BTG')", [True]),
        ("%user = 'x'", []),
        ("%user != 'x'", []),
        ("%user in ('x' | 'y')", []),
        ("%user.exists()", [False]),
        ("%practice.startsWith('r')", [True]),
    ],
)
def test_a_variable_without_a_value_is_nothing_and_compares_with_nothing(expression: str, found: list[Any]) -> None:
    compiled = compile(expression, variables=VARIABLES)

    assert found == compiled(PATIENT, {"purpose": "HPAYMT", "practice": "rb", "user": None})
    assert compiled.constant


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ("%purpse = 'x'", 1),
        ("active and %resource.active", 12),
        ("name.where(%who = use)", 12),
        ("nam.trace('x')", 5),
        ("code.memberOf('http://v')", 6),
        ("name.first(1)", 6),
        ("name.where()", 6),
        ("value.ofType(Quantitty)", 7),
        ("value is System.Patient", 7),
        ("HumanName.family", 1),
        ("Patiant.name", 1),
        ("name.Patient", 6),
        ("subject.resolve()", 9),
        ("subject.resolve().ofType(Patient)", 19),
        ("subject.resolve().name", 9),
        ("birthDate = @2021-02-30", 13),
        ("birthDate.matches('(')", 11),
    ],
)
def test_what_could_never_mean_anything_is_refused_when_it_is_compiled(expression: str, column: int) -> None:
    with pytest.raises(FHIRPathError) as caught:
        compile(expression, variables=frozenset({"purpose"}))

    assert column == caught.value.column


@pytest.mark.parametrize(
    "expression",
    [
        "name.family = {} or name.family.lower() = 'x'",
        "name.single()",
        "active > 1",
        "birthDate > 5",
        "name.where(given | use)",
    ],
)
def test_what_has_no_value_here_is_an_error_and_not_false(expression: str) -> None:
    with pytest.raises(EvaluationError):
        compile(expression)(PATIENT)


def test_an_error_does_not_tell_the_value() -> None:
    with pytest.raises(EvaluationError) as caught:
        compile("name.family.lower()")(PATIENT)

    assert "Smith" not in str(caught.value)


def test_evaluating_changes_nothing() -> None:
    before = copy.deepcopy(PATIENT)

    for expression, node, _ in FINDS:
        compile(expression)(node)
    compile("name.family.join(', ')")(PATIENT)

    assert before == PATIENT


def test_a_result_is_the_callers_own_list() -> None:
    constant = compile("'x'")
    constant(PATIENT).append("y")

    assert ["x"] == constant(PATIENT)


def test_nothing_and_false_do_not_hold() -> None:
    assert [True, False, False] == [compile(each).holds(PATIENT) for each in ("active", "active.not()", "nickname")]


def test_what_the_library_cannot_evaluate_is_told_without_its_value() -> None:
    expression = compile("Patient.id.toInteger() + 'x' = 'y'")

    with pytest.raises(EvaluationError) as caught:
        expression({"resourceType": "Patient", "id": "999001111"})
    assert "999001111" not in str(caught.value)
