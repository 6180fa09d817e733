"""Types of a patient's chart. Source: Epic's CapabilityStatement of May 2026 and search captures (fasten, the-map).

Native parameters select in Epic's database and are pushed down; post-filters are applied there to what those fetched,
and by customers before May 2024 not at all: they are never sent, the facade applies them.
"""

from __future__ import annotations

from adapters.epic.asks import PATIENT, codes, one_of, spans
from adapters.fhir_r4 import asks, provenance
from adapters.fhir_r4.declare import Fan, Pairs, Pushed, Served, Writing
from adapters.query import Query
from mappings.epic.quirks_documents import CLINICAL_NOTE, SUMMARY

BY_PATIENT = (frozenset({"_id"}), frozenset({"patient"}))

OBSERVATION_CATEGORIES = (
    "laboratory vital-signs social-history core-characteristics LDA LDA-property LDA-assessment "
    "functional-mental-status periodontal labor-delivery newborn-delivery obstetrics-gynecology survey sdoh imaging "
    "exam phenotype smartdata procedure therapy activity"
).split()
"""Codes that Epic knows [seen: epic-cs, fasten, smart-fetch]; `symptom`, `delivery` and others are refused."""

CARE_PLANS = (
    "38717003 734163000 736271009 736353004 738906000 736378000 719091000000102 959871000000107 inpatient-pathway "
    "409073007 care-path"
).split()
"""Categories that Epic's refusal of a search without one lists [seen: fasten]."""

ASSESS_PLAN = {"assess-plan": "38717003"}
"""A longitudinal plan has both codes. [assumed] That Epic refuses US Core's: nobody has tried."""

CONDITION_CATEGORIES = (
    "problem-list-item encounter-diagnosis health-concern medical-history infection reason-for-visit dental-finding "
    "genomics"
).split()
WITH_STATUS = frozenset({"problem-list-item", "health-concern"})
"""Categories of Condition that Epic selects by active, inactive and resolved; encounter diagnoses have no status."""


OBSERVATION_PROFILES = (
    "us-core-observation-lab us-core-observation-clinical-result us-core-simple-observation us-core-smokingstatus "
    "us-core-observation-occupation us-core-observation-pregnancyintent us-core-observation-sexual-orientation "
    "us-core-vital-signs us-core-blood-pressure us-core-bmi us-core-body-height us-core-body-temperature "
    "us-core-body-weight us-core-head-circumference us-core-heart-rate us-core-pulse-oximetry us-core-respiratory-rate "
    "pediatric-bmi-for-age head-occipital-frontal-circumference-percentile"
).split()


def status_of_problems(query: Query, writing: Writing, made: list[Pairs]) -> list[Pairs]:
    """`clinical-status` goes only where the category has one: the facade applies it everywhere."""
    return [
        tuple(pair for pair in one if pair[0] != "clinical-status" or WITH_STATUS >= _categories(one) > frozenset())
        for one in made
    ]


def _categories(request: Pairs) -> frozenset[str]:
    return frozenset(code for name, value in request if name == "category" for code in value.split(","))


def summaries_too(query: Query, writing: Writing, made: list[Pairs]) -> list[Pairs]:
    """A CDA summary becomes a clinical note here: who asks for those is given both. That Epic takes a list: [assumed],
    so each is asked for alone."""
    note = ("category", CLINICAL_NOTE)
    return [
        tuple(("category", SUMMARY) if wanted and pair == note else pair for pair in one)
        for one in made
        for wanted in ((False, True) if note in one else (False,))
    ]


CLINICAL = (
    Served(
        "AllergyIntolerance",
        {"patient": PATIENT, "clinical-status": Pushed(one_of(("active",)))},
        requires=BY_PATIENT,
        profiles=("us-core-allergyintolerance",),
    ),
    Served(
        "CarePlan",
        {"patient": PATIENT, "category": Pushed(one_of(CARE_PLANS, ASSESS_PLAN), one_each=True)},
        filters=frozenset({"date", "status"}),
        requires=BY_PATIENT,
        profiles=("us-core-careplan",),
        fan=Fan("category", (), frozenset({"category"}), setting="care_plan_categories"),
    ),
    Served(
        "CareTeam",
        {"patient": PATIENT, "status": Pushed(one_of(("active",)))},
        filters=frozenset({"role"}),
        requires=BY_PATIENT,
        profiles=("us-core-careteam",),
    ),
    Served(
        "Condition",
        {
            "patient": PATIENT,
            "category": Pushed(one_of(CONDITION_CATEGORIES), one_each=True),
            "clinical-status": Pushed(one_of(("active", "inactive", "resolved"))),
            "code": Pushed(codes),
            "encounter": Pushed(asks.reference("Encounter"), one_each=True),
            "onset-date": Pushed(spans),
            "abatement-date": Pushed(spans),
            "recorded-date": Pushed(spans),
        },
        requires=BY_PATIENT,
        profiles=("us-core-condition-problems-health-concerns", "us-core-condition-encounter-diagnosis"),
        adjust=status_of_problems,
    ),
    Served("Coverage", {"patient": PATIENT}, requires=BY_PATIENT, profiles=("us-core-coverage",)),
    Served(
        "Device",
        {"patient": PATIENT},
        filters=frozenset({"type", "status"}),
        requires=BY_PATIENT,
        profiles=("us-core-implantable-device",),
    ),
    Served(
        "DiagnosticReport",
        {
            "patient": PATIENT,
            "category": Pushed(codes, one_each=True),
            "code": Pushed(codes),
            "date": Pushed(spans),
        },
        filters=frozenset({"status"}),
        requires=BY_PATIENT,
        profiles=("us-core-diagnosticreport-lab", "us-core-diagnosticreport-note"),
        notes={"": "Forms of reports are no DocumentReference as well."},
    ),
    Served(
        "DocumentReference",
        {
            "patient": PATIENT,
            "category": Pushed(asks.bare_token, one_each=True),
            "type": Pushed(codes),
            "date": Pushed(spans),
            "period": Pushed(spans),
            "status": Pushed(asks.bare_token, one_each=True),
        },
        requires=BY_PATIENT,
        profiles=("us-core-documentreference",),
        adjust=summaries_too,
    ),
    Served(
        "Encounter",
        {"patient": PATIENT, "date": Pushed(spans)},
        # Epic takes its own classes only, and those that no row of ours knows stay as they are
        filters=frozenset({"class", "discharge-disposition", "identifier", "location", "status", "type"}),
        requires=BY_PATIENT,
        profiles=("us-core-encounter",),
    ),
    Served(
        "Goal",
        {"patient": PATIENT, "lifecycle-status": Pushed(asks.bare_token, one_each=True)},
        filters=frozenset({"target-date", "description"}),
        requires=BY_PATIENT,
        profiles=("us-core-goal",),
    ),
    Served(
        "Immunization",
        {"patient": PATIENT, "date": Pushed(spans), "status": Pushed(asks.bare_token, one_each=True)},
        requires=BY_PATIENT,
        profiles=("us-core-immunization",),
    ),
    Served("Medication", requires=(frozenset({"_id"}),), profiles=("us-core-medication",)),
    Served(
        "MedicationDispense",
        {"patient": PATIENT},
        filters=frozenset({"status", "type"}),
        requires=BY_PATIENT,
        profiles=("us-core-medicationdispense",),
    ),
    Served(
        "MedicationRequest",
        # Epic's own `date` is when a request was activated, not when it was authored
        {"patient": PATIENT, "intent": Pushed(asks.bare_token), "status": Pushed(asks.bare_token)},
        filters=frozenset({"authoredon", "encounter"}),
        requires=BY_PATIENT,
        profiles=("us-core-medicationrequest",),
        always=(("_include", "MedicationRequest:medication"),),
    ),
    Served(
        "Observation",
        {
            "patient": PATIENT,
            "category": Pushed(one_of(OBSERVATION_CATEGORIES), one_each=True),
            "code": Pushed(codes),
            "date": Pushed(spans),
        },
        filters=frozenset({"status"}),
        requires=BY_PATIENT,
        profiles=tuple(OBSERVATION_PROFILES),
        notes={"": "Without category or code: of the categories that this EHR's operator has listed."},
        fan=Fan("category", (), frozenset({"category", "code"}), setting="observation_categories"),
    ),
    Served(
        "Procedure",
        # Epic's own `date` is when it resulted, not when it was performed
        {"patient": PATIENT, "code": Pushed(codes)},
        filters=frozenset({"date", "status"}),
        requires=BY_PATIENT,
        profiles=("us-core-procedure",),
    ),
    Served(
        "Provenance",
        filters=frozenset({"target"}),
        requires=(frozenset({"_id"}), frozenset({"target"})),
        profiles=("us-core-provenance",),
        find=provenance.find,
    ),
    Served(
        "QuestionnaireResponse",
        {"patient": PATIENT},
        filters=frozenset({"authored", "questionnaire", "status"}),
        requires=BY_PATIENT,
        profiles=("us-core-questionnaireresponse",),
    ),
    Served(
        "ServiceRequest",
        {
            "patient": PATIENT,
            "authored": Pushed(spans),
            "category": Pushed(codes, one_each=True),
            "code": Pushed(codes),
            "status": Pushed(one_of(("draft", "active", "completed", "revoked", "unknown")), one_each=True),
        },
        requires=BY_PATIENT,
        profiles=("us-core-servicerequest",),
    ),
    Served("Specimen", filters=frozenset({"patient"}), requires=(frozenset({"_id"}),), profiles=("us-core-specimen",)),
    Served(
        "Appointment",
        {"patient": PATIENT, "date": Pushed(spans)},
        filters=frozenset({"actor", "identifier", "location", "practitioner", "status"}),
        requires=BY_PATIENT,
    ),
)
