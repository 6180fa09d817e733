"""Every type that Millennium serves: how each parameter of ours is asked for there.

Sources: Millennium's FHIR R4 reference of 2024, and its CapabilityStatement of August 2026, which wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import combinations
from typing import Any

from adapters.cerner import asks
from adapters.cerner.asks import BARE, BARE_EACH, DAYS, INSTANTS, PATIENT, TEXT_EACH, TOKEN, shaped
from adapters.cerner.dates import Range
from adapters.cerner.proofs import proven_category
from adapters.fhir_r4.asks import reference
from adapters.fhir_r4.declare import Fan, Pushed, Served
from adapters.fhir_r4.provenance import find
from capability.issues import Invalid

BY_ID = (frozenset({"_id"}),)
PATIENT_OR_ID = (frozenset({"patient"}), *BY_ID)
DATE_OR_CHANGED = (frozenset({"date", "_lastUpdated"}),)
CHANGED = Range("_lastUpdated", whole=True, grain=timedelta(minutes=1))
RANGES: dict[str, tuple[Range, ...]] = {
    "AllergyIntolerance": (CHANGED,),
    "Appointment": (Range("date", ahead=True, always=True),),
    "CarePlan": (Range("date", high="le", ahead=True),),
    "Condition": (CHANGED,),
    "DiagnosticReport": (Range("date", begun=False), CHANGED),
    "DocumentReference": (Range("date"), Range("period", ahead=True), CHANGED),
    "Encounter": (Range("date", ahead=True), CHANGED),
    "Goal": (Range("target-date", high="le", ahead=True, daily=True),),
    "Immunization": (Range("date", high="le", whole=True), Range("_lastUpdated", high=None)),
    "MedicationDispense": (Range("_lastUpdated", high=None),),
    "MedicationRequest": (Range("_lastUpdated", high="le", whole=True, grain=timedelta(minutes=1)),),
    "Observation": (Range("date"), CHANGED),
    "Procedure": (Range("date", high="le"), CHANGED),
    "ServiceRequest": (CHANGED,),
}
"""[seen: docs, cerner-cs] prefixes by type; [assumed] a period is found by any part of it, as FHIR has it."""

CONDITION_CATEGORIES = ("problem-list-item", "encounter-diagnosis", "health-concern")
ENCOUNTER_STATUSES = ("planned", "in-progress", "finished", "cancelled")
PHYSICAL_TYPES = ("si", "bu", "wi", "wa", "lvl", "co", "ro", "bd", "ve", "ho", "ca", "rd", "area", "jdn")
"""[assumed] all of https://hl7.org/fhir/R4/codesystem-location-physical-type.html, as bare codes: Location can't be
asked for without one, and a location that has none is not found but by its id."""

ENCOUNTER_WITH_PATIENT = ("patient", "date", "status", "_lastUpdated")
"""[seen: docs] what an encounter is not asked for beside its identifier: all but `patient` need a patient."""

OBSERVATIONS = (
    "observation-lab vital-signs blood-pressure bmi body-height body-temperature body-weight head-circumference"
    " heart-rate pulse-oximetry respiratory-rate smokingstatus observation-screening-assessment observation-occupation"
    " observation-pregnancystatus observation-pregnancyintent observation-sexual-orientation"
    " observation-clinical-result simple-observation"
    " head-occipital-frontal-circumference-percentile pediatric-bmi-for-age"
)
PEDIATRIC = frozenset({"head-occipital-frontal-circumference-percentile", "pediatric-bmi-for-age"})

APART = {"": "Forms of reports are no DocumentReference as well."}
"""Of what is passed on no second record can be made that the EHR does not have."""

PATIENT_CRITERIA = frozenset({"identifier", "name", "family", "given", "birthdate", "phone", "email"})


TARGETS = frozenset(
    "AllergyIntolerance CarePlan CareTeam Condition DiagnosticReport DocumentReference Encounter Goal Immunization"
    " MedicationRequest Observation Patient Procedure".split()
)
"""[seen: cerner-cs] what Provenance tells of."""


def _is_laboratory(id_: str) -> bool:
    """[seen: docs] laboratory results in one `_id` have to be of one patient: each is asked for by itself."""
    return id_.startswith("L-")


def _served(type_: str, profiles: str, pushed: Mapping[str, Pushed], filters: str = "", **more: Any) -> Served:
    """A type that is asked for by its patient, unless `more` says otherwise. Names in `profiles` without us-core-."""
    given = {
        "requires": PATIENT_OR_ID,
        "count": None,
        "adjust": shaped(*RANGES.get(type_, ())),
        "provenance": type_ in TARGETS,
    }
    named = tuple(one if one in PEDIATRIC else f"us-core-{one}" for one in profiles.split())
    return Served(type_, pushed, frozenset(filters.split()), profiles=named, **{**given, **more})


def _too_vague() -> Invalid:
    text = "this EHR finds patients by identifier, phone, email, the beginning of a name or a whole day of birth"
    return Invalid(text, code="required")


CHANGED_TOO = {"_lastUpdated": INSTANTS}
OF_PATIENT = {"patient": PATIENT}

CLINICAL = (
    _served("AllergyIntolerance", "allergyintolerance", {**OF_PATIENT, "clinical-status": BARE_EACH, **CHANGED_TOO}),
    _served(
        "CarePlan",
        "careplan",
        {**OF_PATIENT, "date": INSTANTS},
        "category status",
        always=(("category", "assess-plan"),),
    ),
    _served("CareTeam", "careteam", {**OF_PATIENT, "status": BARE_EACH}, by_id=1),
    _served(
        "Condition",
        "condition-problems-health-concerns condition-encounter-diagnosis",
        {
            **OF_PATIENT,
            "category": Pushed(asks.known(*CONDITION_CATEGORIES)),
            "clinical-status": BARE,
            **CHANGED_TOO,
        },
        # both readings of `encounter` leave something out: [seen: docs, cerner-cs]
        "encounter code onset-date recorded-date abatement-date",
    ),
    _served("Coverage", "coverage", OF_PATIENT, by_id=0),
    _served("Device", "implantable-device", OF_PATIENT, "type status"),
    _served(
        "DiagnosticReport",
        "diagnosticreport-lab diagnosticreport-note",
        {
            **OF_PATIENT,
            "category": Pushed(asks.report_category),
            "code": Pushed(asks.loinc),
            "date": INSTANTS,
            **CHANGED_TOO,
        },
        "status",
        apart=DATE_OR_CHANGED,
        count=100,
        notes=APART,
    ),
    _served(
        "DocumentReference",
        "documentreference",
        {
            **OF_PATIENT,
            "type": Pushed(asks.loinc),
            "category": TOKEN,
            "date": INSTANTS,
            "period": INSTANTS,
            **CHANGED_TOO,
        },
        "status",
        apart=(frozenset({"date", "period", "_lastUpdated"}),),
        count=100,
    ),
    _served(
        "Encounter",
        "encounter",
        {
            **OF_PATIENT,
            "identifier": Pushed(asks.identifier, one_each=True),
            "date": INSTANTS,
            "status": Pushed(asks.known(*ENCOUNTER_STATUSES)),
            **CHANGED_TOO,
        },
        "class type location",
        requires=(*PATIENT_OR_ID, frozenset({"identifier"})),
        apart=(*DATE_OR_CHANGED, *(frozenset({one, "identifier"}) for one in ENCOUNTER_WITH_PATIENT)),
        count=200,
        count_with=frozenset({"patient"}),
    ),
    _served("Goal", "goal", {**OF_PATIENT, "target-date": DAYS}, "lifecycle-status", by_id=1),
    _served(
        "Immunization",
        "immunization",
        {**OF_PATIENT, "date": INSTANTS, **CHANGED_TOO},
        "status",
        apart=DATE_OR_CHANGED,
    ),
    _served("MedicationDispense", "medicationdispense", {**OF_PATIENT, **CHANGED_TOO}, "status type"),
    _served(
        "MedicationRequest",
        "medicationrequest",
        {**OF_PATIENT, "status": BARE, "intent": BARE, **CHANGED_TOO},
        "encounter authoredon",
        count=200,
    ),
    _served(
        "Observation",
        OBSERVATIONS,
        {**OF_PATIENT, "category": BARE, "code": Pushed(asks.loinc), "date": INSTANTS, **CHANGED_TOO},
        "status",
        apart=DATE_OR_CHANGED,
        count=200,
        alone=_is_laboratory,
        proves=proven_category,
    ),
    _served(
        "Procedure", "procedure", {**OF_PATIENT, "date": INSTANTS, **CHANGED_TOO}, "status code", apart=DATE_OR_CHANGED
    ),
    _served("QuestionnaireResponse", "questionnaireresponse", OF_PATIENT, "status authored questionnaire"),
    _served("RelatedPerson", "relatedperson", OF_PATIENT, "name", always=(("-relationship-level", "Patient"),)),
    _served(
        "ServiceRequest", "servicerequest", {**OF_PATIENT, **CHANGED_TOO}, "category code authored status", count=200
    ),
    _served("Specimen", "specimen", {}, requires=BY_ID),
    _served(
        "Provenance",
        "provenance",
        {"target": Pushed(reference(*sorted(TARGETS), typed=True))},
        requires=(frozenset({"target"}), *BY_ID),
        find=find,
    ),
)

WHO_AND_WHERE = (
    _served(
        "Patient",
        "patient",
        {
            "identifier": Pushed(asks.identifier, one_each=True),
            "name": Pushed(asks.first_word, one_each=True),
            "family": TEXT_EACH,
            "given": TEXT_EACH,
            "birthdate": Pushed(asks.born, one_each=True),
            "phone": BARE_EACH,
            "email": BARE_EACH,
            "gender": Pushed(asks.bare_single),
        },
        "death-date race ethnicity",
        requires=(*BY_ID, *(frozenset({one}) for one in sorted(PATIENT_CRITERIA))),
        adjust=shaped(needs=PATIENT_CRITERIA, told=_too_vague),
        count=200,
        notes={"birthdate": "One whole day, unless something else finds the patient."},
    ),
    _served(
        "Practitioner",
        "practitioner",
        {
            "identifier": Pushed(asks.provider_identifier, one_each=True),
            "name": Pushed(asks.provider_name, one_each=True),
        },
        requires=(),
        apart=(frozenset({"identifier", "name"}),),
        fan=Fan("active", ("true", "false"), frozenset({"identifier", "name"})),
        notes={"identifier": "Values are `system|value`: a value alone is refused."},
        count=200,
    ),
    _served("Organization", "organization", {"name": TEXT_EACH, "address": TEXT_EACH}, requires=(), count=100),
    _served(
        "Location",
        "location",
        {"name": TEXT_EACH, "address": TEXT_EACH, "address-state": TEXT_EACH, "address-postalcode": TEXT_EACH},
        "address-city type",  # which codes its own `type` finds is not known
        requires=(),
        fan=Fan("-physicalType", PHYSICAL_TYPES, frozenset()),
        count=100,
    ),
)

SCHEDULING = (
    _served(
        "Appointment",
        "",
        {
            "patient": Pushed(reference("Patient")),
            "practitioner": Pushed(reference("Practitioner"), one_each=True),
            "location": Pushed(reference("Location"), one_each=True),
            "date": INSTANTS,
            "status": BARE,
        },
        "service-type reason-code",
        requires=(*BY_ID, *(frozenset({one}) for one in ("patient", "practitioner", "location"))),
        apart=tuple(frozenset(two) for two in combinations(("patient", "practitioner", "location"), 2)),
    ),
)

TYPES = (*CLINICAL, *WHO_AND_WHERE, *SCHEDULING)
