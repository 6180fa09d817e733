"""What laboratories and imaging offices write -> FHIR: statuses, flags, units (https://ucum.org), specimens."""

from __future__ import annotations

OBSERVATION_STATUSES = {  # in lower case
    "final": "final",
    "complete": "final",
    "authorized": "final",
    "signedoff": "final",
    "corrected": "corrected",
    "preliminary": "preliminary",
    "partial": "preliminary",
    "unverified": "preliminary",
    "pending": "registered",
    "notreported": "registered",
    "cancelled": "cancelled",
}
REPORT_STATUSES = {**OBSERVATION_STATUSES, "partial": "partial"}
INTERPRETATIONS = {
    "normal": ("N", "Normal"),
    "abnormal": ("A", "Abnormal"),
    "low": ("L", "Low"),
    "high": ("H", "High"),
    "critical low": ("LL", "Critical low"),
    "critical high": ("HH", "Critical high"),
    "significant change down": ("D", "Significant change down"),
}
UNITS = {  # as written: UCUM
    "%": "%",
    "K/uL": "10*3/uL",
    "x10E3/uL": "10*3/uL",
    "M/uL": "10*6/uL",
    "g/dL": "g/dL",
    "mg/dL": "mg/dL",
    "mg/dL (calc)": "mg/dL",
    "mmol/L": "mmol/L",
    "mEq/L": "meq/L",
    "IU/L": "[IU]/L",
    "mIU/L": "m[IU]/L",
    "mL/min/1.73M2": "mL/min/{1.73_m2}",
    "mg/g creat": "mg/g{creat}",
    "mg / mol": "mg/mol",
    "ng/mL": "ng/mL",
    "ug/dL": "ug/dL",
    "titer": "{titer}",
}
BLOOD = ("119297000", "Blood specimen")
SERUM = ("119364003", "Serum specimen")
SPECIMENS = {  # by the title of the panel
    "CBC w/ auto diff": BLOOD,
    "Comprehensive metabolic panel": SERUM,
    "Lipid panel": SERUM,
    "Hemoglobin A1c": BLOOD,
    "TSH": SERUM,
    "Urinalysis": ("122575003", "Urine specimen"),
    "Antinuclear antibodies": SERUM,
    "SARS-CoV-2 PCR": ("258500001", "Nasopharyngeal swab"),
}
RADIOLOGY = ("LP29684-5", "Radiology")
IMAGING_STUDY = ("18748-4", "Diagnostic imaging study")
LABORATORY_REPORT = ("11502-2", "Laboratory report")
