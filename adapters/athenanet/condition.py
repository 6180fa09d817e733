"""Conditions: the problem list of each of a patient's charts, and the diagnoses of the encounters in it.

GET /chart/{patientid}/problems, GET /chart/{patientid}/encounters.
"""

from __future__ import annotations

from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.encounter import listed_encounters
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import condition, condition_diagnosis
from mappings.mapped import Mapped, Record


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


async def _diagnoses(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """The diagnoses of all encounters, from the same list that the Encounters are made of."""
    practice = await ehr.practice(call)

    def to_condition(both: tuple[Record, Record]) -> Mapped:
        return condition_diagnosis.diagnosis(*both, patient=patient, practice=practice)

    return Page.merged(
        Page.mapped(to_condition, condition_diagnosis.listed(each.rows), tags=each.tags)
        for each in await listed_encounters(ehr, call, patient)
    )


DIAGNOSES = source("diagnosis", _diagnoses, category=(condition.CATEGORY, condition_diagnosis.ENCOUNTER_DIAGNOSIS))
