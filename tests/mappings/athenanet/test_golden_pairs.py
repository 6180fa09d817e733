"""Each mapping against what athenaNet sent and what a US Core client must see."""

from __future__ import annotations

import importlib
import pkgutil
from operator import attrgetter
from pathlib import Path

import pytest

import mappings.athenanet
from mappings.athenanet import (
    allergy_intolerance,
    condition,
    encounter,
    family_member_history,
    location,
    observation_registration,
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


DOCUMENTS = ("document_reference", "document_reference_ccda", "document_reference_visit_note")


@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name in DOCUMENTS for case in cases(f"athenanet/{name}")],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_written_becomes_a_us_core_document_reference(name: str, case: Case) -> None:
    _golden(case, tuple(MAPPINGS[name](case.source, None, PRACTICE)), "us-core-documentreference")


@pytest.mark.parametrize("case", cases("athenanet/observation_vitals"), ids=BY_NAME)
def test_chart_vitals_become_us_core_observations(case: Case) -> None:
    acts = observation_vitals.acts(case.source)
    mapped = [one for act in acts for one in observation_vitals.observations(act, patient="3001", practice=PRACTICE)]

    _golden(case, tuple(mapped), "us-core-vital-signs")


@pytest.mark.parametrize("case", cases("athenanet/medication"), ids=BY_NAME)
def test_a_drug_of_the_formulary_becomes_a_us_core_medication(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["medication"](case.source, None, PRACTICE)), "us-core-medication")


@pytest.mark.parametrize("case", cases("athenanet/medication_request"), ids=BY_NAME)
def test_a_medication_entry_becomes_a_us_core_medication_request(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["medication_request"](case.source, None, PRACTICE)), "us-core-medicationrequest")


@pytest.mark.parametrize("case", cases("athenanet/immunization"), ids=BY_NAME)
def test_a_vaccine_becomes_a_us_core_immunization_unless_it_is_only_ordered(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["immunization"](case.source, None, PRACTICE)), "us-core-immunization")


@pytest.mark.parametrize("case", cases("athenanet/procedure_surgery"), ids=BY_NAME)
def test_an_operation_becomes_a_us_core_procedure(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["procedure_surgery"](case.source, None, PRACTICE)), "us-core-procedure")


@pytest.mark.parametrize("case", cases("athenanet/procedure_service"), ids=BY_NAME)
def test_a_service_that_is_a_procedure_becomes_a_us_core_procedure(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["procedure_service"](case.source, None, PRACTICE)), "us-core-procedure")


BEYOND_US_CORE = [
    pytest.param(name, case, id=f"{name}-{case.name}")
    for name in ("appointment", "slot", "schedule", "claim", "charge_item", "account")
    for case in cases(f"athenanet/{name}")
]


@pytest.mark.parametrize(("name", "case"), BEYOND_US_CORE)
def test_schedule_and_billing_become_what_fhir_has_for_them(name: str, case: Case) -> None:
    _golden(case, tuple(MAPPINGS[name](case.source, case.beside, PRACTICE)))


@pytest.mark.parametrize("case", cases("athenanet/coverage"), ids=BY_NAME)
def test_a_policy_becomes_a_us_core_coverage(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["coverage"](case.source, None, PRACTICE)), "us-core-coverage")


@pytest.mark.parametrize("case", cases("athenanet/observation_social_history"), ids=BY_NAME)
def test_social_history_of_all_charts_becomes_observations(case: Case) -> None:
    _golden(case, tuple(MAPPINGS["observation_social_history"](case.source, case.beside, PRACTICE)))


@pytest.mark.parametrize("case", cases("athenanet/observation_registration"), ids=BY_NAME)
def test_what_a_registration_says_becomes_observations(case: Case) -> None:
    _golden(case, observation_registration.observations(case.source, PRACTICE))


@pytest.mark.parametrize("case", cases("athenanet/screening"), ids=BY_NAME)
def test_a_screener_becomes_a_response_and_a_score(case: Case) -> None:
    response, *scores = MAPPINGS["screening"](case.source, None, PRACTICE)

    assert_golden(case, (response, *scores))
    assert_conforms(response.resource, "us-core-questionnaireresponse")
    for one in scores:
        assert_conforms(one.resource, "us-core-observation-screening-assessment")


@pytest.mark.parametrize("case", cases("athenanet/family_member_history"), ids=BY_NAME)
def test_family_history_becomes_family_member_histories(case: Case) -> None:
    _golden(case, family_member_history.histories(case.source, patient="3001", practice=PRACTICE))


def test_every_mapping_has_golden_pairs_and_is_fed_drifting_types() -> None:
    """A mapping says in its docstring what it makes; `vitals_acts` sorts readings for `observation_vitals`."""
    names = [module.name for module in pkgutil.iter_modules(mappings.athenanet.__path__)]
    said = {name: importlib.import_module(f"mappings.athenanet.{name}").__doc__ or "" for name in names}
    making = {name for name, text in said.items() if "\nTarget " in text} - {"vitals_acts"}
    folders = {path.parent.parent.name for path in Path(__file__).parent.glob("*/*/source.json")}

    assert making == MAPPINGS.keys()
    assert making == folders
