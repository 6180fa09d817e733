"""A search over one FHIR server: the requests that it takes, side by side, page by page, until each has no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.contract import Call, Issue, Page
from adapters.fhir_r4.answers import Bundle
from adapters.fhir_r4.client import FHIRServer, at_once
from adapters.fhir_r4.declare import BadRecord, DeadPage, NotHeld, NothingFound, Pairs, Served
from adapters.fhir_r4.plan import MOST_REQUESTS, READ, planned
from adapters.fhir_r4.read import record_of
from adapters.query import Query
from capability.issues import EHRInvalid, FHIRError, Gone, Invalid, TooCostly
from mappings import fhirjson
from mappings.mapped import Resource

AT_ONCE = 6
"""Requests of one search under way at the same time."""

PAGES_AGAIN = 50
"""Pages read again at most where the EHR has forgotten one."""

PARTS_DEEP = 16
"""How often a request that a bad record spoils is asked for in smaller parts."""

PARTS_MOST = 150
"""Parts asked for at most: a record that lies in most of them can't be told from the others."""

SPOILT = "a record of the EHR is broken, and what was recorded together with it was left out"


@dataclass(frozen=True, slots=True)
class Branch:
    """How far one of a search's requests was read: the EHR's link to go on with, None at its start, and how many
    matches it has given."""

    at: int
    following: str | None = None
    given: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """`refused`: why there is nothing in it."""

    bundle: Bundle
    next: Branch | None
    issues: tuple[Issue, ...] = ()
    refused: FHIRError | None = None


NOTHING = Bundle((), (), (), None)


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
    refused = [answer.refused for answer in answers if answer.refused is not None]
    if refused and len(refused) == len(plan.requests):
        raise refused[0]
    matches = newest(one for answer in answers for one in answer.bundle.matches)
    begun = [answer for one, answer in zip(now, answers, strict=True) if one.following is None]
    warned = (ehr.dialect.warn(issue) for answer in begun for issue in answer.bundle.issues)
    issues = dict.fromkeys([*(one for one in warned if one), *(one for each in answers for one in each.issues)])
    whole = matches if served.complete is None else await served.complete(ehr, call, matches)
    page = await ehr.served_in_turns(list(whole), tuple(issues))
    following = [*(answer.next for answer in answers if answer.next is not None), *later]
    return replace(page, cursor=_written(following), applied=plan.applied)


def newest(resources: Iterable[Resource]) -> list[Resource]:
    """Each once by its id, in the order of their first mention: the one last updated where they differ."""
    found: dict[str, Resource] = {}
    for one in resources:
        id_ = str(one.get("id"))
        other = found.get(id_)
        if other is None or _updated(one) >= _updated(other):
            found[id_] = one
    return list(found.values())


def _updated(resource: Resource) -> tuple[float, int]:
    """When it was last updated, however that is spelled, and its version's number."""
    meta = resource.get("meta")
    told, version = (meta.get("lastUpdated"), meta.get("versionId")) if isinstance(meta, dict) else (None, None)
    try:
        moment = datetime.fromisoformat(told).timestamp() if isinstance(told, str) else 0.0
    except (ValueError, OverflowError):
        moment = 0.0
    return moment, int(version) if isinstance(version, str) and version.isdecimal() and len(version) < 19 else 0


def _counted(served: Served, request: Pairs, query: Query, ehr: FHIRServer) -> Pairs:
    names = {name for name, _ in request}
    if served.count is None or names & {READ, "_id"} or (served.count_with and not names & served.count_with):
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
    except NothingFound:
        bundle = NOTHING
    except NotHeld as held:
        return Answer(NOTHING, None, (held.issue,), held.error)
    if served.replaced and request[:1] and request[0][0] == "_id":
        bundle = await _with_replaced(ehr, call, served, request[0][1].split(","), bundle)
    return Answer(_proven(served, request, bundle), _next(ehr, branch, bundle))


async def _with_replaced(ehr: FHIRServer, call: Call, served: Served, ids: Sequence[str], bundle: Bundle) -> Bundle:
    """What an `_id` found, and what a read tells of the ids that it left out."""
    found = {one.get("id") for one in bundle.matches}

    async def read(id_: str) -> Resource | None:
        try:
            return await ehr.record(call, served.type, id_)
        except FHIRError:
            return None  # the search has left it out

    others: list[Resource | None] = await at_once(*(read(one) for one in ids if one not in found))
    return replace(bundle, matches=(*bundle.matches, *(one for one in others if one is not None)))


def _proven(served: Served, request: Pairs, bundle: Bundle) -> Bundle:
    if (proves := served.proves) is None:
        return bundle
    return replace(bundle, matches=tuple(proves(request, one) for one in bundle.matches))


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
                return Answer(_proven(served, request, replace(bundle, matches=left)), after)
            here = after
    except DeadPage:
        pass
    raise Gone("the EHR has forgotten where this search was; run it again", parameter="_cursor")


async def _in_parts(ehr: FHIRServer, call: Call, served: Served, request: Pairs, branch: Branch) -> Answer:
    """All of a request that one bad record spoils, but for that record: asked for in ever smaller parts."""
    matches: list[Resource] = []
    pending = [(part, 1) for part in ehr.dialect.split(served, request) or ()]
    if not pending:
        raise EHRInvalid("one record of the EHR spoils the whole search; narrow it by date or category")
    lost, asked = False, 0
    while pending:
        asked += AT_ONCE
        if asked > PARTS_MOST:
            raise EHRInvalid("one record of the EHR spoils most of the search; narrow it by date or category")
        now, pending = pending[:AT_ONCE], pending[AT_ONCE:]
        found = await at_once(*(_unspoilt(ehr, call, served, part) for part, _ in now))
        for (part, deep), rows in zip(now, found, strict=True):
            if rows is not None:
                matches += rows
                continue
            parts = ehr.dialect.split(served, part) if deep < PARTS_DEEP else None
            lost = lost or parts is None
            pending += [(each, deep + 1) for each in parts or ()]
    issues = (Issue("structure", SPOILT),) if lost else ()
    return Answer(_proven(served, request, Bundle(tuple(newest(matches)), (), (), None)), None, issues)


async def _unspoilt(ehr: FHIRServer, call: Call, served: Served, part: Pairs) -> list[Resource] | None:
    """All of a request; None where a bad record spoils it."""
    try:
        return await _whole(ehr, call, served, part)
    except BadRecord:
        return None


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
