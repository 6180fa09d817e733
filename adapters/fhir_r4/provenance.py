"""Provenance of servers that give it only beside what it is about: `{Type}?_id=...&_revinclude=Provenance:target`."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.contract import Call, Page
from adapters.fhir_r4.client import FHIRServer, at_once
from adapters.fhir_r4.declare import BadRecord, DeadPage, NotHeld, NothingFound, Pairs
from adapters.fhir_r4.read import record_of
from adapters.query import Query, ReferenceValue
from capability.issues import EHRInvalid, TooCostly
from mappings.mapped import Resource

PROVENANCE = "Provenance"
REVINCLUDE = ("_revinclude", "Provenance:target")
TARGETS_AT_ONCE = 10
MOST_PAGES = 20


async def find(ehr: FHIRServer, call: Call, query: Query) -> Page:
    """By `_id` each is read; by `target` they come beside their targets. Raises EHRError, TooCostly."""
    named = query.ids("_id")
    if named is not None:
        read = await at_once(*(record_of(ehr, call, PROVENANCE, local) for local in named))
        return ehr.served([one for one in read if one is not None])
    found: list[list[Resource]] = await at_once(
        *(_beside(ehr, call, type_, ids) for type_, ids in _batches(ehr, query))
    )
    once = {str(one.get("id")): one for each in found for one in each}
    return ehr.served(list(once.values()))


def _batches(ehr: FHIRServer, query: Query) -> Iterator[tuple[str, list[str]]]:
    ids: dict[str, list[str]] = {}
    for clause in query.named("target"):
        for value in clause.values:
            if isinstance(value, ReferenceValue) and value.type is not None and value.type in ehr.place.served:
                upstream = ehr.names.upstream(value.type, value.id)
                ids.setdefault(value.type, []).extend([upstream] if upstream is not None else [])
    for type_, each in ids.items():
        served = ehr.dialect.served(type_)
        if served.provenance:
            for batch in served.batches(list(dict.fromkeys(each))):
                for at in range(0, len(batch), TARGETS_AT_ONCE):
                    yield type_, batch[at : at + TARGETS_AT_ONCE]


async def _beside(ehr: FHIRServer, call: Call, type_: str, ids: list[str]) -> list[Resource]:
    request: Pairs = (("_id", ",".join(ids)), REVINCLUDE)
    found: list[Resource] = []
    following: str | None = None
    for _ in range(MOST_PAGES):
        try:
            bundle = await ehr.page(call, type_, request, following)
        except NothingFound:
            return found
        except NotHeld as held:
            raise held.error from None
        except (BadRecord, DeadPage):
            raise EHRInvalid(
                f"the EHR fails over one of the records of {type_} whose provenance is asked for"
            ) from None
        found += [one for one in bundle.included if one.get("resourceType") == PROVENANCE]
        if bundle.next is None:
            return found
        following = ehr.following(bundle.next)
    raise TooCostly("the resources asked for have more provenance than is read at once; name fewer")
