"""Encounters by the appointment they were booked as: whose it is has to be found out first."""

from __future__ import annotations

from dataclasses import replace

from adapters.athenanet.appointment import of_patient, visible
from adapters.athenanet.by_patient import AT_ONCE
from adapters.athenanet.by_reference import keys, not_too_many
from adapters.athenanet.client import AthenaNet, together
from adapters.contract import Call, Handler, Page
from adapters.query import Clause, Query, ReferenceValue


def by_appointment(handler: Handler[AthenaNet]) -> Handler[AthenaNet]:
    """`handler` finds by `patient` or `_id`; a query with `appointment` alone is given its patients."""

    async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
        appointments = keys(query, "appointment", "appointment")
        if appointments is None or query.ids("patient") is not None or query.ids("_id") is not None:
            return await handler(ehr, call, query)
        not_too_many(appointments, "appointments")
        found = await _patients(ehr, call, [key for (key,) in appointments])
        if not found:
            return Page()
        clause = Clause("patient", None, tuple(ReferenceValue("Patient", one) for one in found), "")
        page = await handler(ehr, call, replace(query, clauses=(*query.clauses, clause)))
        return replace(page, applied=page.applied - {"patient"})

    return search


async def _patients(ehr: AthenaNet, call: Call, appointments: list[str]) -> list[str]:
    """patientids of the appointments. Mostly all are of one patient: the first is asked for alone, and the list of
    its patient's appointments answers for the others."""
    found: dict[str, None] = {}
    waiting, at_once = appointments, 1
    while waiting:
        asked, waiting = waiting[:at_once], waiting[at_once:]
        records = await together(visible(ehr, call, one) for one in asked)
        fresh = {str(record["patientid"]) for record in records if record is not None} - found.keys()
        found.update(dict.fromkeys(sorted(fresh)))
        lists = await together(of_patient(ehr, call, one) for one in fresh) if waiting else []
        known = {str(row.get("appointmentid")) for rows in lists for row in rows}
        waiting, at_once = [one for one in waiting if one not in known], AT_ONCE
    return list(found)
