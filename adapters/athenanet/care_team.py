"""CareTeams: one a patient, over the teams of all of the patient's charts.

GET /chart/{patientid}/careteam, GET /patients/{patientid}.
"""

from __future__ import annotations

from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.care_team import MEMBERS, care_team
from mappings.mapped import Mapped


async def _team(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    practice = await ehr.practice(call)
    template = "/chart/{patientid}/careteam"
    record = await ehr.living(call, patient)
    if record is None:
        return Page()
    charts = await ehr.each_chart(call, patient, template, MEMBERS)

    def to_team(members: list[Any]) -> tuple[Mapped, ...]:
        provider = record.get("primaryproviderid")
        return care_team(members, patient=patient, primaryproviderid=provider, practice=practice)

    members = [one for each in charts for one in answers.once(each.rows, "memberid")]
    return Page.mapped(to_team, [members], tags=[tag for each in charts for tag in each.tags])


CARE_TEAMS = source("careteam", _team)
