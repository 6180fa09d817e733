"""DocumentReference/$docref: the documents of a patient that there are. None is made on demand.

https://hl7.org/fhir/us/core/OperationDefinition-docref.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapters.contract import Issue
from adapters.query import Clause, Query, TokenValue
from capability.operations import DOCREF
from facade.interactions.asking import Asking
from facade.interactions.care_dates import Care, within
from facade.interactions.fanout import admitted, gather
from facade.interactions.identity import split
from facade.interactions.match.spans import FIRST, instants
from facade.interactions.searchset import Searchset, of_patient, stamped
from facade.policy.release import Released
from facade.principal import UTC_ZONE
from facade.tenancy.configuration import Limits

LOINC = "http://loinc.org"
CCD = TokenValue(LOINC, "34133-9")
"""Summary of episode note: the type of a C-CDA Continuity of Care Document."""

SUMMARY = "without a type or dates this is the current summary; give a type or dates for other documents"
NOT_MADE = "no document is made on demand here; ask without on-demand for those that there are"
UNDATED = "documents without a date were kept, whatever start and end say"


@dataclass(frozen=True, slots=True)
class DocrefRequest:
    """`types` and `profiles` are alternatives; empty: all."""

    patient: str
    care: Care = field(default_factory=Care)
    types: tuple[TokenValue, ...] = ()
    on_demand: bool = False
    profiles: tuple[str, ...] = ()


async def docref(asking: Asking, request: DocrefRequest, limits: Limits) -> Searchset:
    """All documents that meet the request, in one Bundle; none for a patient that nobody knows.

    With a patient alone it is the current summary, where there is one. Without dates only current documents count, with
    dates also those that were superseded since.
    Raises Forbidden, TooCostly, EHRError.
    """
    base, type_ = asking.base, DOCREF.type
    query = of_patient(type_, request.patient)
    if request.on_demand:
        admitted(asking, query, {})
        return Searchset(issues=(Issue("informational", NOT_MADE, "information"),), total=0)
    found = await gather(asking, query, limits, most=limits.rows_max, what="$docref")
    issues = list(found.issues)
    key, _ = split(request.patient) or ("", "")
    zone = base.sources[key].practice.zone if key in base.sources else UTC_ZONE
    status = ("current",) if not request.care.bounded else ("current", "superseded")
    matches, undated = within(
        (one for one in found.matches if one.get("status") in status), type_, request.care, base.matcher, zone
    )
    if undated:
        issues.append(Issue("informational", UNDATED, "information"))
    if request.types:
        matches = base.matcher.matching(matches, _of_type(request.types), zone=zone)
    elif not request.care.bounded and not request.profiles:
        summaries = base.matcher.matching(matches, _of_type((CCD,)), zone=zone)
        if summaries:
            matches = [max(summaries, key=_date)]
            issues.append(Issue("informational", SUMMARY, "information"))
    matches = sorted(matches, key=lambda one: str(one["id"]))
    entries = [one for one in stamped(matches, base) if _fits(one.resource, request.profiles)]
    return Searchset(tuple(entries), tuple(issues), len(entries) if found.complete else None)


def _of_type(types: tuple[TokenValue, ...]) -> Query:
    return Query(DOCREF.type, (Clause("type", None, types, ""),))


def _date(document: Released) -> tuple[datetime, str]:
    """When it was written, for the latest of several; what has no date is the oldest."""
    try:
        _, until = instants(document.get("date", ""), UTC_ZONE)
    except ValueError:
        until = FIRST
    return until, str(document["id"])


def _fits(document: Released, profiles: tuple[str, ...]) -> bool:
    """Whether the reference or the format of its content is of one of these canonicals, whatever their version."""
    wanted = {each.partition("|")[0] for each in profiles}
    formats = (each.get("format", {}).get("code") for each in document.get("content", ()))
    return not wanted or not wanted.isdisjoint((*document["meta"].get("profile", ()), *formats))
