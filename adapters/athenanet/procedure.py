"""Procedures: the surgical history of each of a patient's charts, and the services of its encounters.

GET /chart/{patientid}/surgicalhistory, GET /chart/{patientid}/encounters, GET /encounter/{encounterid}/services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.by_patient import source
from adapters.athenanet.client import NOTHING, AthenaNet, together
from adapters.athenanet.dates import window
from adapters.athenanet.encounter import is_readable, listed_encounters
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet import procedure_service, procedure_surgery
from mappings.mapped import Record

AT_ONCE = 8
"""Encounters of a patient that are asked for their services at the same time."""

WITHOUT_SERVICES = frozenset({"SCHEDULE"})  # encounters that have not begun


async def _surgeries(ehr: AthenaNet, call: Call, patient: str, _query: Query) -> Page:
    """All of the surgical history."""
    practice = await ehr.practice(call)
    charts = await ehr.each_chart(call, patient, "/chart/{patientid}/surgicalhistory", "procedures")
    to_procedure = partial(procedure_surgery.surgery, patient=patient, practice=practice)
    return Page.merged(
        Page.mapped(to_procedure, answers.once(each.rows, "procedureid"), tags=each.tags) for each in charts
    )


async def _services(ehr: AthenaNet, call: Call, patient: str, query: Query) -> Page:
    """Services of all encounters, or of those around the dates asked for: a service is dated by its encounter."""
    return await _of_encounters(ehr, call, patient, dates=window(query))


async def _service(ehr: AthenaNet, call: Call, keys: tuple[str, ...]) -> Page:
    """One service by (patientid, encounterid, serviceid), with the others of its encounter. The encounter is looked for
    among the patient's: an encounter's own call does not say whose it is."""
    patient, encounterid, _ = keys
    return await _of_encounters(ehr, call, patient, only=encounterid)


SURGERIES = source("surgery", _surgeries)
SERVICES = source("service", _services, of_id=_service)


async def _of_encounters(
    ehr: AthenaNet, call: Call, patient: str, *, dates: Mapping[str, str] = NOTHING, only: str | None = None
) -> Page:
    practice = await ehr.practice(call)
    charts = await listed_encounters(ehr, call, patient, dates)
    pages: list[Page] = []
    for each in charts:
        encounters = [
            encounter
            for encounter in each.rows
            if _has_services(encounter) and only in (None, str(encounter["encounterid"]))
        ]
        found = [*zip(encounters, await _listed(ehr, call, encounters), strict=True)]
        if only is None:  # what cannot be read is left to the mapping to refuse
            found += [({}, [None]) for encounter in each.rows if not is_readable(encounter)]
        pages += [
            Page.mapped(
                partial(procedure_service.service, encounter=encounter, patient=patient, practice=practice),
                answers.once(rows, "serviceid"),
                tags=each.tags,
            )
            for encounter, rows in found
        ]
    return Page.merged(pages)


def _has_services(encounter: Any) -> bool:
    return is_readable(encounter) and str(encounter.get("status")).upper() not in WITHOUT_SERVICES


async def _listed(ehr: AthenaNet, call: Call, encounters: Sequence[Record]) -> list[list[Any]]:
    """The services of each encounter, some encounters at a time."""
    found: list[list[Any]] = []
    for begin in range(0, len(encounters), AT_ONCE):
        some = encounters[begin : begin + AT_ONCE]
        found += await together(_of_encounter(ehr, call, str(each["encounterid"])) for each in some)
    return found


async def _of_encounter(ehr: AthenaNet, call: Call, encounterid: str) -> list[Any]:
    ttl = ehr.settings.cache_seconds.chart
    found = await ehr.rows(call, "/encounter/{encounterid}/services", "services", ttl=ttl, encounterid=encounterid)
    return found[0] if found else []
