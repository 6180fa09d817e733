"""The rows that orders and results are made of: panels, orderables, laboratories. Codes as their owners publish them."""

# ruff: noqa: E501 (one row per line, however long)

from __future__ import annotations

from typing import NamedTuple

from adapters.population.facts import Coded


class AnalyteRow(NamedTuple):
    """`low`, `high`: what numbers scatter around, with `digits` behind the point; else `words` are the values."""

    name: str
    local: str
    loinc: str
    described: str
    unit: str | None
    range: str | None
    low: float | None = None
    high: float | None = None
    digits: int = 0
    words: tuple[str, ...] = ()


class Panel(NamedTuple):
    title: str
    loinc: str | None
    analytes: tuple[AnalyteRow, ...]


CBC = Panel("CBC w/ auto diff", "58410-2", (
    AnalyteRow("WBC", "1001", "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "K/uL", "4.0-10.5", 4.0, 10.5, 1),
    AnalyteRow("RBC", "1002", "789-8", "Erythrocytes [#/volume] in Blood by Automated count", "M/uL", "3.90-5.20", 3.9, 5.2, 2),
    AnalyteRow("HGB", "1003", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", "11.5 - 15.5", 11.5, 15.5, 1),
    AnalyteRow("HCT", "1004", "4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "%", "35.0-47.0", 35.0, 47.0, 1),
    AnalyteRow("PLT", "1005", "777-3", "Platelets [#/volume] in Blood by Automated count", "x10E3/uL", "140-400", 140, 400),
))  # fmt: skip
CMP = Panel("Comprehensive metabolic panel", "24323-8", (
    AnalyteRow("Glucose", "1101", "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", "65-99", 65, 99),
    AnalyteRow("BUN", "1102", "3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", "7-25", 7, 25),
    AnalyteRow("Creatinine", "1103", "2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", "0.50-1.20", 0.5, 1.2, 2),
    AnalyteRow("Sodium", "1104", "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", "135-146", 135, 146),
    AnalyteRow("Potassium", "1105", "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mEq/L", "3.5-5.3", 3.5, 5.3, 1),
    AnalyteRow("ALT", "1106", "1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "IU/L", "<40", 8, 40),
    AnalyteRow("eGFR", "1107", "33914-3", "Glomerular filtration rate/1.73 sq M.predicted by Creatinine-based formula (MDRD)",
               "mL/min/1.73M2", ">59", words=(">60", "58", "44", ">= 90")),
))  # fmt: skip
PANELS = (
    CBC,
    CMP,
    Panel("Lipid panel", "24331-1", (
        AnalyteRow("Cholesterol, Total", "1201", "2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", "<200", 120, 220),
        AnalyteRow("HDL Cholesterol", "1202", "2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", "> 39", 35, 80),
        AnalyteRow("LDL Calculated", "1203", "13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation",
                   "mg/dL (calc)", "0 - 99", 50, 140),
    )),
    Panel("Hemoglobin A1c", None, (
        AnalyteRow("Hemoglobin A1c", "1301", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", "<5.7", 4.8, 8.2, 1),
    )),
    Panel("TSH", None, (
        AnalyteRow("TSH", "1401", "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "mIU/L", "0.40-4.50", 0.4, 4.5, 2),
    )),
    Panel("Urinalysis", "24356-8", (
        AnalyteRow("Color", "1501", "5778-6", "Color of Urine", None, "Yellow", words=("Yellow", "Amber", "Straw")),
        AnalyteRow("pH", "1502", "2756-5", "pH of Urine", None, "5.0-8.0", 5.0, 8.0, 1),
        AnalyteRow("Protein", "1503", "20454-5", "Protein [Presence] in Urine by Test strip", None, "Negative",
                   words=("Negative", "Trace", "1+", "2+")),
        AnalyteRow("Microalb/Creat Ratio", "1504", "9318-7", "Albumin/Creatinine [Mass Ratio] in Urine", "mg/g creat", "0-29",
                   words=("<5", "12.4", "31.0")),
    )),
    Panel("Antinuclear antibodies", None, (
        AnalyteRow("ANA Titer", "1601", "5048-4", "Nuclear Ab [Titer] in Serum by Immunofluorescence", "titer", "<1:40",
                   words=("1:80", "1:160", "<1:40", "Negative")),
    )),
    Panel("SARS-CoV-2 PCR", "94500-6", (
        AnalyteRow("SARS-CoV-2", "1701", "94500-6", "SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory system specimen by NAA with probe detection",
                   None, "Not Detected", words=("Not Detected", "Detected")),
    )),
)  # fmt: skip

# name, local code, LOINC, description, value, unit, range, flag, status
ODD_ANALYTES: tuple[tuple[str | None, ...], ...] = (
    ("Albumin, mol ratio", "9001", None, None, "3.10", "mg / mol", "0.0-3.5", None, None),
    ("Sodium", "9002", "2951-3", "LOINC", "140", "mmol/L", "135-146", "NORMAL", "final"),  # not its check digit
    ("Occult blood", "9003", None, None, "SEE NOTE", "(calc)", "See report", "abnormal", "Unverified"),
    ("Ferritin", "9004", "2276-4", "Ferritin [Mass/volume] in Serum or Plasma", "1,204", "ng/mL", "10-291", "critical high", "final"),
    ("CRP", "9005", "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "< 0.30", "mg/dL", "9-1", "significant change down", "authorized"),
    ("House assay 7", None, None, None, "7.0e2", "widgets", None, "purple", "by phone"),
    ("Lead", "9006", "5671-3", "Lead [Mass/volume] in Blood", None, "ug/dL", "<=3.4", None, "notreported"),
)  # fmt: skip

REPORT_STATUSES = (
    "final",
    "final",
    "final",
    None,
    None,
    "complete",
    "preliminary",
    "corrected",
    "partial",
    "pending",
    "signedoff",
)
IMAGING_STATUSES = ("Final", "Final", None, "Preliminary", "Corrected")
LABORATORIES = (
    (11001, "Sample Lab", "1 Assay Way", "Boston", "MA", "02110"),
    (11002, "Mountain Reference Laboratory", "200 Titration Blvd", "Denver", "CO", "80202"),
)
FACILITIES = {
    "lab": ((11001, "Sample Lab"), (11002, "Mountain Reference Laboratory")),
    "imaging": ((11101, "Harbor Imaging"),),
    "referral": ((11201, "Riverside Cardiology Associates"),),
    "equipment": ((11301, "Sample Medical Supply"),),
}

ORDER_KINDS = ("lab", "imaging", "procedure", "referral", "equipment", "other", "prescription", "vaccine", "leaflet")
ORDER_STATES = ("done", "done", "done", "done", "waiting", "sent", "draft", "deleted", "declined")
# kind: title and codes of what can be ordered
ORDERABLES: dict[str, tuple[tuple[str, tuple[Coded, ...]], ...]] = {
    "lab": (
        ("CBC w/ auto diff", (Coded("LOINC", "58410-2", "CBC W Auto Differential panel - Blood"),)),
        ("comprehensive metabolic panel, serum", (Coded("LOINC", "24323-8", "Comprehensive metabolic 2000 panel"),)),
        ("lipid panel, serum", ()),
    ),
    "imaging": (
        ("XR, chest, 2 views", (Coded("CPT", "71046", "Radiologic examination, chest; 2 views"),)),
        ("US, abdomen, complete", (Coded("CPT", "76700", "Ultrasound, abdominal; complete"),)),
        ("MRI, lumbar spine, w/o contrast", ()),
    ),
    "procedure": (
        ("electrocardiogram, 12 leads", (Coded("CPT", "93000", "Electrocardiogram, 12 leads"),)),
        ("spirometry", (Coded("SNOMED", "127783003", "Spirometry"),)),
    ),
    "referral": (("cardiologist referral", (Coded("SNOMED", "183519002", "Referral to cardiology service"),)),),
    "equipment": (("nebulizer", ()),),
    "other": (("home health evaluation", ()),),
    "prescription": (("lisinopril 10 mg tablet", (Coded("RXNORM", "314076", "lisinopril 10 MG Oral Tablet"),)),),
    "vaccine": (("influenza, injectable, quadrivalent", (Coded("CVX", "158", "influenza, injectable, quadrivalent"),)),),
    "leaflet": (("Learning About High Blood Pressure", ()),),
}  # fmt: skip
ORDERED = ("lab", "lab", "lab", "imaging", "imaging", *ORDER_KINDS)
"""Kinds by how often they are ordered."""
IMAGING_TEXTS = {
    "XR, chest, 2 views": "CHEST, TWO VIEWS\n\nFINDINGS: The lungs are clear. The heart is of normal size.\n\n"
    "IMPRESSION: No acute cardiopulmonary disease.",
    "US, abdomen, complete": "ABDOMEN ULTRASOUND\n\nFINDINGS: Normal liver echotexture. No gallstones.\n\n"
    "IMPRESSION: Normal study \u2013 5 mm polyp, see \u201cComment\u201d.",
}
