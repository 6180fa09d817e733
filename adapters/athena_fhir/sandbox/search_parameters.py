"""Search parameters that athena has beyond R4's, as the store reads them."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.fhir_r4.sandbox.parameter import Parameter, parameter

MORE: Mapping[str, Mapping[str, Parameter]] = {
    "FamilyMemberHistory": {
        "patient": parameter("reference:Patient", "patient"),
        "code": parameter("token", "condition.code"),
        "relationship": parameter("token", "relationship"),
        "status": parameter("token", "status"),
    },
    "MedicationRequest": {"ingredient-code": parameter("token", "medicationCodeableConcept")},
    "MedicationDispense": {"date": parameter("date", "whenHandedOver", "whenPrepared")},
    "Procedure": {"device-name": parameter("string", "focalDevice.manipulated.display")},
    "QuestionnaireResponse": {
        "patient": parameter("reference:Patient", "subject"),
        "questionnaireCode": parameter("string", "questionnaire"),
    },
}
