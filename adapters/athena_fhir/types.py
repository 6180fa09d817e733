"""Every type that athena's FHIR server serves: how each parameter of ours is asked for there.

[seen: CAP] its CapabilityStatement of August 2026, with the sets of parameters of which one has to be there whole. What
it doesn't know and fills is only filtered here. Dates are asked for by whole days: that it takes a time of day, nothing
says. Appointment is found by its id alone there, and not served.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.athena_fhir import asks, provenance
from adapters.athena_fhir.outsiders import contained
from adapters.fhir_r4.asks import bare_token, days, reference, string, token
from adapters.fhir_r4.declare import Ask, Pushed, Served

BY_ID = (frozenset({"_id"}),)
PATIENT_OR_ID = (frozenset({"patient"}), *BY_ID)

INTENTS = "proposal,plan,order,original-order,reflex-order,filler-order,instance-order,option"
"""Every intent of FHIR: without one no MedicationRequest is found. [assumed] so many at once are accepted; public
clients send four of them [seen: MP]."""

INCLUDED = ("_include", "MedicationRequest:medication")

PATIENT = reference("Patient")
ENCOUNTER = reference("Encounter")

VITAL_SIGNS = (
    "vital-signs blood-pressure bmi body-height body-weight body-temperature head-circumference heart-rate"
    " respiratory-rate pulse-oximetry pediatric-bmi-for-age head-occipital-frontal-circumference-percentile"
)
OF_CHILDREN = frozenset({"pediatric-bmi-for-age", "head-occipital-frontal-circumference-percentile"})
OBSERVATIONS = (
    f"{VITAL_SIGNS} observation-lab observation-clinical-result smokingstatus observation-occupation"
    " observation-pregnancystatus observation-pregnancyintent observation-sexual-orientation"
    " observation-screening-assessment simple-observation"
)


def _served(type_: str, profiles: str, asked: Mapping[str, Ask], filters: str = "", **more: Any) -> Served:
    """A type that is asked for by its patient, unless `more` says otherwise. Names in `profiles` without us-core-."""
    pushed = {name: Pushed(ask) for name, ask in asked.items()}
    named = tuple(one if one in OF_CHILDREN else f"us-core-{one}" for one in profiles.split())
    given: dict[str, Any] = {"requires": PATIENT_OR_ID, **more}
    return Served(type_, pushed, frozenset(filters.split()), profiles=named, **given)


CLINICAL = (
    _served("AllergyIntolerance", "allergyintolerance", {"patient": PATIENT}, "clinical-status", by_id=0),
    _served("CarePlan", "careplan", {"patient": PATIENT, "category": token}, "status date"),
    _served("CareTeam", "careteam", {"patient": PATIENT, "status": token}, "role", complete=contained),
    _served(
        "Condition",
        "condition-problems-health-concerns condition-encounter-diagnosis",
        {"patient": PATIENT, "encounter": ENCOUNTER, "category": token, "code": token, "_lastUpdated": days},
        "clinical-status onset-date recorded-date abatement-date",
        requires=(*PATIENT_OR_ID, frozenset({"encounter"})),
    ),
    _served("Device", "implantable-device", {"patient": PATIENT}, "status"),
    _served("Goal", "goal", {"patient": PATIENT}, "lifecycle-status target-date"),
    _served("Immunization", "immunization", {"patient": PATIENT, "date": days, "status": token}),
    _served("Procedure", "procedure", {"patient": PATIENT, "date": days}, "status code"),
    _served("Specimen", "specimen", {"patient": PATIENT}),
    _served("Medication", "medication", {}, requires=BY_ID, count=None),
    _served(
        "MedicationRequest",
        "medicationrequest",
        {"patient": PATIENT, "intent": bare_token, "authoredon": days, "encounter": ENCOUNTER},
        "status",  # of a medicine that is over it may say active
        always=(("intent", INTENTS), INCLUDED),
        complete=contained,
    ),
    _served("MedicationDispense", "medicationdispense", {"patient": PATIENT}, "status type", by_id=0),
    _served(
        "Observation",
        OBSERVATIONS,
        {"patient": PATIENT, "category": token, "code": asks.result_code, "date": days},
        "status",
        adjust=asks.dates,
    ),
    _served(
        "DiagnosticReport",
        "diagnosticreport-lab diagnosticreport-note",
        {"patient": PATIENT, "category": token, "code": token, "date": days, "_lastUpdated": days},
        "status",
    ),
    _served(
        "DocumentReference",
        "documentreference",
        {"patient": PATIENT, "category": token, "type": bare_token, "date": days, "_lastUpdated": days},
        "status",
    ),
    _served("FamilyMemberHistory", "", {"patient": PATIENT}, "status relationship code", by_id=0),
    _served(
        "QuestionnaireResponse", "questionnaireresponse", {"patient": PATIENT, "authored": days}, "status questionnaire"
    ),
    _served(
        "ServiceRequest",
        "servicerequest",
        {"patient": PATIENT, "category": token, "code": token, "authored": days, "status": token},
    ),
)

VISITS = (
    _served(
        "Encounter",
        "encounter",
        {"patient": PATIENT, "date": days, "location": reference("Location")},
        "class type status identifier",
    ),
)

PEOPLE = (
    _served(
        "Patient",
        "patient",
        {
            "identifier": asks.identifier,
            "name": string,
            "family": string,
            "given": string,
            "birthdate": asks.birthdate,
            "gender": bare_token,
        },
        "death-date",
        requires=asks.PATIENT_CRITERIA,
        adjust=asks.every_criterion,
    ),
    _served("RelatedPerson", "relatedperson", {"patient": PATIENT}, "name"),
    _served("Coverage", "coverage", {"patient": PATIENT}, by_id=0, count=50),
)

DIRECTORY = (
    _served("Location", "location", {}, requires=BY_ID, count=None),
    _served("Organization", "organization", {}, requires=BY_ID, count=None),
    _served(
        "Practitioner",
        "practitioner",
        {"identifier": token},
        requires=(*BY_ID, frozenset({"identifier"})),
        count=None,
    ),
)

PROVENANCE = _served(
    "Provenance",
    "provenance",
    {},
    "target",
    requires=(frozenset({"target"}), *BY_ID),
    find=provenance.find,
    get=provenance.get,
)

TYPES = (*PEOPLE, *DIRECTORY, *VISITS, *CLINICAL, PROVENANCE)
