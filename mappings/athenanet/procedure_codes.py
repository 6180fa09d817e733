"""Codes of procedures as they are submitted: `99396,25,59` is a code and its modifiers.

CPT     five digits, or four and F, M, T, U or A; https://www.ama-assn.org/practice-management/cpt
HCPCS   a letter and four digits (Level II); modifiers that are not two digits are of either list, by their letters
"""

from __future__ import annotations

import re
from typing import Any

from mappings import fhir
from mappings.athenanet.codes_procedures import CPT, HCPCS
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_str

_CPT = re.compile(r"[0-9]{4}[0-9AFMTU]", re.ASCII)
_HCPCS = re.compile(r"[A-V][0-9]{4}", re.ASCII)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_CPT_MODIFIER = re.compile(r"[0-9]{2}", re.ASCII)


def submitted(value: Any) -> tuple[str | None, list[str]]:
    """The code and its modifiers, each as it was sent."""
    first, *rest = [part.strip() for part in (as_str(value) or "").split(",")]
    return first or None, [part for part in rest if part]


def procedure(code: str | None, text: str | None, practice: Practice) -> fhir.Element | None:
    """CodeableConcept of a procedure; a code of neither list is the practice's own."""
    if code is None:
        return fhir.codeable(text=text)
    system = CPT if _CPT.fullmatch(code) else HCPCS if _HCPCS.fullmatch(code) else practice.system("procedurecode")
    return fhir.codeable(fhir.coding(system, code, text), text=text or code)


def modifier(code: str, practice: Practice) -> fhir.Element | None:
    if not _MODIFIER.fullmatch(code):
        return fhir.codeable(fhir.coding(practice.system("modifier"), code), text=code)
    return fhir.codeable(fhir.coding(CPT if _CPT_MODIFIER.fullmatch(code) else HCPCS, code), text=code)
