"""Patient/$match: who of those that the caller may see is likely to be this person. Nobody is merged.

Candidates are found by searches that are declared and that the caller may make; they are scored by what was released.
So a number that is hidden from the caller finds nobody and counts nothing, and the answer is the same without it.
https://hl7.org/fhir/R4/patient-operation-match.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.contract import Issue
from adapters.query import Clause, DateValue, Query, StringValue, TokenValue
from capability.issues import EHRError, Forbidden, Overloaded, Unprocessable
from capability.matching import GRADES, grade
from facade.interactions.asking import Asking
from facade.interactions.fanout import Gathered, gather
from facade.interactions.likeness import Likeness, identifiers, likeness, traits
from facade.interactions.match.spans import span
from facade.interactions.searchset import Entry, Searchset
from facade.interactions.stamp import stamp
from facade.interactions.turns import turns
from facade.policy.release import Released
from facade.tenancy.configuration import Limits

MOST_VALUES = 10
"""Identifiers, names, telecoms and addresses of the Patient that is sent."""

LONGEST = 1_024
"""Characters of a name or number that is looked for, as of a search value."""

CANDIDATES = 500
"""Patients that one of the searches may find."""

CERTAIN = GRADES[0][1]


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """`patient` is valid FHIR; `count` None: as configured."""

    patient: Mapping[str, Any]
    only_certain: bool = False
    count: int | None = None


async def patient_match(asking: Asking, request: MatchRequest, limits: Limits) -> Searchset:
    """The best first, then by id. `total` counts all matches, also those that `count` leaves out.

    Raises Unprocessable where the Patient has nothing to look for, Forbidden where the caller may make none of the
    searches, TooCostly, EHRError.
    """
    _check(request.patient)
    queries = list(_queries(asking, request.patient))
    if not queries:
        text = "the Patient has nothing to look for: it needs an identifier with system, or a name and a birthDate"
        raise Unprocessable(text, expression="Patient")
    candidates, issues, complete = await _candidates(asking, queries, limits)
    sent = traits(request.patient)
    scored: list[tuple[Likeness, Released]] = []
    async for some in turns(candidates, asking.call.deadline):
        scored += [(likeness(sent, one), one) for one in some]
    scored.sort(key=lambda each: (-each[0].score, str(each[1]["id"])))
    matches = [each for each in scored if grade(each[0].score) in ((CERTAIN,) if request.only_certain else _GRADED)]
    given = matches[: limits.page_default if request.count is None else request.count]
    if asking.explain:  # what agrees and differs of each
        issues += [_reasons(one, alike) for alike, one in given]
    entries = [_entry(asking, alike, one) for alike, one in given]
    return Searchset(tuple(entries), tuple(issues), len(matches) if complete else None)


_GRADED = tuple(code for _, code in GRADES)


def _check(patient: Mapping[str, Any]) -> None:
    """Raises Unprocessable for more than anybody has, which would be compared with everyone found."""
    for element in ("identifier", "name", "telecom", "address"):
        if len(patient.get(element, ())) > MOST_VALUES:
            raise Unprocessable(
                f"a Patient is looked for by up to {MOST_VALUES} of {element}", expression=f"Patient.{element}"
            )


def _queries(asking: Asking, patient: Mapping[str, Any]) -> Iterator[Query]:
    """Searches that find whoever could be meant, as far as they are declared."""
    numbers = dict.fromkeys(identifiers(patient))
    families = dict.fromkeys(text for name in patient.get("name", ()) if (text := (name.get("family") or "").strip()))
    others = dict.fromkeys(
        text
        for name in patient.get("name", ())
        for text in (*name.get("given", ()), *(name.get("text") or "").split())
        if text and text.strip()
    )
    if len(others) > MOST_VALUES:
        raise Unprocessable(f"a Patient is looked for by up to {MOST_VALUES} given names", expression="Patient.name")
    looked_for = (("identifier", [text for number in numbers for text in number]), ("name", [*families, *others]))
    for element, each in looked_for:
        if any(len(text) > LONGEST for text in each):
            raise Unprocessable(
                f"{element} is looked for by up to {LONGEST} characters", expression=f"Patient.{element}"
            )
    served = asking.base.declared["Patient"]
    if numbers and served.works(frozenset({"identifier"})):
        tokens = tuple(TokenValue(system, value) for system, value in numbers)
        yield Query("Patient", (Clause("identifier", None, tokens, ""),))
    if not patient.get("birthDate"):
        return
    born = Clause("birthdate", None, (_day(patient["birthDate"]),), "")
    for code, texts in (("family", families), ("name", families or others)):
        if texts and served.works(frozenset({code, "birthdate"})):
            yield Query("Patient", (Clause(code, None, tuple(map(StringValue, texts)), ""), born))
            return


def _day(text: str) -> DateValue:
    try:
        read = span(text)
    except ValueError:
        text = "birthDate is a date that is in the calendar, such as 1970, 1970-03 or 1970-03-01"
        raise Unprocessable(text, expression="Patient.birthDate", code="value") from None
    return DateValue("eq", text, read.low, read.high, False)


async def _candidates(asking: Asking, queries: list[Query], limits: Limits) -> tuple[list[Released], list[Issue], bool]:
    """Everyone that one of the searches finds, and whether all came. A search that may not be made is left out."""
    answers = await asyncio.gather(
        *(gather(asking, query, limits, most=CANDIDATES, what="$match") for query in queries), return_exceptions=True
    )
    gathered = [answer for answer in answers if isinstance(answer, Gathered)]
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    for error in errors:
        if not isinstance(error, Forbidden | EHRError):
            raise error
    failed = [error for error in errors if isinstance(error, EHRError)]
    if errors and not gathered:
        raise (failed or errors)[0]
    if failed and asking.refuse_partial:
        raise Overloaded("a search failed; try again, or allow partial answers", headers={"Retry-After": "5"})
    issues = [issue for each in gathered for issue in each.issues]
    issues += [
        Issue(error.issue_code, f"a search failed and what it finds is missing: {error.text}") for error in failed
    ]
    found = {str(one["id"]): one for each in gathered for one in each.matches}
    complete = not failed and all(each.complete for each in gathered)
    return list(found.values()), list(dict.fromkeys(issues)), complete


def _entry(asking: Asking, alike: Likeness, one: Released) -> Entry:
    return Entry(stamp(one, asking.base), "match", Decimal(alike.score) / 100, grade(alike.score))


def _reasons(one: Released, alike: Likeness) -> Issue:
    """Names of elements, never what stands in them."""
    parts = (
        f"{verb} in {', '.join(names)}" for verb, names in (("agrees", alike.agree), ("differs", alike.differ)) if names
    )
    return Issue("informational", f"Patient/{one['id']} {'; '.join(parts)}", "information")
