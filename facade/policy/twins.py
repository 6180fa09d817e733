"""Where else a fact stands that a rule hides.

The people in a Patient's `contact` are RelatedPersons too, who mostly share the patient's telephone and address. What a
caller may not see of the one it may not see of the other. The number of a member stands in a Coverage as `subscriberId`
and among its identifiers.
"""

from __future__ import annotations

from collections.abc import Iterator

OF_A_CONTACT = ("name", "telecom", "address", "gender", "relationship", "period")
TWINS = {
    "Patient.contact": "RelatedPerson",
    **{f"Patient.contact.{element}": f"RelatedPerson.{element}" for element in OF_A_CONTACT},
    "Patient.telecom": "RelatedPerson.telecom",
    "Patient.address": "RelatedPerson.address",
    "Coverage.identifier": "Coverage.subscriberId",
    "Coverage.subscriberId": "Coverage.identifier",
}
"""Path of a rule -> the path that it hides as well; what is below the one is below the other."""

OTHERWISE_SAID = frozenset({"Coverage.identifier", "Coverage.subscriberId"})
"""Paths whose twin is of another datatype: it goes as a whole, whatever part or values the rule picks."""


def twins(path: str) -> Iterator[str]:
    """The further paths that a rule on `path` hides."""
    if (same := TWINS.get(path)) is not None:
        yield same
        return
    above = next((each for each in sorted(TWINS, key=len, reverse=True) if path.startswith(f"{each}.")), None)
    if above in OTHERWISE_SAID:
        yield TWINS[above]
    elif above is not None and "." in TWINS[above]:
        yield TWINS[above] + path[len(above) :]
