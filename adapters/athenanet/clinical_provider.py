"""athena's nationwide directory of clinical providers. GET /clinicalproviders/{clinicalproviderid}.

It has no list: what is in it is read by id, and by no other search. Records that name its people and places don't refer
to them, therefore: what a client can be led to, a search has to find.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from adapters.athenanet import answers
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.contract import Call, Page
from mappings.athena import ids
from mappings.athenanet.clinical_provider import clinical_provider, is_person
from mappings.mapped import Record

DIRECTORY, FACILITY = "directory", "facility"
"""Kinds of ids: of people, and of laboratories, pharmacies and other facilities."""


async def by_id(ehr: AthenaNet, call: Call, local_ids: Iterable[str], kind: str) -> Page:
    """Those of `local_ids` that are of this kind and so is what has the number; kept for a while."""
    parsed = [ids.parse(one) for one in dict.fromkeys(local_ids) if ids.types_of(one)]
    numbers = [one.keys[0] for one in parsed if one.kind == kind and is_athena_id(one.keys[0])]
    if not numbers:
        return Page()
    practice = await ehr.practice(call)
    records = await together(_record(ehr, call, number) for number in numbers)
    found = [one for one in records if one is not None and is_person(one) is (kind == DIRECTORY)]
    return Page.mapped(partial(clinical_provider, practice=practice), found)


async def _record(ehr: AthenaNet, call: Call, number: str) -> Record | None:
    ttl = ehr.settings.cache_seconds.directory
    template = "/clinicalproviders/{clinicalproviderid}"
    found = await ehr.document(call, template, ttl=ttl, clinicalproviderid=number)
    return None if found is None else answers.one(found)
