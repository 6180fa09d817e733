"""Screeners that were administered: QuestionnaireResponses, and their scores as Observations.

GET /chart/{patientid}/administeredquestionnairescreeners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.by_patient import OfPatient, source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import screening
from mappings.mapped import Mapped

TEMPLATE = "/chart/{patientid}/administeredquestionnairescreeners"
KEY = "questionnairescreeners"  # [assumed]


def _through(mapping: Callable[..., Mapped | Iterable[Mapped]]) -> OfPatient:
    async def of_patient(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
        practice = await ehr.practice(call)
        charts = await ehr.each_chart(call, patient, TEMPLATE, KEY)
        found = partial(mapping, patient=patient, practice=practice)
        return Page.merged(
            Page.mapped(found, answers.once(each.rows, "questionnairescreenerid"), tags=each.tags) for each in charts
        )

    return of_patient


RESPONSES = source("screening", _through(screening.questionnaire_response))
SCORES = source("score", _through(screening.score), category=screening.SURVEY)
