"""Conditions: the problem list of each of a patient's charts. GET /chart/{patientid}/problems."""

from __future__ import annotations

from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import could_be
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import condition
from mappings.mapped import Mapped, Record


async def problems(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """All problems, inactive ones too; and, where every chart says so, that there are none."""
    if not could_be(query.named("category"), condition.CATEGORY, "problem-list-item"):
        return Page()
    flags = {"showinactive": "true", "showdiagnosisinfo": "true"}  # the latter brings the diagnosis note, too
    practice = await ehr.practice(call)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/problems", "problems", flags)
    to_condition = partial(condition.condition, patient=patient, practice=practice)
    page = Page.mapped(
        lambda record: (to_condition(record),),
        answers.once([record for rows, _ in charts for record in rows], "problemid"),
    )
    envelopes = [envelope for _, envelope in charts]
    if not envelopes or not all(map(condition.states_no_known_problems, envelopes)):
        return page

    def none(envelope: Record) -> tuple[Mapped, ...]:
        return (condition.no_known_problems(envelope, patient=patient, practice=practice),)

    return Page.merged((page, Page.mapped(none, envelopes[:1])))
