"""Codes of procedures as athenaNet has them: which system a code is of, and which services of a visit are procedures.

A service is a line of the visit's bill. Many lines are no procedure: the visit itself, the vaccine (an Immunization),
the laboratory test (an Observation), the drug, the fee. PROCEDURES says which are, by ranges of code numbers; what
lies in none of them is on the bill only. https://www.ama-assn.org/practice-management/cpt/cpt-overview-and-code-approval
"""

from __future__ import annotations

import re

from mappings.check_digits import is_snomed
from mappings.concept_map import Concept
from mappings.fhir import SNOMED

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"

_CPT = re.compile(r"[0-9]{4}[0-9FTU]", re.ASCII)
_HCPCS = re.compile(r"[A-Z][0-9]{4}", re.ASCII)
_SNOMED = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)

SURGICAL = Concept("387713003", SNOMED, "Surgical procedure")
DIAGNOSTIC = Concept("103693007", SNOMED, "Diagnostic procedure")
IMAGING = Concept("363679005", SNOMED, "Imaging")

# first, last, category: both ends included, compared as text of equal length
PROCEDURES: tuple[tuple[str, str, Concept | None], ...] = (
    ("00100", "01999", None),  # anesthesia
    ("10004", "69990", SURGICAL),
    ("70010", "79999", IMAGING),
    ("90785", "90899", None),  # psychiatry
    ("90901", "90999", None),  # biofeedback, dialysis
    ("91010", "91299", DIAGNOSTIC),  # gastroenterology
    ("92002", "92700", None),  # ophthalmology, otorhinolaryngology
    ("92920", "93998", None),  # cardiovascular, vascular studies
    ("94002", "94799", None),  # pulmonary
    ("95004", "95199", None),  # allergy
    ("95249", "95251", DIAGNOSTIC),  # glucose monitoring
    ("95700", "96020", DIAGNOSTIC),  # neurology
    ("96360", "96549", None),  # infusions, injections, chemotherapy; the drug is a line of its own
    ("96900", "97814", None),  # dermatology, physical medicine, nutrition, acupuncture
    ("98925", "98943", None),  # osteopathic and chiropractic manipulation
    ("0042T", "0999T", None),  # category III
    ("G0104", "G0106", DIAGNOSTIC),  # colorectal cancer screening
    ("G0120", "G0122", DIAGNOSTIC),
)
# Not among them: 80047-89398 laboratory, 90281-90759 vaccines, 98000-98016 and 98966-98981 visits by telephone or
# online, 99091-99607 evaluation and management and special services, xxxxF performance measures.


def system_of(code: str) -> str | None:
    """The code system that a procedure code is of by its form; None for one that is of none of them."""
    if _CPT.fullmatch(code):
        return CPT
    if _HCPCS.fullmatch(code):
        return HCPCS
    return SNOMED if _SNOMED.fullmatch(code) and is_snomed(code) else None


def is_procedure(code: str) -> bool:
    """Whether a service with this code is a procedure."""
    return _row(code) is not None


def category_of(code: str) -> Concept | None:
    row = _row(code)
    return row[2] if row else None


def _row(code: str) -> tuple[str, str, Concept | None] | None:
    if system_of(code) not in (CPT, HCPCS):
        return None
    # a letter at the end belongs to a space of its own: 0042T is not between 00100 and 01999
    return next(
        (row for row in PROCEDURES if row[0][-1].isdigit() == code[-1].isdigit() and row[0] <= code <= row[1]), None
    )
