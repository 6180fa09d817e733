"""Medicines of each of a patient's charts: what was ordered or told, and the drugs of the formulary it is about.

GET /chart/{patientid}/medications.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import AthenaNet, Listed, together
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.medication import medication
from mappings.athenanet.medication_request import medication_request
from mappings.athenanet.practice import AUDIT_ZONE
from mappings.athenanet.scalars import as_list

PATH = "/chart/{patientid}/medications"
FLAGS = {"showrxnorm": "true", "showndc": "true", "showpend": "true"}

# [assumed] Without medicationtype the list has what is active and what is historical, perhaps not what was denied; and
# no entry says itself that it was. So those are asked for beside it.
DENIED = {"medicationtype": "Denied"}


async def _requests(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All entries, whatever became of them."""
    return await _mapped_requests(ehr, call, patient)


async def _request(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    """One entry by (patientid, medicationentryid), of the same calls: there is none for an entry alone."""
    return await _mapped_requests(ehr, call, *keys)


async def _drugs(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """The drug of each entry that has one of the formulary: the same calls, and so the same cached answers."""
    return await _mapped_drugs(ehr, call, patient)


async def _drug(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    """One drug by (patientid, medicationentryid)."""
    return await _mapped_drugs(ehr, call, *keys)


REQUESTS = source("medication", _requests, of_id=_request)
DRUGS = source("drug", _drugs, of_id=_drug)


async def _mapped_requests(ehr: AthenaNet, call: Call, patient: str, only: str | None = None) -> Page:
    practice = await ehr.practice(call)
    to_request = partial(medication_request, patient=patient, practice=practice, today=_today())
    listed, denied = await _entries(ehr, call, patient, only)
    return Page.merged(
        [
            *(Page.mapped(partial(to_request, denied=True), rows, tags=each.tags) for each, rows in denied),
            *(Page.mapped(to_request, rows, tags=each.tags) for each, rows in listed),
        ]
    )


async def _mapped_drugs(ehr: AthenaNet, call: Call, patient: str, only: str | None = None) -> Page:
    practice = await ehr.practice(call)
    to_medication = partial(medication, patient=patient, practice=practice)
    listed, denied = await _entries(ehr, call, patient, only)
    return Page.merged(Page.mapped(to_medication, rows, tags=each.tags) for each, rows in (*listed, *denied))


Entries = list[tuple[Listed, list[Any]]]


async def _entries(ehr: AthenaNet, call: Call, patient: str, only: str | None) -> tuple[Entries, Entries]:
    """Entries by chart, all or the `only` one: those that were not denied, and those that were."""
    everything, refused = await together(
        ehr.each_chart(call, patient, PATH, "medications", flags) for flags in (FLAGS, {**FLAGS, **DENIED})
    )
    denied = [(each, list(_flat(each.rows))) for each in refused]
    known = {_entryid(entry) for _, entries in denied for entry in entries} - {None}
    listed = [(each, [one for one in _flat(each.rows) if _entryid(one) not in known]) for each in everything]
    if only is None:
        return listed, denied
    return _alone(listed, only), _alone(denied, only)


def _alone(entries: Entries, only: str) -> Entries:
    return [(each, [one for one in rows if _entryid(one) == only]) for each, rows in entries]


def _flat(rows: list[Any]) -> Iterator[Any]:
    """Each entry once: the rows are lists, one for each drug."""
    entries = [entry for row in rows for entry in ([None] if row is None else as_list(row))]
    return answers.once(entries, "medicationentryid")


def _entryid(entry: Any) -> str | None:
    return str(entry.get("medicationentryid")) if isinstance(entry, dict) and entry.get("medicationentryid") else None


def _today() -> date:
    """The day it is where athenaNet is."""
    return datetime.now(AUDIT_ZONE).date()
