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
        address, and no record of it. Each page is a Binary of this report. The order is referred to only where the
        encounter is known that it was given in.
Skips   exact copies, results that a more complete one superseded, internal notes and those to the patient, priority
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import laboratory
from mappings.athenanet.attachments import attachments
from mappings.athenanet.contacts import address
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

SERVICE_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
LAB = "LAB"

LABORATORY_IS_ACTIVE = True  # [assumed]: it reports results
# [assumed]: a result that is tied to an order is filed in the encounter in which the order was given
RESULT_IS_IN_THE_ORDERS_ENCOUNTER = True


def report(record: Record, *, document: Record, patient: str, practice: Practice) -> Mapped:
    """`document` is the result's document, empty where there is none; `patient` the patientid.

    ValueError without a labresultid.
    """
    record, translation = as_record(record), Translation(practice)
    labresultid = as_id(record.get("labresultid"))
    own = ids.local("labresult", patient, labresultid)
    status = laboratory.report_status(record, document, translation)
    effective = laboratory.effective(record, document, translation)
    issued = laboratory.issued(record, document, translation)
    laboratory_ = _laboratory(record)
    title = as_str(record.get("description")) or as_str(document.get("description"))
    resource = fhir.resource(
        "DiagnosticReport",
        id=own,
        meta=laboratory.meta(document, translation),
        contained=[laboratory_],
        identifier=identifiers("labresult", labresultid, document, practice),
        basedOn=[based_on(record.get("orderid") or document.get("tietoorderid"), document, patient)],
        status=status,
        category=[fhir.codeable(fhir.coding(SERVICE_SECTION, LAB, "Laboratory"))],
        code=_code(record, document, title, translation),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=laboratory.encounter(document, patient),
        effectiveDateTime=effective,
        _effectiveDateTime=None if effective else fhir.absent(),
        issued=issued,
        _issued=None if issued else fhir.absent(),
        performer=[{"reference": f"#{laboratory_['id']}"}] if laboratory_ else [],
        result=[{"reference": f"Observation/{one}"} for one in laboratory.observation_ids(record, patient)],
        conclusion=_conclusion(record, document),
        presentedForm=attachments(document, own, title, exists=record.get("attachmentexists")),
    )
    return translation.mapped(resource, practice.origin(document.get("createduser"), issued))


def identifiers(kind: str, key: str, document: Record, practice: Practice) -> list[fhir.Element | None]:
    """athenaNet's own, and the number that whoever made the result gave it."""
    accession = as_str(document.get("externalaccessionid"))
    return [
        fhir.identifier(practice.system(kind), key),
        fhir.identifier(practice.system("externalaccession"), accession, ("FILL", "Filler Identifier")),
    ]


def based_on(orderid: object, document: Record, patient: str) -> fhir.Element | None:
    """Reference to the order, None where order or encounter isn't known."""
    order, encounter = laboratory.related(orderid), laboratory.related(document.get("encounterid"))
    if not (order and encounter and RESULT_IS_IN_THE_ORDERS_ENCOUNTER):
        return None
    return fhir.reference("ServiceRequest", ids.local("order", patient, encounter, order))


def _code(record: Record, document: Record, title: str | None, translation: Translation) -> fhir.Element:
    loinc = as_str(record.get("labresultloinc")) or document.get("labresultloinc")
    return fhir.codeable(*laboratory.loinc(loinc, None, (title,), translation), text=title) or fhir.absent_code()


def _laboratory(record: Record) -> fhir.Element | None:
    name = as_str(record.get("performinglabname"))
    if name is None:
        return None
    part = {key: record.get(f"performinglab{key}") for key in ("address1", "address2", "city", "state", "zip")}
    where = address(part, second_line="address2")
    return fhir.resource("Organization", id="laboratory", active=LABORATORY_IS_ACTIVE, name=name, address=[where])


def _conclusion(record: Record, document: Record) -> str | None:
    """What the provider made of it, and what the laboratory remarked."""
    said = (as_str(document.get("interpretation")), as_str(record.get("labresultnote")))
    return "\n\n".join(dict.fromkeys(text for text in said if text)) or None
