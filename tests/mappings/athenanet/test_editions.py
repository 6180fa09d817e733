"""A tenant serves one edition of US Core: what is made for it conforms to that one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from capability.uscore import VERSIONS, edition, recognise
from mappings import fhirjson
from mappings.athenanet import location, patient
from tests.conforms import assert_conforms
from tests.golden import Case, cases, written
from tests.mappings.athenanet.by_name import MAPPINGS
from tests.mappings.athenanet.riverbend import PRACTICE

PROFILES = {  # of mappings all of whose resources have one
    "diagnostic_report_imaging": "us-core-diagnosticreport-note",
    "diagnostic_report_laboratory": "us-core-diagnosticreport-lab",
    "observation_laboratory": "us-core-observation-lab",
    "service_request": "us-core-servicerequest",
    "patient": "us-core-patient",
    "related_person": "us-core-relatedperson",
    "care_plan": "us-core-careplan",
    "goal": "us-core-goal",
    "care_team": "us-core-careteam",
    "practitioner": "us-core-practitioner",
    "practitioner_role": "us-core-practitionerrole",
    "organization": "us-core-organization",
    "location": "us-core-location",
    "document_reference": "us-core-documentreference",
    "document_reference_ccda": "us-core-documentreference",
    "document_reference_visit_note": "us-core-documentreference",
    "encounter": "us-core-encounter",
    "condition": "us-core-condition-problems-health-concerns",
    "condition_diagnosis": "us-core-condition-encounter-diagnosis",
    "allergy_intolerance": "us-core-allergyintolerance",
    "observation_vitals": "us-core-vital-signs",
    "medication": "us-core-medication",
    "medication_request": "us-core-medicationrequest",
    "immunization": "us-core-immunization",
    "procedure_surgery": "us-core-procedure",
    "procedure_service": "us-core-procedure",
    "coverage": "us-core-coverage",
}
CASES = [(name, case) for name in PROFILES for case in cases(f"athenanet/{name}")]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case.name}" for name, case in CASES])
def test_every_golden_resource_conforms_in_every_edition(name: str, case: Case, version: str) -> None:
    practice = replace(PRACTICE, us_core=version)
    made = list(MAPPINGS[name](case.source, case.beside, practice))

    assert len(case.expected) == len(made)
    for one, expected in zip(made, case.expected, strict=True):
        assert_conforms(one.resource, *([PROFILES[name]] if name in PROFILES else []), edition=version)
        first = recognise(expected["resource"], edition(VERSIONS[0]))
        assert set(first) <= set(recognise(one.resource, edition(version)))


@pytest.mark.parametrize("case", cases("athenanet/patient"), ids=lambda case: case.name)
def test_between_editions_a_patient_differs_in_the_type_of_sex_only(case: Case) -> None:
    expected = [_without_sex(one) for one in case.expected]
    for version in VERSIONS:
        made = written(patient.patients(case.source, replace(PRACTICE, us_core=version)))

        assert fhirjson.canonical(expected) == fhirjson.canonical([_without_sex(one) for one in made])


@pytest.mark.parametrize(
    ("version", "value"),
    [
        ("6.1.0", {"valueCode": "248152002"}),
        ("7.0.0", {"valueCode": "248152002"}),
        ("8.0.0", {"valueCoding": {"system": "http://snomed.info/sct", "code": "248152002", "display": "Female"}}),
    ],
)
def test_sex_is_a_code_until_8_0_0_and_a_coding_since(version: str, value: dict[str, Any]) -> None:
    practice = replace(PRACTICE, us_core=version)
    (mapped,) = patient.patients({"patientid": 1, "sex": "F", "lastname": "x"}, practice)

    assert [{"url": _SEX, **value}] == mapped.resource["extension"]
    assert_conforms(mapped.resource, "us-core-patient", edition=version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_place_of_service_without_a_code_conforms_in_every_edition(version: str) -> None:
    record = {"departmentid": 1, "name": "Main", "placeofservicetypename": "Office"}
    made = location.location(record, replace(PRACTICE, us_core=version)).resource

    assert "Office" == made["type"][0]["text"]
    assert_conforms(made, "us-core-location", edition=version)


_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex"


def _without_sex(one: dict[str, Any]) -> dict[str, Any]:
    resource = dict(one["resource"])
    resource["extension"] = [each for each in resource.get("extension", ()) if each["url"] != _SEX]
    return {**one, "resource": resource}
