"""Codes of HL7 version 2 that Millennium writes where US Core wants another system's; a practice may put its own over.

Sources: https://terminology.hl7.org/CodeSystem-v2-0004.html, https://terminology.hl7.org/CodeSystem-v2-0074.html,
https://hl7.org/fhir/us/core/STU6.1/ValueSet-us-core-diagnosticreport-category.html
"""

from __future__ import annotations

from types import MappingProxyType

from mappings import fhir
from mappings.concept_map import codings

V2_CLASS = "http://terminology.hl7.org/CodeSystem/v2-0004"
V2_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
V3_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

ENCOUNTER_CLASS = codings(
    "cerner-encounterclass",
    V3_ACT,
    {
        "E": ("EMER", "emergency"),
        "I": ("IMP", "inpatient encounter"),
        "O": ("AMB", "ambulatory"),
        "P": ("PRENC", "pre-admission"),
    },
)
"""Class of a patient (HL7 v2 table 0004) -> Encounter.class. The others say nothing of it."""

REPORT_CATEGORY = codings(
    "cerner-reportcategory",
    fhir.LOINC,
    {
        "RAD": ("LP29684-5", "Radiology"),
        "RX": ("LP29684-5", "Radiology"),
        "CT": ("LP29684-5", "Radiology"),
        "NMR": ("LP29684-5", "Radiology"),
        "RUS": ("LP29684-5", "Radiology"),
        "CUS": ("LP29708-2", "Cardiology"),
        "EC": ("LP29708-2", "Cardiology"),
        "CTH": ("LP29708-2", "Cardiology"),
        "SP": ("LP7839-6", "Pathology"),
        "PAT": ("LP7839-6", "Pathology"),
        "CP": ("LP7839-6", "Pathology"),
    },
)
"""Diagnostic service section (HL7 v2 table 0074) -> DiagnosticReport.category of a note. LAB is US Core's own."""

TABLES = MappingProxyType({table.name: table for table in (ENCOUNTER_CLASS, REPORT_CATEGORY)})
"""What a practice may put its own rows over, by name."""
