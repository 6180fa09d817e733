"""AllergyIntolerance: each entry of each chart, and the statement that there are no allergies to drugs."""

from __future__ import annotations

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    Element,
    coded,
    concept,
    element,
    instant,
    listed,
    note,
    resource,
    snomed,
    term,
)
from adapters.population.facts import Allergy, Reaction

_SEVERITIES = {
    "mild": "mild",
    "mild to moderate": "moderate",
    "moderate": "moderate",
    "moderate to severe": "severe",
    "severe": "severe",
    "fatal": "severe",
}
_CRITICALITIES = {True: "high", False: "low"}
_CATEGORIES = {"30011": "environment", "30245": "food", "30377": "environment", "12483": "food"}
"""By the practice's number of an allergen that is no medicine; peanut has an RxNorm code all the same."""
_UNNAMED_REACTION = "74964007"  # SNOMED "Other": says nothing that the words do not
_NO_DRUG_ALLERGY = ("409137002", "No known drug allergy")


def allergies(case: Case) -> Making:
    chart = case.people.chart(case.number)
    for one in chart.allergies:
        yield _allergy(case, one)
    for group in sorted(chart.no_known_drug_allergies):
        yield _none(case, group)


def _allergy(case: Case, one: Allergy) -> Written:
    fatal = any(reaction.severity == "fatal" for reaction in one.reactions)
    made = resource(
        "AllergyIntolerance",
        f"allergy-{case.number}-{one.group}-{one.allergen.code}",
        clinicalStatus=_clinical("inactive" if one.ended else "active"),
        verificationStatus=term("allergyintolerance-verification", "confirmed", "Confirmed"),
        type="allergy",
        category=listed(_category(one)),
        criticality="high" if fatal else None if one.critical is None else _CRITICALITIES[one.critical],
        code=concept(coded(one.drug) if one.drug else None, text=one.allergen.text),
        patient=case.subject(),
        onsetDateTime=one.onset,
        recordedDate=instant(one.modified),
        recorder=case.who(one.by),
        note=listed(note(one.note)),
        reaction=[_reaction(reaction) for reaction in one.reactions],
    )
    return Written(made, one.modified, one.by)


def _clinical(code: str) -> Element:
    return term("allergyintolerance-clinical", code, code.capitalize())


def _category(one: Allergy) -> str | None:
    return _CATEGORIES.get(one.allergen.code) or ("medication" if one.drug else None)


def _reaction(one: Reaction) -> Element:
    known = coded(one.concept) if one.concept and one.concept.code != _UNNAMED_REACTION else None
    return element(
        manifestation=[concept(known, text=one.text)],
        severity=_SEVERITIES[one.severity] if one.severity else None,
    )


def _none(case: Case, group: int) -> Written:
    """Speaks of drugs only: it may stand beside food and environment allergies."""
    made = resource(
        "AllergyIntolerance",
        f"nkda-{case.number}-{group}",
        clinicalStatus=_clinical("active"),
        verificationStatus=term("allergyintolerance-verification", "confirmed", "Confirmed"),
        code=snomed(*_NO_DRUG_ALLERGY, text="No known drug allergies"),
        patient=case.subject(),
    )
    return Written(made)
