"""DocumentReference: papers of the chart, the note of each finished visit, and a summary of the whole chart as CDA.

A paper of which nothing but the entry was filed is none, nor is one whose matter stands elsewhere (a prescription).
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from adapters.fhir_r4.sandbox.records.attachments import attachment, category, stored, text_attachment, unknown_type
from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.cda import summary
from adapters.fhir_r4.sandbox.records.elements import (
    Element,
    element,
    full_name,
    identifier,
    instant,
    listed,
    loinc,
    moment,
    reference,
    resource,
)
from adapters.fhir_r4.sandbox.records.plans import readable
from adapters.population.documents import Document, documents
from adapters.population.facts import Visit
from adapters.population.plans import VisitPlan, plans
from adapters.population.team import outsider

_PROGRESS = ("11506-3", "Progress note")
_SUMMARY = ("34133-9", "Summary of episode note")
_TYPES = {  # kind of paper, or its title where that says more
    "consult note": ("11488-4", "Consult note"),
    "discharge note": ("34109-9", "Note"),
    "Discharge summary": ("18842-5", "Discharge summary"),
    "History and physical": ("34117-2", "History and physical note"),
    "operative note": ("11504-8", "Surgical operation note"),
    "urgent care note": _PROGRESS,
    "mental health note": _PROGRESS,
    "progress note": _PROGRESS,
    "patient history": ("34117-2", "History and physical note"),
    "procedure note": ("28570-0", "Procedure note"),
}
_ELSEWHERE = frozenset({"prescription", "order", "vaccine order", "patient information"})
_DOC_STATUSES = {"final": "final", "review": "preliminary", "entry": "preliminary"}


def papers(case: Case) -> Making:
    for one in case.people.facts(case.number, documents):
        if one.kind.name not in _ELSEWHERE and (contents := _contents(case, one)):
            yield _paper(case, one, contents)
    found = case.people.facts(case.number, plans)
    for visit in case.visits.values():
        if visit.state == "closed" and visit.kind in ("office", "video"):
            yield _note(case, visit, found.get(visit.number, VisitPlan()))
    yield _ccda(case)


# --- papers ---------------------------------------------------------------------------------------------------------


def _contents(case: Case, one: Document) -> list[Element]:
    """Text where somebody typed it; the file it came as, and its pages."""
    kind, key = one.kind, f"document-{case.number}-{one.number}"
    found = [text_attachment(case, f"{key}-text", one.title, kind.text, one.filed)] if kind.text else []
    if kind.original:
        found.append(attachment(case, f"{key}-original", kind.original, one.title, "as it came", one.filed))
    for page, form in enumerate(kind.pages):
        found.append(attachment(case, f"{key}-{page}", form, one.title, f"page {page + 1}", one.filed))
    return found


def _paper(case: Case, one: Document, contents: list[Element]) -> Written:
    kind = one.kind
    known = _TYPES.get(one.title) or _TYPES.get(kind.name)
    observed = _observed(case, one)
    made = resource(
        "DocumentReference",
        f"document-{case.number}-{one.number}",
        identifier=listed(
            identifier("document", f"{case.number}-{one.number}"),
            identifier("accession", one.accession) if one.accession else None,
        ),
        status="entered-in-error" if one.state == "deleted" else "current",
        docStatus=_DOC_STATUSES.get(one.state),
        type=loinc(*known, text=one.title) if known else unknown_type(one.title),
        category=[category() if kind.clinical else {"text": "Administrative"}],
        subject=case.subject(),
        date=instant(one.filed),
        author=listed(_author(case, one)),
        custodian=case.site(one.department),
        description=one.title,
        securityLabel=[_restricted()] if one.confidential else None,
        content=[{"attachment": content} for content in contents],
        context=element(encounter=listed(case.encounter(one.visit)), period=element(start=observed, end=observed)),
    )
    return Written(made, one.modified, one.by)


def _restricted() -> Element:
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    return {"coding": [{"system": system, "code": "R", "display": "restricted"}]}


def _observed(case: Case, one: Document) -> str | None:
    if one.on is None or one.at is None:
        return moment(one.on)
    zone = ZoneInfo(case.people.departments[one.department].zone)
    return instant(datetime.combine(one.on, one.at, zone))


def _author(case: Case, one: Document) -> Element | None:
    """Who wrote it: somebody elsewhere, else the practice's own who signs."""
    found = outsider(case.people.seed, one.outside) if one.outside else None
    if found and found.person:
        return reference("Practitioner", f"directory-{found.number}", full_name(found.person))
    return case.clinician(one.clinician)


# --- what is written here -------------------------------------------------------------------------------------------


def _note(case: Case, visit: Visit, plan: VisitPlan) -> Written:
    over = visit.left or visit.start
    closed = max(over, datetime.combine(visit.closed or over.date(), time(23, 30), UTC))
    key = f"note-{visit.person}-{visit.number}"
    words = _words(case, visit, plan)
    return Written(
        _own(
            case,
            key,
            _PROGRESS,
            visit.title,
            closed,
            content=[{"attachment": text_attachment(case, key, visit.title, words, closed)}],
            author=listed(case.clinician(visit.clinician)) or [case.site(visit.department)],
            context=element(
                encounter=listed(case.encounter(visit.number)),
                period=element(start=instant(visit.start), end=moment(visit.left)),
            ),
        ),
        closed,
        visit.clinician,
    )


def _words(case: Case, visit: Visit, plan: VisitPlan) -> str:
    diagnoses = case.people.chart(visit.person).diagnoses.get(visit.number, ())
    names = [one.concept.text if one.concept else one.icd[0].text for one in diagnoses if one.concept or one.icd]
    lines = [f"{visit.title}, {case.day(visit)}", *(f"Diagnosis: {name}" for name in names)]
    lines += readable(plan.assessment or "")
    return "\n".join((*lines, *filter(None, (plan.instructions,)))) + "\n"


def _ccda(case: Case) -> Written:
    key = f"ccda-{case.number}"
    at = datetime.combine(case.people.as_of, time(6), UTC)
    file = stored(case, key, "application/xml", "Summary of the chart", summary(case, at), at)
    made = _own(
        case,
        key,
        _SUMMARY,
        "Summary of the chart",
        at,
        content=[{"attachment": file, "format": _ccd()}],
        author=[reference("Organization", "practice")],
    )
    return Written(made, at)


def _ccd() -> Element:
    """Of HL7's formats of documents."""
    return {
        "system": "http://terminology.hl7.org/CodeSystem/v3-HL7DocumentFormatCodes",
        "code": "urn:hl7-org:sdwg:ccda-structuredBody:2.1",
        "display": "C-CDA R2.1 structured body",
    }


def _own(case: Case, key: str, type_: tuple[str, str], title: str, at: datetime, **elements: object) -> Element:
    return resource(
        "DocumentReference",
        key,
        identifier=[identifier("document", key)],
        status="current",
        docStatus="final",
        type=loinc(*type_),
        category=[category()],
        subject=case.subject(),
        date=instant(at),
        custodian=reference("Organization", "practice"),
        description=title,
        **elements,
    )
