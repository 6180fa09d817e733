"""A fact that is hidden in one place is hidden where it stands besides."""

from __future__ import annotations

from typing import Any

import pytest

from facade.policy.rule import Rule
from tests.facade.policy.test_release import released

RELATED: dict[str, Any] = {
    "resourceType": "RelatedPerson",
    "id": "rb.related-1-contact",
    "active": True,
    "patient": {"reference": "Patient/rb.1"},
    "name": [{"family": "Example", "given": ["Sam"]}],
    "telecom": [{"system": "phone", "value": "6175550103", "use": "home"}, {"system": "email", "value": "s@e.org"}],
    "address": [{"line": ["12 Sample St"], "city": "BOSTON"}],
}


def left(*remove: str, **rule: Any) -> dict[str, Any]:
    return released(RELATED, Rule("x", remove, **rule)) or {}


def test_who_may_not_see_a_patients_contacts_sees_no_related_person() -> None:
    assert {} == left("Patient.contact")


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("Patient.telecom", "telecom"),
        ("Patient.address", "address"),
        ("Patient.contact.name", "name"),
        ("Patient.contact.telecom", "telecom"),
    ],
)
def test_an_element_goes_from_a_related_person_too(path: str, gone: str) -> None:
    assert RELATED.keys() - {gone} == left(path).keys()


def test_a_part_of_an_element_goes_alike() -> None:
    assert [{"city": "BOSTON"}] == left("Patient.address.line")["address"]


def test_a_condition_over_the_values_chooses_alike() -> None:
    assert [RELATED["telecom"][1]] == left("Patient.telecom", where="system = 'phone'")["telecom"]


def test_what_lifts_the_rule_for_a_caller_lifts_it_here() -> None:
    assert RELATED == left("Patient.telecom", unless="%client = 'system'")
    assert "telecom" not in left("Patient.telecom", unless="active")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("Coverage.subscriberId", None),
        ("Coverage.identifier", None),
        ("Coverage.identifier", "type.coding.code = 'MB'"),
        ("Coverage.identifier.value", None),
    ],
)
def test_the_number_of_a_member_goes_wherever_a_coverage_has_it(path: str, where: str | None) -> None:
    member = {"type": {"coding": [{"code": "MB"}]}, "value": "W123456789"}
    coverage = {
        "resourceType": "Coverage",
        "id": "rb.coverage-1-2",
        "status": "active",
        "subscriberId": "W123456789",
        "identifier": [member],
        "beneficiary": {"reference": "Patient/rb.1"},
        "payor": [{"reference": "Patient/rb.1"}],
    }

    assert "W123456789" not in str(released(coverage, Rule("x", (path,), where)))
