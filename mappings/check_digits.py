"""Codes whose last digit checks the others.

https://loinc.org/kb/users-guide/loinc-database-structure/
"""

from __future__ import annotations

import re

_LOINC = re.compile(r"((?:L[APLG])?[0-9]{1,7})-([0-9])", re.ASCII)


def check_digit(characters: str) -> int:
    """Mod 10 of `characters`, every second one from the right doubled (as NPI, LOINC and CDC codes do). A letter, as
    LOINC's parts and answers have them, counts by its distance from "0" in ASCII."""
    total = 0
    for place, character in enumerate(reversed(characters)):
        value = ord(character) - ord("0")
        total += 2 * value - 9 * (value // 5) if place % 2 == 0 else value
    return -total % 10


def looks_like_loinc(code: str) -> bool:
    """Whether `code` has the form of a LOINC code, whatever its check digit: a mistyped code, and no words."""
    return _LOINC.fullmatch(code) is not None


def is_loinc(code: str) -> bool:
    """Whether `code` has the form of a LOINC code (a term, or an answer, part, list or group) and its check digit."""
    found = _LOINC.fullmatch(code)
    return found is not None and check_digit(found[1]) == int(found[2])
