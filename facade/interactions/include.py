"""_include and _revinclude: what matches refer to and what refers to them, found and released like any other.

With `:iterate` what was included is followed as well, round by round. https://hl7.org/fhir/R4/search.html#revinclude
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.contract import Issue
from adapters.query import Clause, Query, ReferenceValue
from capability.issues import EHRError, Forbidden, NotFound, TooCostly
from facade.interactions.asking import Asking
from facade.interactions.fanout import gather
from facade.interactions.federate import PROVENANCE
from facade.interactions.identity import RELATIVE, split
from facade.interactions.provenance import provenances, sourced
from facade.interactions.read import read_one
from facade.interactions.request import Follow
from facade.policy.release import Released
from facade.tenancy.configuration import Limits
from mappings.mapped import Origin

AT_ONCE = 16
ROUNDS = 5
"""How far `:iterate` goes from what was included to what that refers to."""

Origins = dict[str, dict[str, Origin]]


@dataclass(slots=True)
class Included:
    """What was found so far. `present`: "Type/id" of matches and included ones; `origins` of both."""

    limits: Limits
    present: set[str]
    origins: Origins
    found: list[Released] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def add(self, resources: Iterable[Released]) -> list[Released]:
        """Those that are new. Raises TooCostly where there are too many."""
        fresh: list[Released] = []
        for one in resources:
            if (name := _name(one)) not in self.present:
                self.present.add(name)
                fresh.append(one)
        self.found += fresh
        if len(self.found) > self.limits.includes_max:
            self.refuse()
        return fresh

    def refuse(self) -> None:
        raise TooCostly(
            f"_include and _revinclude would add more than {self.limits.includes_max} resources; ask for fewer matches "
            "with _count",
            parameter="_include",
        )


async def included(
    asking: Asking,
    includes: Sequence[Follow],
    revincludes: Sequence[Follow],
    matches: Sequence[Released],
    origins: Mapping[str, Mapping[str, Origin]],
    limits: Limits,
) -> tuple[list[Released], list[Issue]]:
    """Each resource once, none that is a match itself. What the principal may not see is left out silently.

    Raises TooCostly where there are more than the limit; an EHR's failure becomes a warning.
    """
    known = {practice: dict(found) for practice, found in origins.items()}
    state = Included(limits, {_name(one) for one in matches}, known)
    fresh: list[Released] = list(matches)
    for round_ in range(ROUNDS):
        forward = [each for each in includes if round_ == 0 or each.iterate]
        backward = [each for each in revincludes if round_ == 0 or each.iterate]
        if not fresh or not (forward or backward):
            break
        around = fresh
        fresh = state.add(await _referenced(asking, forward, around, state))
        for follow in backward:
            fresh += state.add(await _referring(asking, follow, around, state))
    return state.found, list(dict.fromkeys(state.issues))


async def _referenced(
    asking: Asking, follows: Sequence[Follow], resources: Sequence[Released], state: Included
) -> list[Released]:
    targets = [text for text in dict.fromkeys(_targets(asking, follows, resources)) if text not in state.present]
    if len(targets) + len(state.found) > state.limits.includes_max:
        state.refuse()
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(target: str) -> Released | None:
        async with gate:
            return await _read(asking, target, state)

    return [each for each in await asyncio.gather(*map(one, targets)) if each is not None]


def _targets(asking: Asking, follows: Sequence[Follow], resources: Sequence[Released]) -> Iterable[str]:
    for follow in follows:
        select = asking.base.matcher.select(follow.type, follow.code)
        targets = asking.base.declared[follow.type].links[follow.code].targets
        for resource in resources:
            if resource["resourceType"] != follow.type:
                continue
            for reference in select(resource):
                text = reference.get("reference", "") if isinstance(reference, dict) else ""
                match = RELATIVE.fullmatch(text)
                if match and match[1] in targets and follow.target in (None, match[1]):
                    yield text


async def _read(asking: Asking, target: str, state: Included) -> Released | None:
    try:
        released, origin = await read_one(asking, *target.split("/", 1))
    except (Forbidden, NotFound):
        return None
    except EHRError as exc:
        state.issues.append(Issue(exc.issue_code, f"an included resource is missing: {exc.text}"))
        return None
    parts = split(str(released["id"]))
    if origin is not None and parts is not None:
        state.origins.setdefault(parts[0], {})[_name(released)] = origin
    return released


async def _referring(asking: Asking, follow: Follow, resources: Sequence[Released], state: Included) -> list[Released]:
    """What refers to the resources: Provenance is derived or the EHR's own, everything else is searched for."""
    around = [one for one in resources if follow.target in (None, one["resourceType"])]
    if follow.type == PROVENANCE:
        told, issues = await sourced(asking, around, state.origins)
        state.issues += issues
        return [*await provenances(asking, around, state.origins), *told]
    row = asking.base.declared[follow.type].parameters.get(follow.code)
    values = tuple(
        ReferenceValue(one["resourceType"], str(one["id"]))
        for one in around
        if row is not None and one["resourceType"] in row.targets
    )
    if not values:
        return []
    query = Query(follow.type, (Clause(follow.code, None, values, ""),))
    what = f"_revinclude={follow.type}:{follow.code}"
    try:
        found = await gather(asking, query, state.limits, most=state.limits.includes_max, what=what)
    except Forbidden:
        return []
    except EHRError as exc:
        state.issues.append(Issue(exc.issue_code, f"included resources are missing: {exc.text}"))
        return []
    state.issues += found.issues
    for practice, origins in found.origins.items():
        state.origins.setdefault(practice, {}).update(origins)
    return list(found.matches)


def _name(resource: Released) -> str:
    return f"{resource['resourceType']}/{resource['id']}"
