"""Sections of the notes of a patient's visits: each is a call of its own for each visit.

GET /chart/encounter/{encounterid}/...
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from adapters.athenanet import answers
from adapters.athenanet.by_patient import AT_ONCE
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.athenanet.encounter import is_readable, listed_encounters
from adapters.contract import Call
from capability.issues import TooCostly
from mappings import fhir
from mappings.athenanet.scalars import as_str
from mappings.mapped import Record

VISITS = 400
"""Visits of one patient whose notes are read for a request."""

NOTED = frozenset({"VISIT"})  # [assumed] encountertypes whose note has sections; not orders alone, nor flowsheets

UNNOTED = frozenset({"DELETED", "SCHEDULE"})
"""Statuses of what did not happen."""


class Section(NamedTuple):
    """`answer` is what the section's call gave for `encounter`, None for an encounter that cannot be read; `tags` say
    in which chart."""

    encounter: Record
    answer: Record | None
    tags: tuple[Mapping[str, str], ...]


async def sections(
    ehr: AthenaNet, call: Call, patient: str, name: str, *, only: str | None = None, until: str | None = None
) -> list[Section]:
    """Section `name` of each of the patient's visits, or of the visit `only`, an encounterid; not of those that began
    after `until`, MM/DD/YYYY.

    The encounters are taken from the patient's charts, since no answer about an encounter says whose it is.
    Raises: EHRError, TooCostly.
    """
    last = fhir.us_date(until)
    charts = await listed_encounters(ehr, call, patient)
    visits = [
        (record, each.tags) for each in charts for record in each.rows if _noted(record, only) and _by(record, last)
    ]
    unread = [
        Section({}, None, each.tags)
        for each in charts
        for record in each.rows
        if only is None and not is_readable(record)
    ]
    if len(visits) > VISITS:
        raise TooCostly(f"the patient has more than {VISITS} visits; narrow the search, or read by id")
    found: list[Any] = []
    for begin in range(0, len(visits), AT_ONCE):
        some = visits[begin : begin + AT_ONCE]
        found += await together(_section(ehr, call, name, str(record["encounterid"])) for record, _ in some)
    answered = zip(visits, found, strict=True)
    return [*(Section(record, answer, tags) for (record, tags), answer in answered if answer is not None), *unread]


async def _section(ehr: AthenaNet, call: Call, name: str, encounterid: str) -> Record | None:
    template, ttl = "/chart/encounter/{encounterid}/" + name, ehr.settings.cache_seconds.chart
    found = await ehr.document(call, template, ttl=ttl, encounterid=encounterid)
    return None if found is None else answers.one(found)


def _noted(record: Any, only: str | None) -> bool:
    if not isinstance(record, dict) or not is_athena_id(str(record.get("encounterid", ""))):
        return False
    if only is not None and str(record["encounterid"]) != only:
        return False
    return str(record.get("encountertype")) in NOTED and str(record.get("status")) not in UNNOTED


def _by(record: Record, last: str | None) -> bool:
    """Whether the visit began on that day at the latest; where that can't be told it may have."""
    try:
        began = fhir.us_date(as_str(record.get("encounterdate")))
    except ValueError:
        return True
    return last is None or began is None or began <= last
