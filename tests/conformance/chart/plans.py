"""Care plans and teams, goals, orders, forms."""

from __future__ import annotations

from typing import Any

from tests.conformance.chart.building import (
    LOINC,
    SNOMED,
    US_CORE,
    US_CORE_CATEGORY,
    concept,
    identifier,
    narrative,
    reference,
    resource,
)

ASSESS = concept("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan")
FORM = "http://example.org/Questionnaire/phq-9"


def of(patient: str) -> list[dict[str, Any]]:
    subject = reference(f"Patient/{patient}")
    return [
        *_plans(patient, subject),
        *_teams(patient, subject),
        *_goals(patient, subject),
        *_orders(patient, subject),
        _form(patient, subject),
    ]


def _plans(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    return [
        resource(
            "CarePlan",
            f"{patient}-plan-{status}",
            "us-core-careplan",
            text={**narrative("Walk more"), "status": "additional"},
            status=status,
            intent="order",
            category=[ASSESS],
            subject=subject,
            period=period,
        )
        for status, period in (
            ("active", {"start": "2023-01-10"}),
            ("completed", {"start": "2021-01-01", "end": "2021-12-31"}),
            ("revoked", {"end": "2020-06-30T23:59:59Z"}),
        )
    ]


def _teams(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    roles = [
        ("446050000", "Practitioner/doc"),
        ("224535009", "PractitionerRole/role"),
        ("394730007", "Organization/clinic"),
        ("116154003", f"Patient/{patient}"),
        ("133932002", "RelatedPerson/sister" if patient == "ana" else "PractitionerRole/ward-role"),
    ]
    return [
        resource(
            "CareTeam",
            f"{patient}-team-{status}",
            "us-core-careteam",
            status=status,
            subject=subject,
            participant=[{"role": [concept(SNOMED, code)], "member": reference(who)} for code, who in taking],
        )
        for status, taking in (("active", roles), ("inactive", roles[:1]))
    ]


def _goals(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    return [
        resource(
            "Goal",
            f"{patient}-goal-{at}",
            "us-core-goal",
            lifecycleStatus=status,
            description=concept(SNOMED, code),
            subject=subject,
            startDate=f"202{at}-01-01",
            target=[{"dueDate": due}],
        )
        for at, (status, code, due) in enumerate(
            (
                ("active", "289169006", "2024-06-30"),
                ("completed", "161832001", "2022-01-01"),
                ("planned", "709137006", "2025-03-15"),
            )
        )
    ]


def _orders(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    return [
        resource(
            "ServiceRequest",
            f"{patient}-{name}",
            "us-core-servicerequest",
            status=status,
            intent="order",
            category=[category],
            code=concept(SNOMED, code),
            subject=subject,
            occurrenceDateTime="2018-07-05",
            authoredOn=when,
            requester=reference("Practitioner/doc"),
            reasonCode=[concept(SNOMED, "125605004", "Fracture")],
            reasonReference=[reference(f"Condition/{patient}-fracture")],
        )
        for name, status, category, code, when in (
            ("order", "completed", concept(SNOMED, "363679005", "Imaging"), "168731009", "2018-07-04T15:30:00Z"),
            ("housing", "active", concept(US_CORE_CATEGORY, "sdoh"), "710824005", "2023-01-10"),
            ("lab", "draft", concept(SNOMED, "108252007", "Laboratory"), "26604007", "2022-08-01T07:00:00-04:00"),
        )
    ]


def _form(patient: str, subject: dict[str, str]) -> dict[str, Any]:
    text = {"url": "http://hl7.org/fhir/StructureDefinition/display", "valueString": "PHQ-9"}
    address = {"url": f"{US_CORE}us-core-extension-questionnaire-uri", "valueUri": "http://example.org/forms/phq-9"}
    nested = {"linkId": "1.1.1", "text": "How often?", "answer": [{"valueString": "daily"}]}
    answered = {
        "linkId": "1.1",
        "text": "Sad?",
        "answer": [{"valueCoding": {"system": LOINC, "code": "LA6568-5"}, "item": [nested]}],
    }
    return resource(
        "QuestionnaireResponse",
        f"{patient}-form",
        "us-core-questionnaireresponse",
        identifier=identifier("http://hospital.example.org/forms", patient),
        questionnaire=FORM,
        _questionnaire={"extension": [text, address]},
        status="completed" if patient == "ana" else "in-progress",
        subject=subject,
        authored="2023-01-10T09:40:00-05:00",
        author=reference("Practitioner/doc"),
        item=[{"linkId": "1", "text": "Mood", "item": [answered]}, {**answered, "linkId": "2"}],
    )
