"""The code system that an element of type `code` implies, so that `gender=<system>|female` can match.

Only elements with a required binding have one. https://hl7.org/fhir/R4/search.html#token
"""

from __future__ import annotations

FHIR = "http://hl7.org/fhir/"

BOOLEAN = "http://terminology.hl7.org/CodeSystem/special-values"

IMPLIED: dict[tuple[str, str], str] = {
    # (type, search parameter): system of the R4 value set that the element is bound to,
    # from each resource's page, e.g. https://hl7.org/fhir/R4/encounter.html#tx
    ("Account", "status"): FHIR + "account-status",
    ("Appointment", "status"): FHIR + "appointmentstatus",
    ("CarePlan", "status"): FHIR + "request-status",
    ("CareTeam", "status"): FHIR + "care-team-status",
    ("Claim", "status"): FHIR + "fm-status",
    ("Claim", "use"): FHIR + "claim-use",
    ("Device", "status"): FHIR + "device-status",
    ("DiagnosticReport", "status"): FHIR + "diagnostic-report-status",
    ("DocumentReference", "status"): FHIR + "document-reference-status",
    ("Encounter", "status"): FHIR + "encounter-status",
    ("FamilyMemberHistory", "status"): FHIR + "history-status",
    ("Goal", "lifecycle-status"): FHIR + "goal-status",
    ("Immunization", "status"): FHIR + "event-status",
    ("MedicationDispense", "status"): "http://terminology.hl7.org/CodeSystem/medicationdispense-status",
    ("MedicationRequest", "intent"): FHIR + "CodeSystem/medicationrequest-intent",
    ("MedicationRequest", "status"): FHIR + "CodeSystem/medicationrequest-status",
    ("Observation", "status"): FHIR + "observation-status",
    ("Patient", "gender"): FHIR + "administrative-gender",
    ("Procedure", "status"): FHIR + "event-status",
    ("QuestionnaireResponse", "status"): FHIR + "questionnaire-answers-status",
    ("ServiceRequest", "status"): FHIR + "request-status",
    ("Slot", "status"): FHIR + "slotstatus",
}
