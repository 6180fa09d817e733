"""The ways of writing a value: prefixes of dates, systems of codes, forms of references, OR, AND, escapes, case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from capability.uscore import SearchParameter
from conformance import dates
from conformance.exam import FHIR_R4, Exam, named, together
from conformance.lines import Line, NotExercised, NotOffered
from conformance.matching import escaped
from conformance.queries import codings, moments, owned, references, strings, tokens, value
from conformance.searches import agree
from conformance.searching import Found, address, check_complete, check_sound, search, shown

DATES = "dates"
GROUP = "values"
SEARCH = f"{FHIR_R4}search.html"
MOST = 3
MOST_ALTERNATIVES = 40  # values of one list: an address has an end
REFUSED = 400

Pairs = list[tuple[str, str]]
Check = Callable[[Exam, Line, str, SearchParameter], Awaitable[None]]


@dataclass(frozen=True)
class Rule:
    """A check of each parameter of a kind, as far as `concerns` says; `title` is filled in from the parameter's row."""

    kind: str
    name: str
    title: str
    check: Check
    concerns: Callable[[SearchParameter], bool] = lambda row: True


async def examine_dates(exam: Exam) -> None:
    await together(_checks(exam, DATES, DATE_RULES))


async def examine(exam: Exam) -> None:
    await together([*(_forms(exam, type_) for type_ in exam.types), *_checks(exam, GROUP, RULES)])


def _checks(exam: Exam, group: str, rules: Sequence[Rule]) -> Iterator[Awaitable[None]]:
    for rule in rules:
        for type_, row in _rows(exam, rule.kind):
            if rule.concerns(row):
                yield _each(exam, group, rule, type_, row)


def _rows(exam: Exam, kind: str) -> list[tuple[str, SearchParameter]]:
    """Parameters of a kind that the server lists and the tables know."""
    return [
        (type_, row)
        for type_ in exam.types
        for code, row in exam.tables.parameters.get(type_, {}).items()
        if row.kind == kind and exam.declared.searches(type_, code)
    ]


async def _each(exam: Exam, group: str, rule: Rule, type_: str, row: SearchParameter) -> None:
    filled = {
        "prefixes": ", ".join(row.comparators_shall),
        "strength": row.multiple_or,
        "chains": ", ".join(row.chains),
    }
    title = f"{type_}.{row.code}: {rule.title.format_map(filled)}"
    with exam.book.line(group, f"{type_}.{row.code}.{rule.name}", title, f"{SEARCH}#{row.kind}") as line:
        await rule.check(exam, line, type_, row)


def _compared(row: SearchParameter) -> bool:
    return row.comparators_shall != ()


def _coded(row: SearchParameter) -> bool:
    """An id has no system."""
    return row.code != "_id"


def _with(exam: Exam, type_: str, code: str, patient: str | None, resource: dict[str, object]) -> Pairs:
    """What goes beside a parameter so that the search is allowed, from the same resource. Raises NotExercised."""
    declared = exam.declared.types[type_]
    if "patient" in declared.parameters and code not in ("patient", "_id"):
        found = value(exam, resource, "patient", patient)
        if found and declared.enough(frozenset((code, "patient"))):
            return [("patient", found)]
    if declared.enough(frozenset((code,))) and exam.tables.edition.expectation(type_, code) != "MAY":
        return []
    for row in exam.tables.edition.combinations(type_):
        also = sorted(row.params - {code})
        taken = [(each, value(exam, resource, each, patient)) for each in also if declared.searchable(each)]
        complete = len(taken) == len(also) and all(each[1] for each in taken)
        if code in row.params and complete and declared.enough(row.params):
            return [(each, text or "") for each, text in taken]
    if declared.enough(frozenset((code,))):
        return []
    for needed in sorted(declared.requires, key=lambda each: (code not in each, len(each), sorted(each))):
        taken = [(each, value(exam, resource, each, patient)) for each in sorted(needed - {code, "_id"})]
        if "_id" not in needed and all(text for _, text in taken):
            return [(each, text or "") for each, text in taken]
    raise NotExercised(f"{code} is searched together with more, for which no values are known")


async def _judged(exam: Exam, line: Line, type_: str, pairs: Pairs) -> Found:
    found = await search(line, type_, pairs)
    exam.searches.append(found)
    check_sound(line, exam.matcher, found)
    check_complete(line, exam.matcher, found, exam.chart.sought(type_))
    return found


# --- dates ---------------------------------------------------------------------------------------------------------


def _dated(exam: Exam, type_: str, row: SearchParameter) -> list[tuple[str, Pairs]]:
    """Of each patient the earliest date and the middle one, each with what is sent beside it."""
    found: dict[str, Pairs] = {}
    per_patient: dict[str | None, list[str]] = {}
    for patient, resource in owned(exam, type_):
        for text in moments(exam, resource, row.code):
            if text not in found:
                found[text] = _with(exam, type_, row.code, patient, resource)
                per_patient.setdefault(patient, []).append(text)
    if not found:
        raise NotExercised(f"no {type_} of the patients given has a {row.code}")
    chosen = {text for texts in per_patient.values() for text in (min(texts), sorted(texts)[len(texts) // 2])}
    return [(text, found[text]) for text in sorted(chosen)][: 2 * MOST]


def _values(text: str) -> list[str]:
    """The element's own value, and a day to either side as a dateTime with offset."""
    return [text, dates.shifted(text, -1), dates.shifted(text, 1)]


async def _comparators(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    for text, beside in _dated(exam, type_, row):
        for prefix in row.comparators_shall:
            for moment in _values(text):
                await _judged(exam, line, type_, [*beside, (row.code, f"{prefix}{moment}")])


async def _others(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    refused = []
    others = [each for each in dates.PREFIXES if each not in (*row.comparators_shall, "eq", "ap")]
    dated = _dated(exam, type_, row)[:2]
    for prefix in others:
        text, beside = dated[0]
        pairs = [*beside, (row.code, f"{prefix}{text}")]
        if (await line.get(address(type_, pairs))).status == REFUSED:
            refused.append(prefix)
            continue
        for text, beside in dated:
            for moment in _values(text):
                await _judged(exam, line, type_, [*beside, (row.code, f"{prefix}{moment}")])
    if len(refused) == len(others):
        raise NotExercised(f"the server refuses {', '.join(refused)}, which US Core does not demand")
    line.note = f"refused: {', '.join(refused)}" if refused else ""


async def _precision(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    if exam.declared.types[type_].whole_days(row.code):
        raise NotOffered("search by a month or year")
    for text, beside in _dated(exam, type_, row)[:2]:
        for length in (4, 7, 10):
            if len(text) >= length:
                await _judged(exam, line, type_, [*beside, (row.code, text[:length])])


async def _both(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    for text, beside in _dated(exam, type_, row)[:MOST]:
        day = text[:10]
        pairs = [*beside, (row.code, f"ge{day}"), (row.code, f"le{day}")]
        answer = await line.get(address(type_, pairs))
        if answer.status == REFUSED and row.multiple_and == "MAY":
            raise NotExercised("the server refuses repetition, which US Core does not demand here")
        await _judged(exam, line, type_, pairs)


# --- tokens --------------------------------------------------------------------------------------------------------


async def _system(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    tried: set[tuple[str, str]] = set()
    for patient, resource in owned(exam, type_):
        for system, code in codings(exam, resource, row.code):
            if system is None or (system, code) in tried or len(tried) >= 2 * MOST:
                continue
            tried.add((system, code))
            beside = _with(exam, type_, row.code, patient, resource)
            found = await _judged(exam, line, type_, [*beside, (row.code, f"{escaped(system)}|{escaped(code)}")])
            line.expect(resource["id"] in found.ids, f"{found.query} lacks {type_}/{resource['id']}")
            other = await _judged(exam, line, type_, [*beside, (row.code, f"http://example.org/other|{escaped(code)}")])
            line.expect(not other.matches, f"{other.query} finds what has another system")
    if not tried:
        raise NotExercised(f"no {type_} of the patients given has a {row.code} with a system")


async def _or(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    """Two values of different resources of one patient: both must come."""
    for patient in [*exam.chart.patients, None]:
        by_code: dict[str, dict[str, object]] = {}
        for whose, resource in owned(exam, type_):
            if whose == patient or row.code == "_id":
                for text in tokens(exam, resource, row.code)[:1]:
                    by_code.setdefault(text, resource)
        if len(by_code) < 2:
            continue
        by_code = dict(list(by_code.items())[:MOST_ALTERNATIVES])
        resource = next(iter(by_code.values()))
        for text in (",".join(by_code), ",".join(reversed(list(by_code)[:2]))):
            found = await _judged(
                exam, line, type_, [*_with(exam, type_, row.code, patient, resource), (row.code, text)]
            )
            wanted = set(text.split(","))
            for code, one in by_code.items():
                line.expect(code not in wanted or one["id"] in found.ids, f"{found.query} lacks what has {code}")
        return
    raise NotExercised(f"no patient given has {type_} with two values of {row.code}")


# --- strings -------------------------------------------------------------------------------------------------------


async def _case(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    tried = 0
    for patient, resource in owned(exam, type_):
        for text in strings(exam, resource, row.code)[:1]:
            if tried >= MOST:
                return
            tried += 1
            beside = _with(exam, type_, row.code, patient, resource)
            begun = () if exam.declared.types[type_].whole_names(row.code) else (text[:3],)
            for written in (text.upper(), text.lower(), *begun):
                found = await _judged(exam, line, type_, [*beside, (row.code, escaped(written.strip()))])
                line.expect(resource["id"] in found.ids, f"{found.query} lacks {type_}/{resource['id']}")
    if not tried:
        raise NotExercised(f"no {type_} of the patients given has a {row.code}")


async def _escape(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    """`Smith\\,Smith` is a name with a comma, and nobody's; read as OR it would find Smith."""
    for patient, resource in owned(exam, type_):
        for text in strings(exam, resource, row.code)[:1]:
            beside = _with(exam, type_, row.code, patient, resource)
            await _judged(exam, line, type_, [*beside, (row.code, f"{escaped(text)}\\,{escaped(text)}")])
            return
    raise NotExercised(f"no {type_} of the patients given has a {row.code}")


# --- references ----------------------------------------------------------------------------------------------------


async def _forms(exam: Exam, type_: str) -> None:
    title = f"{type_}.patient: an id, Patient/id and the absolute URL find the same"
    with exam.book.line(GROUP, f"{type_}.patient.forms", title, f"{SEARCH}#reference") as line:
        if not exam.declared.searches(type_, "patient"):
            raise NotExercised(f"the statement lists no search of {type_} by patient")
        tried = False
        for patient, resource in owned(exam, type_):
            if patient is None or not references(exam, resource, "patient") or tried:
                continue
            tried = True
            beside = _beside(exam, type_, resource)
            by_id = await search(line, type_, [("patient", patient), *beside])
            for form in (f"Patient/{patient}", f"{exam.client.base}/Patient/{patient}"):
                found = await _judged(exam, line, type_, [("patient", form), *beside])
                agree(line, by_id, found, f"by {shown(type_, [('patient', form)])}")
        if not tried:
            raise NotExercised(f"no {type_} of the patients given is known")


async def _chain(exam: Exam, line: Line, type_: str, row: SearchParameter) -> None:
    """US Core lists the parameters of the target that may follow a dot."""
    known = {named(one): one for target in row.targets for one in exam.chart.pool(target)}
    tried = 0
    for _, resource in owned(exam, type_):
        for target in [known[text] for text in references(exam, resource, row.code) if text in known][:1]:
            for code in row.chains:
                text = value(exam, target, code)
                pairs = [(f"{row.code}.{code}", text or "")]
                if text is None or (await line.get(address(type_, pairs))).status == REFUSED:
                    continue
                tried += 1
                found = await search(line, type_, pairs)
                line.expect(resource["id"] in found.ids, f"{found.query} lacks {named(resource)}")
                for one in found.matches:
                    pointed = [known[each] for each in references(exam, one, row.code) if each in known]
                    good = any(exam.matcher.verdict(each, [(code, text)])[1] for each in pointed)
                    line.expect(good or not pointed, f"{found.query} gives {named(one)}, which does not match")
    if not tried:
        raise NotExercised("the server refuses chained searches, or nothing that is referred to is known")


def _beside(exam: Exam, type_: str, resource: dict[str, object]) -> Pairs:
    """The first parameters with which a search by patient is allowed."""
    declared = exam.declared.types[type_]
    if declared.enough(frozenset(("patient",))) and exam.tables.edition.expectation(type_, "patient") != "MAY":
        return []
    for row in exam.tables.edition.combinations(type_):
        also = sorted(row.params - {"patient"})
        taken = [(code, value(exam, resource, code)) for code in also if declared.searchable(code)]
        if "patient" in row.params and len(taken) == len(also) and all(text for _, text in taken):
            return [(code, text or "") for code, text in taken]
    return []


# --- all of them ---------------------------------------------------------------------------------------------------

DATE_RULES = (
    Rule("date", "comparators", "the prefixes {prefixes} compare as intervals", _comparators, _compared),
    Rule("date", "others", "the other prefixes compare as intervals, or are refused", _others),
    Rule("date", "precision", "a day, month or year is all of it", _precision),
    Rule("date", "and", "given twice, both bounds hold", _both),
)
RULES = (
    Rule("token", "system", "with its system a code finds the same, with another nothing", _system, _coded),
    Rule("token", "or", "a comma is OR ({strength})", _or, lambda row: row.multiple_or != "MAY" or row.code == "_id"),
    Rule(
        "reference",
        "chain",
        "chained by {chains} it finds what refers to the match",
        _chain,
        lambda row: row.chains != (),
    ),
    Rule("string", "case", "upper and lower case find the same, and so does a beginning", _case),
    Rule("string", "escape", "an escaped comma is part of the value, not OR", _escape),
)
