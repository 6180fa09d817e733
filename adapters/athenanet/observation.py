"""Observations: the vital signs of each of a patient's charts. GET /chart/{patientid}/vitals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from adapters.athenanet.by_patient import could_be
from adapters.athenanet.client import AthenaNet
from adapters.contract import Call, Page
from adapters.query import Clause, DateValue, Query
from mappings.athenanet import observation_vitals

# [assumed] startdate and enddate, both included, are compared with readingtaken.
MARGIN = timedelta(days=1)
"""readingtaken is a day somewhere: a day more on either side, whatever the time zones."""

FROM = frozenset({"eq", "ge", "gt", "sa"})
UNTIL = frozenset({"eq", "le", "lt", "eb"})


async def vitals(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """All vital signs, or those around the dates asked for."""
    if not could_be(query.named("category"), observation_vitals.OBSERVATION_CATEGORY, "vital-signs"):
        return Page()
    practice = await ehr.practice(call)
    dates = _dates(query)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/vitals", "vitals", dates)
    to_observations = partial(observation_vitals.observations, patient=patient, practice=practice)
    acts = [act for rows, envelope in charts for act in observation_vitals.acts({**envelope, "vitals": rows})]
    return Page.mapped(to_observations, acts, applied=("date",) if dates else ())


def _dates(query: Query) -> dict[str, str]:
    """startdate and enddate that no match lies outside of."""
    since: list[datetime] = []
    until: list[datetime] = []
    for clause in query.named("date"):
        match clause:
            case Clause(modifier=None, values=(DateValue() as value,)):
                since += [value.low - MARGIN] if value.prefix in FROM and value.low.year > 1000 else []
                until += [value.high + MARGIN] if value.prefix in UNTIL and 1000 < value.high.year < 9999 else []
    params = {}
    if since:
        params["startdate"] = _us(max(since))
    if until:
        params["enddate"] = _us(min(until))
    return params


def _us(moment: datetime) -> str:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime("%m/%d/%Y")
