"""A wrong rule is refused when the configuration is read, with the rule and the field."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from facade.policy.elements import elements
from facade.policy.rule import Policy, PolicyError, Rule, RuleSettings

WRONG = [  # rule, the field that is wrong, a word of the reason
    (Rule("x", ("Patient.nam",)), "remove", "'nam'"),
    (Rule("x", ("Patient.name.familly",)), "remove", "'familly'"),
    (Rule("x", ("Patiant",)), "remove", "resource type"),
    (Rule("x", ("HumanName.family",)), "remove", "resource type"),
    (Rule("x", ("Patient.birthDate.year",)), "remove", "'year'"),
    (Rule("x", ("Observation.valueAddress",)), "remove", "'valueAddress'"),
    (Rule("x", ("Patient.id",)), "remove", "can't be removed"),
    (Rule("x", ("Observation.modifierExtension",)), "remove", "can't be removed"),
    (Rule("x", ("",)), "remove", "resource type"),
    (Rule("x", ("Patient.name", "Patient.oops")), "remove", "'oops'"),
    (Rule("x", ("Patient.identifier",), where="sytem = 'x'"), "where", "'sytem'"),
    (Rule("x", ("Patient.identifier",), where="type.coding.where(kode = 'SS').exists()"), "where", "'kode'"),
    (Rule("x", ("Patient.identifier",), where="Patient.active"), "where", "Patient"),
    (Rule("x", ("Patient.identifier",), where="system = 'x' )"), "where", "column 14"),
    (Rule("x", ("Patient.identifier", "Patient.name"), where="system = 'x'"), "where", "'system'"),
    (Rule("x", ("Patient.birthDate",), where="extension.exists()"), "where", "'extension'"),
    (Rule("x", ("Patient.name",), unless="%purpse = 'x'"), "unless", "%purpse"),
    (Rule("x", ("Patient.name",), unless="Patient..active"), "unless", "column 9"),
    (Rule("x", ("Patient.name",), unless="Practitioner.active"), "unless", "Practitioner"),
    (Rule("x", ("Patient.name",), unless="actif"), "unless", "'actif'"),
    (Rule("x", ("Patient.name",), unless="%purpose.trace('p') = 'x'"), "unless", "trace"),
]


@pytest.mark.parametrize(
    ("rule", "field", "reason"), WRONG, ids=[f"{rule.remove} {rule.where} {rule.unless}" for rule, _, _ in WRONG]
)
def test_a_wrong_rule_is_refused_with_its_field(rule: Rule, field: str, reason: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.compile([Rule("right", ("Patient.photo",)), rule])

    ((index, where, text),) = caught.value.mistakes
    assert (1, field) == (index, where)
    assert reason in text


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.compile(
            [Rule("a", ("Patient.x", "Patient.y"), unless="%z"), Rule("a", ("Patient.name",), where="use =")]
        )

    found = [(index, field) for index, field, _ in caught.value.mistakes]
    assert [(0, "remove"), (0, "remove"), (0, "unless"), (1, "where"), (1, "name")] == found


@pytest.mark.parametrize(
    "path",
    [
        "Patient",
        "Patient.contact.name.given",
        "Observation.value",
        "Observation.valueQuantity",
        "Observation.value.value",
        "Observation.component.value",
        "Encounter.class",
        "Patient.extension.extension.valueCoding.code",
        "Observation.subject.display",
    ],
)
def test_an_element_is_named_as_in_fhirpath_or_as_in_json(path: str) -> None:
    (removal,) = Policy.compile([Rule("x", (path,), clients=("c",))]).removals("c")[path.split(".")[0]][:1]

    assert tuple(path.split(".")[1:]) == removal.names


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("Patient.identifier", "type.coding.exists(code = 'SS') or period.end < @2000"),
        ("Patient.extension", "url = 'x' and value.ofType(Coding).code = 'y'"),
        ("Patient.name", "given.first() = 'A' and extension.exists()"),
        ("Patient.birthDate", "$this < @1930"),
        ("Patient", "active = false and contained.ofType(Organization).name.exists()"),
        ("Observation.component", "value.value > 5 or value.coding.code = 'x'"),
        ("Patient", "birthDate.extension.exists()"),
    ],
)
def test_conditions_that_can_be_true_are_accepted(path: str, where: str) -> None:
    assert Policy.compile([Rule("x", (path,), where=where, unless="%client = 'c' or meta.tag.exists()")]).version


def test_the_file_form_is_checked_field_by_field() -> None:
    with pytest.raises(ValidationError) as caught:
        RuleSettings.model_validate({"name": "", "remove": [], "wher": "x", "clients": []})

    assert {("name",), ("remove",), ("wher",), ("clients",)} == {error["loc"] for error in caught.value.errors()}


def test_the_file_form_is_the_same_rule() -> None:
    settings = RuleSettings.model_validate(
        {"name": "n", "remove": ["Patient.name"], "clients": ["c"], "unless": "%user = 'u'"}
    )

    assert Rule("n", ("Patient.name",), None, "%user = 'u'", ("c",)) == settings.rule()
    assert Policy.compile([settings]).version == Policy.compile([settings.rule()]).version


def test_the_version_changes_with_every_rule() -> None:
    rules = [
        Policy.compile(),
        Policy.compile(ssn_purposes=["HPAYMT"]),
        Policy.compile([Rule("a", ("Patient.name",))]),
        Policy.compile([Rule("a", ("Patient.name",), clients=("c",))]),
        Policy.compile([Rule("a", ("Patient.name",), where="use = 'old'")]),
    ]

    assert 5 == len({policy.version for policy in rules})
    assert Policy.compile().version == Policy.compile().version


def test_definitions_know_what_is_mandatory() -> None:
    assert elements("Observation")["status"].mandatory
    assert elements("MedicationRequest")["medication"].mandatory
    assert elements("PatientCommunication")["language"].mandatory
    assert not elements("Patient")["identifier"].mandatory
