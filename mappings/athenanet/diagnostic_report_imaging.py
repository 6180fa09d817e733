"""athenaNet imaging result -> US Core DiagnosticReport for Report and Note Exchange.

Source  GET /v1/{practiceid}/patients/{patientid}/documents/imagingresult?departmentid&showdeleted=true
Shape   {"imagingresults": [document]}; a document has imagingresultid, description or documentdescription,
        documenttypeid, status, resultstatus or reportstatus, documentdata (the report as text), interpretation,
        encounterid, tietoorderid, pages[], originaldocument{}
Units   none
Times   observationdatetime ISO with offset, midnight where only the day is known; observationdate a date, with
        observationtime the department's wall time; createddatetime ISO with offset
Target  US Core 6.1.0 DiagnosticReport, category Radiology. Its code says what all of them are, a diagnostic imaging
        study, and in words which; the practice may have a LOINC code for its own types of documents. The text is a file
        as pages are: DocumentReference and report have one address for each.
Skips   internal notes and those to the patient, priority, originalfilename
"""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_results as codes
from mappings.athenanet import report_documents
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.concept_map import Concept
from mappings.mapped import Mapped, Record

RADIOLOGY = "LP29684-5"
IMAGING_STUDY = ("18748-4", "Diagnostic imaging study")
DOCUMENT_CLASS = "imagingresult"


def report(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid. ValueError without an imagingresultid."""
    record, translation = as_record(record), Translation(practice)
    key = as_id(record.get("imagingresultid") or record.get("documentid"))
    title = as_str(record.get("description")) or as_str(record.get("documentdescription"))
    effective = _effective(record, translation)
    issued = fhir.instant(translation.moment(record.get("createddatetime"), None))
    facility = report_documents.facility(record)
    resource = fhir.resource(
        "DiagnosticReport",
        id=ids.local("imaging", patient, key),
        meta=report_documents.meta(record, translation),
        identifier=report_documents.identifiers(DOCUMENT_CLASS, key, record, practice),
        basedOn=[report_documents.based_on(record.get("tietoorderid"), record, patient)],
        status=_status(record, translation),
        category=[fhir.codeable(fhir.coding(fhir.LOINC, RADIOLOGY, "Radiology"))],
        code=_code(record, title, translation),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=report_documents.encounter(record, patient),
        effectiveDateTime=effective,
        _effectiveDateTime=None if effective else fhir.absent(),
        issued=issued,
        performer=[fhir.element(type="Organization", identifier=facility)] if facility else [],
        conclusion=as_str(record.get("interpretation")),
        presentedForm=report_documents.presented_form(record, DOCUMENT_CLASS, key, title, patient, translation),
    )
    return translation.mapped(resource, practice.origin(record.get("createduser"), issued))


def _status(record: Record, translation: Translation) -> str:
    """Of the result where it has one; without, what is closed is final, and of the rest nothing is known."""
    state = (as_str(record.get("status")) or "").upper()
    if state == "DELETED" or as_str(record.get("deleteddatetime")):
        return "entered-in-error"
    words = as_str(record.get("reportstatus")) or as_str(record.get("resultstatus"))
    if words is None:
        return "final" if state == "CLOSED" else "unknown"
    found = translation.concept(codes.REPORT_STATUS, words)
    return found.code if found else "unknown"


def _code(record: Record, title: str | None, translation: Translation) -> fhir.Element | None:
    own: list[Any] = []
    for key in (as_str(record.get("documenttypeid")), title):
        # the table says more than the class does: that it doesn't know a type is no loss
        found = codes.IMAGING_CODE.look_up(key, translation.practice.overrides) if key else None
        if isinstance(found, Concept):
            own = [found.coding()]
            break
    return fhir.codeable(*own, fhir.coding(fhir.LOINC, *IMAGING_STUDY), text=title or as_str(record.get("ordertype")))


def _effective(record: Record, translation: Translation) -> str | None:
    zone = translation.practice.zone(record.get("departmentid"))
    day, clock = as_str(record.get("observationdate")), as_str(record.get("observationtime"))
    stamps = (record.get("observationdatetime"), f"{day} {clock}" if day and clock else None, day)
    return report_documents.moment(translation, zone, *stamps)
