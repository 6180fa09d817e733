"""Codes whose last digit checks the others.

https://loinc.org/kb/users-guide/loinc-database-structure/, https://confluence.ihtsdotools.org/display/DOCRELFMT/6.4+Check-digit
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


# https://en.wikipedia.org/wiki/Verhoeff_algorithm: multiplication in D5, and the permutation of each place
_D5 = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def is_snomed(code: str) -> bool:
    """Whether the last of these digits is the check digit of the others, as SNOMED CT's identifiers have it."""
    total = 0
    for place, digit in enumerate(reversed(code)):
        turned = int(digit)
        for _ in range(place % 8):
            turned = _TURN[turned]
        total = _D5[total][turned]
    return total == 0
