"""Provenance by what it is about. Its targets are named by the local ids that were asked for, since a Provenance
doesn't say whose they are.

[seen: DOC "Provenance"] `Provenance?target=Type/id`, and by its own id; [assumed] several targets by comma.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.contract import Call, Page
from adapters.fhir_r4.client import FHIRServer, at_once
from adapters.fhir_r4.declare import NotHeld
from adapters.fhir_r4.read import record_of
from adapters.query import Query, ReferenceValue
from capability.issues import EHRError, TooCostly
from mappings.fhir_r4.ids import Names
from mappings.fhir_r4.walk import target_of
from mappings.mapped import Resource

PROVENANCE = "Provenance"
TARGETS_AT_ONCE = 20
MOST_PAGES = 20

Named = tuple[str, str]
"""Type and id."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that are told for some of the server's ids; `rest` for all others."""

    known: Mapping[Named, str]
    rest: Names

    def local(self, type_: str, id_: str, about: Resource) -> str | None:
        return self.known.get((type_, id_)) or self.rest.local(type_, id_, about)

    def upstream(self, type_: str, local: str) -> str | None:
        return self.rest.upstream(type_, local)

    def types_of(self, local: str) -> frozenset[str]:
        return self.rest.types_of(local)

    def attachment(self, type_: str, local: str, n: int) -> str:
        return self.rest.attachment(type_, local, n)

    def owner_of(self, local: str) -> tuple[str, str, int] | None:
        return self.rest.owner_of(local)


async def find(ehr: FHIRServer, call: Call, query: Query) -> Page:
    """By `_id` each is read; by `target` several at once. Raises EHRError, TooCostly."""
    named = query.ids("_id")
    if named is not None:
        pages = await at_once(*(_read(ehr, call, local) for local in dict.fromkeys(named)))
        return Page.merged(pages)
    asked = {
        (value.type, upstream): value.id
        for clause in query.named("target")
        for value in clause.values
        if isinstance(value, ReferenceValue) and value.type is not None
        if (upstream := ehr.names.upstream(value.type, value.id)) is not None
    }
    texts = [f"{type_}/{id_}" for type_, id_ in asked]
    parts = [texts[at : at + TARGETS_AT_ONCE] for at in range(0, len(texts), TARGETS_AT_ONCE)]
    found: list[list[Resource]] = await at_once(*(_about(ehr, call, part) for part in parts))
    once = {str(one.get("id")): one for each in found for one in each}
    return ehr.served(list(once.values()), names=KnownNames(asked, ehr.names))


async def get(ehr: FHIRServer, call: Call, query: Query) -> Page:
    """The Provenance of `query.id`, or an empty Page. Raises EHRError."""
    page = await _read(ehr, call, query.id or "")
    return page if all(one["id"] == query.id for one in page.resources) else Page()


async def _read(ehr: FHIRServer, call: Call, local: str) -> Page:
    """One Provenance; each of its targets is read, where it doesn't tell by itself which it is."""
    record = await record_of(ehr, call, PROVENANCE, local)
    if record is None:
        return Page()
    known = {one: name for one in _targets(ehr, record) if (name := await _name(ehr, call, one, record)) is not None}
    return ehr.served([record], names=KnownNames(known, ehr.names))


def _targets(ehr: FHIRServer, record: Resource) -> list[Named]:
    listed = record.get("target")
    texts = (one.get("reference") for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
    named = (target_of(text, ehr.settings.base_url) for text in texts if isinstance(text, str))
    return [one for one in named if one is not None]


async def _name(ehr: FHIRServer, call: Call, named: Named, record: Resource) -> str | None:
    told = ehr.names.local(*named, record)
    if told is not None or named[0] not in ehr.place.served:
        return told
    try:
        target = await ehr.record(call, *named)
    except EHRError:
        return None
    return ehr.names.local(*named, target) if target is not None else None


async def _about(ehr: FHIRServer, call: Call, targets: list[str]) -> list[Resource]:
    request = (("target", ",".join(targets)),)
    found: list[Resource] = []
    following: str | None = None
    for _ in range(MOST_PAGES):
        try:
            bundle = await ehr.page(call, PROVENANCE, request, following)
        except NotHeld as held:
            raise held.error from None
        found += bundle.matches
        if bundle.next is None:
            return found
        following = ehr.following(bundle.next)
    raise TooCostly("the resources asked for have more provenance than is read at once; name fewer")
