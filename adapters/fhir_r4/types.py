"""What a server is asked that speaks FHIR R4 as it is written: every parameter of US Core, as FHIR defines it."""

from __future__ import annotations

from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Pushed, Served
from capability import uscore
from capability.uscore import SearchParameter

EDITION = uscore.edition("6.1.0")
PATIENT_OR_ID = (frozenset({"patient"}), frozenset({"_id"}))
DIRECTORY = frozenset({"Location", "Medication", "Organization", "Practitioner", "PractitionerRole"})
"""Types that belong to no patient: searched without one."""

BY_ID = frozenset({"Medication", "Specimen"})
TARGET = (frozenset({"target"}), frozenset({"_id"}))

PROFILES: dict[str, tuple[str, ...]] = {
    "AllergyIntolerance": ("us-core-allergyintolerance",),
    "CarePlan": ("us-core-careplan",),
    "CareTeam": ("us-core-careteam",),
    "Condition": ("us-core-condition-problems-health-concerns", "us-core-condition-encounter-diagnosis"),
    "Coverage": ("us-core-coverage",),
    "Device": ("us-core-implantable-device",),
    "DiagnosticReport": ("us-core-diagnosticreport-lab", "us-core-diagnosticreport-note"),
    "DocumentReference": ("us-core-documentreference",),
    "Encounter": ("us-core-encounter",),
    "Goal": ("us-core-goal",),
    "Immunization": ("us-core-immunization",),
    "Location": ("us-core-location",),
    "Medication": ("us-core-medication",),
    "MedicationDispense": ("us-core-medicationdispense",),
    "MedicationRequest": ("us-core-medicationrequest",),
    "Observation": tuple(profile.name for profile in EDITION.profiles("Observation")),
    "Organization": ("us-core-organization",),
    "Patient": ("us-core-patient",),
    "Practitioner": ("us-core-practitioner",),
    "PractitionerRole": ("us-core-practitionerrole",),
    "Procedure": ("us-core-procedure",),
    "Provenance": ("us-core-provenance",),
    "QuestionnaireResponse": ("us-core-questionnaireresponse",),
    "RelatedPerson": ("us-core-relatedperson",),
    "ServiceRequest": ("us-core-servicerequest",),
    "Specimen": ("us-core-specimen",),
}

ASKS = {"token": asks.token, "string": asks.string, "date": asks.instants}
"""By kind of parameter, where it isn't a reference."""


def pushed(row: SearchParameter) -> Pushed | None:
    """How a parameter is asked for as FHIR has it; None for a kind that is left to the facade."""
    if row.kind == "reference":
        return Pushed(asks.reference(*row.targets, typed=len(row.targets) > 1))
    return Pushed(ASKS[row.kind]) if row.kind in ASKS else None


def served(type_: str) -> Served:
    """The type with every parameter that US Core names for it."""
    rows = {code: row for code, row in EDITION.search_parameters(type_).items() if not code.startswith("_")}
    asked = {code: one for code, row in rows.items() if (one := pushed(row)) is not None}
    if type_ in DIRECTORY | {"Patient"} and type_ not in BY_ID:
        requires: tuple[frozenset[str], ...] = ()
    elif type_ == "Provenance":
        requires = TARGET
    else:
        requires = PATIENT_OR_ID if "patient" in asked else (frozenset({"_id"}),)
    return Served(type_, asked, requires=requires, profiles=PROFILES[type_])


TYPES = tuple(served(type_) for type_ in PROFILES)
