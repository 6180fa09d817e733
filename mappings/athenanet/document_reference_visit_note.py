"""athenaNet encounter -> US Core DocumentReference: the note of the visit, whose text is made when it is asked for.

Source  GET /v1/{practiceid}/chart/{patientid}/encounters (encounter.py has its shape); the text is
        GET /chart/encounters/{encounterid}/summary {"summaryhtml": str}
Units   none
Times   encounterdate, a date
Target  US Core 6.1.0 DocumentReference, LOINC 11506-3, clinical-note. No `date`: an encounter has no stamp with a time.
        docStatus is final once the encounter is closed.
Skips   what Encounter has
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_documents
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

HTML = "text/html"
WRITTEN = {"CLOSED": "final", "OPEN": "preliminary", "REVIEW": "preliminary", "DELETED": None}
"""Status of an encounter -> docStatus of its note. [assumed] Those of other statuses have none yet."""


def has_note(record: Record) -> bool:
    """[assumed] A visit has one, from when it is opened; what was ordered or measured without a visit has none."""
    return str(record.get("encountertype")) == "VISIT" and str(record.get("status")) in WRITTEN


def visit_note(record: Record, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid, `record` an encounter that `has_note`. ValueError without an encounterid."""
    translation = Translation(practice)
    encounterid = as_id(record.get("encounterid"))
    local = ids.local("visitnote", patient, encounterid)
    status = as_str(record.get("status")) or ""
    words = as_str(record.get("encountervisitname"))
    day = translation.date(record.get("encounterdate"))
    names = (as_str(record.get("providerfirstname")), as_str(record.get("providerlastname")))
    provider = practice.practitioner(record.get("providerid"))
    url = f"Binary/{ids.attachment(local, 0)}"
    resource = fhir.resource(
        "DocumentReference",
        id=local,
        identifier=[fhir.identifier(practice.system("encounter"), encounterid)],
        status="entered-in-error" if status == codes_documents.DELETED else "current",
        docStatus=WRITTEN.get(status),
        type=codes_documents.VISIT_NOTE.codeable(words),
        category=[codes_documents.CLINICAL_NOTE.codeable()],
        subject=fhir.reference("Patient", ids.local("", patient)),
        author=[fhir.reference("Practitioner", provider, " ".join(filter(None, names)) or None)],
        custodian={"reference": practice.organization},
        description=words,
        content=[fhir.element(attachment=fhir.element(contentType=HTML, url=url, title=words, creation=day))],
        context=fhir.element(
            encounter=[fhir.reference("Encounter", ids.local("encounter", patient, encounterid))],
            period=fhir.element(start=day, end=day),
        ),
    )
    recorded = translation.moment(record.get("lastupdated"), AUDIT_ZONE)
    return translation.mapped(resource, practice.origin(record.get("closeduser"), recorded, record.get("providerid")))
