"""A profile is named only where the resource conforms to it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capability.uscore import TYPES, US_CORE, VERSIONS, edition, recognise
from capability.uscore.value_sets import LOINC, NULL_FLAVOR, SNOMED, TERMINOLOGY
from tests.capability.samples import (
    ALLERGY,
    BLOOD_PRESSURE,
    DIAGNOSIS,
    ENCOUNTER,
    HEART_RATE,
    LOCATION,
    ORGANIZATION,
    OXYGEN_SATURATION,
    PATIENT,
    PRACTITIONER,
    PROBLEM,
    PROVENANCE,
    SAMPLES,
    UNKNOWN,
    Resource,
    changed,
    concept,
    quantity,
)
from tests.conforms import assert_conforms

BIRTH_SEX = US_CORE + "us-core-birthsex"


def recognised(resource: Resource, version: str = "6.1.0") -> list[str]:
    return [canonical.removeprefix(US_CORE) for canonical in recognise(resource, edition(version))]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_conforming_resource_is_recognised(name: str) -> None:
    assert_conforms(SAMPLES[name], name)


def test_a_vital_sign_has_the_general_profile_and_its_own() -> None:
    assert ["us-core-vital-signs", "us-core-blood-pressure"] == recognised(BLOOD_PRESSURE)


def test_a_vital_sign_without_a_profile_of_its_own_has_the_general_one() -> None:
    assert ["us-core-vital-signs"] == recognised({**HEART_RATE, "code": concept(LOINC, "8280-0")})


CONFORMING = [
    ("reason for an absent name", changed(PATIENT, "name", [UNKNOWN])),
    ("reason in place of a primitive", changed(PATIENT, "identifier.0", {"system": "urn:x", "_value": UNKNOWN})),
    ("the set's own unknown", changed(PATIENT, "gender", "unknown")),
    ("absolute reference", changed(HEART_RATE, "subject.reference", "https://ehr.example/fhir/Patient/7")),
    ("reference to a version", changed(HEART_RATE, "subject.reference", "https://ehr.example/fhir/Patient/7/_history/2")),
    ("no reference but a name", changed(HEART_RATE, "subject", {"display": "Ada Ng"})),
    ("reason in place of a value", {**changed(HEART_RATE, "valueQuantity", None), "dataAbsentReason": {"text": "no"}}),
    ("a period", changed(changed(HEART_RATE, "effectiveDateTime", None), "effectivePeriod", {"start": "2026"})),
    ("a second category", changed(HEART_RATE, "category.1", {"text": "home"})),
    ("code and text", changed(HEART_RATE, "code.text", "Pulse")),
    ("an extension that US Core does not know", changed(PATIENT, "extension.2", {"url": "urn:x", "valueCode": "y"})),
    ("ended, and no longer active", {
        **PROBLEM,
        "abatementDateTime": "2025",
        "clinicalStatus": concept(TERMINOLOGY + "condition-clinical", "resolved"),
    }),
    ("an allergy entered in error needs no status", {
        **{key: value for key, value in ALLERGY.items() if key != "clinicalStatus"},
        "verificationStatus": concept(TERMINOLOGY + "allergyintolerance-verification", "entered-in-error"),
    }),
    ("an organisation may speak for itself", changed(PROVENANCE, "agent.0.who.reference", "Organization/o")),
    ("false is a value", changed(ORGANIZATION, "active", False)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resource"), CONFORMING, ids=[why for why, _ in CONFORMING])
def test_what_the_profile_allows_is_recognised(why: str, resource: Resource) -> None:
    (expected,) = [name for name, sample in SAMPLES.items() if recognised(sample)[-1] == recognised(resource)[-1]]

    assert recognised(SAMPLES[expected]) == recognised(resource)


BREAKING = [
    ("both a name and a reason for none", changed(PATIENT, "name.0", {"family": "Ng", **UNKNOWN})),
    ("a name of nothing but a use", changed(PATIENT, "name.0", {"use": "official"})),
    ("an empty list", changed(PATIENT, "identifier", [])),
    ("an empty text", changed(PATIENT, "identifier.0.system", "")),
    ("a name use that FHIR lacks", changed(PATIENT, "name.0.use", "legal")),
    ("a telecom system that FHIR lacks", changed(PATIENT, "telecom.0.system", "mobile")),
    ("a telecom use that FHIR lacks", changed(PATIENT, "telecom.0.use", "cell")),
    ("an address use that FHIR lacks", changed(PATIENT, "address.0.use", "mailing")),
    ("a gender that FHIR lacks", changed(PATIENT, "gender", "F")),
    ("two races", changed(PATIENT, "extension.1", PATIENT["extension"][0])),
    ("a race without text", changed(PATIENT, "extension.0.extension.1", None)),
    ("a race of another system", changed(PATIENT, "extension.0.extension.0.valueCoding.system", "urn:x")),
    ("a birth sex that is no code of the set", changed(PATIENT, "extension.1.valueCode", "female")),
    ("a birth sex of another type", changed(PATIENT, "extension.1", {"url": BIRTH_SEX, "valueString": "F"})),
    ("a contact who is nobody", {**PATIENT, "contact": [{"gender": "male"}]}),
    ("a contact of a gender that FHIR lacks", {**PATIENT, "contact": [{"name": {"text": "x"}, "gender": "m"}]}),
    ("a merged patient linked to a practitioner", {
        **PATIENT, "link": [{"type": "replaces", "other": {"reference": "Practitioner/1"}}]
    }),
    ("an NPI with a wrong check digit", changed(PRACTITIONER, "identifier.0.value", "1234567890")),
    ("an NPI of nine digits", changed(ORGANIZATION, "identifier.0.value", "123456789")),
    ("five address lines", changed(ORGANIZATION, "address.0.line", list("abcde"))),
    ("an organisation's home", changed(ORGANIZATION, "address.0.use", "home")),
    ("managed by a practitioner", changed(LOCATION, "managingOrganization.reference", "Practitioner/1")),
    ("for a group", changed(ENCOUNTER, "subject.reference", "Group/1")),
    ("over before it began", changed(ENCOUNTER, "period.end", "2026-01-05T09:00:00-04:00")),
    ("ended, but active", {**PROBLEM, "abatementDateTime": "2025"}),
    ("in error, but active", changed(PROBLEM, "verificationStatus.coding.0.code", "entered-in-error")),
    ("a problem of no category of problems", changed(PROBLEM, "category", [{"text": "problem"}])),
    ("an encounter diagnosis twice", changed(DIAGNOSIS, "category.1", DIAGNOSIS["category"][0])),
    ("a status of words alone", changed(PROBLEM, "clinicalStatus", {"text": "active"})),
    ("a status of another system", changed(PROBLEM, "clinicalStatus.coding.0.system", "urn:x")),
    ("an allergy without status", changed(ALLERGY, "clinicalStatus", None)),
    ("an allergy category that FHIR lacks", changed(ALLERGY, "category", ["drug"])),
    ("a reaction without manifestation", changed(ALLERGY, "reaction.0.manifestation", None)),
    ("a severity that FHIR lacks", changed(ALLERGY, "reaction.0.severity", "bad")),
    ("a practitioner on nobody's behalf", changed(PROVENANCE, "agent.0.onBehalfOf", None)),
    ("an agent of a foreign type", changed(PROVENANCE, "agent.0.who.reference", "Location/l")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resource"), BREAKING, ids=[why for why, _ in BREAKING])
def test_what_breaks_a_profile_is_not_recognised(why: str, resource: Resource) -> None:
    assert [] == recognised(resource)


GENERAL_ONLY = [
    ("a unit that the profile lacks", changed(HEART_RATE, "valueQuantity", quantity("72", "bpm"))),
    ("a unit that is not UCUM", changed(HEART_RATE, "valueQuantity.system", "urn:x")),
    ("a quantity without unit", changed(HEART_RATE, "valueQuantity.unit", None)),
    ("one component of two", changed(BLOOD_PRESSURE, "component.1", None)),
    ("systolic twice", changed(BLOOD_PRESSURE, "component.1", BLOOD_PRESSURE["component"][0])),
    ("a pressure in another unit", changed(BLOOD_PRESSURE, "component.0.valueQuantity.code", "kPa")),
    ("one code of two", changed(OXYGEN_SATURATION, "code.coding.1", None)),
    ("flow in another unit", changed(OXYGEN_SATURATION, "component.0.valueQuantity.code", "mL/min")),
]


@pytest.mark.parametrize(("why", "resource"), GENERAL_ONLY, ids=[why for why, _ in GENERAL_ONLY])
def test_what_breaks_only_the_specific_profile_keeps_the_general_one(why: str, resource: Resource) -> None:
    assert ["us-core-vital-signs"] == recognised(resource)


NO_VITAL_SIGN = [
    ("no value and no reason", changed(HEART_RATE, "valueQuantity", None)),
    ("a value and a reason", changed(HEART_RATE, "dataAbsentReason", {"text": "no"})),
    ("a component without value or reason", changed(BLOOD_PRESSURE, "component.1.dataAbsentReason", None)),
    ("a month", changed(HEART_RATE, "effectiveDateTime", "2026-01")),
    ("another category", changed(HEART_RATE, "category.0.coding.0.code", "laboratory")),
    ("an instant", changed(changed(HEART_RATE, "effectiveDateTime", None), "effectiveInstant", "2026-01-05T00:00:00Z")),
    ("for a group", changed(HEART_RATE, "subject.reference", "Group/1")),
    ("a status that FHIR lacks", changed(HEART_RATE, "status", "done")),
    ("a reason in place of the status", {**changed(HEART_RATE, "status", None), "_status": UNKNOWN}),
    ("a code without system", changed(HEART_RATE, "valueQuantity.system", None)),
    ("a comparator that FHIR lacks", changed(HEART_RATE, "valueQuantity.comparator", "~")),
    ("a component that repeats the code", {
        **HEART_RATE, "component": [{"code": HEART_RATE["code"], "valueString": "x"}]
    }),
]  # fmt: skip


@pytest.mark.parametrize(("why", "resource"), NO_VITAL_SIGN, ids=[why for why, _ in NO_VITAL_SIGN])
def test_what_breaks_the_general_profile_is_no_vital_sign(why: str, resource: Resource) -> None:
    assert {"us-core-vital-signs", "us-core-heart-rate", "us-core-blood-pressure"}.isdisjoint(recognised(resource))


# --- editions ------------------------------------------------------------------------------------------------------


def test_gender_is_mandatory_until_7_0_0() -> None:
    without = changed(PATIENT, "gender", None)

    assert [[], [], ["us-core-patient"]] == [recognised(without, version) for version in VERSIONS]


def test_sex_is_a_code_until_7_0_0_and_a_coding_from_8_0_0() -> None:
    code = changed(PATIENT, "extension", [{"url": US_CORE + "us-core-sex", "valueCode": "248152002"}])
    coding = changed(
        PATIENT,
        "extension",
        [{"url": US_CORE + "us-core-sex", "valueCoding": {"system": SNOMED, "code": "248152002"}}],
    )

    assert [True, True, False] == [bool(recognised(code, version)) for version in VERSIONS]
    assert [False, False, True] == [bool(recognised(coding, version)) for version in VERSIONS]


def test_an_unknown_race_beside_a_known_one_is_refused_from_7_0_0() -> None:
    both = changed(
        PATIENT,
        "extension.0.extension.2",
        {"url": "ombCategory", "valueCoding": {"system": NULL_FLAVOR, "code": "UNK"}},
    )

    assert [True, False, False] == [bool(recognised(both, version)) for version in VERSIONS]


def test_an_average_blood_pressure_has_a_profile_from_7_0_0() -> None:
    average = deepcopy(BLOOD_PRESSURE)
    average["code"] = concept(LOINC, "96607-7")
    for component, code in zip(average["component"], ("96608-5", "96609-3"), strict=True):
        component["code"] = concept(LOINC, code)

    assert ["us-core-vital-signs"] == recognised(average, "6.1.0")
    assert {"us-core-vital-signs", "us-core-average-blood-pressure"} == set(recognised(average, "7.0.0"))


def test_an_encounter_may_be_for_a_group_from_7_0_0() -> None:
    group = changed(ENCOUNTER, "subject.reference", "Group/1")

    assert [False, True, True] == [bool(recognised(group, version)) for version in VERSIONS]


def test_an_edition_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match=r"known are 6\.1\.0, 7\.0\.0, 8\.0\.0"):
        edition("5.0.1")


# --- whatever comes ------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A sample in which one element, at any depth, is something else."""
    resource = deepcopy(draw(st.sampled_from(list(SAMPLES.values()))))
    place: Any = resource
    while True:
        keys = [key for key in place if key != "resourceType"] if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        place[key] = draw(JSON)
        return resource


@given(damaged())
def test_no_document_makes_it_fail(resource: Any) -> None:
    assert set(recognise(resource, edition("6.1.0"))) <= {
        row.canonical for type_ in TYPES for row in edition("6.1.0").profiles(type_)
    }


@pytest.mark.parametrize("system", [7, None, True])
def test_a_fixed_value_of_another_type_is_not_the_fixed_value(system: object) -> None:
    rate = {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
                ]
            }
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-01-01",
        "valueQuantity": {"value": 72, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
    }
    name = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-heart-rate"
    assert name in recognise(rate, edition("6.1.0"))

    wrong = {**rate, "valueQuantity": {"value": 72, "unit": "/min", "system": system, "code": "/min"}}

    assert name not in recognise(wrong, edition("6.1.0"))
