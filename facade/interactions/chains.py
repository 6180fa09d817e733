"""Parameters that ask something of another type: chains, and `_has`. One step, by the same doors as any search.

A chain is answered first: what it stands for is found, and its reference then points there. `_has` is answered last:
of what everything else has found, those stay that something refers to.
https://hl7.org/fhir/R4/search.html#chaining
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from adapters.contract import Issue
from adapters.query import Clause, Query, ReferenceValue
from capability.issues import TooCostly
from facade.interactions.asking import Asking
from facade.interactions.fanout import Gathered, admitted, gather
from facade.interactions.identity import RELATIVE
from facade.interactions.request import Chained, Reverse, SearchRequest
from facade.policy.release import Released
from facade.tenancy.configuration import Limits

SINGLE = frozenset({"patient", "subject"})
"""References that stand once in a resource: all that is asked of what they point at is asked of one and the same."""

AT_ONCE = 25  # candidates that are asked about in one search


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query whose chains have become references. `complete`: none of those is known to be missing."""

    query: Query
    issues: tuple[Issue, ...] = ()
    complete: bool = True


async def resolved(asking: Asking, request: SearchRequest, limits: Limits) -> Resolved:
    """The query with each chain replaced by what it stands for. Raises Forbidden, TooCostly, EHRError."""
    if not request.chains:
        return Resolved(request.query)
    asked: defaultdict[tuple[object, ...], list[Chained]] = defaultdict(list)
    for at, chained in enumerate(request.chains):
        apart = () if chained.reference in SINGLE else (at,)
        asked[chained.reference, chained.types, *apart].append(chained)
    answers = await asyncio.gather(*(_stands_for(asking, group, limits) for group in asked.values()))
    clauses = tuple(clause for clause, _ in answers)
    found = [gathered for _, each in answers for gathered in each]
    return Resolved(
        replace(request.query, clauses=(*request.query.clauses, *clauses)),
        tuple(issue for gathered in found for issue in gathered.issues),
        complete=all(gathered.complete for gathered in found),
    )


async def _stands_for(asking: Asking, group: Sequence[Chained], limits: Limits) -> tuple[Clause, list[Gathered]]:
    reference, types = group[0].reference, group[0].types
    clauses = tuple(chained.clause for chained in group)
    what = f"{reference}.{clauses[0].name}"
    values: list[ReferenceValue] = []
    answers: list[Gathered] = []
    for type_ in types:
        found = await gather(asking, Query(type_, clauses), limits, most=limits.chain_max, what=what)
        values += [ReferenceValue(type_, str(one["id"])) for one in found.matches]
        answers.append(found)
    if len(values) > limits.chain_max:
        raise TooCostly(f"{what} stands for more than {limits.chain_max} resources; narrow it", parameter=what)
    return Clause(reference, None, tuple(values), ""), answers


@dataclass(slots=True)
class Has:
    """The `_has` parameters of one search: what they leave of matches. Calling it raises as `gather` does.

    `left`    how many more candidates may be asked about
    `issues`  what was told of what refers to them
    """

    asking: Asking
    reverse: Sequence[Reverse]
    type: str
    limits: Limits
    left: int
    issues: list[Issue] = field(default_factory=list)

    async def __call__(self, found: Sequence[Released]) -> list[Released]:
        self.left -= len(found)
        if self.left < 0:
            raise TooCostly(
                f"_has would look at more than {self.limits.reverse_max} resources; narrow the search otherwise too",
                parameter="_has",
            )
        kept = list(found)
        for asked in self.reverse:
            kept = [
                one
                for begin in range(0, len(kept), AT_ONCE)
                for one in await self._referred_to(asked, kept[begin : begin + AT_ONCE])
            ]
        return kept

    async def _referred_to(self, asked: Reverse, candidates: Sequence[Released]) -> list[Released]:
        values = tuple(ReferenceValue(self.type, str(one["id"])) for one in candidates)
        link = Clause(asked.reference, None, values, "")
        found = await gather(
            self.asking,
            Query(asked.type, (link, asked.clause)),
            self.limits,
            most=self.limits.rows_max,
            what=f"_has:{asked.type}:{asked.reference}:{asked.clause.name}",
        )
        self.issues += found.issues
        select = self.asking.base.matcher.select(asked.type, asked.reference)
        named = {
            match[2]
            for resource in found.matches
            for reference in select(resource)
            if isinstance(reference, dict) and (match := RELATIVE.fullmatch(reference.get("reference", "")))
            if match[1] == self.type
        }
        return [one for one in candidates if one["id"] in named]


def refining(asking: Asking, request: SearchRequest, limits: Limits) -> Has | None:
    """What `_has` leaves of matches; None where nothing is asked of others. Calling it raises as `gather` does.

    Raises Forbidden where it may not be asked, whether or not anything else is found.
    """
    if not request.reverse:
        return None
    for asked in request.reverse:
        admitted(asking, Query(asked.type, (Clause(asked.reference, None, (), ""), asked.clause)), {})
    return Has(asking, request.reverse, request.query.type, limits, limits.reverse_max)
