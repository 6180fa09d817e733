"""Pages: nothing twice, nothing lost, and links that hold what they promise."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from conformance.client import Exchange
from conformance.exam import FHIR_R4, Exam, together
from conformance.lines import Line, NotExercised
from conformance.queries import broad
from conformance.scopes import is_outcome
from conformance.searching import OK, Found, address, bundle_of, link, search, shown

GROUP = "paging"
SOURCE = f"{FHIR_R4}search.html#count"
HTTP = f"{FHIR_R4}http.html#paging"
COUNTS = (1, 2, 5)
FEW, MANY = 3, 60

Pairs = list[tuple[str, str]]


async def examine(exam: Exam) -> None:
    await together(_stable(exam, type_) for type_ in exam.types)
    await together(_empty(exam, type_) for type_ in exam.types)
    await together([_posted(exam), _tampered(exam), _foreign(exam)])


async def _largest(exam: Exam, type_: str) -> Pairs:
    """The search with most results among those that fit; NotExercised where none gives enough for two pages."""
    declared = exam.declared.types[type_]
    if "search-type" not in declared.interactions:
        raise NotExercised(f"the statement lists no search for {type_}")
    if "patient" in declared.parameters:
        sizes = {one: len(exam.chart.of_patient(one, type_)) for one in exam.chart.patients}
        fitting = {one: size for one, size in sizes.items() if size >= FEW}
        pairs = broad(exam, type_, min(fitting, key=lambda one: fitting[one])) if fitting else None
        if pairs:
            return pairs
        raise NotExercised(f"no patient given has {FEW} {type_} or more that one search finds")
    pool = [one["id"] for one in exam.chart.pool(type_)]
    if len(pool) >= FEW and exam.declared.searches(type_, "_id"):
        return [("_id", ",".join(pool[:10]))]
    raise NotExercised(f"no search is known that finds {FEW} {type_} or more")


async def _stable(exam: Exam, type_: str) -> None:
    title = f"{type_}: in pages of any size the same comes, each once, with one total"
    with exam.book.line(GROUP, type_, title, SOURCE) as line:
        pairs = await _largest(exam, type_)
        whole = await search(line, type_, pairs)
        for count in COUNTS:
            if len(whole.matches) > MANY * count:
                continue
            paged = await search(line, type_, [*pairs, ("_count", str(count))])
            exam.searches.append(paged)
            _check_pages(line, whole, paged, count)
        first = await line.get(address(type_, [*pairs, ("_count", "2")]))
        following = link(bundle_of(first, "the first page"), "next")
        if following is not None:
            one = await line.get(following, fresh=True)
            again = await line.get(following, fresh=True)
            line.expect(_ids(one) == _ids(again), "the same next link gives two different pages")


def _check_pages(line: Line, whole: Found, paged: Found, count: int) -> None:
    ids = [one["id"] for one in paged.matches]
    twice = [id_ for id_, times in Counter(ids).items() if times > 1]
    line.expect(not twice, f"with _count={count} {len(twice)} resources come twice")
    line.expect(whole.ids <= set(ids), f"with _count={count} {len(whole.ids - set(ids))} resources are lost")
    line.expect(set(ids) <= whole.ids, f"with _count={count} {len(set(ids) - whole.ids)} resources come beside them")
    for page in paged.pages:
        matches = _ids(page)
        line.expect(len(matches) <= count, f"with _count={count} a page has {len(matches)} matches")


def _ids(page: Exchange) -> list[str]:
    entries = page.resource.get("entry", ())
    return [each["resource"]["id"] for each in entries if each.get("search", {}).get("mode", "match") == "match"]


async def _empty(exam: Exam, type_: str) -> None:
    title = f"{type_}: _count=0 and _summary=count give the number, and no entry"
    with exam.book.line(GROUP, f"{type_}.count", title, SOURCE) as line:
        pairs = await _largest(exam, type_)
        whole = await search(line, type_, pairs)
        supported = False
        for name, raw in (("_count", "0"), ("_summary", "count")):
            answer = await line.get(address(type_, [*pairs, (name, raw)]))
            if name == "_summary" and (answer.status == 400 or "_summary" not in (link(answer.resource, "self") or "")):
                continue
            bundle = bundle_of(answer, shown(type_, [*pairs, (name, raw)]))
            if whole.partial and bundle.get("total") is None:
                raise NotExercised("the server says that a part of the answer is missing, and gives no number")
            supported = True
            matches = _ids(answer)
            line.expect(not matches, f"with {name}={raw} {len(matches)} resources come")
            line.expect(bundle.get("total") == len(whole.matches), f"with {name}={raw} total is {bundle.get('total')}")
        if not supported:
            raise NotExercised("neither is supported")


async def _paged(exam: Exam, line: Line) -> tuple[str, Pairs, Exchange]:
    """A first page that has a next link."""
    for type_ in exam.types:
        try:
            pairs = [*await _largest(exam, type_), ("_count", "1")]
        except NotExercised:
            continue
        page = await line.get(address(type_, pairs))
        if page.status == OK and link(page.resource, "next"):
            return type_, pairs, page
    raise NotExercised("no search is known whose result has two pages")


async def _posted(exam: Exam) -> None:
    title = "The next link of a search by POST is followed by GET"
    with exam.book.line(GROUP, "post", title, HTTP) as line:
        type_, pairs, _ = await _paged(exam, line)
        by_get = await search(line, type_, pairs)
        by_post = await search(line, type_, pairs, post=True)
        line.expect(by_get.ids == by_post.ids, f"{by_post.query} by POST gives other pages than by GET")


async def _tampered(exam: Exam) -> None:
    title = "A paging link that was altered is refused, never another page"
    with exam.book.line(GROUP, "tampered", title, HTTP) as line:
        _, pairs, page = await _paged(exam, line)
        following = str(link(page.resource, "next"))
        named = [part.partition("=")[0] for part in following.partition("?")[2].split("&")]
        opaque = [name for name in named if name not in {name for name, _ in pairs}]
        if not opaque:
            raise NotExercised("the next link says nothing but parameters of the search")
        kept = [(name, value) for name, value in pairs if f"{name}=" in following]
        altered = f"{following.partition('?')[0]}?{urlencode([*kept, (opaque[0], 'tampered')])}"
        answer = await line.get(altered, fresh=True)
        line.expect(answer.status in (400, 404, 410), f"it is answered with status {answer.status}")
        line.expect(is_outcome(answer), "the answer is no OperationOutcome")


async def _foreign(exam: Exam) -> None:
    title = "A paging link is no key: without a token it is 401"
    with exam.book.line(GROUP, "token", title, HTTP) as line:
        if exam.client.token is None:
            raise NotExercised("the server is examined without a token")
        _, _, page = await _paged(exam, line)
        answer = await line.get(str(link(page.resource, "next")), token=None, fresh=True)
        line.expect(answer.status == 401, f"it is answered with status {answer.status}")
