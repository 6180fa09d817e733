"""athenahealth's athenaNet REST API: the table of contents. What is not listed here is not served.

`params` are those of US Core whose elements the mappings fill; the facade applies each of them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

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
from adapters.athenanet.by_patient import Source
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


Interaction = Read[AthenaNet] | Search[AthenaNet] | Content[AthenaNet]


def _listed(
    type_: str,
    read: Handler[AthenaNet],
    search: Handler[AthenaNet],
    params: str,
    profiles: tuple[str, ...],
    note: str | None = None,
) -> tuple[Interaction, ...]:
    """Read and search of a type that the practice lists as a whole; `note` says what is not in the list."""
    notes = {"": note} if note else {}
    return Read(type_, read, profiles), Search(type_, search, frozenset(params.split()), (), profiles, notes)


def _charted(
    type_: str, sources: Sequence[Source], params: str, profiles: tuple[str, ...] = ()
) -> tuple[Interaction, ...]:
    """Read and search of a type that is found by its patient, whose id the ids of its resources carry."""
    return (
        Read(type_, by_patient.read(*sources), profiles),
        Search(type_, by_patient.search(*sources), frozenset(params.split()), PATIENT_OR_ID, profiles),
    )


INTERACTIONS: tuple[Interaction, ...] = (
    *_listed(
        "Patient",
        patient.read,
        patient.search,
        "_id identifier name family given birthdate gender death-date",
        PATIENT,
    ),
    *_charted("RelatedPerson", (related_person.RELATED_PERSONS,), "_id patient name", RELATED_PERSON),
    *_listed("Practitioner", practitioner.read, practitioner.search, "_id name identifier", PRACTITIONER),
    *_listed(
        "PractitionerRole",
        practitioner_role.read,
        practitioner_role.search,
        "_id practitioner specialty",
        PRACTITIONER_ROLE,
    ),
    *_listed(
        "Organization",
        organization.read,
        organization.search,
        "_id name address",
        ORGANIZATION,
        "Facilities and providers of athena's nationwide directory are found by `_id` alone.",
    ),
    *_listed(
        "Location",
        location.read,
        location.search,
        "_id name address address-city address-state address-postalcode",
        LOCATION,
    ),
    *_charted("CareTeam", (care_team.CARE_TEAMS,), "_id patient status role", CARE_TEAM),
    Read("Encounter", by_patient.read(encounter.ENCOUNTERS), ENCOUNTER),
    Search(
        "Encounter",
        encounter_by_appointment.by_appointment(by_patient.search(encounter.ENCOUNTERS)),
        frozenset({"_id", "appointment", "class", "date", "identifier", "location", "patient", "status", "type"}),
        (*PATIENT_OR_ID, frozenset({"appointment"})),
        ENCOUNTER,
    ),
    *_charted("Goal", (goal.GOALS,), "_id patient lifecycle-status", GOAL),
    *_charted("CarePlan", (care_plan.PLANS,), "_id patient category status date", CARE_PLAN),
    *_charted(
        "Condition",
        (condition.PROBLEMS, condition.DIAGNOSES),
        "_id _lastUpdated patient category clinical-status code encounter onset-date asserted-date recorded-date"
        " abatement-date",
        CONDITION,
    ),
    *_charted(
        "AllergyIntolerance",
        (allergy_intolerance.ALLERGIES,),
        "_id _lastUpdated patient clinical-status",
        ALLERGY_INTOLERANCE,
    ),
    *_charted("Observation", OBSERVATIONS, "_id patient category code date status", OBSERVATION),
    *_charted("DiagnosticReport", REPORTS, "_id _lastUpdated patient category code date status", DIAGNOSTIC_REPORT),
    *_charted(
        "DocumentReference",
        DOCUMENTS,
        "_id _lastUpdated patient category date period status type",
        DOCUMENT_REFERENCE,
    ),
    Content(binary.content),
    *_charted(
        "ServiceRequest",
        (service_request.ORDERS,),
        "_id _lastUpdated patient category code status authored",
        SERVICE_REQUEST,
    ),
    *_charted(
        "QuestionnaireResponse",
        (screening.RESPONSES,),
        "_id patient status authored questionnaire",
        QUESTIONNAIRE_RESPONSE,
    ),
    *_charted("FamilyMemberHistory", (family_member_history.FAMILY,), "_id patient status relationship code"),
    *_charted(
        "MedicationRequest",
        (medication.REQUESTS,),
        "_id patient status intent authoredon encounter",
        MEDICATION_REQUEST,
    ),
    Read("Medication", by_patient.read(medication.DRUGS), MEDICATION),
    Search("Medication", by_patient.search(medication.DRUGS), frozenset({"_id"}), BY_ID, MEDICATION),
    *_charted("Immunization", (immunization.VACCINES,), "_id patient status date", IMMUNIZATION),
    *_charted("Procedure", (procedure.SURGERIES, procedure.SERVICES), "_id patient status date code", PROCEDURE),
    *schedule_and_billing.INTERACTIONS,
)

LEADS = frozenset(each.type for each in INTERACTIONS) - {
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "Condition",
    "Goal",
    "Immunization",
    "Medication",
    "MedicationRequest",
    "Procedure",
}
"""What this API serves best where a practice has athena's FHIR server beside it: who works where, schedule and money,
orders and results with the laboratory's own codes, and whatever has a file. The others know these as well, each by its
own way, so that one of the two has to lead: adapters/athena_fhir/README.md has the reasons."""

ADAPTER: Adapter[AthenaNet] = Adapter(
    name="athenanet",
    settings=AthenaNetSettings,
    connect=client.connect,
    type_of=partial(ids.types_of, by=ids.REST),
    leads=LEADS,
    owner_of=ids.owner_of,
    derives_provenance=True,
    tables=TABLES,
    sandbox="adapters.athenanet.sandbox:create_app",
    sandbox_settings=sandbox_settings,
    interactions=INTERACTIONS,
)
