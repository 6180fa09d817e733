"""When care was given, by type: what `start` and `end` of an operation look at.

https://hl7.org/fhir/R4/patient-operation-everything.html, https://hl7.org/fhir/us/core/OperationDefinition-docref.html
"""

from __future__ import annotations

CARE_DATES: dict[str, tuple[str, ...]] = {
    # type: search parameters, the first that has a value counts
    "Appointment": ("date",),
    "CarePlan": ("date",),
    "ChargeItem": ("occurrence",),
    "Claim": ("created",),
    "DiagnosticReport": ("date",),
    "DocumentReference": ("period", "date"),
    "Encounter": ("date",),
    "Immunization": ("date",),
    "MedicationRequest": ("authoredon",),
    "Observation": ("date",),
    "Procedure": ("date",),
    "QuestionnaireResponse": ("authored",),
    "ServiceRequest": ("authored",),
}
"""Absent is what stands until further notice (problems, allergies, goals, coverage, a care team, ...): it is never left
out by date."""
