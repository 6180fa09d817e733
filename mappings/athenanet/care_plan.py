"""athenaNet assessment of an encounter -> US Core CarePlan.

Source  GET /v1/{practiceid}/chart/encounter/{encounterid}/assessment, of an encounter of
        GET /v1/{practiceid}/chart/{patientid}/encounters
Shape   [assumed] {"assessmenttext": "HTML, or text with lines"}
Units   none
Times   the encounter's encounterdate, a date
Target  US Core 6.1.0 CarePlan: what the visit's note says is the narrative, and no more is known than that it says it.
        Without a text there is none.
Skips   showstructured: what it adds is not known
"""

from __future__ import annotations

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record
from mappings.narrative import narrative

CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
ASSESS_PLAN = "assess-plan"

TEXT = "assessmenttext"  # [assumed] the key

STATUS = "unknown"
"""Nothing says whether a plan is still followed."""

NARRATIVE_STATUS = "additional"
"""The text has more than the other elements, which are about the text."""


def care_plan(encounter: Record, assessment: Record | None, *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """The CarePlan, none without a text. `patient` is the patientid.

    ValueError without an encounterid, or for an answer that has something else in place of a text.
    """
    if assessment is None or (assessment and TEXT not in assessment):
        raise ValueError("not an assessment")
    translation = Translation(practice)
    encounterid = as_id(encounter.get("encounterid"))
    text = narrative(as_str(assessment.get(TEXT)), NARRATIVE_STATUS)
    if text is None:
        return ()
    day = translation.date(encounter.get("encounterdate"))
    category = fhir.coding(CATEGORY, ASSESS_PLAN, "Assessment and Plan of Treatment")
    resource = fhir.resource(
        "CarePlan",
        id=ids.local("plan", patient, encounterid),
        text=text,
        status=STATUS,
        intent="plan",
        category=[fhir.codeable(category)],
        title=as_str(encounter.get("encountervisitname")),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=fhir.reference("Encounter", ids.local("encounter", patient, encounterid)),
        period=fhir.element(start=day),
    )
    recorded = translation.moment(encounter.get("lastupdated"), AUDIT_ZONE)
    origin = practice.origin(encounter.get("closeduser"), recorded, encounter.get("providerid"))
    return (translation.mapped(resource, origin),)
