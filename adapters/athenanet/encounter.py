"""Encounters of each of a patient's charts, with the appointments that they were booked as.

GET /chart/{patientid}/encounters, GET /appointments/booked/multipledepartment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import NOTHING, AthenaNet, Listed
from adapters.contract import Call, Page
from adapters.query import Query
from mappings import fhir
from mappings.athenanet.encounter import encounter
from mappings.athenanet.scalars import as_str
from mappings.mapped import Mapped, Record

# Every type and status: the default leaves out what was deleted, planned, or is no visit. Dates are not pushed down:
# enddate is about the day an encounter began, FHIR's `date` about all of its period.
FLAGS = {"showalltypes": "true", "showallstatuses": "true", "showdiagnoses": "true", "limit": "1000"}


async def listed_encounters(
    ehr: AthenaNet, call: Call, patient: str, dates: Mapping[str, str] = NOTHING
) -> list[Listed]:
    """Encounters of each of the patient's charts, with their diagnoses, each once: all, or those that began within
    `dates` (startdate, enddate)."""
    flags = {**FLAGS, **dates}
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/encounters", "encounters", flags)
    return [each._replace(rows=list(answers.once(each.rows, "encounterid"))) for each in charts]


def is_readable(row: Any) -> bool:
    """Whether a row of the list is an encounter with its id. What is not says nothing of itself: not even that it may
    be left out."""
    return isinstance(row, dict) and bool(row.get("encounterid"))


async def _encounters(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All encounters, each with its appointment where it has one: only that knows check-in and check-out."""
    practice = await ehr.practice(call)
    charts = await listed_encounters(ehr, call, patient)
    booked = await _appointments(ehr, call, patient, [record for each in charts for record in each.rows])

    def to_encounter(record: Record) -> Mapped:
        appointment = booked.get(as_str(record.get("appointmentid")) or "")
        return encounter(record, patient=patient, appointment=appointment, practice=practice)

    return Page.merged(Page.mapped(to_encounter, each.rows, tags=each.tags) for each in charts)


ENCOUNTERS = source("encounter", _encounters)


async def _appointments(ehr: AthenaNet, call: Call, patient: str, records: list[Any]) -> dict[str, Record]:
    """The patient's appointments around these encounters, by appointmentid; one call for all of them."""
    scheduled = [record for record in records if isinstance(record, dict) and record.get("appointmentid")]
    days = sorted(day for record in scheduled if (day := _day(record)) is not None)
    departments = answers.ids(scheduled, "departmentid")
    if not days or not departments:
        return {}
    params = {
        "patientid": patient,
        "departmentid": ",".join(departments),
        # An encounter is dated in its department's time, and may be opened the day before or after its appointment.
        "startdate": (days[0] - timedelta(days=1)).strftime("%m/%d/%Y"),
        "enddate": (days[-1] + timedelta(days=1)).strftime("%m/%d/%Y"),
        "limit": "1000",
    }
    ttl = ehr.settings.cache_seconds.chart
    found = await ehr.rows(call, "/appointments/booked/multipledepartment", "appointments", params, ttl=ttl)
    return {
        str(row["appointmentid"]): row
        for row in (found[0] if found else [])
        # [assumed] the filter on patientid holds; a row of somebody else would date this patient's visit
        if isinstance(row, dict) and str(row.get("patientid")) == patient and row.get("appointmentid")
    }


def _day(record: Record) -> date | None:
    try:
        found = fhir.us_date(as_str(record.get("encounterdate")))
    except ValueError:
        return None
    return date.fromisoformat(found) if found and len(found) == 10 else None
