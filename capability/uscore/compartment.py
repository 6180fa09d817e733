"""The patient compartment: for each FHIR type, the elements that name the patient whose record it belongs to.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html. Only elements that can refer to a Patient, of the types that
US Core knows. Types absent here (Practitioner, Location, ...) belong to no patient.
"""

from __future__ import annotations

PATIENT = {
    "AllergyIntolerance": ("patient", "recorder", "asserter"),
    "CarePlan": ("subject", "activity.detail.performer"),
    "CareTeam": ("subject", "participant.member"),
    "Condition": ("subject", "asserter"),
    "Coverage": ("policyHolder", "subscriber", "beneficiary", "payor"),
    "DiagnosticReport": ("subject",),
    "DocumentReference": ("subject", "author"),
    "Encounter": ("subject",),
    "Goal": ("subject",),
    "Immunization": ("patient",),
    "Media": ("subject",),
    "MedicationDispense": ("subject", "receiver"),
    "MedicationRequest": ("subject",),
    "Observation": ("subject", "performer"),
    "Patient": ("link.other",),
    "Procedure": ("subject", "performer.actor"),
    "Provenance": ("target",),
    "QuestionnaireResponse": ("subject", "author"),
    "RelatedPerson": ("patient",),
    "ServiceRequest": ("subject", "performer"),
    "Specimen": ("subject",),
    # FHIR leaves Device out; an implanted one names its patient, and US Core searches it by that
    "Device": ("patient",),
}
