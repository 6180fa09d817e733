"""Modifiers that look beside or around a value: :text, :of-type, :below, :above; and _profile, _tag, _security."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from capability import uscore
from capability.uscore.search import SearchParameter
from facade.interactions.match import Matcher
from tests.facade.interactions.asked import asked

EDITION = uscore.edition("6.1.0")
UTC = ZoneInfo("UTC")
OBSERVATION = dict(EDITION.search_parameters("Observation"))
PATIENT = dict(EDITION.search_parameters("Patient"))
QUESTIONNAIRE = {"url": SearchParameter("Questionnaire", "url", "uri", "Questionnaire.url", "")}

TEMPERATURE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "1",
    "status": "final",
    "code": {
        "coding": [{"system": "http://loinc.org", "code": "8310-5", "display": "Body Temperature"}],
        "text": "Temp",
    },
}
SINCLAIR: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "1",
    "meta": {"tag": [{"system": "urn:tags", "code": "vip"}], "security": [{"system": "urn:labels", "code": "R"}]},
    "identifier": [
        {"type": {"coding": [{"system": "urn:types", "code": "MR"}], "text": "Medical record"}, "value": "77"},
        {"type": {"coding": [{"system": "urn:types", "code": "SS"}]}, "value": "88"},
    ],
}


def found(resource: dict[str, Any], parameters: dict[str, SearchParameter], name: str, value: str) -> bool:
    type_ = resource["resourceType"]
    matcher = Matcher({type_: parameters}, edition=EDITION)
    return bool(matcher.matching([resource], asked(type_, [(name, value)], parameters), zone=UTC))


@pytest.mark.parametrize(
    ("value", "matches"), [("body", True), ("BODY T", True), ("temp", True), ("temperature", False), ("8310-5", False)]
)
def test_text_looks_at_what_stands_beside_a_code(value: str, matches: bool) -> None:
    assert matches is found(TEMPERATURE, OBSERVATION, "code:text", value)


@pytest.mark.parametrize(("value", "matches"), [("medical", True), ("Social", False), ("77", False)])
def test_text_of_an_identifier_is_that_of_its_type(value: str, matches: bool) -> None:
    assert matches is found(SINCLAIR, PATIENT, "identifier:text", value)


@pytest.mark.parametrize(
    ("value", "matches"),
    [("urn:types|MR|77", True), ("urn:types|SS|77", False), ("urn:other|MR|77", False), ("urn:types|MR|88", False)],
)
def test_an_identifier_of_a_type_has_type_and_value_in_one(value: str, matches: bool) -> None:
    assert matches is found(SINCLAIR, PATIENT, "identifier:of-type", value)


@pytest.mark.parametrize(
    ("name", "value", "matches"),
    [
        ("url", "http://a.example/q", True),
        ("url", "http://a.example", False),
        ("url:below", "http://a.example", True),
        ("url:below", "http://a.example/", True),
        ("url:below", "http://a.exa", False),
        ("url:above", "http://a.example/q/1", True),
        ("url:above", "http://a.example/q2", False),
    ],
)
def test_a_uri_is_the_same_or_within(name: str, value: str, matches: bool) -> None:
    resource = {"resourceType": "Questionnaire", "id": "1", "url": "http://a.example/q"}

    assert matches is found(resource, QUESTIONNAIRE, name, value)


@pytest.mark.parametrize(
    ("name", "value", "matches"),
    [
        ("_tag", "urn:tags|vip", True),
        ("_tag", "other", False),
        ("_security", "R", True),
        ("_security:not", "urn:labels|R", False),
        ("_security:missing", "true", False),
    ],
)
def test_labels_are_tokens_like_any(name: str, value: str, matches: bool) -> None:
    assert matches is found(SINCLAIR, PATIENT, name, value)


def test_a_profile_is_what_the_resource_conforms_to_not_what_it_says() -> None:
    claims = {**TEMPERATURE, "meta": {"profile": [uscore.US_CORE + "us-core-body-temperature"]}}
    conforms = {
        **TEMPERATURE,
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
                ]
            }
        ],
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-01-01",
        "valueQuantity": {"value": 98, "unit": "F", "system": "http://unitsofmeasure.org", "code": "[degF]"},
    }
    profile = uscore.US_CORE + "us-core-body-temperature"

    assert (False, True) == tuple(found(one, OBSERVATION, "_profile", profile) for one in (claims, conforms))
    assert found(conforms, OBSERVATION, "_profile:below", uscore.US_CORE.rstrip("/"))
