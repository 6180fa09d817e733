"""Laboratory and imaging results: the chart's view of a laboratory result with its analytes, and the documents' views.

There is no chart's view of imaging. Documents are deleted, not removed; the chart leaves deleted ones out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from starlette.responses import Response

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, not_found, page
from adapters.athenanet.sandbox.chart import chart_of, living
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import encounterid
from adapters.population import files
from adapters.population.facts import Person
from adapters.population.results import Analyte, Image, Report, Results, results

R = TypeVar("R", Report, Image)

# [assumed] Orders and results are documents of one numbering; each kind has its range here, each person a thousand.
_ORDERS = 20_000_000
_LABRESULTS = 40_000_000
_IMAGINGRESULTS = 60_000_000
_ANALYTES = 1_000_000_000
_PER_PERSON = 1000

STATES = {"closed": "CLOSED", "review": "REVIEW", "entry": "DATAENTRY", "deleted": "DELETED"}
HL7 = {"normal": ("N", "Normal"), "low": ("L", "Low"), "high": ("H", "High"), "abnormal": ("A", "Abnormal"),
       "critical low": ("L", "Low"), "critical high": ("H", "High")}  # fmt: skip
# [assumed] The newer version of a result names, as supersededdocumentid, the older one that it replaces.
REPLACES = "supersededdocumentid"
# [assumed] The date filters compare the day of the order; of a result without one, the day it was filed.


def results_of(ask: Ask, person: Person) -> Results:
    return ask.practice.people.facts(person.number, results)


def orderid(person: int, number: int) -> int:
    return _ORDERS + person * _PER_PERSON + number


def labresultid(person: int, number: int) -> int:
    return _LABRESULTS + person * _PER_PERSON + number


def imagingresultid(person: int, number: int) -> int:
    return _IMAGINGRESULTS + person * _PER_PERSON + number


def analyteid(person: int, report: int, index: int) -> int:
    return _ANALYTES + (person * _PER_PERSON + report) * 100 + index


def _in_group(ask: Ask, found: Iterable[R], group: int) -> Iterator[R]:
    return (one for one in found if _group(ask, one) == group)


def _group(ask: Ask, one: Report | Image) -> int | None:
    department = ask.practice.department(one.department)
    return department.group if department else None


def _ordered(ask: Ask, person: Person, one: Report | Image) -> date:
    """The day that startdate and enddate are about."""
    orders = results_of(ask, person).orders
    at = next((order.at for order in orders if order.number == one.order), one.filed)
    return at.astimezone(ask.practice.zones[one.department]).date()


def labresults(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    since, until, status = ask.day("startdate"), ask.day("enddate"), ask.text("labresultstatus")
    shown = []
    for one in _in_group(ask, results_of(ask, person).reports, group):
        on = _ordered(ask, person, one)
        if one.state == "deleted" or (one.manual and not ask.flag("showhidden")):
            continue
        if (since and on < since) or (until and on > until) or (one.copy_of and ask.flag("hideduplicate")):
            continue
        if status is None or (one.status or "").lower() == status.lower():
            shown.append(_labresult(ask, person, one))
    limit, offset = ask.window()
    # later pages of this list come without a count
    return page("results", shown, path=ask.path, query=ask.query, limit=limit, offset=offset, counted=offset == 0)


def _clock(at: datetime | None, timed: bool, ask: Ask, department: int) -> str | None:
    """A day without an hour is midnight."""
    if at is None:
        return None
    zone = ask.practice.zones[department]
    local = at.astimezone(zone)
    return dates.iso(local if timed else local.replace(hour=0, minute=0, second=0), zone)


def _day(at: datetime | None, ask: Ask, department: int) -> str | None:
    return None if at is None else dates.plain(at.astimezone(ask.practice.zones[department]).date())


def _performing(one: Report) -> JSON:
    lab = one.laboratory
    return {
        "performinglabname": lab.name if lab else None,
        "performinglabaddress1": lab.line if lab else None,
        "performinglabaddress2": None,
        "performinglabcity": lab.city if lab else None,
        "performinglabstate": lab.state if lab else None,
        "performinglabzip": lab.zip if lab else None,
    }


def _labresult(ask: Ask, person: Person, one: Report) -> JSON:
    return {
        "labresultid": labresultid(person.number, one.number),
        "description": one.title or None,
        "labresultloinc": one.loinc,
        "labresultdate": _day(one.on, ask, one.department),
        "labresultdatetime": _clock(one.on, one.timed, ask, one.department),
        "createddate": _day(one.filed, ask, one.department),
        "createddatetime": dates.iso(one.filed),
        "resultstatus": one.status.lower() if one.status else None,
        "priority": "2",
        "orderid": orderid(person.number, one.order) if one.order else None,
        "providerid": one.clinician,
        "facilityid": one.laboratory.number if one.laboratory else None,
        "isreviewedbyprovider": "1" if one.reviewed else None,
        "internalnote": "call if abnormal" if one.number % 5 == 0 else None,
        "labresultnote": one.comment,
        "attachmentexists": "true" if one.pages else None,
        "exactduplicatedocumentid": labresultid(person.number, one.copy_of) if one.copy_of else None,
        REPLACES: labresultid(person.number, one.replaces) if one.replaces else None,
        **_performing(one),
        "analytes": [
            _analyte(ask, person, one, index, each, detailed=ask.flag("showabnormaldetails"))
            for index, each in enumerate(one.analytes)
        ],
    }


def _analyte(ask: Ask, person: Person, report: Report, index: int, one: Analyte, *, detailed: bool) -> JSON:
    code, name = HL7.get((one.flag or "").lower(), (None, None)) if detailed else (None, None)
    # the status is under one of several names
    key = ("resultstatus", "resultstatus", "status")[index % 3] if not report.manual else "labresultstatus"
    return {
        "analyteid": analyteid(person.number, report.number, index),
        "analytename": one.name,
        "observationidentifier": one.local,
        "loinc": one.loinc,
        "description": one.described,
        "value": one.value,
        "units": one.unit,
        "referencerange": one.range,
        "abnormalflag": one.flag,
        "valuestatus": one.flag,
        "abnormalhl7code": code,
        "abnormalhl7name": name,
        key: one.status,
        "analytedate": _day(one.on, ask, report.department),
        "analytedatetime": _clock(one.on, report.timed, ask, report.department),
        "note": one.note,
    }


# --- documents ------------------------------------------------------------------------------------------------------


def labresult_documents(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    shown = _shown(ask, results_of(ask, person).reports, group)
    return _document_page(ask, "labresults", [_lab_document(ask, person, one) for one in shown])


def imagingresult_documents(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    shown = _shown(ask, results_of(ask, person).images, group)
    return _document_page(ask, "imagingresults", [_imaging_document(ask, person, one) for one in shown])


def _shown(ask: Ask, results: Iterable[R], group: int) -> Iterator[R]:
    """Those of the chart; deleted ones only where they are asked for."""
    return (one for one in _in_group(ask, results, group) if one.state != "deleted" or ask.flag("showdeleted"))


def _document_page(ask: Ask, key: str, rows: list[JSON]) -> JSON:
    limit, offset = ask.window(1000)
    return page(key, rows, path=ask.path, query=ask.query, limit=limit, offset=offset)


def document_rows(ask: Ask, person: Person) -> Iterator[tuple[int, JSON]]:
    """Chart-sharing group and row of each of these documents in the list of documents of all classes."""
    known = results_of(ask, person)
    for report in known.reports:
        yield _group(ask, report) or 0, _lab_document(ask, person, report)
    for image in known.images:
        yield _group(ask, image) or 0, _imaging_document(ask, person, image)


def labresult_document(ask: Ask) -> list[JSON]:
    person, one = _report(ask)
    observations = [_analyte(ask, person, one, index, each, detailed=False) for index, each in enumerate(one.analytes)]
    return [{**_lab_document(ask, person, one), "observations": observations}]


def imagingresult_document(ask: Ask) -> list[JSON]:
    person, one = _image(ask)
    return [_imaging_document(ask, person, one)]


def _report(ask: Ask) -> tuple[Person, Report]:
    person, wanted = living(ask), ask.id("labresultid")
    for one in results_of(ask, person).reports:
        if labresultid(person.number, one.number) == wanted:
            return person, one
    raise not_found("document")


def _image(ask: Ask) -> tuple[Person, Image]:
    person, wanted = living(ask), ask.id("imagingresultid")
    for one in results_of(ask, person).images:
        if imagingresultid(person.number, one.number) == wanted:
            return person, one
    raise not_found("document")


def _document(ask: Ask, person: Person, one: Report | Image, number: int, class_: str) -> JSON:
    visit = next((each for each in ask.practice.people.visits(person.number) if each.number == one.visit), None)
    key = f"{class_}id"
    root = f"/v1/{ask.practice.practiceid}/patients/{person.number}/documents/{class_}/{number}"
    pages = [
        {
            "pageid": str(number * 10 + index),
            "href": f"{root}/pages/{number * 10 + index}",
            "contenttype": "image/png",
            "pageordering": index + 1,
        }
        for index in range(one.pages)
    ]
    return {
        "documentid": str(number),
        key: number,
        "documentclass": class_.upper(),
        "documentsubclass": class_.upper(),
        "status": STATES[one.state],
        "priority": "2",
        "departmentid": str(one.department),
        "providerid": one.clinician,
        "encounterid": str(encounterid(visit)) if visit else "0",
        "encounterdate": _day(visit.start, ask, one.department) if visit else None,
        "tietoorderid": orderid(person.number, one.order) if one.order else None,
        "observationdate": _day(one.on, ask, one.department),
        "observationdatetime": _clock(one.on, one.timed, ask, one.department),
        "createddate": _day(one.filed, ask, one.department),
        "createddatetime": dates.iso(one.filed),
        "createduser": "INTERFACE",
        "lastmodifieddatetime": dates.iso(one.filed),
        "lastmodifieduser": "ksample" if one.state == "closed" else "INTERFACE",
        "deleteddatetime": dates.iso(one.filed) if one.state == "deleted" else None,
        "externalaccessionid": one.accession,
        "isconfidential": "true" if one.confidential else None,
        "interpretation": one.conclusion,
        "internalnote": "call if abnormal" if one.number % 5 == 0 else None,
        # in no order: pageordering is what counts
        "pages": pages[::-1],
    }


def _lab_document(ask: Ask, person: Person, one: Report) -> JSON:
    zone = ask.practice.zones[one.department]
    local = [None if at is None else at.astimezone(zone).replace(tzinfo=None) for at in (one.received, one.reported)]
    received, reported = (None if at is None else at.isoformat(timespec="seconds") for at in local)
    return {
        **_document(ask, person, one, labresultid(person.number, one.number), "labresult"),
        "documenttypeid": 311,
        "description": one.title or None,
        "resultstatus": one.status.title() if one.status and one.number % 2 else None,
        "reportstatus": one.status.title() if one.status else None,
        "labresultloinc": one.loinc,
        "specimenreceiveddatetime": received,
        "specimenreporteddatetime": reported,
        "facilityid": one.laboratory.number if one.laboratory else None,
        **_performing(one),
    }


def _imaging_document(ask: Ask, person: Person, one: Image) -> JSON:
    number = imagingresultid(person.number, one.number)
    root = f"/v1/{ask.practice.practiceid}/patients/{person.number}/documents/imagingresult/{number}"
    return {
        **_document(ask, person, one, number, "imagingresult"),
        "documenttypeid": 401,
        # either name is seen
        "description" if one.number % 2 else "documentdescription": one.title,
        "ordertype": "Imaging",
        "resultstatus": one.status,
        "facilityid": one.facility,
        "documentdata": one.text,
        "originaldocument": {"href": f"{root}/originaldocument", "contenttype": "application/pdf"}
        if one.original
        else None,
    }


def labresult_page(ask: Ask) -> Response:
    person, one = _report(ask)
    return _page(ask, labresultid(person.number, one.number), one)


def imagingresult_page(ask: Ask) -> Response:
    person, one = _image(ask)
    return _page(ask, imagingresultid(person.number, one.number), one)


def imagingresult_original(ask: Ask) -> Response:
    _person, one = _image(ask)
    if not one.original:
        raise not_found("document")
    return _file("pdf", one.title, "as it came")


def _page(ask: Ask, number: int, one: Report | Image) -> Response:
    index = ask.id("pageid") - number * 10
    if not 0 <= index < one.pages:
        raise not_found("page")
    return _file("png", one.title, f"page {index + 1}")


def _file(form: str, title: str, words: str) -> Response:
    content, mime = files.file(form, title, words)
    return Response(content, media_type=mime)
