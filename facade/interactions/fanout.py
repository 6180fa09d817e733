"""One query to every practice that it points at, at once: who is asked, what each may be asked, what came back."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from adapters.contract import Issue
from adapters.query import Query
from capability.issues import EHRError, FHIRError, Invalid, NotSupported, Overloaded, TooCostly
from facade.interactions.asking import Asking
from facade.interactions.collect import Refine, Share, Wanted, collect
from facade.interactions.cursors import Cursor, Position
from facade.interactions.federate import Source
from facade.interactions.identity import practices_named
from facade.interactions.linked import with_links
from facade.policy.admit import admit
from facade.policy.release import Released, release
from facade.tenancy.configuration import Limits
from mappings.mapped import Origin, Resource


@dataclass(frozen=True, slots=True)
class Gathered:
    """All matches of a query, released and not stamped yet. `origins` by practice, then "Type/id".

    `applied`   by practice: names of the parameters that its source applied
    `complete`  no practice failed, and no record is known to be missing
    """

    matches: tuple[Released, ...]
    origins: Mapping[str, Mapping[str, Origin]]
    issues: tuple[Issue, ...]
    applied: Mapping[str, frozenset[str]]
    complete: bool


async def gather(
    asking: Asking,
    query: Query,
    limits: Limits,
    *,
    most: int,
    what: str,
    refine: Refine | None = None,
    only: str | None = None,
) -> Gathered:
    """Every match of `query`, for what is worked out from whole lists; `what` names it in the error.

    `only` one practice is asked, which may serve a search that the base as a whole does not declare.

    Raises TooCostly where there are more than `most` or a practice's rows exceed the cap; Forbidden; EHRError where
    all practices failed, while one of several becomes an issue.
    """
    positions = positions_of(asking, query, None)
    if only is not None:
        positions = {key: position for key, position in positions.items() if key == only}
    asked = Asked(admitted(asking, query, positions), positions, matches=(most + 1) * len(positions), refine=refine)
    shares, failed = await ask_all(asking, asked, limits)
    matches = [resource for share in shares.values() for resource in share.matches]
    if len(matches) > most or any(share.position is not None for share in shares.values()):
        raise TooCostly(f"{what} finds more than {most} resources of type {query.type}; narrow it")
    issues = [issue for share in shares.values() for issue in share.issues] + failures(failed)
    return Gathered(
        tuple(matches),
        {key: share.origins for key, share in shares.items()},
        tuple(issues),
        {key: share.applied or frozenset() for key, share in shares.items()},
        complete=not failed and all(share.complete for share in shares.values()),
    )


def positions_of(asking: Asking, query: Query, resume: Cursor | None) -> dict[str, Position]:
    """Practices to ask, in directory order, and where to go on in each."""
    sources = asking.sources
    if resume is not None:
        return {key: resume.open[key] for key in sources if key in resume.open}
    named = practices_named(query, asking.base.declared[query.type].references)
    return {
        key: Position()
        for key, source in sources.items()
        if (named is None or key in named) and source.serves(query.type, "search-type")
    }


def unserved(asking: Asking, query: Query, asked: Mapping[str, Position]) -> list[Issue]:
    """A practice that doesn't serve the type is told of where the query addressed it, or all."""
    named = practices_named(query, asking.base.declared[query.type].references)
    return [
        Issue("not-supported", f"practice {key} does not serve {query.type}", "information")
        for key, source in asking.sources.items()
        if key not in asked and (named is None or key in named) and not source.serves(query.type, "search-type")
    ]


def admitted(asking: Asking, query: Query, positions: Mapping[str, Position]) -> dict[str, Query]:
    """The query as each practice may be asked. Raises Forbidden, also where no practice would be asked at all."""
    parameters = asking.base.edition.search_parameters(query.type)
    return {
        key: admit(asking.base.tenant.policy, query, asking.principal, asking.base.sources[key].practice, parameters)
        for key in positions or asking.sources
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the practices: each its query, from where it stands.

    `matches`    wanted of all together, 0 to count them only; with `to_the_end` they are counted beyond what is wanted
    `refine`     what else they must satisfy
    `resumed`    a later page: then all that are left may fail, and the page only tells so
    """

    queries: Mapping[str, Query]
    positions: Mapping[str, Position]
    matches: int
    to_the_end: bool = False
    refine: Refine | None = None
    resumed: bool = False


async def ask_all(asking: Asking, asked: Asked, limits: Limits) -> tuple[dict[str, Share], dict[str, FHIRError]]:
    """Each practice's share, and the failures. Raises when all failed, or one did and that is refused.

    A practice whose EHR can't be asked by such values is among them: it takes nothing from what the others have.
    """
    positions = asked.positions
    # one that is slow must not hold up what the others have
    patience = limits.practice_seconds if len(positions) > 1 else math.inf
    until = min(asking.call.deadline, asyncio.get_running_loop().time() + patience)
    answers = await asyncio.gather(
        *(
            _ask(asking, asked, key, Wanted(share, limits.rows_max, asked.to_the_end), until)
            for key, share in zip(positions, _divided(asked.matches, len(positions)), strict=True)
        ),
        return_exceptions=True,
    )
    shares: dict[str, Share] = {}
    failed: dict[str, FHIRError] = {}
    for key, answer in zip(positions, answers, strict=True):
        if isinstance(answer, Share):
            shares[key] = answer
        elif isinstance(answer, EHRError | Invalid | NotSupported) and not isinstance(answer, TooCostly):
            failed[key] = answer
        else:
            raise answer
    if failed and not shares and not (asked.resumed and len(asking.sources) > 1):
        raise next(iter(failed.values()))
    if failed and asking.refuse_partial:
        for refusal in (each for each in failed.values() if not isinstance(each, EHRError)):
            raise refusal  # trying again would not help
        names = ", ".join(sorted(failed))
        raise Overloaded(f"no answer from: {names}; try again, or allow partial answers", headers={"Retry-After": "5"})
    _put_back(shares, positions, asked.matches)
    return shares, failed


def _divided(matches: int, practices: int) -> list[int]:
    """How many of `matches` each practice is asked for: together no more, but of each at least one."""
    each, more = divmod(matches, practices) if practices else (0, 0)
    return [max(each + (at < more), min(matches, 1)) for at in range(practices)]


def _put_back(shares: Mapping[str, Share], positions: Mapping[str, Position], matches: int) -> None:
    """With fewer matches wanted than there are practices, whose one match is too many goes on from where it stood.

    It was asked nevertheless: one that fails, or has none, gives its place to the next.
    """
    left = matches
    for key, share in shares.items():
        if len(share.matches) > left:
            share.matches.clear()
            share.position = positions[key]
        left -= len(share.matches)


async def _ask(asking: Asking, asked: Asked, key: str, wanted: Wanted, until: float) -> Share:
    base, source, query = asking.base, asking.base.sources[key], asked.queries[key]
    return await collect(
        source,
        replace(asking.call, deadline=until),
        query,
        references=base.declared[query.type].references,
        release=partial(_release, asking, source),
        matching=partial(base.matcher.matching, query=query, zone=source.practice.zone),
        refine=asked.refine,
        position=asked.positions[key],
        wanted=wanted,
        until=asking.call.deadline,
    )


def _release(asking: Asking, source: Source, resources: Sequence[Resource]) -> list[Released]:
    return release(asking.base.tenant.policy, with_links(asking, resources), asking.principal, source.practice)


def failures(failed: Mapping[str, FHIRError]) -> list[Issue]:
    """What the client is told of practices that did not answer."""
    return [
        Issue(error.issue_code, f"practice {key} {_why(error)} and its matches are missing: {error.text}")
        for key, error in failed.items()
    ]


def _why(error: FHIRError) -> str:
    return "did not answer" if isinstance(error, EHRError) else "can't be asked this"
