"""How alike two Patients are: what each element counts for `Patient/$match`, and from where on a match is which grade.

https://hl7.org/fhir/R4/patient-operation-match.html leaves the rule to the server; https://hl7.org/fhir/R4/valueset-match-grade.html
"""

from __future__ import annotations

from dataclasses import dataclass

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


@dataclass(frozen=True, slots=True)
class Weight:
    """Hundredths that an element adds where both have it and agree, and takes away where both have it and differ."""

    agrees: int
    differs: int


WEIGHTS: dict[str, Weight] = {
    # two registrations of one person may have two numbers of one system, so a different one counts a little only
    "identifier": Weight(55, 10),
    "family": Weight(20, 20),
    "given": Weight(15, 15),
    "birthDate": Weight(25, 30),
    # sexes are recorded differently in different places
    "gender": Weight(5, 10),
    # people move, and families share telephones
    "telecom": Weight(10, 0),
    "address": Weight(10, 0),
}

GRADES: tuple[tuple[int, str], ...] = (
    # hundredths from which on, code. Without an identifier that agrees nobody is certain
    (90, "certain"),
    (65, "probable"),
    (40, "possible"),
)
"""What is below the last is certainly not a match and is not returned."""


def grade(score: int) -> str | None:
    """The grade of a score in hundredths; None where it is no match."""
    return next((code for least, code in GRADES if score >= least), None)
