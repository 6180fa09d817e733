"""A search over one FHIR server: the requests that it takes, side by side, page by page, until each has no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.contract import Call, Issue, Page
from adapters.fhir_r4.answers import Bundle
from adapters.fhir_r4.client import UNREAD, FHIRServer, at_once
from adapters.fhir_r4.declare import BadRecord, DeadPage, Pairs, Served
from adapters.fhir_r4.plan import MOST_REQUESTS, READ, planned
from adapters.fhir_r4.read import record_of
from adapters.query import Query
from capability.issues import EHRInvalid, Gone, Invalid, TooCostly
from mappings import fhirjson
from mappings.mapped import Resource

AT_ONCE = 6
"""Requests of one search under way at the same time."""

PAGES_AGAIN = 50
"""Pages read again at most where the EHR has forgotten one."""

PARTS_DEEP = 12
"""How often a request that a bad record spoils is asked for in smaller parts."""


@dataclass(frozen=True, slots=True)
class Branch:
    """How far one of a search's requests was read: the EHR's link to go on with, None at its start, and how many
    matches it has given."""

    at: int
    following: str | None = None
    given: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    bundle: Bundle
    next: Branch | None
    issues: tuple[Issue, ...] = ()


async def search(ehr: FHIRServer, call: Call, query: Query) -> Page:
    """One page of what the query's requests find. Raises EHRError, TooCostly, Gone."""
    served = ehr.dialect.served(query.type)
    if served.find is not None:
        return await served.find(ehr, call, query)
    plan = planned(served, query, ehr.writing)
    if len(plan.requests) > MOST_REQUESTS:
        raise TooCostly(f"the search asks for more than {MOST_REQUESTS} things of the EHR at once; name fewer")
    open_ = _opened(query.cursor, len(plan.requests))
    now, later = open_[:AT_ONCE], open_[AT_ONCE:]
    answers: list[Answer] = await at_once(
        *(_asked(ehr, call, served, _counted(served, plan.requests[one.at], query, ehr), one) for one in now)
    )
    matches = newest(one for answer in answers for one in answer.bundle.matches)
    warned = (ehr.dialect.warn(issue) for answer in answers for issue in answer.bundle.issues)
    issues = dict.fromkeys([*(one for one in warned if one), *(one for each in answers for one in each.issues)])
    page = ehr.served(matches, tuple(issues) if query.cursor is None else ())
    following = [*(answer.next for answer in answers if answer.next is not None), *later]
    return replace(page, cursor=_written(following), applied=plan.applied)


def newest(resources: Iterable[Resource]) -> list[Resource]:
    """Each once by its id, in the order of their first mention: the one last updated where they differ."""
    found: dict[Any, Resource] = {}
    for one in resources:
        other = found.get(one.get("id"))
        if other is None or _updated(one) >= _updated(other):
            found[one.get("id")] = one
    return list(found.values())


def _updated(resource: Resource) -> str:
    meta = resource.get("meta")
    return str(meta.get("lastUpdated", "")) if isinstance(meta, dict) else ""


def _counted(served: Served, request: Pairs, query: Query, ehr: FHIRServer) -> Pairs:
    if served.count is None or (request[:1] and request[0][0] in (READ, "_id")):
        return request
    wanted = query.count if query.count else ehr.settings.page_size
    return (*request, ("_count", str(min(max(wanted, 1), ehr.settings.page_size, served.count))))


async def _asked(ehr: FHIRServer, call: Call, served: Served, request: Pairs, branch: Branch) -> Answer:
    """The next page of one request."""
    if request and request[0][0] == READ:
        found = await record_of(ehr, call, served.type, request[0][1])
        return Answer(Bundle((found,) if found else (), (), (), None), None)
    try:
        bundle = await ehr.page(call, served.type, request, branch.following)
    except BadRecord:
        if branch.following is not None:
            raise EHRInvalid("one record of the EHR spoils this page; narrow the search") from None
        return await _in_parts(ehr, call, served, request, branch)
    except DeadPage:
        return await _again(ehr, call, served, request, branch)
    return Answer(bundle, _next(ehr, branch, bundle))


def _next(ehr: FHIRServer, branch: Branch, bundle: Bundle) -> Branch | None:
    if bundle.next is None:
        return None
    return Branch(branch.at, ehr.following(bundle.next), branch.given + len(bundle.matches))


async def _again(ehr: FHIRServer, call: Call, served: Served, request: Pairs, branch: Branch) -> Answer:
    """The EHR has forgotten the page: from the start, skipping what was given. Raises Gone where that can't be."""
    here = Branch(branch.at)
    try:
        for _ in range(PAGES_AGAIN):
            bundle = await ehr.page(replace(call, fresh=True), served.type, request, here.following)
            after = _next(ehr, here, bundle)
            end = here.given + len(bundle.matches)
            if end > branch.given or after is None:
                left = bundle.matches[max(0, branch.given - here.given) :]
                return Answer(replace(bundle, matches=left), after)
            here = after
    except DeadPage:
        pass
    raise Gone("the EHR has forgotten where this search was; run it again", parameter="_cursor")


async def _in_parts(ehr: FHIRServer, call: Call, served: Served, request: Pairs, branch: Branch) -> Answer:
    """All of a request that one bad record spoils, but for that record: asked for in ever smaller parts."""
    matches: list[Resource] = []
    pending: list[tuple[Pairs, int]] = [(request, 0)]
    lost = False
    while pending:
        part, deep = pending.pop()
        try:
            matches += await _whole(ehr, call, served, part) if deep else []
            if deep:
                continue
        except BadRecord:
            pass
        parts = ehr.dialect.split(served, part) if deep < PARTS_DEEP else None
        if parts is None and not deep:
            raise EHRInvalid("one record of the EHR spoils the whole search; narrow it by date or category")
        lost = lost or parts is None
        pending += [(each, deep + 1) for each in parts or ()]
    issues = (Issue("structure", UNREAD),) if lost else ()
    return Answer(Bundle(tuple(newest(matches)), (), (), None), None, issues)


async def _whole(ehr: FHIRServer, call: Call, served: Served, request: Pairs) -> list[Resource]:
    found: list[Resource] = []
    following: str | None = None
    for _ in range(PAGES_AGAIN):
        bundle = await ehr.page(call, served.type, request, following)
        found += bundle.matches
        if bundle.next is None:
            return found
        following = ehr.following(bundle.next)
    raise TooCostly("the search reads too many pages of the EHR; narrow it")


def _opened(cursor: str | None, requests: int) -> list[Branch]:
    if cursor is None:
        return [Branch(at) for at in range(requests)]
    try:
        found = [Branch(at, following, given) for at, following, given in fhirjson.loads(cursor.encode())]
    except (ValueError, TypeError) as exc:
        raise Invalid("this paging link cannot be read; run the search again", parameter="_cursor") from exc
    return [one for one in found if one.at < requests]


def _written(open_: Sequence[Branch]) -> str | None:
    if not open_:
        return None
    return fhirjson.dumps([[one.at, one.following, one.given] for one in open_]).decode()
