"""CarePlans: the assessment of each of a patient's visits. GET /chart/encounter/{encounterid}/assessment."""

from __future__ import annotations

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.dates import window
from adapters.athenanet.note_sections import Section, sections
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.care_plan import ASSESS_PLAN, CATEGORY, care_plan
from mappings.mapped import Mapped


async def _of_patient(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """All plans that began by the end of what `date` asks for: none of them ends, so their beginning alone narrows."""
    return await _plans(ehr, call, patient, until=window(query).get("enddate"))


async def _of_id(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    patient, encounterid = keys
    return await _plans(ehr, call, patient, only=encounterid)


async def _plans(
    ehr: AthenaNet, call: Call, patient: str, *, only: str | None = None, until: str | None = None
) -> Page:
    practice = await ehr.practice(call)
    found = await sections(ehr, call, patient, "assessment", only=only, until=until)

    def to_plan(section: Section) -> tuple[Mapped, ...]:
        return care_plan(section.encounter, section.answer, patient=patient, practice=practice)

    return Page.merged(Page.mapped(to_plan, [each], tags=each.tags) for each in found)


PLANS = source("plan", _of_patient, of_id=_of_id, category=(CATEGORY, ASSESS_PLAN))
