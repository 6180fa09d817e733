"""athenaNet laboratory result -> US Core DiagnosticReport for Laboratory Results Reporting.

Source  GET /v1/{practiceid}/chart/{patientid}/labresults?departmentid&showabnormaldetails=true&showhidden=true, with
        GET /v1/{practiceid}/patients/{patientid}/documents/labresult?departmentid for what only the document knows
Shape   {"results": [result]}; a result has labresultid, description, labresultloinc, resultstatus (free text),
        performinglab*, attachmentexists, analytes[]; its document encounterid, tietoorderid, reportstatus,
        interpretation, accession ids, pages[], originaldocument{}
Units   none
Times   observationdatetime, labresultdatetime ISO with offset, midnight where only the day is known; *date dates;
        specimenreporteddatetime the department's wall time; createddatetime ISO with offset
Target  US Core 6.1.0 DiagnosticReport, category LAB. The performing laboratory is contained: athenaNet has its name and
        address, and no record of it. Its files are those of the document's DocumentReference. The order is referred
        to only where the encounter is known that it was given in.
Skips   exact copies, results that a more complete one superseded, internal notes and those to the patient, priority,
        attachmentexists: the document's own list of files tells
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import laboratory, report_documents
from mappings.athenanet.contacts import address
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

SERVICE_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
LAB = "LAB"

LABORATORY_IS_ACTIVE = True  # [assumed]: it reports results


def report(record: Record, *, document: Record, patient: str, practice: Practice) -> Mapped:
    """`document` is the result's document, empty where there is none; `patient` the patientid.

    ValueError without a labresultid.
    """
    record, translation = as_record(record), Translation(practice)
    labresultid = as_id(record.get("labresultid"))
    status = laboratory.report_status(record, document, translation)
    effective = laboratory.effective(record, document, translation)
    issued = laboratory.issued(record, document, translation)
    laboratory_ = _laboratory(record)
    title = as_str(record.get("description")) or as_str(document.get("description"))
    resource = fhir.resource(
        "DiagnosticReport",
        id=ids.local("labresult", patient, labresultid),
        meta=report_documents.meta(document, translation),
        contained=[laboratory_],
        identifier=report_documents.identifiers("labresult", labresultid, document, practice),
        basedOn=[report_documents.based_on(record.get("orderid") or document.get("tietoorderid"), document, patient)],
        status=status,
        category=[fhir.codeable(fhir.coding(SERVICE_SECTION, LAB, "Laboratory"))],
        code=_code(record, document, title, translation),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=report_documents.encounter(document, patient),
        effectiveDateTime=effective,
        _effectiveDateTime=None if effective else fhir.absent(),
        issued=issued,
        _issued=None if issued else fhir.absent(),
        performer=[{"reference": f"#{laboratory_['id']}"}] if laboratory_ else [],
        result=[{"reference": f"Observation/{one}"} for one in laboratory.observation_ids(record, patient)],
        conclusion=_conclusion(record, document),
        presentedForm=report_documents.presented_form(document, "labresult", labresultid, title, patient, translation),
    )
    return translation.mapped(resource, practice.origin(document.get("createduser"), issued))


def _code(record: Record, document: Record, title: str | None, translation: Translation) -> fhir.Element:
    loinc = as_str(record.get("labresultloinc")) or document.get("labresultloinc")
    return fhir.codeable(*laboratory.loinc(loinc, None, None, title, translation), text=title) or fhir.absent_code()


def _laboratory(record: Record) -> fhir.Element | None:
    name = as_str(record.get("performinglabname"))
    if name is None:
        return None
    part = {key: record.get(f"performinglab{key}") for key in ("address1", "address2", "city", "state", "zip")}
    where = address(part, second_line="address2")
    return fhir.resource(
        "Organization",
        id="laboratory",
        identifier=[report_documents.facility(record)],
        active=LABORATORY_IS_ACTIVE,
        name=name,
        address=[where],
    )


def _conclusion(record: Record, document: Record) -> str | None:
    """What the provider made of it, and what the laboratory remarked."""
    said = (as_str(document.get("interpretation")), as_str(record.get("labresultnote")))
    return "\n\n".join(dict.fromkeys(text for text in said if text)) or None
