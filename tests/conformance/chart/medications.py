"""Medications, what was ordered and what was handed over."""

from __future__ import annotations

from typing import Any

from tests.conformance.chart.building import RXNORM, TERMINOLOGY, concept, quantity, reference, resource


def of(patient: str) -> list[dict[str, Any]]:
    subject = reference(f"Patient/{patient}")
    medication = resource(
        "Medication", f"{patient}-tablet", "us-core-medication", code=concept(RXNORM, "314076", "Lisinopril 10 MG")
    )
    requests = [
        _request(patient, subject, "lisinopril", "order", "active", "2023-01-10T09:20:00-05:00", referred=True),
        _request(patient, subject, "insulin", "order", "on-hold", "2022-05-01"),
        _request(patient, subject, "aspirin", "plan", "active", "2021-12-31", reportedBoolean=True),
        _request(
            patient,
            subject,
            "vitamin",
            "plan",
            "completed",
            "2020-02-29",
            reportedReference=reference("Practitioner/doc"),
        ),
    ]
    return [medication, *requests, *_dispenses(patient, subject)]


def _dosage() -> list[dict[str, Any]]:
    return [
        {
            "text": "one tablet daily",
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
        }
    ]


def _request(
    patient: str,
    subject: dict[str, str],
    name: str,
    intent: str,
    status: str,
    when: str,
    referred: bool = False,
    **more: Any,
) -> dict[str, Any]:
    medication = (
        {"medicationReference": reference(f"Medication/{patient}-tablet")}
        if referred
        else {
            "medicationCodeableConcept": concept(RXNORM, {"insulin": "311040", "aspirin": "243670"}.get(name, "11246"))
        }
    )
    return resource(
        "MedicationRequest",
        f"{patient}-{name}",
        "us-core-medicationrequest",
        status=status,
        intent=intent,
        category=[concept(f"{TERMINOLOGY}medicationrequest-category", "outpatient")],
        **medication,
        subject=subject,
        encounter=reference(f"Encounter/{patient}-{'stay' if (patient, name) == ('ana', 'insulin') else 'visit'}"),
        authoredOn=when,
        requester=reference("Practitioner/doc"),
        reasonCode=[concept("http://snomed.info/sct", "38341003", "Hypertension")],
        reasonReference=[reference(f"Condition/{patient}-diabetes")],
        dosageInstruction=_dosage(),
        dispenseRequest={"numberOfRepeatsAllowed": 2, "quantity": {"value": 30, "unit": "tablet"}},
        **more,
    )


def _dispenses(patient: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    return [
        resource(
            "MedicationDispense",
            f"{patient}-{name}",
            "us-core-medicationdispense",
            status=status,
            **medication,
            subject=subject,
            context=reference(f"Encounter/{patient}-visit"),
            performer=[{"actor": reference("Practitioner/doc")}],
            authorizingPrescription=[reference(f"MedicationRequest/{patient}-lisinopril")],
            type=concept(f"{TERMINOLOGY}v3-ActCode", kind),
            quantity=quantity(30, "{tablet}"),
            whenHandedOver="2023-01-11T14:00:00-05:00",
            dosageInstruction=_dosage(),
        )
        for name, status, kind, medication in (
            ("first", "completed", "FF", {"medicationReference": reference(f"Medication/{patient}-tablet")}),
            ("refill", "on-hold", "RF", {"medicationCodeableConcept": concept(RXNORM, "314076")}),
        )
    ]
