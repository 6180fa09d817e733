"""What each type demands of a search before anything is looked up. Source: Epic required parameters, category fan-out
and sub-resources, documentation and captures 2024 to 2026.

A rule raises Refused, or says what to tell in the outcome entry.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from adapters.epic.sandbox import subresources
from adapters.epic.sandbox.asked import Asked, bad_value
from adapters.epic.sandbox.deployed import (
    ASSESS_PLAN_IS_A_CATEGORY,
    CARE_PLANS,
    CLINICAL_STATUS,
    CONDITION_CATEGORIES,
    ENCOUNTER_CLASSES,
    MEDICATION_CATEGORIES,
    OBSERVATION_CATEGORIES,
)
from adapters.epic.sandbox.outcomes import Issue, Refused


@dataclass(frozen=True, slots=True)
class Rights:
    """Sub-resources that the client, or the user behind it, doesn't hold."""

    client_lacks: frozenset[str]
    user_lacks: frozenset[str]

    @property
    def lacking(self) -> frozenset[str]:
        return self.client_lacks | self.user_lacks


Rule = Callable[[Asked, Rights], list[Issue]]

ALLERGY_WITHOUT_PATIENT = "59203"
"""That AllergyIntolerance answers 403 is seen; the number: [assumed]."""


def subject(asked: Asked) -> None:
    """Raises Refused where a search that belongs to a patient names none."""
    if asked.type_ == "AllergyIntolerance":
        raise Refused(Issue(ALLERGY_WITHOUT_PATIENT, "Not authorized for this search."), status=403)
    missing = asked.kind.missing or "59159"
    raise Refused(*asked.ignored(), Issue(missing, "A patient is required.", "patient/subject"))


def before_the_subject(asked: Asked, rights: Rights) -> None:
    """What is refused first, patient or not."""
    if asked.type_ == "Observation" and not asked.values("category", "code"):
        raise Refused(*asked.ignored(), Issue("59108", "Either code or category is required.", "code/category"))
    if asked.type_ == "CarePlan" and not asked.values("category"):
        listed = ", ".join(f"{code} ({words})" for code, words in CARE_PLANS.items())
        raise Refused(*asked.ignored(), Issue("59159", f"category is required, one of: {listed}.", "category"))


def _observation(asked: Asked, rights: Rights) -> list[Issue]:
    told = _known(asked, "category", OBSERVATION_CATEGORIES)
    spanned = subresources.spanned("Observation", asked.codes("category"))
    return told + subresources.warnings(spanned, rights.client_lacks, rights.user_lacks)


def _condition(asked: Asked, rights: Rights) -> list[Issue]:
    told = _known(asked, "category", CONDITION_CATEGORIES) + _clinical_status(asked, rights)
    spanned = subresources.spanned("Condition", asked.codes("category"))
    return told + subresources.warnings(spanned, rights.client_lacks, rights.user_lacks)


def _clinical_status(asked: Asked, rights: Rights) -> list[Issue]:
    return _known(asked, "clinical-status", CLINICAL_STATUS[asked.type_])


def _care_plan(asked: Asked, rights: Rights) -> list[Issue]:
    more = ("assess-plan",) if ASSESS_PLAN_IS_A_CATEGORY else ()
    return _known(asked, "category", (*CARE_PLANS, *more))


def _care_team(asked: Asked, rights: Rights) -> list[Issue]:
    """That another status is refused, and not just empty: [assumed]."""
    return _known(asked, "status", {"active"})


def _encounter(asked: Asked, rights: Rights) -> list[Issue]:
    return _known(asked, "class", ENCOUNTER_CLASSES)


def _medication_request(asked: Asked, rights: Rights) -> list[Issue]:
    unknown = [code for code in asked.codes("category") if code not in MEDICATION_CATEGORIES]
    return [Issue("59101", f"The category {code} is not known.", "category") for code in unknown]


RULES: dict[str, Rule] = {
    "AllergyIntolerance": _clinical_status,
    "CarePlan": _care_plan,
    "CareTeam": _care_team,
    "Condition": _condition,
    "Encounter": _encounter,
    "MedicationRequest": _medication_request,
    "Observation": _observation,
}


def _known(asked: Asked, name: str, known: Collection[str]) -> list[Issue]:
    """59109 for each value that isn't known; Refused (59111) where none is."""
    codes = asked.codes(name)
    unknown = [code for code in codes if code not in known]
    if unknown and len(unknown) == len(codes):
        raise bad_value(name, *unknown)
    return [Issue("59109", f"The value {code} of {name} is not valid.", name) for code in unknown]
