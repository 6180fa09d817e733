"""Who is outside of the practice's own directory, read and put into the records that name them.

They are found by no search, of this API or the REST one: what a client can be led to, a search has to find. Records of
the REST connection contain them for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.contract import Call
from adapters.fhir_r4.client import FHIRServer, at_once
from adapters.fhir_r4.declare import NotHeld
from capability.issues import EHRError
from mappings.athena_fhir.contained import outsiders, with_contained
from mappings.mapped import Resource

AT_ONCE = 20
"""Ids of one `_id`. [assumed]"""


async def contained(ehr: FHIRServer, call: Call, records: Sequence[Resource]) -> Sequence[Resource]:
    """The records with everybody outside whom they name. Where these can't be had, the records as they came."""
    named = list(dict.fromkeys(one for record in records for one in outsiders(record)))
    by_type: dict[str, list[str]] = {}
    for type_, _, id_ in (one.partition("/") for one in named):
        by_type.setdefault(type_, []).append(id_)
    parts = [(type_, each[at : at + AT_ONCE]) for type_, each in by_type.items() for at in range(0, len(each), AT_ONCE)]
    found = await at_once(*(_read(ehr, call, type_, part) for type_, part in parts))
    told = {key: whole for each in found for key, whole in _told(ehr, each)}
    return [with_contained(record, told) for record in records]


def _told(ehr: FHIRServer, records: Sequence[Resource]) -> Iterator[tuple[str, Resource]]:
    """By `Type/id`, but for what is of another practice."""
    for one in records:
        type_, id_ = str(one["resourceType"]), str(one.get("id"))
        whole = ehr.repaired(one) if ehr.names.local(type_, id_, one) is not None else None
        if whole is not None:
            yield f"{type_}/{id_}", whole


async def _read(ehr: FHIRServer, call: Call, type_: str, ids: list[str]) -> Sequence[Resource]:
    try:
        return (await ehr.page(call, type_, (("_id", ",".join(ids)),))).matches
    except (EHRError, NotHeld):
        return ()
