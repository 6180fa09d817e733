"""Epic's object identifiers. Source: Epic resource shapes, captures 2024 to 2026.

Those under .13.<customer>.<environment> are one organisation's, those under .72 every one's. The sandbox's customer is
0, its environment 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CUSTOMER, ENVIRONMENT = 0, 1


def local(tail: str) -> str:
    """An organisation's own system, by what follows customer and environment."""
    return f"urn:oid:1.2.840.114350.1.13.{CUSTOMER}.{ENVIRONMENT}.7.{tail}"


ISSUES = local("2.657369")
CSN = local("3.698084.8")
PATIENT_CEID = local("3.688884.100")
PATIENT_EPIC = local("5.737384.0")
PATIENT_EPI = local("5.737384.14")
PATIENT_RECORD = local("2.698084")
SEXES = local("10.698084.130.657370.19999000")
FLOWSHEET_ROW = local("2.707679")
FLOWSHEET_TEMPLATE = local("2.707684")
LAB_CATEGORY = local("10.798268.30")
LAB_COMPONENT = local("2.768282")
ENCOUNTER_TYPE = local("10.698084.30")
DOCUMENT = local("2.727879")
DOCUMENT_TYPE = local("4.737880.5010")
ORDER = local("2.798268")
ORDER_CATEGORY = local("10.798268.7040")
PROCEDURE_CODE = local("2.696580")
CARE_ROLE = local("4.836182.1050")
GOAL_CATEGORY = local("10.737783.20")
DEPARTMENT = local("2.686980")
DOSE_UNIT = local("10.768076.4019")
PROBLEM = local("2.768076")
PROVIDER = local("2.697780")
MEDICATION = local("2.698288")
ALLERGEN = local("2.657300")

ENCOUNTER_CLASS = "urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260"
DOCUMENT_KIND = "urn:oid:1.2.840.114350.1.72.727879.69848980"
DOCUMENT_UNIQUE = "urn:oid:1.2.840.114350.1.72.3.15"

SNOMED_OID = "urn:oid:2.16.840.1.113883.6.96"
CPT_OID = "urn:oid:2.16.840.1.113883.6.12"
ICD10_OID = "urn:oid:2.16.840.1.113883.6.90"
GPI_OID = "urn:oid:2.16.840.1.113883.6.68"
UNII_OID = "urn:oid:2.16.840.1.113883.4.9"
LOINC_OID = "urn:oid:1.2.246.537.6.96"
IMO_OID = "urn:oid:2.16.840.1.113883.3.247.1.1"
NUCC_OID = "urn:oid:2.16.840.1.113883.6.101"
SSN_OID = "urn:oid:2.16.840.1.113883.4.1"

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NPI = "http://hl7.org/fhir/sid/us-npi"
CPT = "http://www.ama-assn.org/go/cpt"
OPEN_EPIC = "http://open.epic.com/FHIR/StructureDefinition"

OTHER_NUMBERS = local("2.999999")
ACCOUNT = local("5.737384.100")
PARTICIPATION = local("4.698084.18875")
LOCATION_TYPE = local("4.686980.4240")
SPECIALTY = local("4.836982.1050")
DRUGS_OID = "urn:oid:2.16.840.1.113883.6.162"
CVX = "http://hl7.org/fhir/sid/cvx"


def systems(concept: Mapping[str, Any]) -> frozenset[str]:
    """Those of a CodeableConcept."""
    return frozenset(one.get("system", "") for one in concept.get("coding", ()))
