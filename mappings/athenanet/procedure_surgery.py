"""athenaNet surgical history -> US Core Procedure.

Source  GET /v1/{practiceid}/chart/{patientid}/surgicalhistory?departmentid
Shape   {"procedures": [{procedureid, procedurecode, description, proceduredate, note, lastmodifieddatetime,
        lastmodifiedby}], "sectionnote"}. [assumed]: only the path and the keys of a write were seen
Units   none
Times   proceduredate "MM/DD/YYYY", "MM/YYYY" or "YYYY"; lastmodifieddatetime ISO with offset
Target  US Core 6.1.0 Procedure, completed: it is history. The system of the code is told by its form
Skips   the section note
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_procedures as codes
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

NAMES = ("description", "name")  # [assumed] keys of what it is called, by preference


def surgery(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid. ValueError without a procedureid."""
    translation = Translation(practice)
    procedureid = as_id(record.get("procedureid"))
    resource = fhir.resource(
        "Procedure",
        id=ids.local("surgery", patient, procedureid),
        meta=translation.meta(record.get("lastmodifieddatetime")),
        identifier=[fhir.identifier(practice.system("surgery"), procedureid)],
        status="completed",
        category=codes.SURGICAL.codeable(),
        code=_code(record, translation),
        subject=fhir.reference("Patient", ids.local("", patient)),
        **performed(translation.date(record.get("proceduredate"))),
        note=[fhir.element(text=as_str(record.get("note")))],
    )
    recorded = translation.moment(record.get("lastmodifieddatetime"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(record.get("lastmodifiedby"), recorded))


def performed(on: str | None) -> dict[str, object]:
    """us-core-7: what is completed says when, be it that nobody knows."""
    return {"performedDateTime": on} if on else {"_performedDateTime": fhir.absent()}


def _code(record: Record, translation: Translation) -> fhir.Element:
    code = as_str(record.get("procedurecode"))
    name = next((text for key in NAMES if (text := as_str(record.get(key)))), None)
    system = codes.system_of(code) if code else None
    if code and code != "0" and system is None:
        translation.unknown("athenanet-procedurecode", code)
    coding = fhir.coding(system, code, name) if system else None
    return fhir.codeable(coding, text=name or (code if code != "0" else None)) or fhir.absent_code()
