"""Orders of the encounters of each of a patient's charts.

GET /chart/{patientid}/encounters, GET /chart/encounter/{encounterid}/orders. An order by id is read from the list
of its encounter, which is asked for only where one of the patient's charts has that encounter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from adapters.athenanet.by_patient import AT_ONCE, source
from adapters.athenanet.client import AthenaNet, Listed, together
from adapters.athenanet.dates import window
from adapters.athenanet.encounter import is_readable, listed_encounters
from adapters.contract import Call, Page
from adapters.query import Query
from capability.issues import TooCostly
from mappings import fhir
from mappings.athenanet import service_request
from mappings.athenanet.scalars import as_id, as_str
from mappings.mapped import Mapped, Record

SHOWN = {"showexternalcodes": "true", "showclinicalprovider": "true", "showdeclinedorders": "true"}

ENCOUNTERS = 200
"""Encounters of one patient whose orders are asked for, one call each."""

PREPARED = timedelta(days=30)
"""[assumed]: an order is not dated more than this before the encounter that it is given in."""


async def _orders(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """The orders of all encounters that can have one of the dates asked for. Raises: TooCostly."""
    dates = window(query, "authored")
    since, until = (_day(dates.get(key)) for key in ("startdate", "enddate"))
    charts = [
        each._replace(rows=[row for row in each.rows if _may_have(row, since, until)])
        for each in await listed_encounters(ehr, call, patient)
    ]
    if sum(len(each.rows) for each in charts) > ENCOUNTERS:
        raise TooCostly(
            f"this patient has more than {ENCOUNTERS} encounters with orders; narrow the search by `authored`"
        )
    return await _of_encounters(ehr, call, patient, charts)


async def _order(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    patient, encounterid, _ = keys
    charts = [
        each._replace(rows=[row for row in each.rows if isinstance(row, dict) and _id(row) == encounterid])
        for each in await listed_encounters(ehr, call, patient)
    ]
    return await _of_encounters(ehr, call, patient, charts)


ORDERS = source("order", _orders, of_id=_order)


async def _of_encounters(ehr: AthenaNet, call: Call, patient: str, charts: list[Listed]) -> Page:
    practice = await ehr.practice(call)

    def to_request(one: tuple[Record, list[Record], Record]) -> Mapped:
        record, groups, encounter = one
        return service_request.service_request(record, groups, encounter=encounter, patient=patient, practice=practice)

    return Page.merged([Page.mapped(to_request, await _asked(ehr, call, each.rows), tags=each.tags) for each in charts])


async def _asked(ehr: AthenaNet, call: Call, encounters: list[Any]) -> list[tuple[Any, list[Record], Record]]:
    """(order, its groups, its encounter), a few encounters at a time; nothing of an encounter that cannot be read, for
    the mapping to refuse."""
    found: list[tuple[Any, list[Record], Record]] = [(None, [], {}) for one in encounters if not is_readable(one)]
    ttl = ehr.settings.cache_seconds.chart
    path = "/chart/encounter/{encounterid}/orders"
    known = [one for one in encounters if is_readable(one) and _id(one)]
    for begin in range(0, len(known), AT_ONCE):
        some = known[begin : begin + AT_ONCE]
        listed = await together(ehr.document(call, path, SHOWN, ttl=ttl, encounterid=as_id(_id(one))) for one in some)
        for encounter, groups in zip(some, listed, strict=True):
            found += _with(encounter, groups)
    return found


def _with(encounter: Record, groups: Any) -> Iterator[tuple[Any, list[Record], Record]]:
    for order, own in service_request.orders(groups):
        yield order, own, encounter


def _id(encounter: Record) -> str | None:
    try:
        return as_str(encounter.get("encounterid"))
    except ValueError:
        return None


def _may_have(encounter: Any, since: date | None, until: date | None) -> bool:
    """Whether an order of the encounter can be dated within these days: none is after the encounter was closed and last
    changed. What can't be read may have anything."""
    if not isinstance(encounter, dict):
        return True
    begun = _day(encounter.get("encounterdate"))
    if until and begun and begun - PREPARED > until:
        return False
    days = [_day(encounter.get(key)) for key in ("encounterdate", "closeddate", "lastupdated")]
    known = [day for day in days if day]
    closed = str(encounter.get("status")).strip().upper() == "CLOSED" and _day(encounter.get("closeddate"))
    return not (since and closed and max(known) < since)


def _day(value: Any) -> date | None:
    try:
        found = fhir.us_date(as_str(value))
    except ValueError:
        return None
    return date.fromisoformat(found) if found and len(found) == 10 else None
