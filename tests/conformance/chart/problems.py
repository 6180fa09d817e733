"""Allergies, conditions, encounters, immunizations, procedures."""

from __future__ import annotations

from typing import Any

from tests.conformance.chart.building import (
    ABSENT,
    SNOMED,
    TERMINOLOGY,
    US_CORE_CATEGORY,
    concept,
    identifier,
    reference,
    resource,
)

ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
CONDITION_CATEGORY = f"{TERMINOLOGY}condition-category"
HEALTH_CONCERN = concept("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")
CVX = "http://hl7.org/fhir/sid/cvx"


def of(patient: str) -> list[dict[str, Any]]:
    subject = reference(f"Patient/{patient}")
    found = [*_encounters(patient, subject), *_conditions(patient, subject), *_allergies(patient, subject)]
    return [*found, *_immunizations(patient, subject), *_procedures(patient, subject)]


def _encounters(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    visits = [
        ("visit", "AMB", "finished", "185349003", "2023-01-10T09:00:00-05:00", "2023-01-10T09:30:00-05:00"),
        ("stay", "IMP", "finished", "32485007", "2023-06-01T22:00:00-04:00", "2023-06-05T11:00:00-04:00"),
        ("planned", "AMB", "planned", "185349003", "2024-01-05", None),
    ]
    return [
        resource(
            "Encounter",
            f"{patient}-{name}",
            "us-core-encounter",
            identifier=[identifier("http://hospital.example.org/visits", f"{patient}-{at}")],
            status=status,
            **{"class": {"system": f"{TERMINOLOGY}v3-ActCode", "code": kind}},
            type=[concept(SNOMED, code)],
            subject=subject,
            participant=[
                {
                    "type": [concept(f"{TERMINOLOGY}v3-ParticipationType", "ATND")],
                    "period": {"start": start},
                    "individual": reference("Practitioner/doc"),
                }
            ],
            period={"start": start, **({"end": end} if end else {})},
            reasonCode=[concept(SNOMED, "386661006", "Fever")],
            reasonReference=[reference(f"Condition/{patient}-diabetes")],
            hospitalization={"dischargeDisposition": concept(f"{TERMINOLOGY}discharge-disposition", "home")}
            if name == "stay"
            else None,
            location=[{"location": reference("Location/ward")}],
            serviceProvider=reference("Organization/clinic"),
        )
        for at, (name, kind, status, code, start, end) in enumerate(visits)
        if patient == "ana" or name == "visit"
    ]


def _conditions(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    problem = concept(CONDITION_CATEGORY, "problem-list-item")
    diagnosis = concept(CONDITION_CATEGORY, "encounter-diagnosis")
    sdoh = concept(US_CORE_CATEGORY, "sdoh")
    rows: list[tuple[str, list[dict[str, Any]], str, str, str, str | None]] = [
        ("diabetes", [problem], "44054006", "active", "2015-02", None),
        ("fracture", [problem], "125605004", "resolved", "2018-07-04T15:00:00Z", "2018-10-01"),
        ("homeless", [HEALTH_CONCERN, sdoh], "32911000", "active", "2022-11-20", None),
        ("fever", [diagnosis], "386661006", "resolved", "2023-01-09", "2023-01-12T08:00:00-05:00"),
    ]
    found = []
    for name, category, code, status, onset, abatement in rows:
        if patient == "ben" and name == "homeless":
            continue
        of_encounter = category == [diagnosis]
        profile = "encounter-diagnosis" if of_encounter else "problems-health-concerns"
        one = resource(
            "Condition",
            f"{patient}-{name}",
            f"us-core-condition-{profile}",
            extension=[{"url": ASSERTED, "valueDateTime": "2023-01-15"}],
            clinicalStatus=concept(f"{TERMINOLOGY}condition-clinical", status),
            verificationStatus=concept(f"{TERMINOLOGY}condition-ver-status", "confirmed"),
            category=category,
            code=concept(SNOMED, code),
            subject=subject,
            encounter=reference(f"Encounter/{patient}-visit") if of_encounter else None,
            onsetDateTime=onset,
            abatementDateTime=abatement,
            recordedDate="2023-01-10T09:15:00-05:00" if of_encounter else "2022-12-01",
        )
        found.append(one)
    return found


def _allergies(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    def allergy(name: str, status: str, code: dict[str, Any], **more: Any) -> dict[str, Any]:
        return resource(
            "AllergyIntolerance",
            f"{patient}-{name}",
            "us-core-allergyintolerance",
            clinicalStatus=concept(f"{TERMINOLOGY}allergyintolerance-clinical", status),
            verificationStatus=concept(f"{TERMINOLOGY}allergyintolerance-verification", "confirmed"),
            code=code,
            patient=subject,
            **more,
        )

    hives = [{"manifestation": [concept(SNOMED, "247472004", "Hives")]}]
    return [
        allergy("penicillin", "active", concept(SNOMED, "764146007", "Penicillin"), reaction=hives),
        allergy("latex", "resolved", concept(SNOMED, "1003755004", "Latex")),
        allergy("cats", "active", concept(f"{TERMINOLOGY}data-absent-reason", "unknown")),
    ]


def _immunizations(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    def given(name: str, status: str, code: str, **more: Any) -> dict[str, Any]:
        vaccine = concept(CVX, code)
        return resource(
            "Immunization",
            f"{patient}-{name}",
            "us-core-immunization",
            status=status,
            vaccineCode=vaccine,
            patient=subject,
            **{"primarySource": True, **more},
        )

    refused = concept(f"{TERMINOLOGY}v3-ActReason", "PATOBJ")
    absent = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    return [
        given("flu", "completed", "140", occurrenceDateTime="2022-10-03"),
        given("covid", "completed", "208", occurrenceDateTime="2021-04-12T10:20:00-04:00"),
        given("shingles", "not-done", "187", occurrenceDateTime="2023-03-01", statusReason=refused),
        given("polio", "completed", "10", _occurrenceDateTime=absent, primarySource=False),
    ]


def _procedures(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    def done(name: str, code: str, **more: Any) -> dict[str, Any]:
        return resource(
            "Procedure",
            f"{patient}-{name}",
            "us-core-procedure",
            status="completed",
            code=concept(SNOMED, code),
            subject=subject,
            **more,
        )

    return [
        done(
            "xray",
            "168731009",
            basedOn=[reference(f"ServiceRequest/{patient}-order")],
            performedDateTime="2018-07-04T16:30:00Z",
        ),
        done("cast", "88311004", performedPeriod={"start": "2018-07-04", "end": "2018-08-20"}),
        done("suture", "18557009", performedPeriod={"start": "2023-06-02"}),
    ]
