"""Ids of athena's FHIR server and ours: there and back, and nothing of another practice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.athena import ids
from mappings.athena.fhir_ids import EVERYWHERE, PATTERNS, AthenaNames, Pattern
from mappings.mapped import Resource

TYPES = frozenset(one.type for one in (*PATTERNS, *EVERYWHERE)) | {"Medication", "Provenance", "RelatedPerson"}
NAMES = AthenaNames("195900", TYPES)
NUMBERS = st.lists(st.integers(1, 10**12).map(str), min_size=2, max_size=2)
LAB = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}]
RADIOLOGY = [{"coding": [{"system": "http://loinc.org", "code": "LP29684-5"}]}]


def record(type_: str, id_: str, **elements: object) -> Resource:
    """A record of patient 7, at encounter 9."""
    about = (
        {} if type_ in ("Patient", "Practitioner", "Organization", "Location") else {"subject": to("Patient", "E-7")}
    )
    visit = {} if type_ in ("Patient", "Encounter") else {"encounter": to("Encounter", "encounter-9")}
    return {"resourceType": type_, "id": id_, **about, **visit, **elements}


def to(type_: str, tail: str) -> dict[str, str]:
    return {"reference": f"{type_}/a-195900.{tail}"}


@given(st.sampled_from([*PATTERNS, *EVERYWHERE]), NUMBERS)
def test_an_id_of_every_pattern_comes_back_as_it_was(pattern: Pattern, numbers: list[str]) -> None:
    joint = pattern.joint if pattern.keys > 1 else "-"
    head = "a-1." if pattern in EVERYWHERE else "a-195900."
    id_ = f"{head}{pattern.prefix}{joint}{joint.join(numbers[: pattern.keys])}"
    made = record(pattern.type, id_, category=RADIOLOGY if pattern.kind == "imaging" else LAB)

    local = NAMES.local(pattern.type, id_, made)

    assert local is not None
    assert pattern.kind == ids.parse(local).kind
    assert frozenset({pattern.type}) == NAMES.types_of(local)
    assert id_ == NAMES.upstream(pattern.type, local)


@given(st.sampled_from(sorted(TYPES)), st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1))
def test_an_id_of_no_pattern_keeps_the_server_s_own(type_: str, tail: str) -> None:
    id_ = f"a-195900.{tail}"

    local = NAMES.local(type_, id_, record(type_, id_))

    assert local is not None
    assert re.fullmatch(r"[A-Za-z0-9.\-]+", local)
    assert id_ == NAMES.upstream(type_, local)


@pytest.mark.parametrize(
    ("type_", "id_", "elements"),
    [
        ("Patient", "a-195901.E-3", {}),
        ("Organization", "a-1.Practice-195901", {}),
        ("Condition", "Problem-3", {}),
        ("Condition", "a-.Problem-3", {}),
        ("Condition", "a-195900.Problem-3", {"subject": {"reference": "Patient/a-195901.E-3"}}),
        (
            "Condition",
            "a-195900.Problem-3",
            {
                "extension": [
                    {
                        "url": "https://fhir.athena.io/StructureDefinition/ah-practice",
                        "valueReference": {"reference": "Organization/a-1.Practice-195901"},
                    }
                ]
            },
        ),
    ],
)
def test_what_is_of_another_practice_has_no_id_here(type_: str, id_: str, elements: dict[str, object]) -> None:
    assert NAMES.local(type_, id_, record(type_, id_, **elements)) is None


def test_a_diagnosis_is_named_by_the_encounter_of_what_refers_to_it() -> None:
    plan = record("CarePlan", "a-195900.AmbulatoryCarePlan-1")
    team = {**record("CareTeam", "a-195900.AmbulatoryCareTeam-1")}
    team.pop("encounter")

    assert "diagnosis-7-9-5" == NAMES.local("Condition", "a-195900.EncounterDx-5", plan)
    assert NAMES.local("Condition", "a-195900.EncounterDx-5", team) is None
    assert NAMES.local("DiagnosticReport", "a-195900.clinicalresult-5", plan) is None


def test_a_vaccine_says_whose_record_it_is_as_in_the_rest_api() -> None:
    assert "vaccine-7-H3" == NAMES.local("Immunization", "a-195900.historical-3", record("Immunization", "x"))
    assert "a-195900.clinical-3" == NAMES.upstream("Immunization", "vaccine-7-C3")
    assert NAMES.upstream("Immunization", "vaccine-7-3") is None


@pytest.mark.parametrize(
    ("local", "rest", "fhir"),
    [
        ("problem-3001-70001", True, True),
        ("vital-3001-81001", True, False),
        ("reading-81001", False, True),
        ("fhir-Medication-medication.2d9", False, True),
        ("prov-problem-3001-70001", True, False),
        ("prov-reading-81001", False, False),
        ("file-0-labresult-3001-5", True, True),
        ("file-0-document-3001-admin-5", True, False),
        ("fhir-Medication", False, False),
        ("fhir-medication-9", False, False),
    ],
)
def test_who_can_read_an_id(local: str, rest: bool, fhir: bool) -> None:
    assert (rest, fhir) == (bool(ids.types_of(local, ids.REST)), bool(NAMES.types_of(local)))
