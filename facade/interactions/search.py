"""search-type, without HTTP: admit, fan out, release, match, include, stamp. Architecture, section 3."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.contract import Issue
from facade.interactions.asking import Asking, Result
from facade.interactions.collect import Share
from facade.interactions.cursors import Cursor
from facade.interactions.fanout import admitted, ask_all, failures, positions_of, unserved
from facade.interactions.include import included
from facade.interactions.provenance import provenances
from facade.interactions.request import SearchRequest
from facade.interactions.stamp import stamp
from facade.policy.release import Released
from facade.tenancy.configuration import Limits
from mappings.mapped import Origin


async def search(asking: Asking, request: SearchRequest, limits: Limits, resume: Cursor | None = None) -> Result:
    """One page of a search over the practices that it points at. Raises FHIRError."""
    count = limits.page_default if request.count is None else request.count
    positions = positions_of(asking, request.query, resume)
    queries = admitted(asking, request.query, positions)
    shares, failed = await ask_all(asking, queries, positions, count, limits, resumed=resume is not None)
    merged = _Merged(shares)
    issues = [*unserved(asking, request.query, positions), *merged.issues, *failures(failed)]
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
