"""/patients/{patientid}/documents...: the list of all classes, one document, its pages and the file it came as.

Rows have empty texts and nulls where other lists leave the key out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from starlette.responses import Response

from adapters.athenanet.sandbox import dates, results
from adapters.athenanet.sandbox.answers import JSON, NULL, Refused, not_found, page
from adapters.athenanet.sandbox.chart import chart_of, living
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import encounterid
from adapters.population import files
from adapters.population.documents import Document, documents
from adapters.population.facts import Person
from adapters.simulator.athena import EASTERN

DOCUMENT_PAGE, LARGEST_DOCUMENT_PAGE = 1000, 10_000

# [assumed] A page and an original file are answered as the file itself, with its own Content-Type ...
RAW = True
# ... but the original of these classes as JSON, by the names that a document is written with.
WRAPPED = frozenset({"ADMIN"})

# kind of paper: documentclass, documentsubclass without its prefix
CLASSES: dict[str, tuple[str, str | None]] = {
    "consult note": ("CLINICALDOCUMENT", "CONSULTNOTE"),
    "discharge note": ("CLINICALDOCUMENT", "ADMISSIONDISCHARGE"),
    "operative note": ("CLINICALDOCUMENT", "OPERATIVENOTE"),
    "urgent care note": ("CLINICALDOCUMENT", "URGENTCARE"),
    "mental health note": ("CLINICALDOCUMENT", "MENTALHEALTH"),
    "clinical paper": ("CLINICALDOCUMENT", None),
    "progress note": ("ENCOUNTERDOCUMENT", "PROGRESSNOTE"),
    "patient history": ("ENCOUNTERDOCUMENT", "PATIENTHISTORY"),
    "procedure note": ("ENCOUNTERDOCUMENT", "PROCEDUREDOC"),
    "clinical image": ("ENCOUNTERDOCUMENT", "IMAGEDOC"),
    "old record": ("MEDICALRECORD", "HISTORICAL"),
    "surgical finding": ("SURGICALRESULT", None),
    "letter": ("LETTER", None),
    "physician authorization": ("PHYSICIANAUTH", None),
    "phone message": ("PHONEMESSAGE", None),
    "patient case": ("PATIENTCASE", "CLINICALQUESTION"),
    "consent": ("ADMIN", "CONSENT"),
    "insurance card": ("ADMIN", "INSURANCECARD"),
    "legal paper": ("ADMIN", "LEGAL"),
    "referral": ("ADMIN", "REFERRAL"),
    "office paper": ("ADMIN", None),
    "prescription": ("PRESCRIPTION", "NEW"),
    "order": ("ORDER", "LAB"),
    "vaccine order": ("VACCINE", None),
    "patient information": ("PATIENTINFO", None),
    "unsorted fax": ("FAXINBOX", "UNSORTED"),  # a class that nobody has written down
}
STATES = {"final": "CLOSED", "review": "REVIEW", "entry": "DATAENTRY", "follow-up": "FOLLOWUP", "deleted": "DELETED"}
ROUTES = {"tiff": "FAX", "pdf": "INTERFACE", "png": "PAPER", "html": "INTERFACE", None: "UPLOAD"}
DESCRIBED_OTHERWISE = frozenset({"ADMIN", "MEDICALRECORD"})  # by documentdescription
NO_ENCOUNTER = "0"
UNKNOWN_DATE = "01/01/1"
_NUMBERS = 3_000_000
_PER_PERSON = 1_000

Rows = Callable[[Ask, Person], Iterator[tuple[int, JSON]]]
"""(request, person) -> chart-sharing group and list row of each document."""


def listed(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    rows = [row for rows in ROWS for at, row in rows(ask, person) if at == group and _wanted(ask, row)]
    rows.sort(key=lambda row: int(row["documentid"]), reverse=True)
    limit, offset = ask.window(DOCUMENT_PAGE, LARGEST_DOCUMENT_PAGE)
    # later pages of this list come without a count
    return page("documents", rows, path=ask.path, query=ask.query, limit=limit, offset=offset, counted=offset == 0)


def _wanted(ask: Ask, row: JSON) -> bool:
    filters = {name: ask.text(name) for name in ("documentclass", "documentsubclass", "encounterid", "status")}
    if any(value is not None and str(row.get(name)) != value for name, value in filters.items()):
        return False
    created = dates.parse(row["createddate"])
    since, until = ask.day("startdate"), ask.day("enddate")
    if created and ((since and created < since) or (until and created > until)):
        return False
    return row["status"] != "DELETED" or ask.flag("showdeleted")


def _own(ask: Ask, person: Person) -> Iterator[tuple[int, JSON]]:
    for one in ask.practice.people.facts(person.number, documents):
        yield one.group, _record(ask, person, one)


ROWS: tuple[Rows, ...] = (_own, results.document_rows)
"""Whose documents the list of all classes has."""


def document(ask: Ask) -> list[JSON]:
    person, one = _document(ask)
    return [_record(ask, person, one)]


def _document(ask: Ask) -> tuple[Person, Document]:
    """The document of the path, under its own class and patient only. Refused 404."""
    person = living(ask)
    number = ask.id("documentid") - _NUMBERS - person.number * _PER_PERSON
    for one in ask.practice.people.facts(person.number, documents):
        if one.number == number and CLASSES[one.kind.name][0].lower() == ask.ids["documentclass"].lower():
            return person, one
    raise not_found("document")


def document_page(ask: Ask) -> Any:
    person, one = _document(ask)
    number = ask.id("pageid") - _pageid(person, one, 0)
    if not 0 <= number < len(one.kind.pages):
        raise not_found("page")
    return _file(one, one.kind.pages[number], f"page {number + 1}", wrapped=not RAW)


def original(ask: Ask) -> Any:
    _, one = _document(ask)
    if one.kind.original is None:
        raise Refused(404, "The document has no original document.")
    return _file(one, one.kind.original, "as it came", wrapped=not RAW or CLASSES[one.kind.name][0] in WRAPPED)


def _file(one: Document, form: str, words: str, *, wrapped: bool) -> Response | JSON:
    content, mime = files.file(form, one.title, f"{words}, {one.filed.date().isoformat()}")
    if wrapped:
        return {"attachmentcontents": base64.b64encode(content).decode(), "attachmenttype": form.upper()}
    return Response(content, media_type=mime)


def documentid(person: Person, one: Document) -> int:
    return _NUMBERS + person.number * _PER_PERSON + one.number


def _pageid(person: Person, one: Document, number: int) -> int:
    return documentid(person, one) * 10 + number


def _record(ask: Ask, person: Person, one: Document) -> JSON:
    kind = one.kind
    documentclass, subclass = CLASSES[kind.name]
    number = documentid(person, one)
    visit = next((v for v in ask.practice.people.visits(person.number) if v.number == one.visit), None)
    zone = ask.practice.zones[one.department]
    who = ask.practice.people.clinicians.get(one.clinician or 0)
    return {
        "documentid": str(number),
        f"{documentclass.lower()}id": number,
        "documentclass": documentclass,
        "documentsubclass": f"{documentclass}_{subclass}" if subclass else documentclass,
        "documenttypeid": 900 + len(kind.title),
        "documentdescription" if documentclass in DESCRIBED_OTHERWISE else "description": kind.title,
        "documentroute": ROUTES[kind.original or next(iter(kind.pages), None)],
        "documentsource": "PORTAL" if kind.name == "patient case" else "ENCOUNTER" if visit else "UPLOAD",
        "status": STATES[one.state],
        "priority": ("1" if number % 2 else 1) if one.urgent else 2,
        "assignedto": one.by if one.state == "review" else None,
        "createddate": dates.plain(one.filed.astimezone(EASTERN).date()),
        "createddatetime": dates.iso(one.filed),
        "createduser": one.by,
        "lastmodifieddate": dates.plain(one.modified.astimezone(EASTERN).date()),
        "lastmodifieddatetime": dates.iso(one.modified),
        "lastmodifieduser": one.by,
        "deleteddatetime": dates.iso(one.deleted),
        "departmentid": str(one.department),
        "encounterid": str(encounterid(visit)) if visit else NO_ENCOUNTER,
        "providerid": one.clinician,
        "providerusername": who.username if who else None,
        "clinicalproviderid": one.outside,
        "subject": kind.title if kind.name == "patient case" else None,
        "internalnote": one.note or ("" if number % 3 == 0 else None),
        "documentdata": kind.text,
        "documentdate": dates.partial(one.dated) or (UNKNOWN_DATE if documentclass == "MEDICALRECORD" else None),
        "observationdate": dates.plain(one.on),
        "observationdatetime": dates.iso(datetime.combine(one.on, one.at, zone), zone) if one.on and one.at else None,
        "externalaccessionid": one.accession or (NULL if number % 3 == 1 else None),
        "isconfidential": True if one.confidential else None,
        **_files(person, one, f"/v1/{ask.practice.practiceid}/patients/{person.number}/documents"),
    }


def _files(person: Person, one: Document, root: str) -> JSON:
    kind = one.kind
    own = f"{root}/{CLASSES[kind.name][0].lower()}/{documentid(person, one)}"
    original = {"href": f"{own}/originaldocument", "contenttype": files.mime(kind.original)} if kind.original else None
    pages = [_page(person, one, at, form, own) for at, form in enumerate(kind.pages)]
    return {"originaldocument": original, "pages": pages or None}


def _page(person: Person, one: Document, number: int, form: str, root: str) -> JSON:
    key = str(_pageid(person, one, number))
    return {
        "pageid": key,
        "pageordering": str(number + 1) if one.number % 2 else number + 1,
        "contenttype": files.mime(form),
        "href": f"{root}/pages/{key}",
    }
