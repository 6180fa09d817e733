"""Provenance: derived of a mapped resource from its released target and what the source says of its author, and the
EHR's own of what was passed through.

A Provenance tells that its target is there. So it is given only beside, or for, a target that this principal sees; what
else it is about is not named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from adapters.contract import Issue
from adapters.query import Clause, Query, ReferenceValue
from capability.issues import EHRError, Forbidden
from facade.interactions.asking import Asking
from facade.interactions.federate import PROVENANCE, SEARCH
from facade.interactions.identity import Outside, globalise, localise, split
from facade.interactions.onward import Onward
from facade.policy.admit import admit
from facade.policy.authorship import hidden, left_of
from facade.policy.release import Released, release
from facade.policy.rule import Caller
from facade.principal import Practice
from mappings import provenance
from mappings.mapped import Origin, Resource

PREFIX = "prov-"


def target_of(local_id: str) -> str | None:
    """`prov-vital-1-7` -> `vital-1-7`; None where it is no id of a derived Provenance."""
    target = local_id.removeprefix(PREFIX)
    return target if target != local_id and target else None


def derive(asking: Asking, target: Released, origin: Origin, outside: Outside) -> Resource:
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
        if parts is None:
            continue
        source = asking.base.sources[parts[0]]
        practice = source.practice
        origin = origins.get(practice.key, {}).get(_name(target))
        if origin is None:  # its source has a Provenance of its own
            continue
        try:
            admit(asking.base.tenant.policy, Query(PROVENANCE, id=parts[1]), asking.principal, practice, {})
        except Forbidden:
            continue
        if practice.key not in named:
            named[practice.key] = await source.outside(asking.call)
        derived = derive(asking, target, origin, named[practice.key])
        found.extend(release(asking.base.tenant.policy, [derived], asking.principal, practice))
    for outside in named.values():
        await outside.keep()
    return found


async def sourced(
    asking: Asking, targets: Sequence[Released], origins: Mapping[str, Mapping[str, Origin]]
) -> tuple[list[Released], list[Issue]]:
    """The EHRs' own for targets that none is derived of, released; an EHR's failure becomes a warning."""
    wanted: dict[str, list[ReferenceValue]] = {}
    for target in targets:
        parts = split(str(target["id"]))
        if parts is None or _name(target) in origins.get(parts[0], {}):
            continue
        if asking.base.sources[parts[0]].serves(PROVENANCE, SEARCH):
            wanted.setdefault(parts[0], []).append(ReferenceValue(target["resourceType"], str(target["id"])))
    answers = await asyncio.gather(*(_asked(asking, key, named) for key, named in wanted.items()))
    return [one for found, _ in answers for one in found], [issue for _, issues in answers for issue in issues]


async def _asked(asking: Asking, key: str, targets: Sequence[ReferenceValue]) -> tuple[list[Released], list[Issue]]:
    source = asking.base.sources[key]
    outside = await source.outside(asking.call)
    query = await localise(Query(PROVENANCE, (Clause("target", None, tuple(targets), ""),)), outside, ("target",))
    found: dict[str, Resource] = {}
    issues: list[Issue] = []
    if query is None:
        return [], []
    try:
        admit(asking.base.tenant.policy, query, asking.principal, source.practice, {})
        here: Query | None = query
        onward = Onward()
        while here is not None:
            page = await source.ask(asking.call, here)
            found.update((one["id"], one) for one in page.resources)
            issues += page.issues
            following = onward.passed(page.cursor)
            here = replace(here, cursor=following) if following is not None else None
    except Forbidden:
        return [], []
    except EHRError as exc:
        issues.append(Issue(exc.issue_code, f"what practice {key} says of who wrote it is missing: {exc.text}"))
    seen = frozenset(f"{value.type}/{value.id}" for value in targets)
    named = globalise(found.values(), outside)
    await outside.keep()
    return shown(asking, named, seen, source.practice), issues


def shown(asking: Asking, provenances_: Iterable[Resource], seen: frozenset[str], practice: Practice) -> list[Released]:
    """An EHR's Provenances, released, with only those targets that are `seen` and whose authorship no rule hides."""
    policy, caller = asking.base.tenant.policy, Caller.of(asking.principal, practice)
    found: list[Resource] = []
    for one in provenances_:
        named = [each for each in one.get("target", ()) if str(each.get("reference")) in seen]
        told = [each for each in named if not hidden(policy, each["reference"].partition("/")[0], caller)]
        if told:
            found.append(one if len(told) == len(one["target"]) else {**one, "target": told})
    return release(policy, found, asking.principal, practice)


def _name(resource: Released) -> str:
    return f"{resource['resourceType']}/{resource['id']}"
