"""read, without HTTP: admit, ask, release, stamp."""

from __future__ import annotations

from adapters.query import Query
from capability.declare import BINARY
from capability.issues import Forbidden, Invalid, NotFound
from facade.interactions.asking import Asking
from facade.interactions.federate import PROVENANCE, Source
from facade.interactions.identity import FHIR_ID, globalise, split
from facade.interactions.linked import with_links
from facade.interactions.provenance import derive, shown, target_of
from facade.interactions.stamp import stamp
from facade.policy.admit import admit
from facade.policy.release import Released, release
from mappings.mapped import Origin


async def read(asking: Asking, type_: str, id_: str) -> Released:
    """The resource as this principal sees it. Raises Invalid, Forbidden, NotFound, EHRError."""
    if not FHIR_ID.fullmatch(id_):
        raise Invalid("an id has 1 to 64 of the characters A-Z a-z 0-9 - .", parameter="_id")
    if type_ == PROVENANCE:
        return stamp(await _provenance(asking, id_), asking.base)
    released, _ = await read_one(asking, type_, id_)
    return stamp(released, asking.base)


async def vread(asking: Asking, type_: str, id_: str, version_id: str) -> Released:
    """The resource, where `version_id` is the version that this principal sees now. Raises what `read` raises.

    Of an earlier version nothing is known: it is not found, and not told from one that never was.
    """
    if not FHIR_ID.fullmatch(version_id):
        raise Invalid("a version id has 1 to 64 of the characters A-Z a-z 0-9 - .")
    found = await read(asking, type_, id_)
    if found["meta"]["versionId"] != version_id:
        raise unknown_id(type_)
    return found


async def read_one(asking: Asking, type_: str, id_: str) -> tuple[Released, Origin | None]:
    """The released resource of an id and where its record came from; never a Binary, which is no record of its own.

    Raises NotFound, Forbidden (the token's scope does not cover the type), EHRError.
    """
    return await read_local(asking, type_, *await locate(asking, type_, id_))


async def read_local(asking: Asking, type_: str, source: Source, local: str) -> tuple[Released, Origin | None]:
    """The same by the practice and its own id. Raises as `read_one`."""
    declared = asking.base.declared.get(type_)
    if declared is None or type_ == BINARY or type_ not in source.types_of(local):
        raise unknown_id(type_)
    policy, practice = asking.base.tenant.policy, source.practice
    query = Query(type_, id=local)
    admit(policy, query, asking.principal, practice, declared.parameters)
    page = await source.ask(asking.call, query)
    wanted = [one for one in page.resources if one["resourceType"] == type_ and one["id"] == local]
    outside = await source.outside(asking.call)
    named = globalise(wanted, outside)
    await outside.keep()
    for released in release(policy, with_links(asking, named), asking.principal, practice):
        return released, page.origins.get(f"{type_}/{local}")
    raise unknown_id(type_)


async def _provenance(asking: Asking, id_: str) -> Released:
    """One exists where a target of it can be read by this principal, and not otherwise."""
    source, local = await locate(asking, PROVENANCE, id_)
    policy, practice = asking.base.tenant.policy, source.practice
    admit(policy, Query(PROVENANCE, id=local), asking.principal, practice, {})
    outside = await source.outside(asking.call)
    tail = target_of(local)
    target = (await outside.locals((tail,))).get(tail) if tail else None
    for type_ in sorted(source.derived_for(target) if target else ()):
        try:
            released, origin = await read_local(asking, type_, source, target or "")
        except (NotFound, Forbidden):
            continue
        if origin is None:
            continue
        derived = derive(asking, released, origin, outside)
        await outside.keep()
        for provenance in release(policy, [derived], asking.principal, practice):
            return provenance
    return await _sourced(asking, source, local)


async def _sourced(asking: Asking, source: Source, local: str) -> Released:
    """An EHR's own Provenance, with the targets that this principal sees."""
    if PROVENANCE not in source.types_of(local) or not source.serves(PROVENANCE, "read"):
        raise unknown_id(PROVENANCE)
    page = await source.ask(asking.call, Query(PROVENANCE, id=local))
    outside = await source.outside(asking.call)
    wanted = globalise((one for one in page.resources if one["id"] == local), outside)
    await outside.keep()
    seen: set[str] = set()
    for named in (each.get("reference", "") for one in wanted for each in one.get("target", ())):
        type_, _, id_ = named.partition("/")
        try:
            await read_one(asking, type_, id_)
        except (NotFound, Forbidden):
            continue
        seen.add(named)
    for provenance in shown(asking, wanted, frozenset(seen), source.practice):
        return provenance
    raise unknown_id(PROVENANCE)


async def locate(asking: Asking, type_: str, id_: str) -> tuple[Source, str]:
    """The practice that an id names, and the local id. Raises NotFound where this principal has no such practice, or
    where nobody has the id; Overloaded."""
    parts = split(id_)
    source = asking.sources.get(parts[0]) if parts else None
    if parts is None or source is None:
        raise unknown_id(type_)
    local = (await (await source.outside(asking.call)).locals(parts[1:])).get(parts[1])
    if local is None:
        raise unknown_id(type_)
    return source, local


def unknown_id(type_: str) -> NotFound:
    """The one answer for what is not there and for what this caller may not know of."""
    return NotFound(f"no {type_} with this id, or none that this client may see")
