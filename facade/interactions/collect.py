"""One practice's share of a page: ask, put the practice on, release, match, until there is enough or no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from adapters.contract import Call, Issue
from adapters.query import Query
from capability.issues import Gone, TooCostly
from facade.interactions.cursors import Position, digest
from facade.interactions.federate import Source
from facade.interactions.identity import Outside, globalise, localise
from facade.interactions.onward import Onward
from facade.policy.release import Released
from mappings.mapped import Origin, Resource

REMEMBERED = 100  # digests of ids given lately: what a shifted upstream list could repeat
AT_ONCE = 100  # resources looked at before others have their turn on the event loop


Refine = Callable[[Sequence[Released]], Awaitable[list[Released]]]
"""Those of some matches that also satisfy what can only be asked of other resources."""


@dataclass(slots=True)
class Share:
    """What came of one practice. `position` None: it has no more. `seen`: ids of all matches, given or not.

    `origins`  by "Type/public-id"
    `applied`  names of the parameters that the source applied to each page
    """

    matches: list[Released] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    position: Position | None = field(default_factory=Position)
    seen: set[str] = field(default_factory=set)
    whole: bool = False
    applied: frozenset[str] | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be missing: a record that could not be read might have matched."""
        return all(issue.severity == "information" for issue in self.issues)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a practice's matches: up to `matches` (0: none, but count them), read on `to_the_end` or not."""

    matches: int
    rows_max: int
    to_the_end: bool = False


async def collect(
    source: Source,
    call: Call,
    query: Query,
    *,
    references: Sequence[str],
    release: Callable[[Sequence[Resource]], list[Released]],
    matching: Callable[[Sequence[Released]], list[Released]],
    refine: Refine | None,
    position: Position,
    wanted: Wanted,
    until: float,
) -> Share:
    """A share of the matches from where `position` stands; `query` holds public ids.

    Raises EHRError, TooCostly, Gone, Overloaded.

    Without a number of matches wanted, all are counted. `call` bounds what the EHR may take, `until` (event loop clock)
    all of the work.
    """
    share = Share(position=position)
    outside = await source.outside(call)
    asked = await localise(query, outside, references)
    if asked is None:
        return Share(position=None, whole=True)
    local = replace(asked, count=wanted.matches)
    rows, onward = 0, Onward()
    here: Position | None = position
    while here is not None:
        page = await source.ask(call, replace(local, cursor=onward.passed(here.cursor)))
        rows += len(page.resources)
        found = await _matches(page.resources, outside, release, matching, until)
        share.origins.update({outside.name(name): origin for name, origin in page.origins.items()})
        await outside.keep()
        if refine is not None:
            found = await refine(found)
        share.issues.extend(page.issues)
        share.applied = page.applied if share.applied is None else share.applied & page.applied
        # Lists of one source may overlap, within a page and between pages.
        found = [one for id_, one in {str(one["id"]): one for one in found}.items() if id_ not in share.seen]
        share.seen.update(str(one["id"]) for one in found)
        share.whole = page.cursor is None
        if not _filled(share, wanted):
            at = here if page.again is None else replace(here, cursor=page.again)
            _take(share, found, at, wanted.matches, page.cursor)
            here = share.position
        if _filled(share, wanted):
            if not wanted.to_the_end:
                break
            here = Position(page.cursor) if page.cursor is not None else None  # read on to count only
        if here is not None and rows >= wanted.rows_max:
            raise TooCostly(
                f"the search reads more than {wanted.rows_max} records of practice {source.practice.key}; "
                "narrow it, for example by name and birthdate or by patient"
            )
    return share


def _filled(share: Share, wanted: Wanted) -> bool:
    return len(share.matches) >= wanted.matches > 0


async def _matches(
    resources: Sequence[Resource],
    outside: Outside,
    release: Callable[[Sequence[Resource]], list[Released]],
    matching: Callable[[Sequence[Released]], list[Released]],
    deadline: float,
) -> list[Released]:
    """Those of one upstream page that the principal may see and the query finds; other requests go on meanwhile."""
    found: list[Released] = []
    for begin in range(0, len(resources), AT_ONCE):
        found += matching(release(globalise(resources[begin : begin + AT_ONCE], outside)))
        await asyncio.sleep(0)
        if asyncio.get_running_loop().time() > deadline:
            raise TooCostly("the search takes longer than a request may; narrow it, or ask for fewer values at once")
    return found


def _take(share: Share, found: list[Released], here: Position, wanted: int, following: str | None) -> None:
    """Moves matches of one upstream page into the share and sets where the next page of ours begins."""
    start = resumed_at(found, here)
    fresh = [resource for resource in found[start:] if digest(str(resource["id"])) not in here.recent]
    given = fresh[: max(wanted - len(share.matches), 0)]
    share.matches.extend(given)
    recent = (*here.recent, *(digest(str(resource["id"])) for resource in given))[-REMEMBERED:]
    if len(given) < len(fresh) and wanted > 0:
        last = given[-1] if given else None
        taken = found.index(last) + 1 if last is not None else start
        anchor = digest(str(last["id"])) if last is not None else here.anchor
        alone = following is None and here.cursor is None  # one page that repeats nothing needs no memory
        share.position = Position(here.cursor, taken, anchor, () if alone else recent)
    elif following is not None:
        share.position = Position(following, 0, "", recent)
    else:
        share.position = None


def resumed_at(found: Sequence[Released], here: Position) -> int:
    """Where to go on in a page read again: behind the last resource given. Raises Gone when that one has vanished."""
    if here.taken == 0:
        return 0
    digests = [digest(str(resource["id"])) for resource in found]
    if here.taken <= len(digests) and digests[here.taken - 1] == here.anchor:
        return here.taken
    if here.anchor in digests:
        return digests.index(here.anchor) + 1
    raise Gone("the records changed while they were paged; run the search again", parameter="_cursor")
