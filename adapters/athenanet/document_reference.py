"""Documents of each of a patient's charts, the notes of its visits, and the summary of all; and the files behind them.

GET /patients/{patientid}/documents, one of them by its class and id, its pages and original; GET
/chart/{patientid}/encounters and /chart/encounters/{encounterid}/summary; GET /patients/{patientid}/ccda.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from adapters.athenanet import answers, document_classes, files
from adapters.athenanet.by_patient import could_be, source
from adapters.athenanet.client import NOTHING, AthenaNet, is_athena_id
from adapters.athenanet.encounter import is_readable, listed_encounters
from adapters.contract import Call, Document, Page
from adapters.query import Query
from capability.issues import EHRInvalid, NotFound
from mappings.athenanet import codes_documents, document_reference_ccda, document_reference_visit_note
from mappings.athenanet.attachments import files as files_of
from mappings.athenanet.document_reference import document, document_class, document_id, is_document
from mappings.athenanet.scalars import as_str
from mappings.mapped import Record

# Deleted ones, too. Dates are not pushed down: which of a document's dates they are about is not documented.
ALL = {"showdeleted": "true", "limit": "1000"}
LIST = "/patients/{patientid}/documents"
ONE = "/patients/{patientid}/documents/{documentclass}/{documentid}"
NO_FILE = "there is no such attachment"
END_OF_CCDA = b"ClinicalDocument>"  # of the end tag, whatever its prefix


async def _documents(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """All documents; those of one class, where only one can have what is wanted."""
    practice = await ehr.practice(call)
    wanted = document_classes.wanted(query, practice)
    if wanted is not None and not wanted:
        return Page()
    params = ALL if wanted is None or len(wanted) > 1 else {**ALL, "documentclass": next(iter(wanted))}
    charts = await ehr.each_chart(call, patient, LIST, "documents", params)
    to_document = partial(document, patient=patient, practice=practice)
    return Page.merged(
        Page.mapped(to_document, filter(_served, answers.once(each.rows, "documentid")), tags=each.tags)
        for each in charts
    )


def _served(row: Any) -> bool:
    return not isinstance(row, dict) or is_document(row)


async def _document(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    """One document by its class and id, with the tag of the chart that its department shares."""
    patient, name, _ = keys
    if name.upper() not in codes_documents.CLASSES:
        # a class that nobody has written down may have no path of its own
        return await _documents(ehr, call, patient, Query("DocumentReference"))
    practice = await ehr.practice(call)
    record = await _record(ehr, call, keys)
    if record is None:
        return Page()
    chart = await ehr.chart_of(call, patient, as_str(record.get("departmentid")))
    if chart is None:  # only the lists of her charts say whether, and where, it is hers
        return await _documents(ehr, call, patient, Query("DocumentReference"))
    to_document = partial(document, patient=patient, practice=practice)
    return Page.mapped(to_document, [record], tags=ehr.tags(chart))


async def _record(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Record | None:
    """The record, where it is this patient's and is served as a document."""
    patient, name, key = keys
    if not is_athena_id(key):
        return None
    if name.upper() not in codes_documents.CLASSES:
        return await _listed(ehr, call, keys)
    if name.upper() not in document_classes.SERVED:
        return None
    ttl = ehr.settings.cache_seconds.chart
    params = {"showdeleted": "true"}
    found = await ehr.document(call, ONE, params, ttl=ttl, patientid=patient, documentclass=name, documentid=key)
    record = None if found is None else answers.one(found)
    if record is None or as_str(record.get("patientid")) not in (None, patient):
        return None
    return record


async def _listed(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Record | None:
    """The record as the patient's list has it."""
    patient, name, key = keys
    charts = await ehr.each_chart(call, patient, LIST, "documents", ALL)
    rows = (row for each in charts for row in each.rows if isinstance(row, dict))
    return next((row for row in rows if _key(row) == (name, key)), None)


def _key(row: Record) -> tuple[str, str] | None:
    try:
        name = document_class(row)
        return name.lower(), document_id(row, name)
    except ValueError:
        return None


async def _visit_notes(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """A note for each visit; its text is asked for when somebody reads it."""
    note = codes_documents.VISIT_NOTE
    if not could_be(query.named("type"), note.system, note.code):
        return Page()
    practice = await ehr.practice(call)
    charts = await listed_encounters(ehr, call, patient)
    to_note = partial(document_reference_visit_note.visit_note, patient=patient, practice=practice)
    return Page.merged(Page.mapped(to_note, filter(_noted, each.rows), tags=each.tags) for each in charts)


def _noted(row: Any) -> bool:
    """What cannot be read is left to the mapping to refuse."""
    return not is_readable(row) or document_reference_visit_note.has_note(row)


async def _ccda(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """The summary, which there is as long as there is a chart."""
    summary = codes_documents.SUMMARY
    if not could_be(query.named("type"), summary.system, summary.code):
        return Page()
    practice = await ehr.practice(call)
    charts = await ehr.charts(call, patient)
    groups = [[chart.group for chart in charts]] if charts else []
    to_summary = partial(document_reference_ccda.ccda, patient=patient, practice=practice)
    return Page.mapped(to_summary, groups, tags=[tag for chart in charts for tag in ehr.tags(chart)])


_NOTES = (codes_documents.CLINICAL_NOTE.system, codes_documents.CLINICAL_NOTE.code)
DOCUMENTS = source("document", _documents, of_id=_document)
VISIT_NOTES = source("visitnote", _visit_notes, category=_NOTES)
CCDA = source("ccda", _ccda, category=_NOTES)


# --- files ----------------------------------------------------------------------------------------------------------


async def document_file(ehr: AthenaNet, call: Call, keys: tuple[str, ...], n: int) -> Document:
    """File `n` of a document. `keys` are those of its id. Raises: NotFound, EHRError."""
    patient, name, key = keys
    record = await _record(ehr, call, keys)
    found = files_of(record) if record else ()
    if n >= len(found):
        raise NotFound(NO_FILE)
    file = found[n]
    if file.text is not None:
        return Document("text/plain; charset=utf-8", file.text.encode())
    at = {"patientid": patient, "documentclass": name, "documentid": key}
    if file.page is None:
        reply = await ehr.file(call, f"{ONE}/originaldocument", NOTHING, **at)
    else:
        reply = await ehr.file(call, f"{ONE}/pages/{{pageid}}", NOTHING, **at, pageid=file.page)
    if reply is None:
        raise NotFound(NO_FILE)
    return files.document(reply, file.content_type)


async def visit_note_file(ehr: AthenaNet, call: Call, keys: tuple[str, ...], n: int) -> Document:
    """The note of a visit as athenaNet writes it: HTML, not cleaned. Raises: NotFound, EHRError."""
    ttl = ehr.settings.cache_seconds.chart
    template = "/chart/encounters/{encounterid}/summary"
    found = await ehr.document(call, template, ttl=ttl, encounterid=keys[1]) if n == 0 else None
    record = None if found is None else answers.one(found)
    if record is None:
        raise NotFound(NO_FILE)
    html = as_str(record.get("summaryhtml"))
    if html is None:
        raise EHRInvalid(answers.UNREADABLE)
    return Document(f"{document_reference_visit_note.HTML}; charset=utf-8", html.encode())


async def ccda_file(ehr: AthenaNet, call: Call, keys: tuple[str, ...], n: int) -> Document:
    """The C-CDA of the patient's chart `n`, made now. Raises: NotFound, EHRError."""
    patient = keys[0]
    charts = {chart.group: chart for chart in await ehr.charts(call, patient)}
    groups = document_reference_ccda.ordered(list(charts))
    if n >= len(groups):
        raise NotFound(NO_FILE)
    params = {"departmentid": charts[groups[n]].departmentid, "purpose": "internal", "xmloutput": "true"}
    reply = await ehr.file(call, "/patients/{patientid}/ccda", params, patientid=patient)
    if reply is None:
        raise NotFound(NO_FILE)
    found = files.document(reply, document_reference_ccda.XML)
    if not isinstance(found.content, bytes) or not found.content.rstrip().endswith(END_OF_CCDA):
        raise EHRInvalid(answers.UNREADABLE)  # cut off: what it says would look like all there is
    return found
