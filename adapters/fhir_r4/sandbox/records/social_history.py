"""Observation about how somebody lives: each answer of each chart, and what the registration knows of it.

LOINC: loinc.org; answers: https://hl7.org/fhir/us/core/STU6.1/ValueSet-us-core-smoking-status-observation-codes.html
"""

# ruff: noqa: E501 (one row per line, however long)

from __future__ import annotations

from typing import Any, NamedTuple

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    LOINC,
    NULL_FLAVOR,
    SNOMED,
    US_CORE_SYSTEM,
    Element,
    absent,
    coding,
    concept,
    listed,
    loinc,
    note,
    quantity,
    reason_absent,
    resource,
    term,
)
from adapters.population.social_history import Answer, social_history


class _Question(NamedTuple):
    """`survey`: the code of US Core's category where the question is one of a survey."""

    text: str
    loinc: tuple[str, str] | None = None
    survey: str | None = None


_DISABILITY = "disability-status"
_QUESTIONS = {
    "smoking": _Question("Tobacco smoking status", ("72166-2", "Tobacco smoking status")),
    "cigarettes": _Question("How much tobacco do you smoke?"),
    "chewing tobacco": _Question("Chewing tobacco", ("88031-0", "Smokeless tobacco status")),
    "vaping": _Question("E-cigarette or vape status"),
    "alcohol": _Question("Alcohol consumption", ("11331-6", "History of Alcohol use")),
    "drugs": _Question("Do you use any illicit or recreational drugs?"),
    "caffeine": _Question("Caffeine per day"),
    "exercise": _Question("Level of physical activity"),
    "education": _Question("Highest level of education", ("82589-3", "Highest level of education")),
    "work": _Question("Occupation", ("11341-5", "History of Occupation")),
    "housing": _Question("Current living situation"),
    "children": _Question("Number of children"),
    "advance directive": _Question("Do you have an advance directive?"),
    "blind": _Question("Are you blind or do you have difficulty seeing?", ("69857-1", "Are you blind, or do you have serious difficulty seeing, even when wearing glasses"), _DISABILITY),
    "deaf": _Question("Are you deaf or do you have difficulty hearing?", ("69856-3", "Are you deaf, or do you have serious difficulty hearing"), _DISABILITY),
    "stairs": _Question("Do you have difficulty walking or climbing stairs?", ("69859-7", "Do you have serious difficulty walking or climbing stairs"), _DISABILITY),
    "bathing": _Question("Do you have difficulty dressing or bathing?", ("69860-5", "Do you have difficulty dressing or bathing"), _DISABILITY),
    "errands": _Question("Do you have difficulty doing errands alone?", ("69861-3", "Because of a physical, mental, or emotional condition, do you have difficulty doing errands alone such as visiting a physician's office or shopping"), _DISABILITY),
    "concentrating": _Question("Do you have difficulty concentrating or remembering?", ("69858-9", "Because of a physical, mental, or emotional condition, do you have serious difficulty concentrating, remembering, or making decisions"), _DISABILITY),
    "own care": _Question("Are you able to care for yourself?", None, "functional-status"),
    "orientation": _Question("Sexual orientation", ("76690-7", "Sexual orientation")),
    "pregnant": _Question("Pregnancy status", ("82810-3", "Pregnancy status")),
    "wants children": _Question("Pregnancy intention in the next year", ("86645-9", "Pregnancy intention in the next year - Reported")),
    "anxiety score": _Question("Anxiety score"),
}  # fmt: skip
_SMOKING = {
    "never": (SNOMED, "266919005", "Never smoked tobacco"),
    "former": (SNOMED, "8517006", "Ex-smoker"),
    "every day": (SNOMED, "449868002", "Smokes tobacco daily"),
    "some days": (SNOMED, "428041000124106", "Occasional tobacco smoker"),
    "smokes, amount unknown": (SNOMED, "77176002", "Smoker"),
    "unknown if ever": (SNOMED, "266927001", "Tobacco smoking consumption unknown"),
}
_ORIENTATIONS = {
    "straight": (SNOMED, "20430005", "Heterosexual"),
    "gay": (SNOMED, "38628009", "Homosexual"),
    "bisexual": (SNOMED, "42035005", "Bisexual"),
    "other": (NULL_FLAVOR, "OTH", "other"),
    "unsure": (NULL_FLAVOR, "UNK", "unknown"),
    "undisclosed": (NULL_FLAVOR, "ASKU", "asked but unknown"),
}
_CODED = {
    "smoking": _SMOKING,
    "orientation": _ORIENTATIONS,
    "pregnant": {
        "pregnant": (SNOMED, "77386006", "Pregnancy"),
        "not pregnant": (SNOMED, "60001007", "Not pregnant"),
        "unknown": (NULL_FLAVOR, "UNK", "unknown"),
    },
    "wants children": {
        "yes": (SNOMED, "454381000124105", "Wants to become pregnant"),
        "no": (SNOMED, "454391000124108", "Does not want to become pregnant"),
        "ambivalent": (SNOMED, "454401000124105", "Ambivalent about becoming pregnant"),
    },
}
_YES_NO = {"yes": ("Y", "Yes"), "no": ("N", "No")}
_YES_NO_TOPICS = frozenset({"drugs", "advance directive", "blind", "deaf", "stairs", "bathing", "errands", "concentrating", "own care"})  # fmt: skip
_COUNTS = frozenset({"children", "anxiety score"})
_OWN_WORDS = frozenset({"caffeine", "cigarettes", "anxiety score", "exercise", "education", "housing"})
_REFUSALS = {"not indicated": "not-performed", "not tolerated": "not-performed", "refused": "asked-declined"}
_CENSUS_OCCUPATION = "urn:oid:2.16.840.1.113883.6.240"
_CENSUS_INDUSTRY = "urn:oid:2.16.840.1.113883.6.310"
_INDUSTRY = ("86188-0", "History of Occupation industry")


def social(case: Case) -> Making:
    told = case.people.facts(case.number, social_history)
    for one in told.answers:
        if one.answer or one.refused:
            yield _answer(case, one)
    if told.orientation:
        value = concept(coding(*_ORIENTATIONS[told.orientation]))
        yield _registered(case, "orientation", _QUESTIONS["orientation"], valueCodeableConcept=value)
    if told.occupation:
        industry = _census(_CENSUS_INDUSTRY, told.industry)
        component = {"code": loinc(*_INDUSTRY), "valueCodeableConcept": industry} if industry else None
        yield _registered(
            case,
            "occupation",
            _QUESTIONS["work"],
            valueCodeableConcept=_census(_CENSUS_OCCUPATION, told.occupation),
            component=listed(component),
        )


def _census(system: str, code: str | None) -> Element | None:
    if code is None:
        return None
    return concept(text="Other") if code == "other" else concept(coding(system, code))


def _code(question: _Question) -> Element:
    return concept(coding(LOINC, *question.loinc) if question.loinc else None, text=question.text)


def _categories(question: _Question) -> list[Element]:
    if question.survey is None:
        return [term("observation-category", "social-history", "Social History")]
    display = question.survey.replace("-", " ").title()
    own = concept(coding(US_CORE_SYSTEM + "us-core-category", question.survey, display))
    return [term("observation-category", "survey", "Survey"), own]


def _registered(case: Case, kind: str, question: _Question, **elements: Any) -> Written:
    """The registration does not say when it was told."""
    made = resource(
        "Observation",
        f"{kind}-{case.number}",
        status="final",
        category=_categories(question),
        code=_code(question),
        subject=case.subject(),
        **elements,
    )
    return Written(made)


def _answer(case: Case, one: Answer) -> Written:
    question = _QUESTIONS[one.topic]
    on = one.on.isoformat() if one.on else None
    work = one.topic == "work"  # held over time; when it began was not asked
    made = resource(
        "Observation",
        f"social-{case.number}-{one.group}-{one.topic.replace(' ', '-')}",
        status="final",
        category=_categories(question),
        code=_code(question),
        subject=case.subject(),
        effectiveDateTime=None if work else on,
        _effectiveDateTime=None if work or on else reason_absent(),
        performer=listed(case.who(one.by)),
        **_value(one),
        note=listed(note(one.note)),
    )
    return Written(made, one.on, one.by)


def _value(one: Answer) -> dict[str, Any]:
    """What is in nobody's list of answers, and words, stay words."""
    if one.answer is None:
        return {"dataAbsentReason": absent(_REFUSALS[one.refused or "refused"], one.refused)}
    if table := _CODED.get(one.topic):
        known = table.get(one.answer)
        return {"valueCodeableConcept": concept(coding(*known) if known else None, text=one.answer)}
    if one.topic in _YES_NO_TOPICS:
        return {"valueCodeableConcept": term("v2-0136", *_YES_NO[one.answer])}
    if one.topic in _COUNTS and (counted := quantity(one.answer, "", None)):
        return {"valueQuantity": counted}
    if one.topic in _OWN_WORDS:
        return {"valueString": one.answer}
    return {"valueCodeableConcept": concept(text=one.answer)}
