"""Conditions: the problem list of each of a patient's charts. GET /chart/{patientid}/problems."""

from __future__ import annotations

from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import condition


async def _problems(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All problems, inactive ones too; and, where every chart says so, that there are none."""
    flags = {"showinactive": "true", "showdiagnosisinfo": "true"}  # the latter brings the diagnosis note, too
    practice = await ehr.practice(call)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/problems", "problems", flags)
    to_condition = partial(condition.condition, patient=patient, practice=practice)
    pages = [Page.mapped(to_condition, answers.once(each.rows, "problemid"), tags=each.tags) for each in charts]
    if charts and all(condition.states_no_known_problems(each.envelope) for each in charts):
        none = partial(condition.no_known_problems, patient=patient, practice=practice)
        tags = [tag for each in charts for tag in each.tags]
        pages.append(Page.mapped(none, [charts[0].envelope], tags=tags))
    return Page.merged(pages)


PROBLEMS = source("problem noproblems", _problems, category=(condition.CATEGORY, "problem-list-item"))
