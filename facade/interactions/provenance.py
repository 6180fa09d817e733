"""The Provenance of a mapped resource: derived from its released target and what the source says of its author."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.query import Query
from capability.issues import Forbidden
from facade.interactions.asking import Asking
from facade.interactions.identity import Outside, globalise, split
from facade.policy.admit import admit
from facade.policy.authorship import left_of
from facade.policy.release import Released, release
from facade.policy.rule import Caller
from mappings import provenance
from mappings.mapped import Origin, Resource

PROVENANCE = "Provenance"
PREFIX = "prov-"


def target_of(local_id: str) -> str | None:
    """`prov-vital-1-7` -> `vital-1-7`; None where it is no id of a derived Provenance."""
    target = local_id.removeprefix(PREFIX)
    return target if target != local_id and target else None


def derive(asking: Asking, target: Released, origin: Origin | None, outside: Outside) -> Resource:
    """The Provenance of a released resource, with public ids throughout. Its id is derived from its target's.

    It tells nothing of an author or a time that policy takes out of the target itself. It leaves after
    `outside.keep()`.
    """
    parts = split(str(target["id"]))
    if parts is None:
        raise ValueError("the target of a Provenance has a public id")
    caller = Caller.of(asking.principal, asking.base.sources[parts[0]].practice)
    told = left_of(origin, asking.base.tenant.policy, target["resourceType"], caller)
    made = provenance.derived(target, told, PREFIX + parts[1])
    (found,) = globalise([{**made, "target": []}], outside)
    return {**found, "target": made["target"]}  # which has its public id already


async def provenances(
    asking: Asking, matches: Iterable[Released], origins: Mapping[str, Mapping[str, Origin]]
) -> list[Released]:
    """One for each match whose practice derives them, released; none where the principal may not see the type.

    `origins` as in `Gathered`. Raises Overloaded.
    """
    found: list[Released] = []
    named: dict[str, Outside] = {}
    for target in matches:
        parts = split(str(target["id"]))
        if parts is None or not asking.base.sources[parts[0]].derives_provenance(target["resourceType"]):
            continue
        source = asking.base.sources[parts[0]]
        practice = source.practice
        try:
            admit(asking.base.tenant.policy, Query(PROVENANCE, id=parts[1]), asking.principal, practice, {})
        except Forbidden:
            continue
        if practice.key not in named:
            named[practice.key] = await source.outside(asking.call)
        origin = origins.get(practice.key, {}).get(f"{target['resourceType']}/{target['id']}")
        derived = derive(asking, target, origin, named[practice.key])
        found.extend(release(asking.base.tenant.policy, [derived], asking.principal, practice))
    for outside in named.values():
        await outside.keep()
    return found
