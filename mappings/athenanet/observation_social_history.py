"""athenaNet social history of all of a patient's charts -> US Core Observations.

Source  GET /v1/{practiceid}/chart/{patientid}/socialhistory?departmentid&shownotperformedquestions=true, once for each
        chart; labels and input types from GET /v1/{practiceid}/chart/configuration/socialhistory
Shape   {"questions": [{key, question, answer, note, lastupdated, notperformedreasoncode, ...}]}; `answer` is the stored
        key of an option, or the person's words; a question has no id of its own in a chart
Units   none: a number is given without one
Times   lastupdated "MM/DD/YYYY", the day of the answer
Target  US Core 6.1.0 Smoking Status, Occupation, Sexual Orientation, Pregnancy Status and Intent where a question is
        about those, Screening Assessment for functional and cognitive questions, else Simple Observation
        (social-history). The same question may be answered in several charts: the latest answer is the Observation
        that its key names, what other charts say otherwise are Observations of their own (`statements`).
Skips   questions without an answer, the section note, templates, ordering, deprecated
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_social_history as codes
from mappings.athenanet.practice import AUDIT_ZONE, SOCIAL_HISTORY, Practice
from mappings.athenanet.scalars import as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.concept_map import Concept, ConceptMap
from mappings.mapped import Mapped, Record, Unmapped

OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
US_CORE_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
CATEGORIES = (
    (OBSERVATION_CATEGORY, "social-history"),
    (OBSERVATION_CATEGORY, "survey"),
    *((US_CORE_CATEGORY, code) for code in ("functional-status", "disability-status", "cognitive-status")),
)
"""Every category that an Observation of here may have."""

_DISPLAYS = {
    "social-history": "Social History",
    "survey": "Survey",
    "functional-status": "Functional Status",
    "disability-status": "Disability Status",
    "cognitive-status": "Cognitive Status",
}
_PREFIX = "SOCIALHISTORY."  # other surfaces write the keys with it


@dataclass(frozen=True, slots=True)
class Question:
    """How the practice asks: `inputtype` DROPDOWN, YESNO, FREETEXT or NUMERIC, `labels` by stored answer."""

    inputtype: str
    labels: Mapping[str, str]


Questions = Mapping[str, Question]
"""By key."""

NOTHING: Questions = {}


@dataclass(frozen=True, slots=True)
class Statement:
    """One answer. `place` "" for the latest one of a question, else what tells it from the others. `chart` is the place
    of its chart among those given."""

    record: Any
    place: str
    chart: int


def configured(templates: Any) -> Questions:
    """What the configuration says about each question. What cannot be read in it is left out."""
    found: dict[str, Question] = {}
    for template in as_list(templates):
        for row in as_list(template.get("questions")) if isinstance(template, Mapping) else ():
            try:
                record = as_record(row)
                found[_key(record)] = Question((as_str(record.get("inputtype")) or "").upper(), _labels(record))
            except ValueError:
                continue
    return found


def _labels(record: Record) -> dict[str, str]:
    options = (option for option in as_list(record.get("options")) if isinstance(option, Mapping))
    return {str(stored): label for option in options for stored, text in option.items() if (label := as_str(text))}


def statements(charts: Sequence[Sequence[Any]], elsewhere: Collection[str] = ()) -> tuple[Statement, ...]:
    """The answers of one patient, whose charts list these questions; not of those keys that are told `elsewhere`.

    Never raises, so that Page.mapped can be given them: what cannot be read is a statement by itself.
    """
    by_key: dict[str, list[tuple[str, int, Any]]] = {}
    unreadable: list[Statement] = []
    for chart, rows in enumerate(charts):
        for row in as_list(rows):
            try:
                record = as_record(row)
                key = _key(record)
                if _answered(record) and key not in elsewhere:
                    by_key.setdefault(key, []).append((_day(record) or "", chart, record))
            except ValueError:
                unreadable.append(Statement(row, "", chart))
    return (*(one for found in by_key.values() for one in _told_apart(found)), *unreadable)


def _told_apart(found: list[tuple[str, int, Any]]) -> Iterator[Statement]:
    """The latest first, of one day that of the first chart. What two charts say alike of one day is one statement."""
    alike: dict[tuple[str, str | None, str | None], list[tuple[int, Any]]] = {}
    for day, chart, record in sorted(found, key=lambda one: one[0], reverse=True):
        alike.setdefault((day, _text(record.get("answer")), _text(record.get("note"))), []).append((chart, record))
    for place, same in zip(_places(alike), alike.values(), strict=True):
        for chart, record in same:
            yield Statement(record, place, chart)


def _places(alike: Mapping[tuple[str, str | None, str | None], Any]) -> Iterator[str]:
    """ "" for the first; the day of each other, numbered where there are several of one day."""
    days: dict[str, int] = {}
    for first, (day, _, _) in enumerate(alike):
        days[day] = days.get(day, 0) + 1
        number = f".{days[day]}" if days[day] > 1 else ""
        yield f"{day.replace('-', '') or 'undated'}{number}" if first else ""


def observation(statement: Statement, *, patient: str, practice: Practice, questions: Questions = NOTHING) -> Mapped:
    """`patient` is the patientid. ValueError without a key."""
    record = as_record(statement.record)
    translation = Translation(practice)
    key = _key(record)
    concept = _concept(record, translation)
    question = questions.get(key) or Question("", {})
    day = translation.date(record.get("lastupdated"))
    work = concept is not None and concept.code == codes.OCCUPATION
    resource = fhir.resource(
        "Observation",
        id=ids.local(*(("earlier", patient, key, statement.place) if statement.place else ("social", patient, key))),
        status="final",
        category=[
            fhir.codeable(fhir.coding(system, code, _DISPLAYS[code])) for system, code in _categories(record, concept)
        ],
        code=_code(record, key, concept, practice),
        subject=fhir.reference("Patient", ids.local("", patient)),
        # an occupation is held over time, and when it began was not asked
        effectiveDateTime=None if work else day,
        _effectiveDateTime=None if work or day else fhir.absent(),
        performer=[_performer(record, practice)],
        **_value(record, concept, question, translation),
        note=[fhir.element(text=as_str(record.get("note")))],
    )
    recorded = translation.moment(record.get("lastupdated"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(record.get("lastupdatedby"), recorded))


def observations(
    charts: Sequence[Sequence[Any]], *, patient: str, practice: Practice, questions: Questions = NOTHING
) -> tuple[Mapped, ...]:
    """All of them at once. ValueError when one cannot be read."""
    return tuple(
        observation(one, patient=patient, practice=practice, questions=questions) for one in statements(charts)
    )


def _key(record: Record) -> str:
    return as_id(record.get("key")).upper().removeprefix(_PREFIX)


def _text(value: Any) -> str | None:
    try:
        return as_str(value)
    except ValueError:
        return None


def _day(record: Record) -> str | None:
    try:
        return fhir.us_date(as_str(record.get("lastupdated")))
    except ValueError:
        return None


def _answered(record: Record) -> bool:
    return any(as_str(record.get(name)) for name in ("answer", "notperformedreasoncode", "notperformedreason"))


def _concept(record: Record, translation: Translation) -> Concept | None:
    return translation.concept(codes.QUESTIONS, _key(record))


def _code(record: Record, key: str, concept: Concept | None, practice: Practice) -> fhir.Element | None:
    """LOINC where the question has one; always its key, and the question as it was asked."""
    # A practice's own question has a number that says something else elsewhere: its system names the practice.
    system = practice.system("socialhistory") if key.startswith("LOCAL.") else SOCIAL_HISTORY
    words = as_str(record.get("question")) or (concept.display if concept else None)
    return fhir.codeable(concept.coding() if concept else None, fhir.coding(system, key), text=words)


def _categories(record: Record, concept: Concept | None) -> Iterator[tuple[str, str]]:
    """Functional and cognitive questions are a survey, in US Core's sense; the others social history."""
    status = codes.STATUSES.get((as_str(record.get("socialhistorystatus")) or "").upper())
    if concept is not None and concept.code in codes.DISABILITY:
        yield from ((OBSERVATION_CATEGORY, "survey"), (US_CORE_CATEGORY, "disability-status"))
    elif status:
        yield OBSERVATION_CATEGORY, "survey"
    else:
        yield OBSERVATION_CATEGORY, "social-history"
    if status:
        yield US_CORE_CATEGORY, status


def _performer(record: Record, practice: Practice) -> fhir.Element | None:
    author = practice.author(record.get("lastupdatedby")) if as_str(record.get("lastupdatedby")) else None
    return fhir.reference("Practitioner", author)


def _value(
    record: Record, concept: Concept | None, question: Question, translation: Translation
) -> dict[str, fhir.Element | str | int | None]:
    """The answer by the question's own table, by its input type, or as it reads; or why there is none."""
    reason = as_str(record.get("notperformedreasoncode")) or as_str(record.get("notperformedreason"))
    answer = as_str(record.get("answer"))
    if answer is None or codes.NOT_PERFORMED.knows(answer):
        words = as_str(record.get("notperformedreason")) or question.labels.get(answer or "")
        return {"dataAbsentReason": translation.codeable(codes.NOT_PERFORMED, answer or reason, words, typed=True)}
    label = question.labels.get(answer)
    table = codes.ANSWERS.get(concept.code) if concept else None
    if table is not None:
        return {"valueCodeableConcept": _coded(table, answer, label, translation)}
    if concept is not None and concept.code == codes.OCCUPATION:
        return {"valueCodeableConcept": fhir.codeable(text=answer)}
    if question.inputtype == "YESNO":
        return {"valueCodeableConcept": _coded(codes.YES_NO, answer, label, translation)}
    if question.inputtype == "NUMERIC" and (number := _number(answer)) is not None:
        return {"valueQuantity": number}
    if question.inputtype == "DROPDOWN" or label:
        return {"valueCodeableConcept": fhir.codeable(text=label or answer)}
    return {"valueString": answer}


def _coded(table: ConceptMap, answer: str, label: str | None, translation: Translation) -> fhir.Element | None:
    """By what is stored, else by what it reads as; only an answer that neither finds is unknown. One that is none of
    the question's options may have been typed."""
    known = table.look_up(answer, translation.practice.overrides)
    if isinstance(known, Unmapped) and label:
        return translation.codeable(table, label, label)
    return translation.codeable(table, answer, label or answer, typed=label is None)


def _number(answer: str) -> fhir.Element | None:
    try:
        return fhir.quantity(answer)
    except ValueError:
        return None
