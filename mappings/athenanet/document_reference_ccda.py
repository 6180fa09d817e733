"""athenaNet C-CDA -> US Core DocumentReference: the summary of a patient, whose text is made when it is asked for.

Source  GET /v1/{practiceid}/patients/{patientid}/ccda?departmentid&purpose=internal, once for each of the charts
Units   none
Times   none: a summary made now has no date of its own, and one of our answer would differ from read to read
Target  US Core 6.1.0 DocumentReference, LOINC 34133-9, clinical-note as in US Core's example of a CCD. It stands for
        the patient as long as she has a chart, so that a search, and $docref with nothing but a patient, finds it; the
        document behind its attachment is generated anew by each read of that.
Skips   date, author: it is the EHR's
"""

from __future__ import annotations

from collections.abc import Sequence

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_documents
from mappings.athenanet.practice import Practice
from mappings.mapped import Mapped

XML = "application/xml"
FORMAT = fhir.coding(
    "http://terminology.hl7.org/CodeSystem/v3-HL7DocumentFormatCodes",
    "urn:hl7-org:sdwg:ccda-structuredBody:2.1",
    "For documents following C-CDA 2.1 constraints using a structured body.",
)
TITLE = "Continuity of Care Document"


def ordered(groups: Sequence[str]) -> list[str]:
    """Chart sharing groups in the order of the attachments."""
    return sorted(groups, key=lambda group: (len(group), group))


def ccda(groups: Sequence[str], *, patient: str, practice: Practice) -> Mapped:
    """`groups` are the chart sharing groups of the patient's charts: an attachment each."""
    local = ids.local("ccda", patient)
    places = [f"{TITLE}, chart {number} of {len(groups)}" for number in range(1, len(groups) + 1)]
    titles = [TITLE] if len(groups) == 1 else places
    resource = fhir.resource(
        "DocumentReference",
        id=local,
        status="current",
        type=codes_documents.SUMMARY.codeable(TITLE),
        category=[codes_documents.CLINICAL_NOTE.codeable()],
        subject=fhir.reference("Patient", ids.local("", patient)),
        author=[{"reference": practice.organization}],
        custodian={"reference": practice.organization},
        description=TITLE,
        content=[
            fhir.element(
                attachment=fhir.element(contentType=XML, url=f"Binary/{ids.attachment(local, n)}", title=title),
                format=dict(FORMAT or {}),
            )
            for n, title in enumerate(titles)
        ],
    )
    return Mapped(resource, practice.origin())
