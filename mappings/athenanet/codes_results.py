"""athenaNet's vocabularies of results and orders -> FHIR codes.

Statuses and flags of laboratory results: docs.athenahealth.com (lab results). Units: as laboratories write them, each
read against https://ucum.org; a text of which letter case decides the meaning has no row, for case is not looked at.
"""

from __future__ import annotations

from mappings.concept_map import Concept, ConceptMap, codes, codings
from mappings.fhir import LOINC, SNOMED, UCUM

FHIR_VALUE_SET = "http://hl7.org/fhir/ValueSet/"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
CPT = "http://www.ama-assn.org/go/cpt"

# --- laboratory -----------------------------------------------------------------------------------------------------

_STATUS = {
    "final": "final",
    "complete": "final",
    "authorized": "final",
    "verified": "final",
    "signed": "final",
    "signedoff": "final",
    "corrected": "corrected",
    "preliminary": "preliminary",
    "intermediate": "preliminary",
    "partial": "preliminary",
    "incomplete": "preliminary",
    "unverified": "preliminary",
    "pending": "registered",
    "notreported": "registered",
    "cancelled": "cancelled",
    "deleted": "entered-in-error",
}

LAB_STATUS = ConceptMap(  # resultstatus, labresultstatus, status of an analyte -> Observation.status
    "athenanet-labstatus",
    {code: Concept(status) for code, status in _STATUS.items()},
    systems=("",),
    value_set=FHIR_VALUE_SET + "observation-status",
    free_text=True,
)

REPORT_STATUS = ConceptMap(  # resultstatus and reportstatus of a result -> DiagnosticReport.status
    "athenanet-reportstatus",
    {
        code: Concept("partial" if code in ("intermediate", "partial", "incomplete") else status)
        for code, status in _STATUS.items()
    },
    systems=("",),
    value_set=FHIR_VALUE_SET + "diagnostic-report-status",
    free_text=True,
)

ABNORMAL_FLAG = codings(  # abnormalflag; its own translation makes H of "critical high", ours does not
    "athenanet-abnormalflag",
    INTERPRETATION,
    {
        "NORMAL": ("N", "Normal"),
        "ABNORMAL": ("A", "Abnormal"),
        "LOW": ("L", "Low"),
        "HIGH": ("H", "High"),
        "CRITICAL ABNORMAL": ("AA", "Critical abnormal"),
        "CRITICAL LOW": ("LL", "Critical low"),
        "CRITICAL HIGH": ("HH", "Critical high"),
        "SIGNIFICANT CHANGE UP": ("U", "Significant change up"),
        "SIGNIFICANT CHANGE DOWN": ("D", "Significant change down"),
    },
    free_text=True,
)

ABNORMAL_HL7 = codings(  # abnormalhl7code, where the flag says nothing that is known
    "athenanet-abnormalhl7code",
    INTERPRETATION,
    {
        "N": ("N", "Normal"),
        "A": ("A", "Abnormal"),
        "L": ("L", "Low"),
        "H": ("H", "High"),
        "AA": ("AA", "Critical abnormal"),
        "LL": ("LL", "Critical low"),
        "HH": ("HH", "Critical high"),
        "U": ("U", "Significant change up"),
        "D": ("D", "Significant change down"),
    },
)

# A laboratory's own code (observationidentifier), or the name of an analyte or a panel -> LOINC. No row holds for
# every practice.
LAB_CODE = ConceptMap("athenanet-labcode", {}, systems=(LOINC,))

LAB_UNIT = codings(  # units, without blanks and a trailing "(calc)"
    "athenanet-labunit",
    UCUM,
    {
        "%": ("%", "%"),
        "/HPF": ("/[HPF]", "/HPF"),
        "/LPF": ("/[LPF]", "/LPF"),
        "/uL": ("/uL", "/uL"),
        "10*3/uL": ("10*3/uL", "10*3/uL"),
        "10^3/uL": ("10*3/uL", "10*3/uL"),
        "10E3/uL": ("10*3/uL", "10*3/uL"),
        "x10E3/uL": ("10*3/uL", "10*3/uL"),
        "x10^3/uL": ("10*3/uL", "10*3/uL"),
        "x10(3)/uL": ("10*3/uL", "10*3/uL"),
        "K/uL": ("10*3/uL", "10*3/uL"),
        "K/mcL": ("10*3/uL", "10*3/uL"),
        "Thousand/uL": ("10*3/uL", "10*3/uL"),
        "10*6/uL": ("10*6/uL", "10*6/uL"),
        "10^6/uL": ("10*6/uL", "10*6/uL"),
        "10E6/uL": ("10*6/uL", "10*6/uL"),
        "x10E6/uL": ("10*6/uL", "10*6/uL"),
        "x10^6/uL": ("10*6/uL", "10*6/uL"),
        "M/uL": ("10*6/uL", "10*6/uL"),
        "Million/uL": ("10*6/uL", "10*6/uL"),
        "10*9/L": ("10*9/L", "10*9/L"),
        "x10E9/L": ("10*9/L", "10*9/L"),
        "10*12/L": ("10*12/L", "10*12/L"),
        "cells/uL": ("{cells}/uL", "cells/uL"),
        "copies/mL": ("{copies}/mL", "copies/mL"),
        "fL": ("fL", "fL"),
        "g/dL": ("g/dL", "g/dL"),
        "gm/dL": ("g/dL", "g/dL"),
        "g/L": ("g/L", "g/L"),
        "g/24h": ("g/(24.h)", "g/24 h"),
        "mg/dL": ("mg/dL", "mg/dL"),
        "mg/L": ("mg/L", "mg/L"),
        "mg/24h": ("mg/(24.h)", "mg/24 h"),
        "mg/g": ("mg/g", "mg/g"),
        "mg/gcreat": ("mg/g{creat}", "mg/g creat"),
        "mg/g{creat}": ("mg/g{creat}", "mg/g creat"),
        "mcg/mgcreat": ("ug/mg{creat}", "ug/mg creat"),
        "ug/mgcreat": ("ug/mg{creat}", "ug/mg creat"),
        "mg/mol": ("mg/mol", "mg/mol"),
        "mcg/dL": ("ug/dL", "ug/dL"),
        "ug/dL": ("ug/dL", "ug/dL"),
        "mcg/L": ("ug/L", "ug/L"),
        "ug/L": ("ug/L", "ug/L"),
        "mcg/mL": ("ug/mL", "ug/mL"),
        "ug/mL": ("ug/mL", "ug/mL"),
        "ng/dL": ("ng/dL", "ng/dL"),
        "ng/mL": ("ng/mL", "ng/mL"),
        "ng/mL/h": ("ng/mL/h", "ng/mL/h"),
        "pg": ("pg", "pg"),
        "pg/mL": ("pg/mL", "pg/mL"),
        "nmol/L": ("nmol/L", "nmol/L"),
        "pmol/L": ("pmol/L", "pmol/L"),
        "umol/L": ("umol/L", "umol/L"),
        "mcmol/L": ("umol/L", "umol/L"),
        "mmol/L": ("mmol/L", "mmol/L"),
        "mmol/mol": ("mmol/mol", "mmol/mol"),
        "mEq/L": ("meq/L", "meq/L"),
        "U/L": ("U/L", "U/L"),
        "U/mL": ("U/mL", "U/mL"),
        "IU/L": ("[IU]/L", "IU/L"),
        "IU/mL": ("[IU]/mL", "IU/mL"),
        "mIU/L": ("m[IU]/L", "mIU/L"),
        "mIU/mL": ("m[IU]/mL", "mIU/mL"),
        "uIU/mL": ("u[IU]/mL", "uIU/mL"),
        "mcIU/mL": ("u[IU]/mL", "uIU/mL"),
        "kU/L": ("kU/L", "kU/L"),
        "mm/h": ("mm/h", "mm/h"),
        "mm/hr": ("mm/h", "mm/h"),
        "mL/min": ("mL/min", "mL/min"),
        "mL/min/1.73": ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        "mL/min/1.73m2": ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        "mL/min/1.73m^2": ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        "mL/min/{1.73_m2}": ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        "mOsm/kg": ("mosm/kg", "mosm/kg"),
        "mmHg": ("mm[Hg]", "mmHg"),
        "sec": ("s", "s"),
        "seconds": ("s", "s"),
        "ratio": ("{ratio}", "ratio"),
        "INR": ("{INR}", "INR"),
    },
    free_text=True,
)

# --- imaging --------------------------------------------------------------------------------------------------------

# documenttypeid or description of an imaging result -> LOINC of the study, beside the code of all imaging reports.
# Both are a practice's own.
IMAGING_CODE = ConceptMap("athenanet-imagingcode", {}, systems=(LOINC,))

# --- orders ---------------------------------------------------------------------------------------------------------

ORDER_STATUS = codes(  # docs.athenahealth.com (orders); declined and denied orders are told by other fields
    "athenanet-orderstatus",
    {
        "PEND": "draft",
        "PENDING": "draft",
        "SUBMIT": "active",
        "SUBMITTED": "active",
        "REVIEW": "active",
        "FOLLOWUP": "active",
        "NOTIFY": "active",
        "PERFORM": "active",
        "SCHEDULE": "active",
        "SCHEDULED": "active",
        "HOLD": "on-hold",
        "CLOSED": "completed",
        "DELETED": "entered-in-error",
        "DENIED": "revoked",
        "DECLINED": "revoked",
    },
    value_set=FHIR_VALUE_SET + "request-status",
)

# ordertype, else class -> ServiceRequest.category. The first three are of US Core's list (servicerequest-category); the
# others say no more than athenaNet's word does
ORDER_CATEGORY = codings(
    "athenanet-ordertype",
    SNOMED,
    {
        "Lab": ("108252007", "Laboratory procedure"),
        "Imaging": ("363679005", "Imaging"),
        "Surgery": ("387713003", "Surgical procedure"),
        "Procedure": ("71388002", "Procedure"),
        "Referral": ("3457005", "Patient referral"),
        "Consult": ("11429006", "Consultation"),
    },
)

ORDER_CODESET = codes(  # codeset of externalcodes[] and of diagnoses of an order
    "athenanet-ordercodeset",
    {
        "LOINC": LOINC,
        "SNOMED": SNOMED,
        "CPT": CPT,
        "CPT4": CPT,
        "HCPCS": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "ICD10": "http://hl7.org/fhir/sid/icd-10-cm",
        "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
        "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "CVX": "http://hl7.org/fhir/sid/cvx",
        "NDC": "http://hl7.org/fhir/sid/ndc",
    },
)

ORDER_PRIORITY = codes(
    "athenanet-orderpriority",
    {
        "1": "urgent",
        "2": "routine",
    },
    value_set=FHIR_VALUE_SET + "request-priority",
)
