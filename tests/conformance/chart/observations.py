"""Vital signs, results, social history, screening."""

from __future__ import annotations

from typing import Any

from tests.conformance.chart.building import (
    LOINC,
    OBSERVATION_CATEGORY,
    SNOMED,
    TERMINOLOGY,
    US_CORE_CATEGORY,
    coding,
    concept,
    quantity,
    reference,
    resource,
)

UNKNOWN = concept(f"{TERMINOLOGY}data-absent-reason", "unknown")
VITALS = (
    # name, profile, LOINC, value, unit, UCUM
    ("bmi", "us-core-bmi", "39156-5", 27.4, "kg/m2", "kg/m2"),
    ("height", "us-core-body-height", "8302-2", 165.0, "cm", "cm"),
    ("weight", "us-core-body-weight", "29463-7", 74.5, "kg", "kg"),
    ("temperature", "us-core-body-temperature", "8310-5", 37.1, "Cel", "Cel"),
    ("head", "us-core-head-circumference", "9843-4", 56.0, "cm", "cm"),
    ("heart", "us-core-heart-rate", "8867-4", 71, "/min", "/min"),
    ("breath", "us-core-respiratory-rate", "9279-1", 15, "/min", "/min"),
    ("bmi-age", "pediatric-bmi-for-age", "59576-9", 65, "%", "%"),
    ("weight-height", "pediatric-weight-for-height", "77606-2", 55, "%", "%"),
    ("head-percentile", "head-occipital-frontal-circumference-percentile", "8289-1", 45, "%", "%"),
)


def of(patient: str) -> list[dict[str, Any]]:
    found = [*_vitals(patient), *_results(patient), *_social(patient), *_screening(patient)]
    few = {f"{patient}-{name}" for name in ("weight", "pressure", "sodium", "smoking", "sdoh-survey", "sdoh-housing")}
    return found if patient == "ana" else [one for one in found if one["id"] in few]


def observation(
    patient: str, name: str, profile: str, category: tuple[str, ...], code: dict[str, Any], **more: Any
) -> dict[str, Any]:
    systems = {
        each: US_CORE_CATEGORY for each in ("sdoh", "functional-status", "disability-status", "cognitive-status")
    }
    named = [concept(systems.get(each, OBSERVATION_CATEGORY), each) for each in category]
    return resource(
        "Observation",
        f"{patient}-{name}",
        profile,
        **{
            "status": "final",
            "category": named or None,
            "code": code,
            "subject": reference(f"Patient/{patient}"),
            "performer": [reference("Practitioner/doc")],
            **({} if "effectivePeriod" in more else {"effectiveDateTime": "2023-01-10T09:05:00-05:00"}),
            **more,
        },
    )


def _vitals(patient: str) -> list[dict[str, Any]]:
    vital = ("vital-signs",)
    plain = [
        observation(patient, name, profile, vital, concept(LOINC, code), valueQuantity=quantity(value, unit, ucum))
        for name, profile, code, value, unit, ucum in VITALS
    ]
    plain[2]["effectiveDateTime"] = "2022-12-31T23:30:00-05:00"
    plain[1]["effectiveDateTime"] = "2022-03-15"
    again = observation(
        patient, "weight-2", "us-core-body-weight", vital, concept(LOINC, "29463-7"), dataAbsentReason=UNKNOWN
    )
    panel = observation(
        patient,
        "panel",
        "us-core-vital-signs",
        vital,
        concept(LOINC, "85353-1"),
        hasMember=[reference(f"Observation/{patient}-heart")],
        component=[
            {"code": concept(LOINC, "8867-4"), "valueQuantity": quantity(71, "/min")},
            {"code": concept(LOINC, "9279-1"), "dataAbsentReason": UNKNOWN},
        ],
    )
    return [*plain, again, panel, *_pressures(patient), *_oximetry(patient)]


def _pressures(patient: str) -> list[dict[str, Any]]:
    def pressure(name: str, values: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
        parts = [
            {"code": concept(LOINC, code), **value} for code, value in zip(("8480-6", "8462-4"), values, strict=True)
        ]
        code = concept(LOINC, "85354-9")
        return observation(patient, name, "us-core-blood-pressure", ("vital-signs",), code, component=parts)

    absent = {"dataAbsentReason": UNKNOWN}
    taken = {"valueQuantity": quantity(120, "mmHg", "mm[Hg]")}, {"valueQuantity": quantity(80, "mmHg", "mm[Hg]")}
    return [pressure("pressure", taken), pressure("pressure-2", (absent, absent))]


def _oximetry(patient: str) -> list[dict[str, Any]]:
    code = {"coding": [coding(LOINC, "59408-5"), coding(LOINC, "2708-6")]}
    flow, oxygen = concept(LOINC, "3151-8"), concept(LOINC, "3150-0")
    taken = [
        {"code": flow, "valueQuantity": quantity(2, "L/min")},
        {"code": oxygen, "valueQuantity": quantity(28, "%")},
    ]
    absent = [{"code": each, "dataAbsentReason": UNKNOWN} for each in (flow, oxygen)]
    return [
        observation(
            patient,
            name,
            "us-core-pulse-oximetry",
            ("vital-signs",),
            code,
            valueQuantity=quantity(96, "%"),
            component=parts,
        )
        for name, parts in (("oximetry", taken), ("oximetry-2", absent))
    ]


def _results(patient: str) -> list[dict[str, Any]]:
    specimen = resource(
        "Specimen",
        f"{patient}-blood",
        "us-core-specimen",
        type=concept(SNOMED, "119297000", "Blood"),
        subject=reference(f"Patient/{patient}"),
    )
    lab, profile = ("laboratory",), "us-core-observation-lab"
    taken = {"specimen": reference(f"Specimen/{patient}-blood"), "effectiveDateTime": "2023-01-10T10:00:00Z"}
    return [
        *([specimen] if patient == "ana" else []),
        observation(patient, "sodium", profile, lab, concept(LOINC, "2951-2"), valueQuantity=quantity(139, "mmol/L"))
        | (taken if patient == "ana" else {}),
        observation(
            patient,
            "blood-group",
            profile,
            lab,
            concept(LOINC, "883-9"),
            valueCodeableConcept=concept(SNOMED, "112144000"),
        )
        | taken,
        observation(patient, "culture", profile, lab, concept(LOINC, "600-7"), valueString="no growth")
        | {**taken, "status": "preliminary"},
        observation(patient, "glucose", profile, lab, concept(LOINC, "2345-7"), dataAbsentReason=UNKNOWN)
        | {**taken, "status": "cancelled"},
        observation(
            patient,
            "ecg",
            "us-core-observation-clinical-result",
            ("procedure",),
            concept(LOINC, "34534-8"),
            valueString="sinus rhythm",
            effectivePeriod={"start": "2023-01-10T09:00:00-05:00", "end": "2023-01-10T09:10:00-05:00"},
        ),
        observation(
            patient,
            "echo",
            "us-core-observation-clinical-result",
            ("imaging",),
            concept(LOINC, "34552-0"),
            dataAbsentReason=UNKNOWN,
        ),
    ]


def _social(patient: str) -> list[dict[str, Any]]:
    social = ("social-history",)
    never = concept(SNOMED, "266919005", "Never smoked")
    pregnant = concept(SNOMED, "60001007", "Not pregnant")
    wish = concept(SNOMED, "454381000124105", "Not wanting to become pregnant")
    attracted = concept(SNOMED, "20430005", "Heterosexual")
    industry = {
        "code": concept(LOINC, "86188-0"),
        "valueCodeableConcept": concept("urn:oid:2.16.840.1.114222.4.5.327", "622"),
    }
    return [
        observation(
            patient, "smoking", "us-core-smokingstatus", social, concept(LOINC, "72166-2"), valueCodeableConcept=never
        ),
        observation(
            patient,
            "pregnant",
            "us-core-observation-pregnancystatus",
            social,
            concept(LOINC, "82810-3"),
            valueCodeableConcept=pregnant,
        ),
        observation(
            patient,
            "wish",
            "us-core-observation-pregnancyintent",
            social,
            concept(LOINC, "86645-9"),
            valueCodeableConcept=wish,
        ),
        observation(
            patient,
            "orientation",
            "us-core-observation-sexual-orientation",
            (),
            concept(LOINC, "76690-7"),
            valueCodeableConcept=attracted,
        ),
        observation(
            patient,
            "work",
            "us-core-observation-occupation",
            social,
            concept(LOINC, "11341-5"),
            valueCodeableConcept=concept("urn:oid:2.16.840.1.114222.4.5.327", "3600"),
            component=[industry],
            effectivePeriod={"start": "1975-09-01", "end": "2015-06-30"},
        ),
    ]


def _screening(patient: str) -> list[dict[str, Any]]:
    profile = "us-core-observation-screening-assessment"
    tags = ("sdoh", "functional-status", "disability-status", "cognitive-status")
    answer = concept(LOINC, "LA31993-1")
    single = [
        observation(
            patient, f"{tag}-housing", profile, ("survey", tag), concept(LOINC, code), valueCodeableConcept=answer
        )
        for tag, code in zip(tags, ("71802-3", "69861-3", "69856-3", "72106-8"), strict=True)
    ]
    survey = observation(
        patient,
        "sdoh-survey",
        profile,
        ("survey", "sdoh"),
        concept(LOINC, "93025-5"),
        hasMember=[reference(f"Observation/{patient}-sdoh-housing")],
        derivedFrom=[reference(f"QuestionnaireResponse/{patient}-form")],
    )
    unanswered = observation(
        patient, "sdoh-food", profile, ("survey", "sdoh"), concept(LOINC, "88122-7"), dataAbsentReason=UNKNOWN
    )
    simple = observation(
        patient,
        "preference",
        "us-core-simple-observation",
        ("social-history", "sdoh"),
        concept(LOINC, "81378-2"),
        valueString="asks for a walking aid",
        derivedFrom=[reference(f"Observation/{patient}-sdoh-survey")],
    )
    return [*single, survey, unanswered, simple]
