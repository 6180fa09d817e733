"""Slots: open ones, and those that a booking took as a whole.

GET /appointments/open, /appointments/booked/multipledepartment, /appointments/{appointmentid}. Open are those that
athenaNet lets be booked over its API. A slot that a shorter visit was cut from has the visit's id nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.appointment import booked, one
from adapters.athenanet.by_patient import could_be
from adapters.athenanet.by_reference import keys, keys_of, needed, not_too_many
from adapters.athenanet.client import AthenaNet, together
from adapters.athenanet.dates import window
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.appointment import CANCELLED, OPEN
from mappings.athenanet.slot import slot
from mappings.mapped import Record

SLOT_STATUS = "http://hl7.org/fhir/slotstatus"

# reasonid -1: whatever can be scheduled over the web; without a reason or type athenaNet lists nothing
OPENINGS = {
    "reasonid": "-1",
    "bypassscheduletimechecks": "true",
    "showfrozenslots": "true",
    "limit": "1000",
}


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    return await _by_id(ehr, call, keys_of((query.id or "",), "slot"))


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """By `_id` or `schedule`. Raises: Invalid without either."""
    named = keys(query, "_id", "slot")
    if named is not None:
        not_too_many(named, "slots")
        return await _by_id(ehr, call, named)
    schedules = keys(query, "schedule", "schedule")
    if schedules is None:
        raise needed(query.type, "schedule")
    not_too_many(schedules, "schedules")
    by_department: dict[str, list[str]] = {}
    for provider, department in schedules:
        by_department.setdefault(department, []).append(provider)
    found = await together(
        _of_department(ehr, call, query, department, providers) for department, providers in by_department.items()
    )
    return await _mapped(ehr, call, [row for rows in found for row in rows], "schedule")


async def _of_department(
    ehr: AthenaNet, call: Call, query: Query, department: str, providers: Iterable[str]
) -> list[Record]:
    days = {**window(query, "start", closed=True), "departmentid": department, "providerid": ",".join(providers)}
    statuses = list(query.named("status"))
    works = []
    if any(could_be(statuses, SLOT_STATUS, status) for status in ("free", "busy-tentative")):
        works.append(_open(ehr, call, {**OPENINGS, **days}))
    if could_be(statuses, SLOT_STATUS, "busy"):
        works.append(_taken(ehr, call, {**days, "limit": "1000"}))
    return [row for rows in await together(works) for row in rows]


async def _open(ehr: AthenaNet, call: Call, params: Mapping[str, str]) -> list[Record]:
    found = await ehr.rows(call, "/appointments/open", "appointments", params, ttl=ehr.settings.cache_seconds.chart)
    return found[0] if found else []


async def _taken(ehr: AthenaNet, call: Call, params: dict[str, str]) -> list[Record]:
    return [row for row in await booked(ehr, call, params) if _is_slot(row)]


def _is_slot(row: Any) -> bool:
    """Open, or booked as a whole: what is cancelled holds no time, and what was cut out is no slot of its own. What is
    no object is left to the mapping to refuse."""
    if not isinstance(row, dict):
        return True
    status = str(row.get("appointmentstatus") or OPEN)
    whole = str(row.get("templateappointmentid") or row.get("appointmentid")) == str(row.get("appointmentid"))
    return status == OPEN or (status != CANCELLED and whole)


async def _by_id(ehr: AthenaNet, call: Call, named: Iterable[tuple[str, ...]]) -> Page:
    found = await together(one(ehr, call, key) for (key,) in named)
    return await _mapped(ehr, call, [row for row in found if row is not None and _is_slot(row)])


async def _mapped(ehr: AthenaNet, call: Call, rows: list[Record], *applied: str) -> Page:
    practice = await ehr.practice(call)
    return Page.mapped(partial(slot, practice=practice), answers.once(rows, "appointmentid"), applied=applied)
