"""Condition: the problem list of each chart, and what was diagnosed at each visit."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written, has_encounter
from adapters.fhir_r4.sandbox.records.elements import (
    Element,
    coded,
    concept,
    listed,
    note,
    resource,
    snomed,
    term,
)
from adapters.fhir_r4.sandbox.records.visits import status
from adapters.population.facts import Condition, Diagnosis, LifecycleEvent, Visit

_STATES = {"start": "active", "reactivated": "active", "end": "resolved", "hidden": "inactive"}
_SIDES = {
    "left": ("7771000", "Left"),
    "right": ("24028007", "Right"),
    "bilateral": ("51440002", "Right and left"),
}
_ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


def problems(case: Case) -> Making:
    chart = case.people.chart(case.number)
    for one in chart.conditions:
        yield _problem(case, one)
    for group in sorted(chart.no_known_problems):
        yield _none(case, group)
    for visit in case.visits.values():
        if has_encounter(visit):
            for index, found in enumerate(chart.diagnoses.get(visit.number, ())):
                yield _diagnosis(case, visit, index, found)


def _problem(case: Case, one: Condition) -> Written:
    life = [event for event in one.events if event.kind != "seen"]
    first, last = life[0], life[-1]
    state = _STATES[last.kind]
    sides = [event.laterality for event in life if event.laterality]
    author = next((event.by for event in life if event.by), None)
    made = resource(
        "Condition",
        f"problem-{case.number}-{one.number}",
        clinicalStatus=_clinical(state),
        verificationStatus=_verified(),
        category=[term("condition-category", "problem-list-item", "Problem List Item")],
        code=concept(coded(one.concept), coded(one.icd10) if one.icd10 else None, text=one.concept.text),
        bodySite=[_side(sides[-1])] if sides else None,
        subject=case.subject(),
        onsetDateTime=first.onset or first.on,
        abatementDateTime=last.on if state == "resolved" else None,
        recordedDate=first.recorded.isoformat() if first.recorded else None,
        recorder=case.who(author),
        note=list(_notes(one, life)),
    )
    return Written(made, one.modified, one.by)


def _clinical(code: str) -> Element:
    return term("condition-clinical", code, code.capitalize())


def _verified(code: str = "confirmed", display: str = "Confirmed") -> Element:
    return term("condition-ver-status", code, display)


def _side(laterality: str) -> Element:
    return snomed(*_SIDES[laterality])


def _notes(one: Condition, life: list[LifecycleEvent]) -> Iterator[Element]:
    courses = [event.course for event in life if event.course]
    words = [*(course.capitalize() for course in courses[-1:]), *(event.note for event in life), one.note]
    for text in words:
        if found := note(text):
            yield found


def _none(case: Case, group: int) -> Written:
    made = resource(
        "Condition",
        f"noproblems-{case.number}-{group}",
        clinicalStatus=_clinical("active"),
        verificationStatus=_verified(),
        category=[term("condition-category", "problem-list-item", "Problem List Item")],
        code=snomed("160245001", "No current problems or disability", "No known problems"),
        subject=case.subject(),
    )
    return Written(made)


def _diagnosis(case: Case, visit: Visit, index: int, one: Diagnosis) -> Written:
    """One without any code is a complaint that nobody named. Whether what was found then is still there is not known
    once the visit is over."""
    on = case.day(visit)
    wrong = visit.state == "deleted"
    words = one.concept.text if one.concept else one.icd[0].text if one.icd else "Unspecified complaint"
    made = resource(
        "Condition",
        f"diagnosis-{visit.person}-{visit.number}-{index}",
        extension=[{"url": _ASSERTED, "valueDateTime": on}],
        clinicalStatus=_clinical("active") if status(visit) == "in-progress" else None,
        verificationStatus=_verified("entered-in-error", "Entered in Error") if wrong else _verified(),
        category=[term("condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
        code=concept(*listed(coded(one.concept) if one.concept else None, *map(coded, one.icd)), text=words),
        bodySite=[_side(one.laterality)] if one.laterality else None,
        subject=case.subject(),
        encounter=case.encounter(visit.number),
        recordedDate=on,
        recorder=case.clinician(visit.clinician),
        note=listed(note(one.note)),
    )
    return Written(made, visit.closed or visit.start, visit.clinician)
