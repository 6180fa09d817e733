"""Observations: the social history of each of a patient's charts, and what the registration says of the kind.

GET /chart/{patientid}/socialhistory, GET /chart/configuration/socialhistory, GET /patients/{patientid}.
"""

from __future__ import annotations

from functools import partial

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import observation_registration, observation_social_history

FLAGS = {"shownotperformedquestions": "true"}
CONFIGURATION = "/chart/configuration/socialhistory"


async def _answers(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All answers. The sexual orientation is left to the registration where that has it."""
    practice = await ehr.practice(call)
    questions = observation_social_history.configured(await ehr.configuration(call, CONFIGURATION))
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/socialhistory", "questions", FLAGS)
    registered = observation_registration.answered(await ehr.living(call, patient) or {})
    found = observation_social_history.statements([each.rows for each in charts], registered)
    mapping = partial(observation_social_history.observation, patient=patient, practice=practice, questions=questions)
    return Page.merged(Page.mapped(mapping, (one,), tags=charts[one.chart].tags) for one in found)


async def _registration(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    practice, record = await ehr.practice(call), await ehr.living(call, patient)
    mapping = partial(observation_registration.observations, practice=practice)
    return Page.mapped(mapping, (record,) if record is not None else ())


SOCIAL_HISTORY = source("social earlier", _answers, categories=observation_social_history.CATEGORIES)
REGISTRATION = source(
    "orientation occupation",
    _registration,
    category=(observation_social_history.OBSERVATION_CATEGORY, "social-history"),
)
