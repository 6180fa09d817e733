"""Practitioners: the practice's own and, by id, people of athena's nationwide directory.

GET /providers, GET /providers/{providerid}, GET /clinicalproviders/{clinicalproviderid}. Machines and rooms are
providers too, but no persons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.athenanet import answers, clinical_provider
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.athenanet.clinical_provider import DIRECTORY
from adapters.contract import Call, Page
from adapters.query import Query
from mappings.athena import ids
from mappings.athenanet.practice import Practice
from mappings.athenanet.practitioner import is_person, practitioner
from mappings.mapped import Mapped, Record


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """One provider, a deleted one too: records name those who have left."""
    return await _by_id(ehr, call, (query.id,) if query.id else ())


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """The whole list of the practice's providers, kept for a while; the facade filters it. The nationwide directory has
    no list: who is only in it is found by `_id`."""
    named = query.ids("_id")
    if named is not None:
        return await _by_id(ehr, call, named)
    practice = await ehr.practice(call)
    return _mapped(await ehr.providers(call), practice)


async def _by_id(ehr: AthenaNet, call: Call, local_ids: Iterable[str]) -> Page:
    listed = tuple(local_ids)
    own, others = await together((_own(ehr, call, listed), clinical_provider.by_id(ehr, call, listed, DIRECTORY)))
    return Page.merged((own, others))


async def _own(ehr: AthenaNet, call: Call, local_ids: Iterable[str]) -> Page:
    parsed = [ids.parse(one) for one in dict.fromkeys(local_ids) if ids.types_of(one)]
    wanted = [one.keys[0] for one in parsed if one.kind == "provider" and is_athena_id(one.keys[0])]
    if not wanted:
        return Page()
    practice = await ehr.practice(call)
    return _mapped(await together(provider(ehr, call, key) for key in wanted), practice)


async def provider(ehr: AthenaNet, call: Call, providerid: str) -> Record | None:
    """The provider, None for an unknown id; kept for a while."""
    ttl, flags = ehr.settings.cache_seconds.directory, {"showdeletedproviders": "true"}
    found = await ehr.document(call, "/providers/{providerid}", flags, ttl=ttl, providerid=providerid)
    return None if found is None else answers.one(found)


def _mapped(records: Iterable[Any], practice: Practice) -> Page:
    def people(record: Record) -> tuple[Mapped, ...]:
        return (practitioner(record, practice),) if is_person(record) else ()

    return Page.mapped(people, (record for record in records if record is not None))
