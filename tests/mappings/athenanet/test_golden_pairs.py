"""Each mapping against what athenaNet sent and what a US Core client must see."""

from __future__ import annotations

from operator import attrgetter

import pytest

from mappings.athenanet import (
    allergy_intolerance,
    condition,
    encounter,
    location,
    observation_vitals,
    organization,
    patient,
    practitioner,
)
from mappings.mapped import Mapped
from tests.conforms import assert_conforms
from tests.golden import Case, assert_golden, cases
from tests.mappings.athenanet.by_name import MAPPINGS
from tests.mappings.athenanet.riverbend import PRACTICE

BY_NAME = attrgetter("name")


def _golden(case: Case, mapped: tuple[Mapped, ...], *profiles: str) -> None:
    assert_golden(case, mapped)
    for one in mapped:
        assert_conforms(one.resource, *profiles)
        assert "profile" not in one.resource.get("meta", {})


@pytest.mark.parametrize("case", cases("athenanet/patient"), ids=BY_NAME)
def test_a_patient_becomes_a_us_core_patient(case: Case) -> None:
    _golden(case, patient.patients(case.source, PRACTICE), "us-core-patient")


@pytest.mark.parametrize("case", cases("athenanet/related_person"), ids=BY_NAME)
def test_whom_a_patient_names_becomes_a_us_core_related_person(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["related_person"](case.source, None, PRACTICE)), "us-core-relatedperson")


@pytest.mark.parametrize("case", cases("athenanet/care_team"), ids=BY_NAME)
def test_the_members_of_all_charts_become_one_us_core_care_team(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["care_team"](case.source, None, PRACTICE)), "us-core-careteam")


@pytest.mark.parametrize("case", cases("athenanet/clinical_provider"), ids=BY_NAME)
def test_the_nationwide_directory_has_us_core_practitioners_and_organizations(case: Case) -> None:
    profile = "us-core-organization" if case.name == "facility" else "us-core-practitioner"

    _golden(case, tuple(MAPPINGS["clinical_provider"](case.source, None, PRACTICE)), profile)


@pytest.mark.parametrize("case", cases("athenanet/practitioner"), ids=BY_NAME)
def test_a_provider_becomes_a_us_core_practitioner(case: Case) -> None:
    _golden(case, (practitioner.practitioner(case.source, PRACTICE),), "us-core-practitioner")


@pytest.mark.parametrize("case", cases("athenanet/practitioner_role"), ids=BY_NAME)
def test_a_provider_has_a_us_core_role_at_its_department(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["practitioner_role"](case.source, None, PRACTICE)), "us-core-practitionerrole")


@pytest.mark.parametrize("case", cases("athenanet/organization"), ids=BY_NAME)
def test_a_practice_and_its_departments_become_us_core_organizations(case: Case) -> None:
    mapping = organization.site_organization if "departmentid" in case.source else organization.practice_organization

    _golden(case, (mapping(case.source, PRACTICE),), "us-core-organization")


@pytest.mark.parametrize("case", cases("athenanet/location"), ids=BY_NAME)
def test_a_department_becomes_a_us_core_location(case: Case) -> None:
    _golden(case, (location.location(case.source, PRACTICE),), "us-core-location")


@pytest.mark.parametrize("case", cases("athenanet/encounter"), ids=BY_NAME)
def test_an_encounter_becomes_a_us_core_encounter(case: Case) -> None:
    appointment = case.other.get("appointment")
    mapped = encounter.encounter(case.source, patient="3001", appointment=appointment, practice=PRACTICE)

    _golden(case, (mapped,), "us-core-encounter")


@pytest.mark.parametrize("case", cases("athenanet/goal"), ids=BY_NAME)
def test_goals_of_a_visit_become_us_core_goals(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["goal"](case.source, None, PRACTICE)), "us-core-goal")


@pytest.mark.parametrize("case", cases("athenanet/care_plan"), ids=BY_NAME)
def test_the_assessment_of_a_visit_becomes_a_us_core_care_plan(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["care_plan"](case.source, None, PRACTICE)), "us-core-careplan")


@pytest.mark.parametrize("case", cases("athenanet/condition"), ids=BY_NAME)
def test_a_problem_becomes_a_us_core_condition(case: Case) -> None:
    mapping = condition.no_known_problems if "noknownproblems" in case.source else condition.condition

    _golden(
        case,
        (mapping(case.source, patient="3001", practice=PRACTICE),),
        "us-core-condition-problems-health-concerns",
    )


@pytest.mark.parametrize("case", cases("athenanet/condition_diagnosis"), ids=BY_NAME)
def test_a_diagnosis_of_an_encounter_becomes_a_us_core_condition(case: Case) -> None:
    mapped = tuple(MAPPINGS["condition_diagnosis"](case.source, None, PRACTICE))

    _golden(case, mapped, "us-core-condition-encounter-diagnosis")


@pytest.mark.parametrize("case", cases("athenanet/allergy_intolerance"), ids=BY_NAME)
def test_allergies_of_all_charts_become_us_core_allergies(case: Case) -> None:
    mapped = allergy_intolerance.allergies(case.source, patient="3001", practice=PRACTICE)

    _golden(case, mapped, "us-core-allergyintolerance")


@pytest.mark.parametrize("case", cases("athenanet/observation_vitals"), ids=BY_NAME)
def test_chart_vitals_become_us_core_observations(case: Case) -> None:
    acts = observation_vitals.acts(case.source)
    mapped = [one for act in acts for one in observation_vitals.observations(act, patient="3001", practice=PRACTICE)]

    _golden(case, tuple(mapped), "us-core-vital-signs")
