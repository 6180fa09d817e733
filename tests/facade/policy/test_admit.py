"""Nobody asks for what it may not see."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest

from adapters.query import Clause, Query, StringValue, TokenValue
from capability.issues import Forbidden
from facade.policy.admit import admit
from facade.policy.release import release
from facade.policy.rule import Policy, Rule
from facade.principal import Principal, Scope
from tests.facade.policy.callers import LIMITED, PRACTICE, SYSTEM, for_purpose


@dataclass(frozen=True)
class Row:
    expression: str


PATIENT = {
    "_id": Row("Resource.id"),
    "birthdate": Row("Patient.birthDate"),
    "death-date": Row("(Patient.deceased as dateTime)"),
    "family": Row("Patient.name.family"),
    "identifier": Row("Patient.identifier"),
    "name": Row("Patient.name"),
    "phone": Row("Patient.telecom.where(system = 'phone')"),
    "race": Row("Patient.extension.where(url = 'race').extension.value.code"),
    "asserted": Row("Patient.extension.where(url = 'asserted').valueDateTime"),
}


def asked(*names: str, type_: str = "Patient") -> Query:
    return Query(type_, tuple(Clause(name, None, (StringValue("x"),), "x") for name in names))


def admitted(query: Query, *rules: Rule, who: Principal = SYSTEM) -> Query:
    return admit(Policy.compile(rules), query, who, PRACTICE, PATIENT)


def test_a_query_within_scope_and_policy_passes_as_it_is() -> None:
    query = asked("name", "identifier", "birthdate")

    assert query is admitted(query)


@pytest.mark.parametrize(
    ("scope", "query", "word"),
    [
        (Scope("system", "Observation", frozenset("rs")), asked("name"), "Patient"),
        (Scope("system", "Patient", frozenset("r")), asked("name"), "Patient"),
        (Scope("system", "Patient", frozenset("s")), Query("Patient", id="1"), "Patient"),
        (Scope("patient", "Patient", frozenset("rs")), Query("Patient", id="1"), "Patient"),
    ],
)
def test_a_type_outside_the_scopes_is_forbidden_by_name(scope: Scope, query: Query, word: str) -> None:
    with pytest.raises(Forbidden) as caught:
        admitted(query, who=dataclasses.replace(SYSTEM, scopes=(scope,)))

    assert word in caught.value.text


def test_reading_needs_r_and_searching_needs_s() -> None:
    reader, searcher = (dataclasses.replace(SYSTEM, scopes=(Scope("system", "Patient", frozenset(p)),)) for p in "rs")

    assert admitted(Query("Patient", id="1"), who=reader)
    assert admitted(asked("name"), who=searcher)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("Patient.name", ["name", "family"]),
        ("Patient.name.family", ["family"]),
        ("Patient.identifier", ["identifier"]),
        ("Patient.telecom", ["phone"]),
        ("Patient.telecom.system", ["phone"]),
        ("Patient.deceased", ["death-date"]),
        ("Patient.deceasedDateTime", ["death-date"]),
        ("Patient.deceasedBoolean", []),
        ("Patient.extension", ["race", "asserted"]),
        ("Patient.extension.value", ["asserted"]),
        ("Patient.extension.extension.value", ["race"]),
        ("Patient.birthDate", ["birthdate"]),
    ],
)
def test_what_is_always_hidden_cannot_be_searched_by(path: str, names: list[str]) -> None:
    refused = []
    for name in PATIENT:
        try:
            admitted(asked(name), Rule("x", (path,)))
        except Forbidden as exc:
            refused.append(exc.parameter)

    assert sorted(names) == sorted(refused, key=str)


@pytest.mark.parametrize(
    ("rule", "who", "refused"),
    [
        (Rule("x", ("Patient.name",), where="use = 'old'"), SYSTEM, False),
        (Rule("x", ("Patient.name",), unless="active"), SYSTEM, False),
        (Rule("x", ("Patient.name",), unless="%purpose = 'TREAT'"), SYSTEM, True),
        (Rule("x", ("Patient.name",), unless="%purpose = 'TREAT'"), for_purpose("TREAT"), False),
        (Rule("x", ("Patient.name",), unless="%purpose = 'TREAT'"), for_purpose("HMARKT"), True),
        (Rule("x", ("Patient.name",), where="%practice = 'rb'"), SYSTEM, True),
        (Rule("x", ("Patient.name",), where="%practice = 'xx'"), SYSTEM, False),
        (Rule("x", ("Patient.name",), clients=("limited",)), LIMITED, True),
        (Rule("x", ("Patient.name",), clients=("limited",)), SYSTEM, False),
    ],
)
def test_only_what_is_hidden_whatever_the_resource_is_refused(rule: Rule, who: Principal, refused: bool) -> None:
    if refused:
        with pytest.raises(Forbidden):
            admitted(asked("birthdate", "name"), rule, who=who)
    else:
        assert admitted(asked("birthdate", "name"), rule, who=who)


def test_a_search_by_what_is_sometimes_hidden_matches_what_is_left() -> None:
    ssn = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-00-1111"}
    clause = Clause("identifier", None, (TokenValue(ssn["system"], ssn["value"]),), "x")

    assert admitted(Query("Patient", (clause,)))
    (patient,) = release(
        Policy.compile(), [{"resourceType": "Patient", "identifier": [ssn], "active": True}], SYSTEM, PRACTICE
    )
    assert "identifier" not in patient


def test_an_id_is_never_refused() -> None:
    assert admitted(asked("_id"), Rule("x", ("Patient.name", "Patient.meta")))


@pytest.mark.parametrize("query", [Query("Patient", id="1"), asked("_id"), asked()])
def test_a_type_hidden_altogether_is_forbidden_by_name(query: Query) -> None:
    with pytest.raises(Forbidden) as caught:
        admitted(query, Rule("x", ("Patient",)))

    assert "Patient" in caught.value.text


def test_a_parameter_that_nothing_is_known_of_is_refused_where_something_is_hidden() -> None:
    assert admitted(asked("mystery"))
    with pytest.raises(Forbidden):
        admitted(asked("mystery"), Rule("x", ("Patient.photo",)))


def test_what_is_hidden_of_one_type_does_not_touch_another() -> None:
    policy = Policy.compile([Rule("x", ("Patient.name",))])

    assert admit(policy, asked("name", type_="Practitioner"), SYSTEM, PRACTICE, {"name": Row("Practitioner.name")})
