"""search-type, without HTTP: admit, fan out, release, match, sort, include, stamp. Architecture, section 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.contract import Issue
from capability.issues import EHRError
from facade.interactions.asking import Asking
from facade.interactions.chains import Has, Resolved, refining, resolved
from facade.interactions.cursors import Cursor, Position
from facade.interactions.explain import explanation
from facade.interactions.fanout import Asked, admitted, ask_all, failures, gather, positions_of, unserved
from facade.interactions.include import included
from facade.interactions.request import SearchRequest, Subset
from facade.interactions.searchset import Entry, Searchset
from facade.interactions.slices import cut
from facade.interactions.sorting import ordered
from facade.interactions.stamp import stamp
from facade.interactions.subset import subset
from facade.policy.release import Released
from facade.tenancy.configuration import Limits
from mappings.mapped import Origin


@dataclass(frozen=True, slots=True)
class _Found:
    """One page of matches; `following` None on the last."""

    matches: Sequence[Released]
    origins: Mapping[str, Mapping[str, Origin]]
    issues: Sequence[Issue]
    applied: Mapping[str, frozenset[str]]
    total: int | None
    following: Cursor | None


async def search(asking: Asking, request: SearchRequest, limits: Limits, resume: Cursor | None = None) -> Searchset:
    """One page of a search over the practices that it points at. Raises FHIRError."""
    chains = await resolved(asking, request, limits)
    query = chains.query
    refine = refining(asking, request, limits)
    found = await (_sorted if query.sort else _paged)(asking, request, chains, refine, limits, resume)
    more, warnings = await included(asking, request.includes, request.revincludes, found.matches, found.origins, limits)
    told = explanation(asking, request, query, found.applied) if asking.explain else ()
    # elements are named for the searched type alone
    beside = request.subset if request.subset and request.subset.summary else None
    return Searchset(
        entries=(
            *(Entry(one) for one in _written(asking, found.matches, request.subset)),
            *(Entry(one, "include") for one in _written(asking, more, beside)),
        ),
        issues=tuple(
            dict.fromkeys([*chains.issues, *found.issues, *(refine.issues if refine else ()), *warnings, *told])
        ),
        total=found.total if request.total != "none" or request.count == 0 else None,
        next=await asking.base.cursors.seal(found.following, asking.binding) if found.following else None,
    )


async def _paged(
    asking: Asking, request: SearchRequest, chains: Resolved, refine: Has | None, limits: Limits, resume: Cursor | None
) -> _Found:
    """A page in the order of the sources, read no further than it takes, unless all are to be counted."""
    query = chains.query
    count = limits.page_default if request.count is None else request.count
    positions = positions_of(asking, query, resume)
    asked = Asked(
        admitted(asking, query, positions),
        positions,
        matches=count,
        to_the_end=request.total == "accurate" and resume is None,
        refine=refine,
        resumed=resume is not None,
    )
    shares, failed = await ask_all(asking, asked, limits)
    opened = {key: share.position for key, share in shares.items() if share.position is not None}
    if shares:  # what failed is asked again with the next page; when nothing else is left, it has been told of
        opened.update({key: positions[key] for key, error in failed.items() if isinstance(error, EHRError)})
    whole = chains.complete and not failed and all(share.whole and share.complete for share in shares.values())
    counted = sum(len(share.seen) for share in shares.values()) if whole else None
    total = resume.total if resume is not None else counted
    return _Found(
        matches=[resource for share in shares.values() for resource in share.matches],
        origins={key: share.origins for key, share in shares.items()},
        issues=[
            *unserved(asking, query, positions),
            *(issue for share in shares.values() for issue in share.issues),
            *failures(failed),
        ],
        applied={key: share.applied or frozenset() for key, share in shares.items()},
        total=total,
        following=Cursor(query.type, request.applied, opened, total) if opened and count > 0 else None,
    )


async def _sorted(
    asking: Asking, request: SearchRequest, chains: Resolved, refine: Has | None, limits: Limits, resume: Cursor | None
) -> _Found:
    """A page of all matches in the order asked for: no source sorts as FHIR does, so that all are read."""
    count = limits.page_default if request.count is None else request.count
    query = chains.query
    whole = await gather(asking, query, limits, most=limits.rows_max, what="_sort", refine=refine)
    inorder = ordered(asking, query.type, whole.matches, query.sort)
    at = resume.whole if resume is not None and resume.whole is not None else Position()
    page, following = cut(inorder, at, count)
    total = resume.total if resume is not None else len(inorder) if chains.complete and whole.complete else None
    return _Found(
        matches=page,
        origins=whole.origins,
        issues=[*unserved(asking, query, positions_of(asking, query, None)), *whole.issues],
        applied=whole.applied,
        total=total,
        following=Cursor(query.type, request.applied, {}, total, following) if following and count > 0 else None,
    )


def _written(asking: Asking, resources: Sequence[Released], asked: Subset | None) -> tuple[Released, ...]:
    stamped = (stamp(resource, asking.base) for resource in resources)
    return tuple(stamped if asked is None else (subset(resource, asked) for resource in stamped))
