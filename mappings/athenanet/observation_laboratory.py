"""athenaNet analyte of a laboratory result -> US Core Laboratory Result Observation.

Source  GET /v1/{practiceid}/chart/{patientid}/labresults?departmentid&showabnormaldetails=true&showhidden=true, with
        GET /v1/{practiceid}/patients/{patientid}/documents/labresult?departmentid for what only the document knows
Shape   {"results": [result]}; a result has analytes[]{analyteid, analytename, observationidentifier (the laboratory's
        own code), loinc, description, value, units, referencerange, abnormalflag, resultstatus | labresultstatus |
        status, analytedate, analytedatetime, note}, most of them free text, and absent as often as not
Units   as text, with a UCUM code only where the table of units knows the text
Times   analytedatetime ISO with offset, midnight where only the day is known; analytedate a date; else those of the
        result: observationdatetime, labresultdatetime; specimenreporteddatetime is the department's wall time
Target  US Core 6.1.0 Observation, category laboratory. A LOINC code whose check digit is wrong is no LOINC code.
        Without a value there is a reason for its absence. No Specimen: athenaNet's REST API has none.
Skips   exact copies, results that a more complete one superseded, valuestatus (repeats the flag), internal notes
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import laboratory, report_documents
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LABORATORY = "laboratory"


def observation(analyte: Record, *, result: Record, document: Record, patient: str, practice: Practice) -> Mapped:
    """`result` is what the analyte is of, `document` its document, empty where there is none; `patient` the patientid.

    ValueError without a labresultid or an analyteid.
    """
    analyte, translation = as_record(analyte), Translation(practice)
    zone = practice.zone(document.get("departmentid"))
    effective = report_documents.moment(translation, zone, analyte.get("analytedatetime"), analyte.get("analytedate"))
    issued = laboratory.issued(result, document, translation)
    resource = fhir.resource(
        "Observation",
        id=laboratory.observation_id(result, analyte, patient),
        meta=report_documents.meta(document, translation),
        status=laboratory.observation_status(analyte, result, document, translation),
        category=[fhir.codeable(fhir.coding(OBSERVATION_CATEGORY, LABORATORY, "Laboratory"))],
        code=_code(analyte, translation),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=report_documents.encounter(document, patient),
        effectiveDateTime=effective or laboratory.effective(result, document, translation),
        issued=issued,
        performer=[_laboratory(result)],
        **laboratory.value(analyte, translation),
        interpretation=[laboratory.interpretation(analyte, translation)],
        note=[fhir.element(text=as_str(analyte.get("note")))],
        referenceRange=[laboratory.reference_range(analyte, translation)],
    )
    return translation.mapped(resource, practice.origin(document.get("createduser"), issued))


def _laboratory(result: Record) -> fhir.Element | None:
    """Its report contains it; here it is named, which needs no copy of it in each Observation."""
    name, number = as_str(result.get("performinglabname")), report_documents.facility(result)
    return fhir.element(type="Organization", identifier=number, display=name) if name or number else None


def _code(analyte: Record, translation: Translation) -> fhir.Element:
    """LOINC, the laboratory's own code, and the name that the laboratory gave it."""
    own, name = as_str(analyte.get("observationidentifier")), as_str(analyte.get("analytename"))
    described = laboratory.description(analyte.get("description"))
    codings = laboratory.loinc(analyte.get("loinc"), described, own, name, translation)
    if own:
        codings.append(fhir.coding(translation.practice.system("observationidentifier"), own, name))
    return fhir.codeable(*codings, text=name or described or own) or fhir.absent_code()
