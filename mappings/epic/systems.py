"""Coding systems as Epic writes them. Source: the-map, fasten (captures 2024 to 2026), ronin (Feb 2024).

An organisation's own systems are `urn:oid:1.2.840.114350.1.13.<customer>.<environment>.7.<tail>`, those of every
organisation `urn:oid:1.2.840.114350.1.72...`; beside them stand systems that FHIR has another name for.
"""

from __future__ import annotations

from collections.abc import Mapping

from mappings.fhir import LOINC, SNOMED

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CPT = "http://www.ama-assn.org/go/cpt"
NUCC = "http://nucc.org/provider-taxonomy"
US_NPI = "http://hl7.org/fhir/sid/us-npi"
US_SSN = "http://hl7.org/fhir/sid/us-ssn"

CPT_OID = "urn:oid:2.16.840.1.113883.6.12"
"""Holds the organisation's own codes (`LAB10052`) beside those of CPT."""

FINNISH_LOINC = "urn:oid:1.2.246.537.6.96"
"""On a flowsheet row it also stands for LOINC codes of the row's components."""

SSN_OID = "urn:oid:2.16.840.1.113883.4.1"

# an OID -> the same system's name in FHIR [common knowledge]; https://terminology.hl7.org/identifiers.html
CODES: Mapping[str, str] = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    "urn:oid:2.16.840.1.113883.4.9": "http://fdasis.nlm.nih.gov",
    "urn:oid:2.16.840.1.113883.6.101": NUCC,
    "urn:oid:2.16.840.1.113883.11.19465": NUCC,
    FINNISH_LOINC: LOINC,
}
IDENTIFIERS: Mapping[str, str] = {SSN_OID: US_SSN}

NAMED: Mapping[str, str] = {**CODES, **IDENTIFIERS}
"""What FHIR calls a system."""

# FHIR's name -> every name that Epic may know it by, FHIR's own first
ALSO: Mapping[str, tuple[str, ...]] = {
    name: (name, *(oid for oid, other in {**CODES, CPT_OID: CPT}.items() if other == name))
    for name in (*CODES.values(), CPT)
}

VENDORS = ("http://open.epic.com/", "http://epic.com/")


def is_cpt(code: str) -> bool:
    """Whether a code has CPT's form: four digits and a digit or letter. https://www.ama-assn.org/practice-management/cpt"""
    return len(code) == 5 and code.isascii() and code[:4].isdigit() and code[4].isalnum()


def is_standard(system: object) -> bool:
    """Whether a coding's system is everybody's: named by an address that is not Epic's."""
    return isinstance(system, str) and system.startswith("http") and not system.startswith(VENDORS)
