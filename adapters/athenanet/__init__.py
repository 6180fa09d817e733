"""athenahealth's athenaNet REST API: the table of contents. What is not listed here is not served.

`params` are those of US Core whose elements the mappings fill; the facade applies each of them again.
"""

from __future__ import annotations

from adapters.athenanet import (
    allergy_intolerance,
    by_patient,
    care_plan,
    care_team,
    client,
    condition,
    encounter,
    goal,
    location,
    observation_vitals,
    organization,
    patient,
    practitioner,
    practitioner_role,
    related_person,
)
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.settings import AthenaNetSettings, sandbox_settings
from adapters.contract import Adapter, Handler, Read, Search
from mappings.athena import ids

PATIENT_OR_ID = (frozenset({"patient"}), frozenset({"_id"}))

ALLERGY_INTOLERANCE = ("us-core-allergyintolerance",)
CARE_PLAN = ("us-core-careplan",)
CARE_TEAM = ("us-core-careteam",)
CONDITION = ("us-core-condition-problems-health-concerns", "us-core-condition-encounter-diagnosis")
ENCOUNTER = ("us-core-encounter",)
GOAL = ("us-core-goal",)
LOCATION = ("us-core-location",)
ORGANIZATION = ("us-core-organization",)
PATIENT = ("us-core-patient",)
PRACTITIONER = ("us-core-practitioner",)
PRACTITIONER_ROLE = ("us-core-practitionerrole",)
RELATED_PERSON = ("us-core-relatedperson",)
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


def _search(
    type_: str, handler: Handler[AthenaNet], params: str, profiles: tuple[str, ...], *, by_patient: bool = False
) -> Search[AthenaNet]:
    return Search(type_, handler, frozenset(params.split()), PATIENT_OR_ID if by_patient else (), profiles)


ADAPTER: Adapter[AthenaNet] = Adapter(
    name="athenanet",
    settings=AthenaNetSettings,
    connect=client.connect,
    type_of=ids.types_of,
    derives_provenance=True,
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
        _search(
            "Encounter",
            by_patient.search(encounter.ENCOUNTERS),
            "_id patient date class type status location identifier",
            ENCOUNTER,
            by_patient=True,
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
        Read("Observation", by_patient.read(observation_vitals.VITALS), VITAL_SIGNS),
        _search(
            "Observation",
            by_patient.search(observation_vitals.VITALS),
            "_id patient category code date status",
            VITAL_SIGNS,
            by_patient=True,
        ),
    ),
)
