"""athenahealth's athenaNet REST API: the table of contents. What is not listed here is not served.

`params` are those of US Core whose elements the mappings fill; the facade applies each of them again.
"""

from __future__ import annotations

from adapters.athenanet import (
    allergy_intolerance,
    binary,
    by_patient,
    client,
    condition,
    document_reference,
    encounter,
    imaging,
    laboratory,
    location,
    observation_vitals,
    organization,
    patient,
    practitioner,
    service_request,
)
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.settings import AthenaNetSettings, sandbox_settings
from adapters.contract import Adapter, Content, Handler, Read, Search
from mappings.athena import ids
from mappings.athenanet.tables import TABLES

PATIENT_OR_ID = (frozenset({"patient"}), frozenset({"_id"}))

ALLERGY_INTOLERANCE = ("us-core-allergyintolerance",)
CONDITION = ("us-core-condition-problems-health-concerns",)
DIAGNOSTIC_REPORT = ("us-core-diagnosticreport-lab", "us-core-diagnosticreport-note")
DOCUMENT_REFERENCE = ("us-core-documentreference",)
ENCOUNTER = ("us-core-encounter",)
LABORATORY = ("us-core-observation-clinical-result", "us-core-observation-lab")
LOCATION = ("us-core-location",)
ORGANIZATION = ("us-core-organization",)
PATIENT = ("us-core-patient",)
PRACTITIONER = ("us-core-practitioner",)
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

OBSERVATION_PROFILES = (*VITAL_SIGNS, *LABORATORY)

DOCUMENTS = (document_reference.DOCUMENTS, document_reference.VISIT_NOTES, document_reference.CCDA)
OBSERVATIONS = (observation_vitals.VITALS, laboratory.ANALYTES)
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
        Read("Practitioner", practitioner.read, PRACTITIONER),
        _search("Practitioner", practitioner.search, "_id name identifier", PRACTITIONER),
        Read("Organization", organization.read, ORGANIZATION),
        _search("Organization", organization.search, "_id name address", ORGANIZATION),
        Read("Location", location.read, LOCATION),
        _search(
            "Location", location.search, "_id name address address-city address-state address-postalcode", LOCATION
        ),
        Read("Encounter", by_patient.read(encounter.ENCOUNTERS), ENCOUNTER),
        _search(
            "Encounter",
            by_patient.search(encounter.ENCOUNTERS),
            "_id patient date class type status location identifier",
            ENCOUNTER,
            by_patient=True,
        ),
        Read("Condition", by_patient.read(condition.PROBLEMS), CONDITION),
        _search(
            "Condition",
            by_patient.search(condition.PROBLEMS),
            "_id _lastUpdated patient category clinical-status code onset-date recorded-date abatement-date",
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
        Read("Observation", by_patient.read(*OBSERVATIONS), OBSERVATION_PROFILES),
        _search(
            "Observation",
            by_patient.search(*OBSERVATIONS),
            "_id patient category code date status",
            OBSERVATION_PROFILES,
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
    ),
)
