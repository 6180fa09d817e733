"""athenahealth's athenaNet REST API: the table of contents. What is not listed here is not served.

`params` are those of US Core whose elements the mappings fill; the facade applies each of them again.
"""

from __future__ import annotations

from adapters.athenanet import (
    allergy_intolerance,
    binary,
    by_patient,
    care_plan,
    care_team,
    client,
    condition,
    document_reference,
    encounter,
    encounter_by_appointment,
    family_member_history,
    goal,
    imaging,
    immunization,
    laboratory,
    location,
    medication,
    observation_social_history,
    observation_vitals,
    organization,
    patient,
    practitioner,
    practitioner_role,
    procedure,
    related_person,
    schedule_and_billing,
    screening,
    service_request,
)
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.settings import AthenaNetSettings, sandbox_settings
from adapters.contract import Adapter, Content, Handler, Read, Search
from mappings.athena import ids
from mappings.athenanet.tables import TABLES

PATIENT_OR_ID = (frozenset({"patient"}), frozenset({"_id"}))
BY_ID = (frozenset({"_id"}),)

ALLERGY_INTOLERANCE = ("us-core-allergyintolerance",)
CARE_PLAN = ("us-core-careplan",)
CARE_TEAM = ("us-core-careteam",)
CONDITION = ("us-core-condition-problems-health-concerns", "us-core-condition-encounter-diagnosis")
DIAGNOSTIC_REPORT = ("us-core-diagnosticreport-lab", "us-core-diagnosticreport-note")
DOCUMENT_REFERENCE = ("us-core-documentreference",)
ENCOUNTER = ("us-core-encounter",)
GOAL = ("us-core-goal",)
IMMUNIZATION = ("us-core-immunization",)
LABORATORY = ("us-core-observation-clinical-result", "us-core-observation-lab")
LOCATION = ("us-core-location",)
MEDICATION = ("us-core-medication",)
MEDICATION_REQUEST = ("us-core-medicationrequest",)
ORGANIZATION = ("us-core-organization",)
PATIENT = ("us-core-patient",)
PRACTITIONER = ("us-core-practitioner",)
PRACTITIONER_ROLE = ("us-core-practitionerrole",)
PROCEDURE = ("us-core-procedure",)
QUESTIONNAIRE_RESPONSE = ("us-core-questionnaireresponse",)
RELATED_PERSON = ("us-core-relatedperson",)
SERVICE_REQUEST = ("us-core-servicerequest",)
VITAL_SIGNS = (
    "us-core-vital-signs",
    "us-core-blood-pressure",
    "us-core-bmi",
    "us-core-body-height",
    "us-core-body-temperature",
    "us-core-body-weight",
    "us-core-head-circumference",
    "us-core-heart-rate",
    "us-core-pulse-oximetry",
    "us-core-respiratory-rate",
    "pediatric-bmi-for-age",
)

SOCIAL_HISTORY = (
    "us-core-smokingstatus",
    "us-core-observation-occupation",
    "us-core-observation-sexual-orientation",
    "us-core-observation-pregnancystatus",
    "us-core-observation-pregnancyintent",
    "us-core-simple-observation",
    "us-core-observation-screening-assessment",
)
OBSERVATION = (*VITAL_SIGNS, *LABORATORY, *SOCIAL_HISTORY)

DOCUMENTS = (document_reference.DOCUMENTS, document_reference.VISIT_NOTES, document_reference.CCDA)
OBSERVATIONS = (
    observation_vitals.VITALS,
    laboratory.ANALYTES,
    observation_social_history.SOCIAL_HISTORY,
    observation_social_history.REGISTRATION,
    screening.SCORES,
)
REPORTS = (laboratory.REPORTS, imaging.REPORTS)


def _search(
    type_: str, handler: Handler[AthenaNet], params: str, profiles: tuple[str, ...], *, by_patient: bool = False
) -> Search[AthenaNet]:
    return Search(type_, handler, frozenset(params.split()), PATIENT_OR_ID if by_patient else (), profiles)


ADAPTER: Adapter[AthenaNet] = Adapter(
    name="athenanet",
    settings=AthenaNetSettings,
    connect=client.connect,
    type_of=ids.types_of,
    owner_of=ids.owner_of,
    derives_provenance=True,
    tables=TABLES,
    sandbox="adapters.athenanet.sandbox:create_app",
    sandbox_settings=sandbox_settings,
    interactions=(
        Read("Patient", patient.read, PATIENT),
        _search("Patient", patient.search, "_id identifier name family given birthdate gender death-date", PATIENT),
        Read("RelatedPerson", by_patient.read(related_person.RELATED_PERSONS), RELATED_PERSON),
        _search(
            "RelatedPerson",
            by_patient.search(related_person.RELATED_PERSONS),
            "_id patient name",
            RELATED_PERSON,
            by_patient=True,
        ),
        Read("Practitioner", practitioner.read, PRACTITIONER),
        _search("Practitioner", practitioner.search, "_id name identifier", PRACTITIONER),
        Read("PractitionerRole", practitioner_role.read, PRACTITIONER_ROLE),
        _search("PractitionerRole", practitioner_role.search, "_id practitioner specialty", PRACTITIONER_ROLE),
        Read("Organization", organization.read, ORGANIZATION),
        _search("Organization", organization.search, "_id name address", ORGANIZATION),
        Read("Location", location.read, LOCATION),
        _search(
            "Location", location.search, "_id name address address-city address-state address-postalcode", LOCATION
        ),
        Read("CareTeam", by_patient.read(care_team.CARE_TEAMS), CARE_TEAM),
        _search(
            "CareTeam",
            by_patient.search(care_team.CARE_TEAMS),
            "_id patient status role",
            CARE_TEAM,
            by_patient=True,
        ),
        Read("Encounter", by_patient.read(encounter.ENCOUNTERS), ENCOUNTER),
        Search(
            "Encounter",
            encounter_by_appointment.by_appointment(by_patient.search(encounter.ENCOUNTERS)),
            frozenset({"_id", "appointment", "class", "date", "identifier", "location", "patient", "status", "type"}),
            (*PATIENT_OR_ID, frozenset({"appointment"})),
            ENCOUNTER,
        ),
        Read("Goal", by_patient.read(goal.GOALS), GOAL),
        _search("Goal", by_patient.search(goal.GOALS), "_id patient lifecycle-status", GOAL, by_patient=True),
        Read("CarePlan", by_patient.read(care_plan.PLANS), CARE_PLAN),
        _search(
            "CarePlan",
            by_patient.search(care_plan.PLANS),
            "_id patient category status date",
            CARE_PLAN,
            by_patient=True,
        ),
        Read("Condition", by_patient.read(condition.PROBLEMS, condition.DIAGNOSES), CONDITION),
        _search(
            "Condition",
            by_patient.search(condition.PROBLEMS, condition.DIAGNOSES),
            "_id _lastUpdated patient category clinical-status code encounter onset-date asserted-date recorded-date"
            " abatement-date",
            CONDITION,
            by_patient=True,
        ),
        Read("AllergyIntolerance", by_patient.read(allergy_intolerance.ALLERGIES), ALLERGY_INTOLERANCE),
        _search(
            "AllergyIntolerance",
            by_patient.search(allergy_intolerance.ALLERGIES),
            "_id _lastUpdated patient clinical-status",
            ALLERGY_INTOLERANCE,
            by_patient=True,
        ),
        Read("Observation", by_patient.read(*OBSERVATIONS), OBSERVATION),
        _search(
            "Observation",
            by_patient.search(*OBSERVATIONS),
            "_id patient category code date status",
            OBSERVATION,
            by_patient=True,
        ),
        Read("DiagnosticReport", by_patient.read(*REPORTS), DIAGNOSTIC_REPORT),
        _search(
            "DiagnosticReport",
            by_patient.search(*REPORTS),
            "_id _lastUpdated patient category code date status",
            DIAGNOSTIC_REPORT,
            by_patient=True,
        ),
        Read("DocumentReference", by_patient.read(*DOCUMENTS), DOCUMENT_REFERENCE),
        _search(
            "DocumentReference",
            by_patient.search(*DOCUMENTS),
            "_id _lastUpdated patient category date period status type",
            DOCUMENT_REFERENCE,
            by_patient=True,
        ),
        Content(binary.content),
        Read("ServiceRequest", by_patient.read(service_request.ORDERS), SERVICE_REQUEST),
        _search(
            "ServiceRequest",
            by_patient.search(service_request.ORDERS),
            "_id _lastUpdated patient category code status authored",
            SERVICE_REQUEST,
            by_patient=True,
        ),
        Read("QuestionnaireResponse", by_patient.read(screening.RESPONSES), QUESTIONNAIRE_RESPONSE),
        _search(
            "QuestionnaireResponse",
            by_patient.search(screening.RESPONSES),
            "_id patient status authored questionnaire",
            QUESTIONNAIRE_RESPONSE,
            by_patient=True,
        ),
        Read("FamilyMemberHistory", by_patient.read(family_member_history.FAMILY)),
        _search(
            "FamilyMemberHistory",
            by_patient.search(family_member_history.FAMILY),
            "_id patient status relationship code",
            (),
            by_patient=True,
        ),
        Read("MedicationRequest", by_patient.read(medication.REQUESTS), MEDICATION_REQUEST),
        _search(
            "MedicationRequest",
            by_patient.search(medication.REQUESTS),
            "_id patient status intent authoredon encounter",
            MEDICATION_REQUEST,
            by_patient=True,
        ),
        Read("Medication", by_patient.read(medication.DRUGS), MEDICATION),
        Search("Medication", by_patient.search(medication.DRUGS), frozenset({"_id"}), BY_ID, MEDICATION),
        Read("Immunization", by_patient.read(immunization.VACCINES), IMMUNIZATION),
        _search(
            "Immunization",
            by_patient.search(immunization.VACCINES),
            "_id patient status date",
            IMMUNIZATION,
            by_patient=True,
        ),
        Read("Procedure", by_patient.read(procedure.SURGERIES, procedure.SERVICES), PROCEDURE),
        _search(
            "Procedure",
            by_patient.search(procedure.SURGERIES, procedure.SERVICES),
            "_id patient status date code",
            PROCEDURE,
            by_patient=True,
        ),
        *schedule_and_billing.INTERACTIONS,
    ),
)
