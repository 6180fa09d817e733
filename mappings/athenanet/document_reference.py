"""athenaNet document -> US Core DocumentReference.

Source  GET /v1/{practiceid}/patients/{patientid}/documents?departmentid&showdeleted=true, .../documents/{class}/{id}
Shape   {"documents": [document], ...}; by id an array of one, which may have its class's key (labresultid) only
Units   none
Times   createddatetime, lastmodifieddatetime, observationdatetime ISO with offset; documentdate, observationdate dates,
        partial and sentinel ones too; observationtime the department's wall time
Target  US Core 6.1.0 DocumentReference. Its type is LOINC where a table knows the subclass, else UNK with the words.
        Every document has its class and subclass as a category, notes of clinicians have clinical-note before it.
        period is the day of the care that it tells of, attachment.creation the date on the paper; `date` is when it was
        filed, and absent where only the day of that is known.
Skips   documents whose class another type is served for (codes_documents.CLASSES); documentroute, documentsource,
        priority, assignedto, actionnote, internalnote, externalnote: the office's work; internalaccessionid,
        tietoorderid (the report's basedOn); the report of a LABRESULT, which of copies and of what was superseded there
        is none, and which names the same Binaries; providerid where somebody outside wrote it (the author then)
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes, codes_documents
from mappings.athenanet.attachments import attachments, files
from mappings.athenanet.practice import AUDIT_ZONE, CLINICAL_PROVIDER, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.concept_map import Concept
from mappings.mapped import Mapped, Record

NO_ENCOUNTER = "0"
REPORTS = {"IMAGINGRESULT": "imaging"}  # classes whose every document is also a DiagnosticReport, by kind of id


def document_class(record: Record) -> str:
    """The class, in upper case; ValueError without one."""
    return as_id(record.get("documentclass")).upper()


def is_document(record: Record) -> bool:
    """Whether it is served as a DocumentReference. An unknown class is; a record without one is left to the mapping,
    which says that it can't be read."""
    try:
        known = codes_documents.CLASSES.get(document_class(record))
    except ValueError:
        return True
    return known is None or known.served == codes_documents.DOCUMENT_REFERENCE


def document(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid. ValueError without a class or an id, and where isconfidential can't be read: what may
    be confidential isn't given as if it were not."""
    translation = Translation(practice)
    name = document_class(record)
    key = document_id(record, name)
    local = ids.local("document", patient, name.lower(), key)
    words = as_str(record.get("description")) or as_str(record.get("documentdescription"))
    type_ = _type(record, name, words, translation)
    resource = fhir.resource(
        "DocumentReference",
        id=local,
        meta=_meta(record, translation),
        identifier=list(_identifiers(record, key, practice)),
        status="entered-in-error" if _is_deleted(record, translation) else "current",
        docStatus=_doc_status(record, translation),
        type=type_.codeable(words or as_str(record.get("documentsubclass")) or name),
        category=list(_categories(record, name, type_, translation)),
        subject=fhir.reference("Patient", ids.local("", patient)),
        date=fhir.instant(translation.moment(record.get("createddatetime"), AUDIT_ZONE)),
        author=[_author(record, practice)],
        custodian={"reference": practice.organization},
        description=words,
        content=_contents(record, local, words, translation),
        context=_context(record, name, patient, key, translation),
    )
    modified = translation.moment(record.get("lastmodifieddatetime"), AUDIT_ZONE)
    modified = modified or translation.moment(record.get("createddatetime"), AUDIT_ZONE)
    by = as_str(record.get("lastmodifieduser")) or record.get("createduser")
    return translation.mapped(resource, practice.origin(by, modified, record.get("providerid")))


def document_id(record: Record, name: str) -> str:
    """The id of a document, which one by id may have under the name of its class `name` only."""
    return as_str(record.get("documentid")) or as_id(record.get(f"{name.lower()}id"))


def _meta(record: Record, translation: Translation) -> fhir.Element | None:
    confidential = as_bool(record.get("isconfidential"))
    label = translation.concept(codes.CONFIDENTIALITY, "R") if confidential else None
    stamped = translation.meta(record.get("lastmodifieddatetime")) or {}
    return fhir.element(**stamped, security=[label.coding()] if label else None)


def _identifiers(record: Record, key: str, practice: Practice) -> Iterator[fhir.Element | None]:
    yield fhir.identifier(practice.system("document"), key)
    yield fhir.identifier(
        practice.system("externalaccession"), as_str(record.get("externalaccessionid")), ("ACSN", "Accession ID")
    )


def _is_deleted(record: Record, translation: Translation) -> bool:
    status = (as_str(record.get("status")) or "").upper()
    return status == codes_documents.DELETED or translation.moment(record.get("deleteddatetime"), None) is not None


def _doc_status(record: Record, translation: Translation) -> str | None:
    if (as_str(record.get("status")) or "").upper() in codes_documents.WORKFLOW:
        return None
    found = translation.concept(codes_documents.DOC_STATUS, record.get("status"))
    return found.code if found else None


def _type(record: Record, name: str, words: str | None, translation: Translation) -> Concept:
    """By the practice's own document types, else by subclass, else by class."""
    overrides = translation.practice.overrides
    for table, code in (
        (codes_documents.DOCUMENT_TYPE_ID, as_str(record.get("documenttypeid"))),
        (
            codes_documents.ADMISSION_OR_DISCHARGE,
            words if _subclass(record, name) == codes_documents.ADMISSION else None,
        ),
    ):
        # these tables say more than the subclass: that they don't know a code is no loss
        if code and isinstance(found := table.look_up(code, overrides), Concept):
            return found
    return translation.concept(codes_documents.TYPE, _subclass(record, name)) or codes_documents.UNKNOWN


def _subclass(record: Record, name: str) -> str:
    """With its class before it, as answers have it and writes don't."""
    subclass = (as_str(record.get("documentsubclass")) or name).upper()
    return subclass if subclass.partition("_")[0] == name else f"{name}_{subclass}"


def _categories(record: Record, name: str, type_: Concept, translation: Translation) -> Iterator[fhir.Element | None]:
    known = codes_documents.CLASSES.get(name)
    if known is None:
        translation.unknown("athenanet-documentclass", name)
    if known and known.note and type_.system == fhir.LOINC:
        yield codes_documents.CLINICAL_NOTE.codeable()
    subclass = _subclass(record, name)
    yield fhir.codeable(
        fhir.coding(codes_documents.DOCUMENT_CLASS, name, known.display if known else None),
        fhir.coding(codes_documents.DOCUMENT_CLASS, subclass) if subclass != name else None,
        text=known.display if known else name,
    )


def _author(record: Record, practice: Practice) -> fhir.Element | None:
    """Who wrote it: somebody outside, where one is named, else the practice's own provider."""
    for key, type_ in (("clinicalproviderid", None), ("facilityid", "Organization")):
        if outside := as_str(record.get(key)):
            # by the number only: the directory has people, laboratories and pharmacies under such numbers
            return fhir.element(type=type_, identifier=fhir.identifier(CLINICAL_PROVIDER, outside))
    return fhir.reference("Practitioner", practice.practitioner(record.get("providerid")))


def _contents(record: Record, local: str, words: str | None, translation: Translation) -> list[fhir.Element]:
    """One each file, or one that says that there is none (us-core-6 asks for an url or data)."""
    for file in files(record):
        translation.unknown(codes_documents.CONTENT_TYPE.name, file.said)
    dated = translation.date(record.get("documentdate"))
    none = fhir.element(_url=fhir.absent(), title=words, creation=dated) or {}
    return [{"attachment": one} for one in attachments(record, local, words, dated) or [none]]


def _context(record: Record, name: str, patient: str, key: str, translation: Translation) -> fhir.Element | None:
    encounter, appointment = as_str(record.get("encounterid")), as_str(record.get("appointmentid"))
    visit = ids.local("encounter", patient, encounter) if encounter and encounter != NO_ENCOUNTER else None
    booked = ids.local("appointment", appointment) if appointment and appointment != NO_ENCOUNTER else None
    # of a deleted result there is no report
    reported = name in REPORTS and not _is_deleted(record, translation)
    report = ids.local(REPORTS[name], patient, key) if reported else None
    on = _observed(record, translation)
    return fhir.element(
        encounter=[fhir.reference("Encounter", visit)],
        period=fhir.element(start=on, end=on),
        related=[fhir.reference("DiagnosticReport", report), fhir.reference("Appointment", booked)],
    )


def _observed(record: Record, translation: Translation) -> str | None:
    zone = translation.practice.zone(record.get("departmentid"))
    day, clock = as_str(record.get("observationdate")), as_str(record.get("observationtime"))
    found = translation.moment(record.get("observationdatetime"), zone)
    return found or (translation.moment(f"{day} {clock}", zone) if day and clock else translation.date(day))
