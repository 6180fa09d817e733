"""LOINC's long common names of frequent analytes -> their codes: what proves an analyte whose code is athena's own.

athena's server sends LOINC's name beside a number of its own under LOINC's system [seen: FAST, 2024-11]. A name that
stands here, letter by letter but for case and blanks, is that code; https://loinc.org
`3150-0`, inhaled oxygen concentration, is left as it comes: its check digit is right, and `3150-6`, by which it is said
at times to be a mistake for, has a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "Leukocytes [#/volume] in Blood by Automated count": "6690-2",
    "Erythrocytes [#/volume] in Blood by Automated count": "789-8",
    "Hemoglobin [Mass/volume] in Blood": "718-7",
    "Hematocrit [Volume Fraction] of Blood by Automated count": "4544-3",
    "Platelets [#/volume] in Blood by Automated count": "777-3",
    "MCV [Entitic volume] by Automated count": "787-2",
    "MCH [Entitic mass] by Automated count": "785-6",
    "MCHC [Mass/volume] by Automated count": "786-4",
    "Erythrocyte distribution width [Ratio] by Automated count": "788-0",
    "Glucose [Mass/volume] in Serum or Plasma": "2345-7",
    "Urea nitrogen [Mass/volume] in Serum or Plasma": "3094-0",
    "Creatinine [Mass/volume] in Serum or Plasma": "2160-0",
    "Sodium [Moles/volume] in Serum or Plasma": "2951-2",
    "Potassium [Moles/volume] in Serum or Plasma": "2823-3",
    "Chloride [Moles/volume] in Serum or Plasma": "2075-0",
    "Carbon dioxide, total [Moles/volume] in Serum or Plasma": "2028-9",
    "Calcium [Mass/volume] in Serum or Plasma": "17861-6",
    "Protein [Mass/volume] in Serum or Plasma": "2885-2",
    "Albumin [Mass/volume] in Serum or Plasma": "1751-7",
    "Bilirubin.total [Mass/volume] in Serum or Plasma": "1975-2",
    "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma": "6768-6",
    "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma": "1920-8",
    "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma": "1742-6",
    "Glomerular filtration rate/1.73 sq M.predicted by Creatinine-based formula (MDRD)": "33914-3",
    "Cholesterol [Mass/volume] in Serum or Plasma": "2093-3",
    "Cholesterol in HDL [Mass/volume] in Serum or Plasma": "2085-9",
    "Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation": "13457-7",
    "Triglyceride [Mass/volume] in Serum or Plasma": "2571-8",
    "Hemoglobin A1c/Hemoglobin.total in Blood": "4548-4",
    "Thyrotropin [Units/volume] in Serum or Plasma": "3016-3",
    "Thyroxine (T4) free [Mass/volume] in Serum or Plasma": "3024-7",
    "Ferritin [Mass/volume] in Serum or Plasma": "2276-4",
    "Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma": "2132-9",
    "C reactive protein [Mass/volume] in Serum or Plasma": "1988-5",
    "Urate [Mass/volume] in Serum or Plasma": "3084-1",
    "Prostate specific Ag [Mass/volume] in Serum or Plasma": "2857-1",
    "INR in Platelet poor plasma by Coagulation assay": "6301-6",
    "Color of Urine": "5778-6",
    "pH of Urine": "2756-5",
    "Protein [Presence] in Urine by Test strip": "20454-5",
    "Albumin/Creatinine [Mass Ratio] in Urine": "9318-7",
    "Nuclear Ab [Titer] in Serum by Immunofluorescence": "5048-4",
    "SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory system specimen by NAA with probe detection": "94500-6",
}

_FOLDED = {" ".join(name.split()).casefold(): code for name, code in NAMES.items()}
PROVEN = frozenset(NAMES.values())


def code_of(name: str) -> str | None:
    """The LOINC code of a long common name; None for one that is not here."""
    return _FOLDED.get(" ".join(name.split()).casefold())
