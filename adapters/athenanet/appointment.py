"""Appointments of a patient, of some days, or by id.

GET /patients/{patientid}/appointments, /appointments/booked/multipledepartment, /appointments/{appointmentid}.
A row that does not say whose it is, is of a patient whom athenaNet hides from us: it is left out as if it were not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.by_reference import keys, keys_of, needed, not_too_many, patients
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.athenanet.dates import window
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.appointment import OPEN, appointment
from mappings.mapped import Record

BY_PATIENT = {"showpast": "true", "showcancelled": "true", "limit": "1000"}
# Patient detail is asked for because it is blanked where athenaNet hides the patient; it is not mapped.
BY_DAY = {"showcancelled": "true", "showpatientdetail": "true", "limit": "1000"}


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    return await _mapped(ehr, call, await _by_id(ehr, call, keys_of((query.id or "",), "appointment")))


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """By `_id`, by `patient`, or by `date`, which a department narrows. Raises: Invalid without any of them."""
    named = keys(query, "_id", "appointment")
    if named is not None:
        not_too_many(named, "appointments")
        return await _mapped(ehr, call, await _by_id(ehr, call, named), "_id")
    if any(True for _ in query.named("patient")):
        wanted = patients(query, "patient")
        found = await together(of_patient(ehr, call, one) for one in wanted)
        return await _mapped(ehr, call, [row for rows in found for row in rows], "patient")
    if any(True for _ in query.named("date")):
        return await _mapped(ehr, call, await _by_day(ehr, call, query))
    raise needed(query.type, "patient", "date")


async def of_patient(ehr: AthenaNet, call: Call, patientid: str) -> list[Record]:
    """All appointments of a patient, past and cancelled ones too; none of one whom athenaNet hides from us."""
    ttl, template = ehr.settings.cache_seconds.chart, "/patients/{patientid}/appointments"
    if not is_athena_id(patientid):
        return []
    record, found = await together(
        (
            ehr.living(call, patientid),
            _listed(ehr, call, template, BY_PATIENT, ttl=ttl, patientid=patientid),
        )
    )
    if record is None or not isinstance(found, list):
        return []
    return [row for row in found if _patientid(row) == patientid or not answers.readable(row, "patientid")]


async def _listed(
    ehr: AthenaNet, call: Call, template: str, params: dict[str, str], *, ttl: float, **ids: str
) -> list[Any] | Any:
    found = await ehr.rows(call, template, "appointments", params, ttl=ttl, **ids)
    return found[0] if found else []


async def one(ehr: AthenaNet, call: Call, appointmentid: str) -> Record | None:
    """A booked appointment or an open slot, as athenaNet gives it: whose it is has still to be looked at."""
    ttl = ehr.settings.cache_seconds.chart
    found = await ehr.document(call, "/appointments/{appointmentid}", ttl=ttl, appointmentid=appointmentid)
    return None if found is None else answers.one(found)


async def _by_id(ehr: AthenaNet, call: Call, named: Iterable[tuple[str, ...]]) -> list[Record]:
    found = await together(visible(ehr, call, key) for (key,) in named)
    return [row for row in found if row is not None]


async def visible(ehr: AthenaNet, call: Call, appointmentid: str) -> Record | None:
    """The appointment, where it is one and athenaNet does not hide its patient from us."""
    record = await one(ehr, call, appointmentid)
    patientid = _patientid(record)
    if record is None or patientid is None or str(record.get("appointmentstatus")) == OPEN:
        return None
    return record if is_athena_id(patientid) and await ehr.living(call, patientid) is not None else None


async def _by_day(ehr: AthenaNet, call: Call, query: Query) -> list[Record]:
    places = keys(query, "location", "department")
    departments = [key for (key,) in places] if places is not None else await ehr.department_ids(call)
    if not departments:
        return []
    params = {**BY_DAY, **window(query, closed=True), "departmentid": ",".join(departments)}
    rows = await booked(ehr, call, params)
    return [row for row in rows if not answers.readable(row, "patientid") or shows_patient(row)]


def shows_patient(row: Record) -> bool:
    """Whether a row with patient detail is of somebody whom athenaNet shows us. [assumed] Of a patient whom it hides
    the detail is left out, or what it says is: who is shown has a name."""
    detail = row.get("patient")
    named = isinstance(detail, dict) and any(str(detail.get(key) or "").strip() for key in ("firstname", "lastname"))
    return named and _patientid(row) is not None


async def booked(ehr: AthenaNet, call: Call, params: dict[str, str]) -> list[Any]:
    """Rows of the booked list; of what is no object each. Raises: EHRError, TooCostly."""
    ttl = ehr.settings.cache_seconds.chart
    found = await ehr.rows(call, "/appointments/booked/multipledepartment", "appointments", params, ttl=ttl)
    return list(answers.once(found[0] if found else [], "appointmentid"))


def _patientid(row: Any) -> str | None:
    """None where it does not say whose it is."""
    value = row.get("patientid") if isinstance(row, dict) else None
    return str(value).strip() or None if isinstance(value, str | int) else None


async def _mapped(ehr: AthenaNet, call: Call, rows: list[Record], *applied: str) -> Page:
    practice = await ehr.practice(call)
    return Page.mapped(partial(appointment, practice=practice), answers.once(rows, "appointmentid"), applied=applied)
