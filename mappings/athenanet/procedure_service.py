"""athenaNet service of an encounter -> US Core Procedure.

Source  GET /v1/{practiceid}/encounter/{encounterid}/services
Shape   {"services": [{serviceid, procedurecode, description, modifiers[], units, billforservice, icd10codes[]}]}; and
        its encounter. [assumed]: description, and that the lists hold plain codes
Units   none
Times   the encounter's encounterdate
Target  US Core 6.1.0 Procedure, completed: what is on the visit's bill was done. Only of services that are procedures
        (codes_procedures.PROCEDURES); performed by the encounter's provider
Skips   modifiers, units, billforservice; services that are no procedures
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_procedures as codes
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.procedure_surgery import performed
from mappings.athenanet.scalars import as_id, as_list, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"

ON_THE_BILL = "completed"  # [assumed] a service on the bill of a visit was done, whatever the state of the note


def service(record: Record, encounter: Record, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """`patient` is the patientid, `encounter` the service's. Empty for what is no procedure. ValueError without ids."""
    translation = Translation(practice)
    serviceid, encounterid = as_id(record.get("serviceid")), as_id(encounter.get("encounterid"))
    code = as_str(record.get("procedurecode"))
    if code is None or not codes.is_procedure(code):
        return ()
    name = as_str(record.get("description"))
    category, deleted = codes.category_of(code), (as_str(encounter.get("status")) or "").upper() == "DELETED"
    department = as_str(encounter.get("departmentid"))
    resource = fhir.resource(
        "Procedure",
        id=ids.local("service", patient, encounterid, serviceid),
        identifier=[fhir.identifier(practice.system("service"), serviceid)],
        status="entered-in-error" if deleted else ON_THE_BILL,
        category=category.codeable() if category else None,
        code=fhir.codeable(fhir.coding(codes.system_of(code), code, name), text=name),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=fhir.reference("Encounter", ids.local("encounter", patient, encounterid)),
        **performed(translation.date(encounter.get("encounterdate"))),
        performer=[_performer(encounter, practice)],
        location=fhir.reference("Location", ids.local("department", department)) if department else None,
        reasonCode=[
            fhir.codeable(fhir.coding(ICD10, icd))
            for each in as_list(record.get("icd10codes"))
            if (icd := as_str(each))
        ],
    )
    recorded = translation.moment(encounter.get("lastupdated"), AUDIT_ZONE)
    origin = practice.origin(encounter.get("closeduser"), recorded, encounter.get("providerid"))
    return (translation.mapped(resource, origin),)


def _performer(encounter: Record, practice: Practice) -> fhir.Element | None:
    names = [as_str(encounter.get("providerfirstname")), as_str(encounter.get("providerlastname"))]
    provider = practice.practitioner(encounter.get("providerid"))
    actor = fhir.reference("Practitioner", provider, " ".join(filter(None, names)) or None)
    return fhir.element(actor=actor)
