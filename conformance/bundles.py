"""What holds of every searchset, checked on each that was seen: links, entries, totals. No request of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

from conformance.client import Exchange
from conformance.exam import FHIR_R4, Exam, named, together
from conformance.lines import Line, NotExercised
from conformance.searching import OK, Found, link

GROUP = "bundle"
SEARCH = f"{FHIR_R4}search.html"
BUNDLE = f"{FHIR_R4}bundle.html"
MOST_READS = 8

Check = Callable[[Exam, Line, Found], None]


async def examine(exam: Exam) -> None:
    rules: tuple[tuple[str, str, str, Check], ...] = (
        ("total", "total is the number of matches over all pages, the same on each", f"{SEARCH}#total", _total),
        ("self", "self is absolute and holds what was applied", f"{SEARCH}#conformance", _self),
        ("next", "next is absolute, and absent on the last page", f"{FHIR_R4}http.html#paging", _next),
        ("entry", "an empty result has no entry at all", f"{FHIR_R4}json.html", _entry),
        ("fullUrl", "fullUrl is absolute, and the address of the resource", f"{BUNDLE}#bundle-unique", _full_url),
        ("mode", "each entry says whether it is match, include or outcome", f"{SEARCH}#include", _mode),
        ("unique", "no resource comes twice", f"{BUNDLE}#bundle-unique", _unique),
        ("outcome", "an outcome entry warns or informs, and is no error", f"{SEARCH}#errors", _outcome),
        ("media", "a Bundle is FHIR JSON", f"{FHIR_R4}http.html#mime-type", _media),
    )
    for name, title, source, check in rules:
        with exam.book.line(GROUP, name, f"In every searchset {title}", source) as line:
            if not exam.searches:
                raise NotExercised("no search was made; run the search group too")
            for found in exam.searches:
                check(exam, line, found)
                if line.problems and not line.exchanges:
                    line.exchanges += found.pages[:1]
            line.note = f"{len(exam.searches)} searches"
    await together([_reads(exam)])


def _entries(found: Found) -> Iterator[tuple[Exchange, dict[str, object]]]:
    for page in found.pages:
        for entry in page.resource.get("entry", ()):
            yield page, entry


def _total(exam: Exam, line: Line, found: Found) -> None:
    totals = [page.resource["total"] for page in found.pages if "total" in page.resource]
    count = len({one["id"] for one in found.matches})
    line.expect(all(total == count for total in totals), f"{found.query} has total {totals[:3]} and {count} matches")


def _self(exam: Exam, line: Line, found: Found) -> None:
    url = link(found.first, "self")
    if not line.expect(url, f"{found.query} has no self link"):
        return
    line.expect(str(url).startswith(("https://", "http://")), f"the self link of {found.query} is not absolute")
    sent = unquote_plus(str(url).partition("?")[2])
    listed = exam.declared.types[found.type].parameters
    for name, _ in found.pairs:
        applied = f"{name}=" in sent or name.partition(":")[0] not in listed
        line.expect(applied, f"the self link of {found.query} lacks {name}")


def _next(exam: Exam, line: Line, found: Found) -> None:
    for page in found.pages:
        url = link(page.resource, "next")
        line.expect(url is None or url.startswith(("https://", "http://")), f"a next link of {found.query} is relative")
    last = found.pages[-1].resource
    empty = len(found.pages) > 1 and not last.get("entry") and found.total is not None
    line.expect(not empty, f"{found.query} ends with an empty page: the page before it had nothing to lead to")


def _entry(exam: Exam, line: Line, found: Found) -> None:
    for page in found.pages:
        line.expect(page.resource.get("entry") != [], f"{found.query} has an empty list of entries")


def _full_url(exam: Exam, line: Line, found: Found) -> None:
    for _, entry in _entries(found):
        resource = entry["resource"]
        if not isinstance(resource, dict) or resource.get("resourceType") == "OperationOutcome":
            continue
        url = entry.get("fullUrl")
        line.expect(url == exam.url(resource), f"{found.query} gives {named(resource)} with fullUrl {url}")


def _mode(exam: Exam, line: Line, found: Found) -> None:
    for _, entry in _entries(found):
        search = entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else None
        line.expect(mode in ("match", "include", "outcome"), f"{found.query} has an entry without search.mode")


def _unique(exam: Exam, line: Line, found: Found) -> None:
    matches = Counter(named(one) for one in found.matches)
    line.expect(max(matches.values(), default=1) == 1, f"{found.query} gives a match twice")
    both = matches.keys() & {named(one) for one in found.included}
    line.expect(not both, f"{found.query} includes what is a match already")
    for page in found.pages:
        urls = Counter(str(entry["fullUrl"]) for entry in page.resource.get("entry", ()) if "fullUrl" in entry)
        line.expect(max(urls.values(), default=1) == 1, f"{found.query} has a fullUrl twice in one page")


def _outcome(exam: Exam, line: Line, found: Found) -> None:
    severities = {issue.get("severity") for one in found.outcomes for issue in one.get("issue", ())}
    line.expect(severities <= {"warning", "information"}, f"{found.query} has an outcome entry that is an error")


def _media(exam: Exam, line: Line, found: Found) -> None:
    for page in found.pages:
        line.expect(page.media_type == "application/fhir+json", f"{found.query} has content type {page.media_type}")


async def _reads(exam: Exam) -> None:
    title = "What fullUrl names is read there"
    with exam.book.line(GROUP, "address", title, f"{BUNDLE}#bundle-unique") as line:
        urls: dict[str, str] = {}
        for found in exam.searches:
            for _, entry in _entries(found):
                resource = entry["resource"]
                if isinstance(resource, dict) and exam.declared.reads(str(resource.get("resourceType"))):
                    urls.setdefault(str(resource["resourceType"]), str(entry.get("fullUrl")))
        if not urls:
            raise NotExercised("no search gave anything")
        for type_, url in list(urls.items())[:MOST_READS]:
            line.demand(url.startswith("http"), f"a {type_} has fullUrl {url}")
            answer = await line.get(url)
            line.expect(answer.status == OK, f"{url} is answered with status {answer.status}")
