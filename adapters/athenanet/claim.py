"""Claims, and the charges in them, by patient, by what they refer to, or by id.

GET /claims, GET /claims/{claimid}; which visit was billed is told by the appointment alone:
GET /appointments/booked/multipledepartment?showclaimdetail=true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.appointment import booked
from adapters.athenanet.by_reference import keys, keys_of, not_too_many, patients
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.contract import Call, Handler, Page
from adapters.query import Query
from mappings import fhir
from mappings.athenanet.account import accounts_by_department
from mappings.athenanet.charge_item import charge_items
from mappings.athenanet.claim import claim
from mappings.athenanet.practice import Practice
from mappings.mapped import Mapped, Record


@dataclass(frozen=True, slots=True)
class Billed:
    """A claim (what cannot be read as one, too), the appointment that it is about, and departmentid -> providergroupid
    of its patient."""

    record: Record
    visit: Record | None
    accounts: Mapping[str, str]


ToResources = Callable[[Billed, Practice], Iterable[Mapped]]


def _claims(one: Billed, practice: Practice) -> Iterable[Mapped]:
    return (claim(one.record, visit=one.visit, practice=practice),)


def _charges(one: Billed, practice: Practice) -> Iterable[Mapped]:
    return charge_items(one.record, visit=one.visit, accounts=one.accounts, practice=practice)


def _read(kind: str, to_resources: ToResources) -> Handler[AthenaNet]:
    async def handler(ehr: AthenaNet, call: Call, query: Query) -> Page:
        found = await _by_id(ehr, call, keys_of((query.id or "",), kind))
        return await _mapped(ehr, call, found, to_resources)

    return handler


def _search(kind: str, to_resources: ToResources, *references: str) -> Handler[AthenaNet]:
    """By `_id`, or by references whose ids carry the patient. Raises: Invalid without any of them."""

    async def handler(ehr: AthenaNet, call: Call, query: Query) -> Page:
        named = keys(query, "_id", kind)
        if named is not None:
            not_too_many(named, "ids")
            return await _mapped(ehr, call, await _by_id(ehr, call, named), to_resources, "_id")
        found = await together(_of_patient(ehr, call, one) for one in patients(query, *references))
        return await _mapped(ehr, call, [one for each in found for one in each], to_resources, "patient")

    return handler


read = _read("claim", _claims)
search = _search("claim", _claims, "patient", "encounter")
read_charge = _read("charge", _charges)
search_charges = _search("charge", _charges, "patient", "context", "account")


async def _of_patient(ehr: AthenaNet, call: Call, patientid: str) -> list[Billed]:
    """All claims of a patient; none of one whom athenaNet hides from us."""
    patient = await ehr.living(call, patientid)
    if patient is None:
        return []
    ttl, params = ehr.settings.cache_seconds.chart, {"patientid": patientid, "limit": "1000"}
    found = await ehr.rows(call, "/claims", "claims", params, ttl=ttl)
    # [assumed] the filter on patientid holds; a claim of somebody else must not be shown as this patient's
    rows = list(answers.once(found[0] if found else [], "claimid"))
    own = [row for row in rows if _patientid(row) == patientid]
    refused = [row for row in rows if not answers.readable(row, "patientid")]  # by the mapping, which tells of it
    unreadable = [Billed(row, None, {}) for row in refused]
    return [*await _with_visits(ehr, call, patient, patientid, own), *unreadable]


async def _by_id(ehr: AthenaNet, call: Call, named: Iterable[tuple[str, ...]]) -> list[Billed]:
    """By the first of the keys, the claimid."""
    found = await together(_one(ehr, call, claimid) for claimid in dict.fromkeys(each[0] for each in named))
    return [one for each in found for one in each]


async def _one(ehr: AthenaNet, call: Call, claimid: str) -> list[Billed]:
    found = await ehr.document(call, "/claims/{claimid}", ttl=ehr.settings.cache_seconds.chart, claimid=claimid)
    record = None if found is None else answers.one(found)
    patientid = _patientid(record)
    if record is None or patientid is None or not is_athena_id(patientid):
        return []
    patient = await ehr.living(call, patientid)
    return [] if patient is None else await _with_visits(ehr, call, patient, patientid, [record])


async def _with_visits(
    ehr: AthenaNet, call: Call, patient: Record, patientid: str, records: list[Record]
) -> list[Billed]:
    visits = await _visits(ehr, call, patientid, records)
    accounts = accounts_by_department(patient)
    return [Billed(record, visits.get(answers.text(record, "claimid") or ""), accounts) for record in records]


async def _visits(ehr: AthenaNet, call: Call, patientid: str, records: list[Record]) -> dict[str, Record]:
    """claimid -> the patient's appointment; one call for all of them."""
    days = sorted(day for record in records if (day := _day(record)) is not None)
    departments = answers.ids(records, "departmentid")
    if not days or not departments:
        return {}
    params = {
        "patientid": patientid,
        "departmentid": ",".join(departments),
        # a service is dated in its department's time
        "startdate": (days[0] - timedelta(days=1)).strftime("%m/%d/%Y"),
        "enddate": (days[-1] + timedelta(days=1)).strftime("%m/%d/%Y"),
        "showclaimdetail": "true",
        "limit": "1000",
    }
    rows = [row for row in await booked(ehr, call, params) if _patientid(row) == patientid]
    return {claimid: row for row in rows for claimid in _claimids(row)}


def _claimids(row: Record) -> Iterable[str]:
    claims = row.get("claims")
    listed = claims if isinstance(claims, list) else []
    return (str(one["claimid"]) for one in listed if isinstance(one, dict) and one.get("claimid"))


def _patientid(row: Any) -> str | None:
    value = row.get("patientid") if isinstance(row, dict) else None
    return str(value).strip() or None if isinstance(value, str | int) else None


def _day(record: Record) -> date | None:
    try:
        found = fhir.us_date(answers.text(record, "billedservicedate"))
    except ValueError:
        return None
    return date.fromisoformat(found) if found and len(found) == 10 else None


async def _mapped(ehr: AthenaNet, call: Call, found: list[Billed], to_resources: ToResources, *applied: str) -> Page:
    practice = await ehr.practice(call)
    return Page.mapped(lambda one: to_resources(one, practice), found, applied=applied)
