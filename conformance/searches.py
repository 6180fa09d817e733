"""Every search that US Core asks for and the server lists: what it gives matches, and holds what it was asked by."""

from __future__ import annotations

from conformance.exam import SERVER_STATEMENT, Exam, together
from conformance.lines import Line, NotExercised
from conformance.queries import Combination, combinations, queries
from conformance.searching import Found, check_complete, check_sound, search

GROUP = "search"
COMPLETE = "completeness"
POST = "post"
SOURCE = "https://hl7.org/fhir/R4/search.html"
MOST_POSTED = 3


async def examine(exam: Exam) -> None:
    for type_ in sorted(exam.tables.edition.named - exam.declared.types.keys()):
        reason = f"the statement does not list {type_}"
        exam.book.not_exercised(GROUP, type_, f"{type_} is searched", SERVER_STATEMENT, reason)
    await together(_combination(exam, one) for type_ in exam.types for one in combinations(exam, type_))


async def examine_completeness(exam: Exam) -> None:
    """The same searches against everything that the charts hold; nearly all comes from memory."""
    await together(_complete(exam, one) for type_ in exam.types for one in combinations(exam, type_))


async def examine_post(exam: Exam) -> None:
    await together(_posted(exam, type_) for type_ in exam.types)


def _offered(exam: Exam, one: Combination) -> None:
    declared = exam.declared.types[one.type]
    missing = [code for code in one.params if not declared.searchable(code)]
    if "search-type" not in declared.interactions:
        raise NotExercised(f"the statement lists no search for {one.type}")
    if missing:
        raise NotExercised(f"{one.strength}: the statement does not list {', '.join(missing)} for {one.type}")
    if not declared.enough(frozenset(one.params)):
        raise NotExercised(f"{one.strength}: the statement says that a search for {one.type} needs more")


def _tried(exam: Exam, one: Combination) -> list[tuple[tuple[str, str], ...]]:
    found = queries(exam, one)
    if not found:
        raise NotExercised(f"no {one.type} of the patients given has values for {' and '.join(one.params)}")
    return [query.pairs for query in found]


async def _combination(exam: Exam, one: Combination) -> None:
    title = (
        f"{one.type} by {' and '.join(one.params)} ({one.strength}): all that comes matches, what was asked for comes"
    )
    with exam.book.line(GROUP, f"{one.type}.{one.name}", title, SERVER_STATEMENT) as line:
        _offered(exam, one)
        _tried(exam, one)
        for query in queries(exam, one):
            found = await search(line, one.type, query.pairs)
            exam.searches.append(found)
            check_sound(line, exam.matcher, found)
            line.expect(
                query.source["id"] in found.ids,
                f"{found.query} lacks {one.type}/{query.source['id']}, whose values were asked for",
            )


async def _complete(exam: Exam, one: Combination) -> None:
    title = f"{one.type} by {' and '.join(one.params)}: nothing that matches is missing"
    with exam.book.line(COMPLETE, f"{one.type}.{one.name}", title, f"{SOURCE}#Introduction") as line:
        _offered(exam, one)
        pool = exam.chart.sought(one.type)
        for pairs in _tried(exam, one):
            found = await search(line, one.type, pairs)
            check_complete(line, exam.matcher, found, pool)
        line.note = f"against {len(pool)} known"
        if one.type in exam.chart.unknown:
            line.note += f"; {exam.chart.unknown[one.type]}"


async def _posted(exam: Exam, type_: str) -> None:
    title = f"{type_}: a search by POST gives what the same search by GET gives"
    with exam.book.line(POST, type_, title, f"{SOURCE}#Introduction") as line:
        workable = [one for one in combinations(exam, type_) if _works(exam, one)]
        if not workable:
            raise NotExercised(f"no search for {type_} could be tried")
        for one in workable[:MOST_POSTED]:
            await _same(line, one.type, queries(exam, one)[0].pairs)


def _works(exam: Exam, one: Combination) -> bool:
    declared = exam.declared.types[one.type]
    return declared.searchable(*one.params) and declared.enough(frozenset(one.params)) and bool(queries(exam, one))


async def _same(line: Line, type_: str, pairs: tuple[tuple[str, str], ...]) -> None:
    by_get = await search(line, type_, pairs)
    by_post = await search(line, type_, pairs, post=True)
    agree(line, by_get, by_post, "by POST")


def agree(line: Line, one: Found, other: Found, how: str) -> None:
    """Notes where two searches that mean the same differ."""
    line.expect(
        one.ids == other.ids, f"{one.query} {how} gives {len(other.ids)} resources, not the same {len(one.ids)}"
    )
    line.expect(one.total == other.total, f"{one.query} {how} has total {other.total}, not {one.total}")
