"""The patient compartment: for each FHIR type, the elements that name the patient whose record it belongs to.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html. Only elements that can refer to a Patient, of the types that
are served. Types absent here (Practitioner, Location, ...) belong to no patient; a Schedule, whose actor may be one, is
a practitioner's or a room's.
"""

from __future__ import annotations

PATIENT = {
    "Account": ("subject",),
    "AllergyIntolerance": ("patient", "recorder", "asserter"),
    "Appointment": ("participant.actor",),
    "CarePlan": ("subject", "activity.detail.performer"),
    "CareTeam": ("subject", "participant.member"),
    "ChargeItem": ("subject",),
    "Claim": ("patient", "payee.party"),
    "Condition": ("subject", "asserter"),
    "Coverage": ("policyHolder", "subscriber", "beneficiary", "payor"),
    "DiagnosticReport": ("subject",),
    "DocumentReference": ("subject", "author"),
    "Encounter": ("subject",),
    "FamilyMemberHistory": ("patient",),
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
    # FHIR leaves Binary out; what is in a patient's chart says so
    "Binary": ("securityContext",),
    # FHIR leaves Device out; an implanted one names its patient, and US Core searches it by that
    "Device": ("patient",),
}
