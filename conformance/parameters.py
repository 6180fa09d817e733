"""Parameters that a server doesn't know, modifiers, malformed values, and the modifiers that partition a result."""

from __future__ import annotations

import json

from conformance.client import Exchange
from conformance.exam import FHIR_R4, Exam, together
from conformance.lines import Line, NotExercised
from conformance.queries import combinations, owned, queries, tokens, value
from conformance.scopes import is_outcome
from conformance.searching import OK, Found, address, bundle_of, link, search, shown

GROUP = "parameters"
SOURCE = f"{FHIR_R4}search.html"
LENIENT = f"{SOURCE}#errors"
UNKNOWN = "no-such-parameter"
REFUSED = 400
MALFORMED = {"date": ("23 May 2009", "2020-13", "gt", "xx2020-01-01"), "_count": ("abc", "-1")}

Pairs = list[tuple[str, str]]


async def examine(exam: Exam) -> None:
    work = [
        check(exam, type_) for type_ in exam.types for check in (_strict, _default, _lenient, _modifier, _malformed)
    ]
    work += [_missing(exam, type_, code) for type_, code in _filters(exam)]
    work += [_not(exam, type_, code) for type_, code in _filters(exam, "token")]
    work += [_id(exam, type_) for type_ in exam.types]
    await together(work)


def workable(exam: Exam, type_: str) -> Pairs:
    """A search that is declared and finds something. Raises NotExercised where there is none."""
    declared = exam.declared.types[type_]
    for one in combinations(exam, type_):
        if declared.searchable(*one.params) and declared.enough(frozenset(one.params)) and one.params != ("_id",):
            for query in queries(exam, one)[:1]:
                return list(query.pairs)
    raise NotExercised(f"no search for {type_} could be tried")


def _filters(exam: Exam, kind: str | None = None) -> list[tuple[str, str]]:
    return [
        (type_, code)
        for type_ in exam.types
        for code, row in exam.tables.parameters.get(type_, {}).items()
        if exam.declared.searches(type_, code) and code not in ("patient", "_id") and kind in (None, row.kind)
    ]


def _names(exchange: Exchange, name: str) -> bool:
    return name in json.dumps(exchange.resource.get("issue", []))


async def _strict(exam: Exam, type_: str) -> None:
    title = f"{type_}: with Prefer: handling=strict an unknown parameter is refused, and named"
    with exam.book.line(GROUP, f"{type_}.unknown.strict", title, LENIENT) as line:
        pairs = [*workable(exam, type_), (UNKNOWN, "1")]
        answer = await line.get(address(type_, pairs), headers={"Prefer": "handling=strict"})
        line.demand(answer.status == REFUSED, f"it is answered with status {answer.status}")
        line.expect(is_outcome(answer), "the answer is no OperationOutcome")
        line.expect(_names(answer, UNKNOWN), "the OperationOutcome does not name the parameter")


async def _default(exam: Exam, type_: str) -> None:
    title = f"{type_}: without Prefer an unknown parameter is refused, or left out of self"
    with exam.book.line(GROUP, f"{type_}.unknown", title, LENIENT) as line:
        pairs = [*workable(exam, type_), (UNKNOWN, "1")]
        answer = await line.get(address(type_, pairs))
        if answer.status == REFUSED:
            line.expect(is_outcome(answer), "the answer is no OperationOutcome")
            line.expect(_names(answer, UNKNOWN), "the OperationOutcome does not name the parameter")
            return
        line.expect(UNKNOWN not in (link(bundle_of(answer, "it"), "self") or ""), "self holds the unknown parameter")


async def _lenient(exam: Exam, type_: str) -> None:
    title = f"{type_}: with Prefer: handling=lenient it is ignored, left out of self, and warned of"
    with exam.book.line(GROUP, f"{type_}.unknown.lenient", title, LENIENT) as line:
        pairs = workable(exam, type_)
        plain = await search(line, type_, pairs)
        found = await search(line, type_, [*pairs, (UNKNOWN, "1")], headers={"Prefer": "handling=lenient"})
        exam.searches.append(found)
        line.expect(found.ids == plain.ids, "the result is not that of the search without it")
        line.expect(UNKNOWN not in (link(found.first, "self") or ""), "self holds the unknown parameter")
        line.expect(found.outcomes, "no outcome entry says that it was ignored")
        line.expect(UNKNOWN in json.dumps(found.outcomes), "the outcome entry does not name the parameter")


async def _modifier(exam: Exam, type_: str) -> None:
    title = f"{type_}: an unknown modifier is refused, even leniently"
    with exam.book.line(GROUP, f"{type_}.modifier", title, f"{SOURCE}#modifiers") as line:
        pairs = workable(exam, type_)
        name, raw = pairs[-1]
        for headers in ({}, {"Prefer": "handling=lenient"}):
            answer = await line.get(address(type_, [*pairs[:-1], (f"{name}:no-such", raw)]), headers=headers)
            line.expect(answer.status == REFUSED, f"{name}:no-such is answered with status {answer.status}")
            line.expect(answer.status != REFUSED or is_outcome(answer), "the refusal is no OperationOutcome")


async def _malformed(exam: Exam, type_: str) -> None:
    title = f"{type_}: a malformed date or _count is refused"
    with exam.book.line(GROUP, f"{type_}.malformed", title, f"{SOURCE}#errors") as line:
        pairs = workable(exam, type_)
        dated = [code for kind_type, code in _filters(exam, "date") if kind_type == type_]
        tried = [("_count", raw) for raw in MALFORMED["_count"]]
        tried += [(code, raw) for code in dated for raw in MALFORMED["date"]]
        for name, raw in tried:
            beside = [pair for pair in pairs if pair[0] != name]
            answer = await line.get(address(type_, [*beside, (name, raw)]))
            line.expect(answer.status == REFUSED, f"{name}={raw} is answered with status {answer.status}")
            line.expect(answer.status != REFUSED or is_outcome(answer), f"{name}={raw}: no OperationOutcome")


# --- partitions ----------------------------------------------------------------------------------------------------


async def _base(exam: Exam, line: Line, type_: str, code: str) -> tuple[Pairs, Found]:
    """A search without the parameter, that may be searched together with it."""
    for patient, resource in owned(exam, type_):
        subject = value(exam, resource, "patient", patient)
        enough = exam.declared.types[type_].enough(frozenset(("patient",)))
        if exam.declared.searches(type_, "patient") and subject and enough:
            return [("patient", subject)], await search(line, type_, [("patient", subject)])
        for one in combinations(exam, type_):
            declared = exam.declared.types[type_]
            if code not in one.params and declared.searchable(*one.params) and declared.enough(frozenset(one.params)):
                for query in queries(exam, one)[:1]:
                    return list(query.pairs), await search(line, type_, query.pairs)
    raise NotExercised(f"no search for {type_} without {code} could be tried")


async def _missing(exam: Exam, type_: str, code: str) -> None:
    title = f"{type_}: {code}:missing=true and =false are two parts of all, or :missing is refused"
    with exam.book.line(GROUP, f"{type_}.{code}.missing", title, f"{SOURCE}#modifiers") as line:
        pairs, whole = await _base(exam, line, type_, code)
        name = f"{code}:missing"
        first = await line.get(address(type_, [*pairs, (name, "true")]))
        if first.status == REFUSED:
            raise NotExercised(f"the server refuses {name}, which US Core does not demand")
        without = await search(line, type_, [*pairs, (name, "true")])
        having = await search(line, type_, [*pairs, (name, "false")])
        line.expect(not without.ids & having.ids, "a resource is in both parts")
        line.expect(without.ids | having.ids == whole.ids, f"the parts are not all of {shown(type_, pairs)}")
        for found in (without, having):
            for one in found.matches:
                line.expect(exam.matcher.verdict(one, found.pairs)[1], f"{found.query} gives {type_}/{one['id']}")


async def _not(exam: Exam, type_: str, code: str) -> None:
    title = f"{type_}: {code} and {code}:not are two parts of all, or :not is refused"
    with exam.book.line(GROUP, f"{type_}.{code}.not", title, f"{SOURCE}#token") as line:
        pairs, whole = await _base(exam, line, type_, code)
        codes = [each for one in whole.matches for each in tokens(exam, one, code)]
        if not codes:
            raise NotExercised(f"no {type_} of the patients given has a {code}")
        answer = await line.get(address(type_, [*pairs, (f"{code}:not", codes[0])]))
        if answer.status == REFUSED:
            raise NotExercised(f"the server refuses {code}:not, which US Core does not demand")
        having = await search(line, type_, [*pairs, (code, codes[0])])
        without = await search(line, type_, [*pairs, (f"{code}:not", codes[0])])
        line.expect(not without.ids & having.ids, "a resource is in both parts")
        line.expect(without.ids | having.ids == whole.ids, f"the parts are not all of {shown(type_, pairs)}")


async def _id(exam: Exam, type_: str) -> None:
    title = f"{type_}: _id finds the one resource, and of an unknown id nothing"
    with exam.book.line(GROUP, f"{type_}._id", title, f"{SOURCE}#id") as line:
        if not exam.declared.searches(type_, "_id"):
            raise NotExercised(f"the statement lists no search of {type_} by _id")
        pool = exam.chart.pool(type_)
        if not pool:
            raise NotExercised(f"no {type_} is known from the patients given")
        found = await search(line, type_, [("_id", pool[0]["id"])])
        line.expect(found.ids == {pool[0]["id"]}, f"{found.query} gives {len(found.matches)} resources")
        both = await search(line, type_, [("_id", ",".join(one["id"] for one in pool[:2]))])
        line.expect(both.ids == {one["id"] for one in pool[:2]}, f"{both.query} does not give just these")
        answer = await line.get(address(type_, [("_id", "no-such-id")]))
        line.expect(answer.status == OK, f"an unknown _id is answered with status {answer.status}")
        line.expect(not answer.resource.get("entry"), "an unknown _id finds something")
