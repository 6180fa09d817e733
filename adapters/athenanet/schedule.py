"""Schedules: a provider at a department. GET /departments?providerlist=true, GET /providers."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.athenanet.by_reference import keys, keys_of
from adapters.athenanet.client import DIRECTORY_ROWS, AthenaNet
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athenanet.scalars import as_list, as_str
from mappings.athenanet.schedule import schedule

FLAGS = {"showalldepartments": "true", "providerlist": "true", "limit": DIRECTORY_ROWS}

UNREADABLE = ("", "")
"""Stands for schedules that cannot be read: the mapping refuses it, so that the answer says that they are left out."""


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """A provider at a department, whether it works there now or not: appointments name those of before."""
    return await _schedules(ehr, call, keys_of((query.id or "",), "schedule"))


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """Those that the departments list now, kept for a while; the facade filters them."""
    return await _schedules(ehr, call, keys(query, "_id", "schedule"))


async def _schedules(ehr: AthenaNet, call: Call, wanted: Iterable[tuple[str, ...]] | None) -> Page:
    practice = await ehr.practice(call)
    listed = await _listed(ehr, call)
    pairs = listed if wanted is None else [(one[0], one[1]) for one in wanted]
    if wanted is not None:
        providers = _ids(await ehr.providers(call), "providerid")
        departments = _ids(await ehr.departments(call), "departmentid")
        pairs = [pair for pair in pairs if pair[0] in providers and pair[1] in departments]
    known = frozenset(listed)
    records = [{"providerid": one, "departmentid": at, "listed": (one, at) in known} for one, at in pairs]
    return Page.mapped(lambda record: schedule(record, practice), records)


async def _listed(ehr: AthenaNet, call: Call) -> list[tuple[str, str]]:
    """(providerid, departmentid), each once; UNREADABLE where a department or its list cannot be read."""
    ttl = ehr.settings.cache_seconds.directory
    found = await ehr.rows(call, "/departments", "departments", FLAGS, ttl=ttl)
    pairs: dict[tuple[str, str], None] = {}
    for record in found[0] if found else []:
        try:
            department = as_str(record.get("departmentid"))
            providers = [as_str(one) for one in as_list(record.get("providerlist"))]
        except (ValueError, AttributeError):
            department, providers = None, []
        own = [(one, department) for one in providers if one and department]
        pairs.update(dict.fromkeys(own if department else [UNREADABLE]))
    return list(pairs)


def _ids(records: Iterable[object], key: str) -> frozenset[str]:
    return frozenset(str(record.get(key)) for record in records if isinstance(record, dict))
