"""A Provenance says who wrote the record and that we passed it on, and never our own time."""

from __future__ import annotations

from typing import Any

from mappings.fhir import absent
from mappings.mapped import Origin
from mappings.provenance import derived
from tests.conforms import assert_conforms

TARGET = {"resourceType": "Observation", "id": "vital-3001-81001"}
CLINIC = {"reference": "Organization/practice-195900"}


def _derived(origin: Origin | None) -> dict[str, Any]:
    made = derived(TARGET, origin, "prov-vital-3001-81001")

    assert_conforms(made, "us-core-provenance")
    assert "prov-vital-3001-81001" == made["id"]
    assert [{"reference": "Observation/vital-3001-81001"}] == made["target"]
    return made


def _origin(**said: str) -> Origin:
    return Origin(organization="Organization/practice-195900", **said)


def test_the_author_acts_for_the_organization() -> None:
    author = _derived(_origin(author="Practitioner/provider-71", author_name="ksample"))["agent"][0]

    assert "author" == author["type"]["coding"][0]["code"]
    assert {"reference": "Practitioner/provider-71", "display": "ksample"} == author["who"]
    assert CLINIC == author["onBehalfOf"]


def test_a_user_name_is_an_author_too_and_stands_where_policy_looks_for_names() -> None:
    author = _derived(_origin(author_name="API-1001"))["agent"][0]

    assert {"display": "API-1001"} == author["who"]
    assert CLINIC == author["onBehalfOf"]


def test_without_an_author_the_organization_is() -> None:
    author = _derived(_origin())["agent"][0]

    assert CLINIC == author["who"]
    assert "onBehalfOf" not in author


def test_the_facade_is_the_transmitter_on_behalf_of_the_organization() -> None:
    made = _derived(_origin(author_name="ksample"))
    transmitter = made["agent"][1]

    assert "transmitter" == transmitter["type"]["coding"][0]["code"]
    assert {"reference": "#facade"} == transmitter["who"]
    assert CLINIC == transmitter["onBehalfOf"]
    assert ["facade"] == [device["id"] for device in made["contained"]]


def test_recorded_is_the_sources_own_instant() -> None:
    made = _derived(_origin(recorded="2026-03-08T09:41:18-04:00"))

    assert "2026-03-08T09:41:18-04:00" == made["recorded"]
    assert "_recorded" not in made


def test_a_date_is_no_instant_and_is_said_to_be_unknown() -> None:
    for origin in (_origin(recorded="2026-03-08"), _origin(), None):
        made = _derived(origin)
        assert "recorded" not in made
        assert absent() == made["_recorded"]


def test_the_same_target_has_the_same_provenance() -> None:
    assert _derived(_origin(author_name="ksample")) == _derived(_origin(author_name="ksample"))


def test_an_unknown_organization_is_marked_absent() -> None:
    author, transmitter = _derived(None)["agent"]

    assert absent() == author["who"]
    assert absent() == transmitter["onBehalfOf"]
