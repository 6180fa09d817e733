"""Observations: the vital signs of each of a patient's charts. GET /chart/{patientid}/vitals."""

from __future__ import annotations

from functools import partial

from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.dates import window
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import observation_vitals


async def _vitals(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """All vital signs, or those around the dates asked for."""
    practice = await ehr.practice(call)
    dates = window(query)  # [assumed] compared with readingtaken
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/vitals", "vitals", dates)
    to_observations = partial(observation_vitals.observations, patient=patient, practice=practice)
    return Page.merged(
        Page.mapped(
            to_observations,
            observation_vitals.acts({**each.envelope, "vitals": each.rows}),
            applied=("date",) if dates else (),
            tags=each.tags,
        )
        for each in charts
    )


VITALS = source("vital percentile", _vitals, category=(observation_vitals.OBSERVATION_CATEGORY, "vital-signs"))
