"""athenaNet problem -> US Core Condition Problems and Health Concerns.

Source  GET /v1/{practiceid}/chart/{patientid}/problems?departmentid&showinactive=true[&showdiagnosisinfo=true]
Shape   {"problems": [problem], "noknownproblems": bool, ...}; a problem has code, codeset, name and events[]:
        eventtype START | END | HIDDEN | REACTIVATED | ENCOUNTER, with startdate, onsetdate, enddate, createddate, ...
Units   none
Times   dates "MM/DD/YYYY", partial ones too; lastmodifieddatetime ISO with offset, at times of date precision only
Target  US Core 6.1.0 Condition, category problem-list-item. No element of the source says active or resolved: the
        last event of the problem's life does. Resolved only after END; HIDDEN and deactivated are inactive. Events of
        one day, or with dates of which one contains the other, come in the order START, HIDDEN, END, REACTIVATED.
Skips   ENCOUNTER events and diagnoses[], the section note, bestmatchicd10code (a guess) unless the practice wants it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

CLINICAL_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION_STATUS = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"

VERIFICATION = "confirmed"  # [assumed]: athenaNet does not say; a problem on the list was put there by a clinician

_DISPLAYS = {"active": "Active", "inactive": "Inactive", "resolved": "Resolved"}
_DATED_BY = {  # eventtype of a problem's life -> its date, by preference; the order is that of a single day's events
    "START": ("startdate", "onsetdate", "createddate"),
    "HIDDEN": ("enddate", "createddate"),
    "END": ("enddate", "createddate"),
    "REACTIVATED": ("startdate", "createddate"),
}
_ENDS = ("END", "HIDDEN")
OPEN = "9999"  # [assumed] year of an end that is open: as of medicines, it has not come
_RANK = {kind: rank for rank, kind in enumerate(_DATED_BY)}
_TOLD = ("createddate", "createdby", "status", "laterality", "note")


def condition(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid. ValueError without a problemid."""
    translation = Translation(practice)
    events = [as_record(event) for event in as_list(record.get("events"))]
    life = _life(events, translation)
    status = _clinical_status(record, life, translation)
    # REACTIVATED dates a return, not the onset
    begun = [event for event in life if _kind(event) == "START"]
    onsets = [translation.date(event.get("onsetdate")) or translation.date(event.get("startdate")) for event in begun]
    created = [translation.moment(event.get("createddate"), AUDIT_ZONE) for event in events]
    author = next((event.get("createdby") for event in begun if as_str(event.get("createdby"))), None)
    resource = fhir.resource(
        "Condition",
        id=ids.local("problem", patient, as_id(record.get("problemid"))),
        meta=translation.meta(record.get("lastmodifieddatetime")),
        clinicalStatus=_status(status),
        verificationStatus=fhir.codeable(fhir.coding(VERIFICATION_STATUS, VERIFICATION, "Confirmed")),
        category=[_category()],
        code=_code(record, translation),
        bodySite=[_body_site(life, translation)],
        subject=fhir.reference("Patient", ids.local("", patient)),
        onsetDateTime=fhir.earliest(onsets),
        abatementDateTime=translation.date(life[-1].get("enddate")) if status == "resolved" else None,
        recordedDate=fhir.earliest(created),
        recorder=_recorder(author, practice),
        note=list(_notes(record, life, translation)),
    )
    modified = translation.moment(record.get("lastmodifieddatetime"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(as_str(record.get("lastmodifiedby")) or author, modified))


def states_no_known_problems(envelope: Record) -> bool:
    """Whether a chart says that there are none, and lists none. A flag that cannot be read says nothing."""
    try:
        return bool(as_bool(envelope.get("noknownproblems"))) and not as_list(envelope.get("problems"))
    except ValueError:
        return False


def no_known_problems(envelope: Record, *, patient: str, practice: Practice) -> Mapped:
    """The statement as a Condition. The caller makes sure that every chart `states_no_known_problems`."""
    translation = Translation(practice)
    modified = translation.moment(envelope.get("lastmodifieddatetime"), AUDIT_ZONE)
    modified = modified or translation.moment(envelope.get("lastupdated"), AUDIT_ZONE)
    none = fhir.coding(fhir.SNOMED, "160245001", "No current problems or disability")
    resource = fhir.resource(
        "Condition",
        id=ids.local("noproblems", patient),
        meta=translation.meta(envelope.get("lastmodifieddatetime")),
        clinicalStatus=_status("active"),
        verificationStatus=fhir.codeable(fhir.coding(VERIFICATION_STATUS, VERIFICATION, "Confirmed")),
        category=[_category()],
        code=fhir.codeable(none, text="No known problems"),
        subject=fhir.reference("Patient", ids.local("", patient)),
    )
    return translation.mapped(resource, practice.origin(envelope.get("lastmodifiedby"), modified))


def _kind(event: Record) -> str:
    return (as_str(event.get("eventtype")) or "").upper()


def _life(events: Sequence[Record], translation: Translation) -> list[Record]:
    """START, HIDDEN, END and REACTIVATED in the order in which they happened, whatever order the source has.

    A partial date comes behind every event of an earlier rank that it contains; no date at all contains everything.
    """
    dated: list[tuple[int, str, Record]] = []
    for event in events:
        kind = _kind(event)
        if kind in _ENDS and (as_str(event.get("enddate")) or "").endswith(OPEN):
            continue
        if kind in _RANK:
            dated.append((_RANK[kind], _date_of(event), event))
        elif kind != "ENCOUNTER":
            translation.unknown("athenanet-problemevent", kind, coded=True)
    placed: list[tuple[tuple[str, int, str, tuple[str, ...]], Record]] = []
    for rank, day, event in sorted(dated, key=lambda one: one[0]):
        within = [place[0] for place, _ in placed if place[1] < rank and place[0].startswith(day)]
        told = tuple(as_str(event.get(key)) or "" for key in _TOLD)
        placed.append(((max(within, default=day), rank, day, told), event))
    return [event for _, event in sorted(placed, key=lambda one: one[0])]


def _date_of(event: Record) -> str:
    found = (_day(event.get(key)) for key in _DATED_BY[_kind(event)])
    return next(filter(None, found), "")


def _day(value: object) -> str | None:
    """The date at its own precision, without a time that createddate may have."""
    try:
        return (fhir.us_datetime(as_str(value), None) or "")[:10] or None
    except ValueError:
        return None


def _clinical_status(record: Record, life: list[Record], translation: Translation) -> str:
    last = _kind(life[-1]) if life else "START"
    if last == "END":
        return "resolved"
    if last == "HIDDEN":
        return "inactive"
    deactivated = translation.date(record.get("deactivateddate"))
    if deactivated is None:
        return "active"
    revived = _date_of(life[-1]) if last == "REACTIVATED" else ""
    precision = min(len(revived), len(deactivated))
    return "active" if revived and revived[:precision] >= deactivated[:precision] else "inactive"


def _status(code: str) -> fhir.Element | None:
    return fhir.codeable(fhir.coding(CLINICAL_STATUS, code, _DISPLAYS[code]))


def _category() -> fhir.Element | None:
    return fhir.codeable(fhir.coding(CATEGORY, "problem-list-item", "Problem List Item"))


def _code(record: Record, translation: Translation) -> fhir.Element:
    code, name = as_str(record.get("code")), as_str(record.get("name"))
    codings = []
    if code and code != "0":
        codings.append(fhir.coding(translation.code_system(record.get("codeset")), code, name))
    guess = as_str(record.get("bestmatchicd10code"))
    if guess and translation.practice.best_match_icd10:
        codings.append(fhir.coding("http://hl7.org/fhir/sid/icd-10-cm", guess))
    return fhir.codeable(*codings, text=name) or fhir.absent_code()


def _body_site(life: list[Record], translation: Translation) -> fhir.Element | None:
    stated = [event.get("laterality") for event in life if as_str(event.get("laterality"))]
    return translation.codeable(codes.LATERALITY, stated[-1]) if stated else None


def _recorder(username: object, practice: Practice) -> fhir.Element | None:
    name = as_str(username)
    if name is None:
        return None
    return fhir.reference("Practitioner", practice.author(name)) or {"display": name}


def _notes(record: Record, life: list[Record], translation: Translation) -> Iterator[fhir.Element | None]:
    """Chronic or acute, as last stated; then what people wrote."""
    stated = [event.get("status") for event in life if as_str(event.get("status"))]
    if stated:
        course = translation.concept(codes.PROBLEM_STATUS, stated[-1])
        yield fhir.element(text=course.code if course else as_str(stated[-1]))
    for event in life:
        written = fhir.instant(translation.moment(event.get("createddate"), AUDIT_ZONE))
        if text := as_str(event.get("note")):
            yield fhir.element(authorString=as_str(event.get("createdby")), time=written, text=text)
    yield fhir.element(text=as_str(record.get("mostrecentdiagnosisnote")))
