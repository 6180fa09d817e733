"""Locations: departments, as places. GET /departments, GET /departments/{departmentid}."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from adapters.athenanet import answers
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athena import ids
from mappings.athenanet.location import location
from mappings.athenanet.practice import Practice
from mappings.mapped import Mapped, Record


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """One department, listed or not: records name those that are closed."""
    return await departments(ehr, call, department_keys((query.id,) if query.id else (), "department"), location)


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """The whole list of departments, kept for a while; the facade filters it."""
    named = query.ids("_id")
    keys = None if named is None else department_keys(named, "department")
    return await departments(ehr, call, keys, location)


def department_keys(local_ids: Iterable[str], kind: str) -> list[str]:
    """departmentids that local ids of `kind` name."""
    parsed = [ids.parse(one) for one in dict.fromkeys(local_ids) if ids.types_of(one)]
    return [one.keys[0] for one in parsed if one.kind == kind and is_athena_id(one.keys[0])]


async def departments(
    ehr: AthenaNet, call: Call, keys: list[str] | None, mapping: Callable[[Record, Practice], Mapped]
) -> Page:
    """The departments of these ids, or all of the listed ones, through `mapping`."""
    if keys is not None and not keys:
        return Page()
    practice = await ehr.practice(call)
    records = await ehr.departments(call) if keys is None else await together(_read(ehr, call, key) for key in keys)
    return Page.mapped(lambda record: (mapping(record, practice),), (one for one in records if one is not None))


async def _read(ehr: AthenaNet, call: Call, departmentid: str) -> Record | None:
    ttl = ehr.settings.cache_seconds.directory
    found = await ehr.document(call, "/departments/{departmentid}", ttl=ttl, departmentid=departmentid)
    return None if found is None else answers.one(found)
