"""Each shape that was captured of Epic, in synthetic values, against what a US Core client must see."""

from __future__ import annotations

import pytest

from mappings import fhirjson
from tests.conforms import assert_conforms
from tests.golden import Case, cases
from tests.mappings.epic.normalised import normalised

PROFILES = {
    "allergy_intolerance": "us-core-allergyintolerance",
    "condition": None,
    "diagnostic_report": "us-core-diagnosticreport-lab",
    "document_reference": "us-core-documentreference",
    "encounter": "us-core-encounter",
    "immunization": "us-core-immunization",
    "medication_request": "us-core-medicationrequest",
    "observation": None,
    "patient": "us-core-patient",
    "service_request": "us-core-servicerequest",
}
BY_CASE = {
    "blood_pressure": "us-core-blood-pressure",
    "encounter_diagnosis": "us-core-condition-encounter-diagnosis",
    "laboratory": "us-core-observation-lab",
    "problem": "us-core-condition-problems-health-concerns",
    "smoking_status": "us-core-smokingstatus",
}
PAIRS = [
    pytest.param(folder, case, id=f"{folder} {case.name}") for folder in PROFILES for case in cases(f"epic/{folder}")
]


@pytest.mark.parametrize(("folder", "case"), PAIRS)
def test_what_epic_sends_becomes_us_core(folder: str, case: Case) -> None:
    found = normalised(case.source)

    assert case.expected == found
    assert fhirjson.canonical(case.expected) == fhirjson.canonical(found)
    if found["resource"] is not None:
        assert_conforms(found["resource"], str(PROFILES[folder] or BY_CASE[case.name]))


def _case(folder: str, name: str) -> Case:
    return next(one for one in cases(f"epic/{folder}") if one.name == name)


def test_a_practice_may_keep_allergies_that_were_not_asked_for() -> None:
    case = _case("allergy_intolerance", "not_on_file")

    kept = normalised(case.source, keep_not_on_file=True)

    assert ([], "Not on File") == (kept["left_out"], kept["resource"]["code"]["text"])


def test_a_practice_may_pass_a_smoking_status_as_it_is() -> None:
    case = _case("observation", "smoking_status")

    kept = normalised(case.source, smoking_status_as_of=False)["resource"]

    assert ({"end": "2025-12-20"}, False) == (kept["effectivePeriod"], "effectiveDateTime" in kept)


def test_without_a_setting_no_identifier_is_taken_for_the_medical_record_number() -> None:
    case = _case("patient", "as_captured")

    plain = normalised(case.source, mrn_system=None)["resource"]

    assert [] == [one for one in plain["identifier"] if "coding" in one.get("type", {})]
