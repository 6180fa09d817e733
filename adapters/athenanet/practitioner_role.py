"""PractitionerRoles: each provider id at its department. GET /providers, /providers/{providerid}, /departments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.athenanet.practitioner import provider
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athena import ids
from mappings.athenanet.practitioner import is_person
from mappings.athenanet.practitioner_role import Departments, practitioner_role
from mappings.mapped import Mapped, Record


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """The role of one provider, a deleted one too."""
    return await _by_id(ehr, call, (query.id,) if query.id else ())


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """The roles of all providers, kept for a while; the facade filters them."""
    named = query.ids("_id")
    if named is not None:
        return await _by_id(ehr, call, named)
    return await _mapped(ehr, call, await ehr.providers(call))


async def _by_id(ehr: AthenaNet, call: Call, local_ids: Iterable[str]) -> Page:
    keys = [ids.parse(one).keys[0] for one in dict.fromkeys(local_ids) if ids.types_of(one) == {"PractitionerRole"}]
    if not (wanted := [key for key in keys if is_athena_id(key)]):
        return Page()
    return await _mapped(ehr, call, await together(provider(ehr, call, key) for key in wanted))


async def _mapped(ehr: AthenaNet, call: Call, providers: Iterable[Any]) -> Page:
    practice = await ehr.practice(call)
    departments = Departments.of(await ehr.departments(call))

    def roles(record: Record) -> tuple[Mapped, ...]:
        if not is_person(record):
            return ()
        return (practitioner_role(record, departments=departments, practice=practice),)

    return Page.mapped(roles, (record for record in providers if record is not None))
