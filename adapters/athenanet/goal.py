"""Goals: those of each of a patient's visits. GET /chart/encounter/{encounterid}/patientgoals."""

from __future__ import annotations

from typing import Any

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.note_sections import sections
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import goal
from mappings.mapped import Mapped


async def _of_patient(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    return await _goals(ehr, call, patient)


async def _of_id(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    patient, encounterid, _place = keys
    return await _goals(ehr, call, patient, only=encounterid)


async def _goals(ehr: AthenaNet, call: Call, patient: str, *, only: str | None = None) -> Page:
    practice = await ehr.practice(call)

    def to_goal(listed: tuple[Any, ...]) -> tuple[Mapped, ...]:
        return goal.goal(*listed, patient=patient, practice=practice)

    found = await sections(ehr, call, patient, "patientgoals", only=only)
    return Page.merged(Page.mapped(to_goal, goal.listed(each.encounter, each.answer), tags=each.tags) for each in found)


GOALS = source("goal", _of_patient, of_id=_of_id)
