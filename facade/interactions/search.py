"""search-type, without HTTP: admit, fan out, release, match, include, stamp. Architecture, section 3."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from adapters.contract import Issue
from adapters.query import Query
from capability.issues import EHRError, FHIRError, Overloaded
from facade.interactions.asking import Asking, Result
from facade.interactions.collect import Share, collect
from facade.interactions.cursors import Cursor, Position
from facade.interactions.federate import Source
from facade.interactions.identity import practices_named
from facade.interactions.include import included
from facade.interactions.provenance import provenances
from facade.interactions.request import SearchRequest
from facade.interactions.stamp import stamp
from facade.policy.admit import admit
from facade.policy.release import Released, release
from facade.tenancy.configuration import Limits
from mappings.mapped import Origin, Resource


async def search(asking: Asking, request: SearchRequest, limits: Limits, resume: Cursor | None = None) -> Result:
    """One page of a search over the practices that it points at. Raises FHIRError."""
    count = limits.page_default if request.count is None else request.count
    positions = _positions(asking, request.query, resume)
    queries = _admitted(asking, request.query, positions)
    shares, failed = await _ask_all(asking, queries, positions, count, limits, resumed=resume is not None)
    merged = _Merged(shares)
    issues = [*_unserved(asking, request.query, positions), *merged.issues, *_failures(failed)]
    included_, more = await _included(asking, request, merged, limits)
    opened = {key: share.position for key, share in shares.items() if share.position is not None}
    if shares:  # what failed is asked again with the next page; when nothing else is left, it has been told of
        opened.update({key: positions[key] for key in failed})
    total = resume.total if resume is not None else merged.total if not failed else None
    following = None
    if opened and count > 0:
        cursor = Cursor(request.query.type, request.applied, opened, total)
        following = await asking.base.cursors.seal(cursor, asking.binding)
    return Result(
        query=request.query,
        matches=tuple(stamp(resource, asking.base) for resource in merged.matches),
        included=tuple(stamp(resource, asking.base) for resource in included_),
        issues=tuple(dict.fromkeys([*issues, *more])),
        total=total,
        next=following,
    )


def _positions(asking: Asking, query: Query, resume: Cursor | None) -> dict[str, Position]:
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


def _unserved(asking: Asking, query: Query, asked: Mapping[str, Position]) -> list[Issue]:
    """A practice that doesn't serve the type is told of where the query addressed it, or all."""
    named = practices_named(query, asking.base.declared[query.type].references)
    return [
        Issue("not-supported", f"practice {key} does not serve {query.type}", "information")
        for key, source in asking.sources.items()
        if key not in asked and (named is None or key in named) and not source.serves(query.type, "search-type")
    ]


def _admitted(asking: Asking, query: Query, positions: Mapping[str, Position]) -> dict[str, Query]:
    """The query as each practice may be asked. Raises Forbidden, also where no practice would be asked at all."""
    declared = asking.base.declared[query.type].parameters
    return {
        key: admit(asking.base.tenant.policy, query, asking.principal, asking.base.sources[key].practice, declared)
        for key in positions or asking.sources
    }


async def _ask_all(
    asking: Asking,
    queries: Mapping[str, Query],
    positions: Mapping[str, Position],
    count: int,
    limits: Limits,
    *,
    resumed: bool,
) -> tuple[dict[str, Share], dict[str, EHRError]]:
    """Each practice's share, and the failures. Raises when all failed, or one did and that is refused.

    On a later page over several practices all that are left may fail: then the page only tells so.
    """
    wanted = -(-count // len(positions)) if positions else 0
    answers = await asyncio.gather(
        *(_ask(asking, queries[key], key, position, wanted, limits) for key, position in positions.items()),
        return_exceptions=True,
    )
    shares: dict[str, Share] = {}
    failed: dict[str, EHRError] = {}
    for key, answer in zip(positions, answers, strict=True):
        if isinstance(answer, Share):
            shares[key] = answer
        elif isinstance(answer, EHRError):
            failed[key] = answer
        else:
            raise answer
    if failed and not shares and not (resumed and len(asking.sources) > 1):
        raise next(iter(failed.values()))
    if failed and asking.refuse_partial:
        names = ", ".join(sorted(failed))
        raise Overloaded(f"no answer from: {names}; try again, or allow partial answers", headers={"Retry-After": "5"})
    return shares, failed


async def _ask(asking: Asking, query: Query, key: str, position: Position, wanted: int, limits: Limits) -> Share:
    base, source = asking.base, asking.base.sources[key]
    return await collect(
        source,
        asking.call,
        query,
        references=base.declared[query.type].references,
        release=partial(_release, asking, source),
        matching=partial(base.matcher.matching, query=query, zone=source.practice.zone),
        position=position,
        wanted=wanted,
        rows_max=limits.rows_max,
    )


def _release(asking: Asking, source: Source, resources: Sequence[Resource]) -> list[Released]:
    return release(asking.base.tenant.policy, resources, asking.principal, source.practice)


def _failures(failed: Mapping[str, FHIRError]) -> list[Issue]:
    return [
        Issue(error.issue_code, f"practice {key} did not answer and its matches are missing: {error.text}")
        for key, error in failed.items()
    ]


class _Merged:
    """The shares of all practices as one page, in directory order."""

    def __init__(self, shares: Mapping[str, Share]) -> None:
        self.matches: list[Released] = [resource for share in shares.values() for resource in share.matches]
        self.issues: list[Issue] = [issue for share in shares.values() for issue in share.issues]
        self.origins: dict[str, dict[str, Origin]] = {key: share.origins for key, share in shares.items()}
        whole = all(share.whole for share in shares.values())
        self.total = sum(len(share.seen) for share in shares.values()) if whole else None


async def _included(
    asking: Asking, request: SearchRequest, merged: _Merged, limits: Limits
) -> tuple[list[Released], list[Issue]]:
    found, issues = await included(asking, request.includes, merged.matches, limits)
    if request.revincludes:
        found = [*found, *provenances(asking, merged.matches, merged.origins)]
    return found, issues
