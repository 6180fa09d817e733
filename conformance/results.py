"""Parameters that shape a result: `_sort`, `_elements`, `_summary`, `_total`.

No element of a CapabilityStatement declares them. Where a server refuses one, or leaves it out of self, it isn't
offered; where self holds it, it has been applied, and must have been applied right.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from capability.uscore.datatypes import CHOICES
from conformance import dates
from conformance.exam import FHIR_R4, Exam, named, together
from conformance.lines import Line, NotExercised
from conformance.queries import broad
from conformance.searching import Found, address, link, search

GROUP = "results"
SEARCH = f"{FHIR_R4}search.html"
SUBSETTED = ("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED")
ALWAYS = ("resourceType", "id", "meta", "extension", "modifierExtension", "implicitRules")

# `_elements` names `onset`, not `onsetDateTime`; a plain element that looks like one is left out too
_CHOSEN = re.compile(f"^_|[a-z](?:{'|'.join(kind[0].upper() + kind[1:] for kind in CHOICES)})$")

Pairs = list[tuple[str, str]]


async def examine(exam: Exam) -> None:
    work = [_sort(exam, type_, code) for type_, code in _dated(exam)]
    work += [_elements(exam, type_) for type_ in exam.types]
    work += [_summary(exam, type_, "true") for type_ in exam.types]
    work += [_summary(exam, type_, "data") for type_ in exam.types]
    work += [_summary(exam, type_, "text") for type_ in exam.types]
    work += [_total(exam, type_) for type_ in exam.types]
    await together(work)


def _dated(exam: Exam) -> list[tuple[str, str]]:
    """The date parameters of each type that the server lists."""
    return [
        (type_, code)
        for type_ in exam.types
        for code, row in exam.tables.parameters.get(type_, {}).items()
        if row.kind == "date" and exam.declared.searches(type_, code)
    ]


def _all_of(exam: Exam, type_: str) -> Pairs:
    """The search for the patient with most of the type. Raises NotExercised where none has any."""
    if exam.declared.searches(type_, "patient"):
        for patient in sorted(exam.chart.patients, key=lambda one: -len(exam.chart.of_patient(one, type_))):
            pairs = broad(exam, type_, patient)
            if pairs and exam.chart.of_patient(patient, type_):
                return pairs
    pool = exam.chart.pool(type_)
    if pool and exam.declared.searches(type_, "_id"):
        return [("_id", ",".join(one["id"] for one in pool[:10]))]
    raise NotExercised(f"no search for {type_} finds anything of the patients given")


async def _applied(line: Line, type_: str, pairs: Pairs, name: str, raw: str) -> Found:
    """The search with one more parameter. Raises NotExercised where it is refused or was ignored."""
    answer = await line.get(address(type_, [*pairs, (name, raw)]))
    if answer.status in (400, 403, 405, 501):
        raise NotExercised(f"the server refuses {name}")
    if f"{name}=" not in (link(answer.resource, "self") or ""):
        raise NotExercised(f"the server ignores {name}: its self link leaves it out")
    return await search(line, type_, [*pairs, (name, raw)])


async def _sort(exam: Exam, type_: str, code: str) -> None:
    title = f"{type_}: _sort={code} and -{code} order the matches over all pages"
    with exam.book.line(GROUP, f"{type_}.sort.{code}", title, f"{SEARCH}#sort") as line:
        pairs = _all_of(exam, type_)
        whole = await search(line, type_, pairs)
        for raw in (code, f"-{code}"):
            found = await _applied(line, type_, pairs, "_sort", raw)
            line.expect(found.ids == whole.ids, f"{found.query} gives other matches than without it")
            by_start = _spans(exam, found, code, "start")
            if len(by_start) < 2:
                raise NotExercised(f"fewer than two {type_} have a {code}")
            # the standard doesn't say by which end of a Period
            orders = (by_start, _spans(exam, found, code, "end"))
            ordered = any(_ordered(spans if raw == code else spans[::-1]) for spans in orders)
            line.expect(ordered, f"{found.query} is not in this order")


def _spans(exam: Exam, found: Found, code: str, end: str) -> list[tuple[float, float]]:
    """What each match with a value is sorted by, in the order they came; a Period without that end is left out."""
    spans = []
    for one in found.matches:
        values = exam.matcher.values(one, code)
        texts = [value if isinstance(value, str) else value.get(end) for value in values]
        whole = [dates.interval(text) for text in texts if isinstance(text, str) and dates.is_date(text)]
        spans += [min(whole)] if whole else []
    return spans


def _ordered(spans: list[tuple[float, float]]) -> bool:
    """Each begins no later than the next, a date's zone left open by half a day to each side."""
    day = 14 * 3600 * 1_000_000
    return all(one[0] <= other[0] + (day if _is_day(one) != _is_day(other) else 0) for one, other in pairwise(spans))


def _is_day(span: tuple[float, float]) -> bool:
    return span[1] - span[0] >= 86_400 * 1_000_000


def _tagged(resource: dict[str, Any]) -> bool:
    tags = resource.get("meta", {}).get("tag", ())
    return any((each.get("system"), each.get("code")) == SUBSETTED for each in tags)


async def _elements(exam: Exam, type_: str) -> None:
    title = f"{type_}: _elements leaves what was asked for and what is mandatory, tagged SUBSETTED"
    with exam.book.line(GROUP, f"{type_}.elements", title, f"{SEARCH}#elements") as line:
        pairs = _all_of(exam, type_)
        whole = {one["id"]: one for one in (await search(line, type_, pairs)).matches}
        name = _optional(exam, type_, whole)
        found = await _applied(line, type_, pairs, "_elements", name)
        line.expect(found.ids == whole.keys(), f"{found.query} gives other matches than without it")
        for one in found.matches:
            original = whole.get(one["id"], {})
            cut = one.keys() != original.keys()
            line.expect(not cut or _tagged(one), f"{named(one)} is cut and not tagged SUBSETTED")
            line.expect(name not in original or one.get(name) == original[name], f"{named(one)} has lost {name}")
            line.expect("text" not in one or name == "text", f"{named(one)} still has its narrative")
            extra = one.keys() - original.keys() - {"meta"}
            line.expect(not extra, f"{named(one)} has gained {', '.join(sorted(extra))}")


def _optional(exam: Exam, type_: str, whole: dict[str, dict[str, Any]]) -> str:
    """An element that some resource has and that can be left out."""
    names = [key for one in whole.values() for key in one if key not in (*ALWAYS, "text") and not _CHOSEN.search(key)]
    if not names:
        raise NotExercised(f"no {type_} has an element to ask for")
    return names[-1]


async def _summary(exam: Exam, type_: str, kind: str) -> None:
    title = f"{type_}: _summary={kind} cuts what it should, tagged SUBSETTED"
    with exam.book.line(GROUP, f"{type_}.summary-{kind}", title, f"{SEARCH}#summary") as line:
        pairs = _all_of(exam, type_)
        whole = {one["id"]: one for one in (await search(line, type_, pairs)).matches}
        found = await _applied(line, type_, pairs, "_summary", kind)
        line.expect(found.ids == whole.keys(), f"{found.query} gives other matches than without it")
        for one in found.matches:
            cut = one.keys() != whole.get(one["id"], one).keys()
            line.expect(not cut or _tagged(one), f"{named(one)} is cut and not tagged SUBSETTED")
            line.expect(kind == "text" or "text" not in one, f"{named(one)} still has its narrative")


async def _total(exam: Exam, type_: str) -> None:
    title = f"{type_}: _total=accurate gives the number of matches"
    with exam.book.line(GROUP, f"{type_}.total", title, f"{SEARCH}#total") as line:
        pairs = _all_of(exam, type_)
        found = await _applied(line, type_, pairs, "_total", "accurate")
        if found.total is None and found.partial:
            raise NotExercised("the server says that a part of the answer is missing, and gives no total")
        line.expect(found.total == len(found.matches), f"{found.query} has total {found.total}")
