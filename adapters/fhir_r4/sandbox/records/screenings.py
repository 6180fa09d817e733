"""QuestionnaireResponse of what was filled in before a visit, and its score as a survey's Observation.

LOINC publishes the instruments as Questionnaires: http://loinc.org/q/<code>. Others are the practice's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    IDS,
    LOINC,
    Element,
    coding,
    element,
    identifier,
    instant,
    loinc,
    quantity,
    reference,
    resource,
    term,
)
from adapters.population.screening import INSTRUMENTS, OFTEN, Screening, screening

_PANELS = {"PHQ-2": "55757-9", "GAD-7": "69737-5"}
_ITEMS = {  # LOINC of the questions, in their order
    "PHQ-2": ("44250-9", "44255-8"),
    "GAD-7": ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
}
_SCORES = {
    "PHQ-2": ("55758-7", "Patient Health Questionnaire 2 item (PHQ-2) total score [Reported]"),
    "GAD-7": ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]"),
}
_OFTEN = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
_DISPLAY = "http://hl7.org/fhir/StructureDefinition/display"
_BEFORE = timedelta(minutes=10)


def screenings(case: Case) -> Making:
    for one in case.people.facts(case.number, screening):
        yield _response(case, one)
        if one.score is not None:
            yield _score(case, one)


def _response(case: Case, one: Screening) -> Written:
    panel = _PANELS.get(one.instrument)
    own = f"{IDS}questionnaire/{one.instrument.lower().replace(' ', '-')}"
    made = resource(
        "QuestionnaireResponse",
        f"screening-{case.number}-{one.number}",
        identifier=identifier("screening", f"{case.number}-{one.number}"),
        questionnaire=f"http://loinc.org/q/{panel}" if panel else own,
        _questionnaire={"extension": [{"url": _DISPLAY, "valueString": one.instrument}]},
        status="completed" if one.complete else "in-progress",
        subject=case.subject(),
        encounter=case.encounter(one.visit.number),
        authored=instant(one.visit.start - _BEFORE),
        author=case.subject(),
        item=list(_items(one)),
    )
    return Written(made, one.visit.start - _BEFORE, one.visit.clinician)


def _items(one: Screening) -> Iterator[Element]:
    questions, labels = INSTRUMENTS[one.instrument]
    links = [f"/{code}" for code in _ITEMS.get(one.instrument, ())] or [str(n) for n, _ in enumerate(questions, 1)]
    for link, question, answer in zip(links, questions, one.answers, strict=True):
        given = None if answer is None else [_answer(labels, answer)]
        yield element(linkId=link, text=question, answer=given)


def _answer(labels: tuple[str, ...], answer: int) -> Element:
    if labels is OFTEN:
        return {"valueCoding": coding(LOINC, _OFTEN[answer], labels[answer])}
    return {"valueString": labels[answer]}


def _score(case: Case, one: Screening) -> Written:
    made = resource(
        "Observation",
        f"score-{case.number}-{one.number}",
        status="final",
        category=[term("observation-category", "survey", "Survey")],
        code=loinc(*_SCORES[one.instrument]),
        subject=case.subject(),
        encounter=case.encounter(one.visit.number),
        effectiveDateTime=instant(one.visit.start - _BEFORE),
        performer=[case.clinician(one.visit.clinician) or case.subject()],
        valueQuantity=quantity(str(one.score), "score", "{score}"),
        derivedFrom=[reference("QuestionnaireResponse", f"screening-{case.number}-{one.number}")],
    )
    return Written(made, one.visit.start - _BEFORE, one.visit.clinician)
