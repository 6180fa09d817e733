"""What may be searched and how, one row per type.

Source: athena's production CapabilityStatement (capture 2026-08): required combinations, parameters, includes and
profiles. Names and types of parameters are the statement's; `(patient)` of a type whose set it does not give is taken
as required [assumed].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
REVINCLUDE = "Provenance:target"
AH = ("ah-brand", "ah-department", "ah-provider-group", "ah-chart-sharing-group")


@dataclass(frozen=True, slots=True)
class Rules:
    """`required`: sets of parameters of which one must be there whole; none where a search is not offered."""

    required: tuple[tuple[str, ...], ...] = ()
    parameters: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every parameter of the type itself."""
        return frozenset(name for one in self.required for name in one) | frozenset(self.parameters)


_PATIENT_OR_ID = (("patient",), ("_id",))
_OBSERVATIONS = (
    "observation-lab", "observation-clinical-result", "vital-signs", "blood-pressure", "bmi", "body-height",
    "body-weight", "body-temperature", "head-circumference", "heart-rate", "respiratory-rate", "pulse-oximetry",
    "smokingstatus", "observation-occupation", "observation-pregnancystatus", "observation-pregnancyintent",
    "observation-sexual-orientation", "observation-screening-assessment", "simple-observation",
)  # fmt: skip

# fmt: off
RULES: Mapping[str, Rules] = {
    "AllergyIntolerance": Rules((("patient",),), ("code", "ah-chart-sharing-group"), ("patient",),
                                ("allergyintolerance",)),
    "Appointment": Rules((("_id",), ("_query", "base-appointment-id"), ("_query", "group-appointment-id"))),
    "Binary": Rules(),
    "CarePlan": Rules(_PATIENT_OR_ID, ("category", *AH), ("patient",), ("careplan",)),
    "CareTeam": Rules(_PATIENT_OR_ID, ("status", *AH), ("patient",), ("careteam",)),
    "Condition": Rules((("patient",), ("encounter",), ("_id",)),
                       ("category", "code", "ah-redact-inline-security", *AH), ("encounter", "patient"),
                       ("condition-encounter-diagnosis", "condition-problems-health-concerns")),
    "Coverage": Rules((("patient",),), ("ah-provider-group",), ("patient",), ("coverage",)),
    "Device": Rules(_PATIENT_OR_ID, AH, ("patient",), ("implantable-device",)),
    "DiagnosticReport": Rules(_PATIENT_OR_ID,
                              ("category", "code", "date", "encounter", "performer", "result",
                               "ah-include-cpt-codes-for-imaging-results", *AH),
                              ("result", "performer", "encounter", "patient"),
                              ("diagnosticreport-lab", "diagnosticreport-note")),
    "DocumentReference": Rules(_PATIENT_OR_ID,
                               ("category", "type", "date", "encounter", "author", "custodian", "_sort",
                                "ah-published-date-time-to-portal", *AH),
                               ("author", "custodian", "encounter", "patient"), ("documentreference",)),
    "Encounter": Rules(_PATIENT_OR_ID, ("date", "location", "practitioner", "service-provider", *AH), ("patient",),
                       ("encounter",)),
    "FamilyMemberHistory": Rules((("patient",),), ("code", "relationship", "status")),
    "Goal": Rules(_PATIENT_OR_ID, AH, ("patient",), ("goal",)),
    "Immunization": Rules(_PATIENT_OR_ID, ("date", "status", "encounter", "vaccine-code", *AH),
                          ("encounter", "patient"), ("immunization",)),
    "Location": Rules((("_id",),), (), (), ("location",)),
    "Media": Rules(),
    "Medication": Rules((("_id",),), ("ingredient-code",), (), ("medication",)),
    "MedicationDispense": Rules((("patient",),), ("date", "status"), ("medication",), ("medicationdispense",)),
    "MedicationRequest": Rules((("patient", "intent"), ("_id",)),
                               ("status", "authoredon", "encounter", "medication", "requester", "code",
                                "ingredient-code", "ah-most-recent-medication-instance-and-prescribed-vaccines", *AH),
                               ("medication", "requester", "encounter", "subject"), ("medicationrequest",)),
    "Observation": Rules(_PATIENT_OR_ID, ("category", "code", "date", "encounter", *AH), ("encounter", "patient"),
                         _OBSERVATIONS),
    "Organization": Rules((("_id",),), (), (), ("organization",)),
    "Patient": Rules((("_id",), ("identifier",), ("name",), ("family", "birthdate"), ("family", "gender"),
                      ("family", "given")), AH, (), ("patient",)),
    "Practitioner": Rules((("_id",), ("identifier", "ah-practice")), (), (), ("practitioner",)),
    "Procedure": Rules(_PATIENT_OR_ID, ("date", "encounter", "performer", "device-name", *AH),
                       ("performer", "encounter", "patient"), ("procedure",)),
    "Provenance": Rules((("target",),), (), ("agent",), ("provenance",)),
    "Questionnaire": Rules((("_id",), ("code",))),
    "QuestionnaireResponse": Rules(_PATIENT_OR_ID,
                                   ("authored", "encounter", "questionnaire", "questionnaireCode", "status")),
    "RelatedPerson": Rules(_PATIENT_OR_ID, ("active", "name", *AH), ("patient",), ("relatedperson",)),
    "ServiceRequest": Rules(_PATIENT_OR_ID,
                            ("category", "code", "authored", "status", "encounter", "performer", "requester",
                             "ah-include-quality-codes", *AH),
                            ("patient", "encounter", "performer", "requester"), ("servicerequest",)),
    "Specimen": Rules(_PATIENT_OR_ID, (), ("patient",), ("specimen",)),
}
# fmt: on

EVERYWHERE = frozenset(
    {"_count", "cursor", "_lastUpdated", "_revinclude", "_include", "_security", "ah-practice", "_format"}
)
# Parameters that say how to answer, not what: they let every row through.
CONTROLS = frozenset(
    {
        "ah-redact-inline-security",
        "ah-include-cpt-codes-for-imaging-results",
        "ah-include-quality-codes",
        "ah-most-recent-medication-instance-and-prescribed-vaccines",
        "ah-published-date-time-to-portal",
        "_security",
        "_query",
        "base-appointment-id",
        "group-appointment-id",
    }
)
_KINDS = {
    "date": {"date", "authoredon", "authored", "birthdate", "_lastUpdated"},
    "reference": {
        "patient", "encounter", "performer", "requester", "result", "author", "custodian", "location", "practitioner",
        "service-provider", "medication", "target", "questionnaire", *AH, "ah-practice",
    },
    "string": {"name", "family", "given", "device-name", "cursor"},
    "number": {"_count"},
}  # fmt: skip


def kind(parameter: str) -> str:
    """The type of a search parameter as the statement gives it."""
    return next((name for name, names in _KINDS.items() if parameter in names), "token")


def lacking(type_: str, given: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The required combinations when none of them is whole; empty when one is."""
    required = RULES[type_].required
    return () if any(set(one) <= given for one in required) else required
