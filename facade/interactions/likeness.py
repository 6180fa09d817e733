"""How alike a Patient that was sent and one that was found are, element by element. Pure, and the same every time.

Compared is what the caller may see of the one found. Case, accents, punctuation and white space don't count, nor does
the country code of a North American telephone number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from capability.matching import WEIGHTS
from facade.interactions.match.strings import fold
from facade.policy.release import Released

Patient = Mapping[str, Any]
Traits = Mapping[str, Any]
NUMBERED = frozenset({"phone", "fax", "sms", "pager"})
LOCAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` in hundredths, 0 to 100; names of the elements that agree and that differ; what one lacks is neither."""

    score: int
    agree: tuple[str, ...]
    differ: tuple[str, ...]


def traits(patient: Patient) -> Traits:
    """What of a Patient is compared, by element: read once for all that it is compared with."""
    return {element: read(patient) for element, (read, _) in COMPARISONS.items()}


def likeness(sent: Traits, found: Released) -> Likeness:
    """Each element counts once, as `capability.matching` weighs it."""
    agree: list[str] = []
    differ: list[str] = []
    for element, theirs in traits(found).items():
        alike = COMPARISONS[element][1](sent[element], theirs)
        if alike is not None:
            (agree if alike else differ).append(element)
    score = sum(WEIGHTS[each].agrees for each in agree) - sum(WEIGHTS[each].differs for each in differ)
    return Likeness(max(0, min(100, score)), tuple(agree), tuple(differ))


def identifiers(patient: Patient) -> Iterator[tuple[str, str]]:
    """(system, value) of each that has both: a number alone may be anybody's."""
    for each in patient.get("identifier", ()):
        system, value = each.get("system"), (each.get("value") or "").strip()
        if system and value:
            yield system, value


def names(patient: Patient, part: str) -> frozenset[str]:
    """All `family` or all first given names."""
    found = []
    for name in patient.get("name", ()):
        value = name.get(part)
        found.append(value[0] if isinstance(value, list) and value else value)
    return _folded(found)


def _identifier(ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> bool | None:
    """They agree by any; they differ where only other values of the same systems are there."""
    if ours & theirs:
        return True
    return False if {system for system, _ in ours} & {system for system, _ in theirs} else None


def _birth_date(ours: str | None, theirs: str | None) -> bool | None:
    """As far as both tell: a year agrees with any day in it."""
    if not ours or not theirs:
        return None
    return bool(ours.startswith(theirs) or theirs.startswith(ours))


def _gender(ours: str | None, theirs: str | None) -> bool | None:
    told = [ours, theirs]
    return None if not {"male", "female"}.issuperset(told) else told[0] == told[1]


def _contacts(patient: Patient) -> frozenset[str]:
    found = []
    for each in patient.get("telecom", ()):
        value = each.get("value") or ""
        if each.get("system") in NUMBERED:
            value = "".join(filter(str.isdigit, value))[-LOCAL_DIGITS:]
        found.append(value)
    return _folded(found)


def _addresses(patient: Patient) -> frozenset[str]:
    """Street and postal code together: a town alone is shared by many."""
    found = []
    for each in patient.get("address", ()):
        lines, code = " ".join(each.get("line", ())), (each.get("postalCode") or "")[:5]
        if lines and code:
            found.append(f"{lines} {code}")
    return _folded(found)


def _any(ours: frozenset[str], theirs: frozenset[str]) -> bool | None:
    return None if not ours or not theirs else not ours.isdisjoint(theirs)


def _folded(texts: list[Any]) -> frozenset[str]:
    plain = (fold("".join(c if c.isalnum() else " " for c in fold(text))) for text in texts if isinstance(text, str))
    return frozenset(text for text in plain if text)


COMPARISONS: dict[str, tuple[Callable[[Patient], Any], Callable[[Any, Any], bool | None]]] = {
    # element: what of it is compared, and how
    "identifier": (lambda patient: frozenset(identifiers(patient)), _identifier),
    "family": (lambda patient: names(patient, "family"), _any),
    "given": (lambda patient: names(patient, "given"), _any),
    "birthDate": (lambda patient: patient.get("birthDate"), _birth_date),
    "gender": (lambda patient: patient.get("gender"), _gender),
    "telecom": (_contacts, _any),
    "address": (_addresses, _any),
}
