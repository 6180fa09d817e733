"""Patient/$match: who of those that the caller may see is likely to be this person. Nobody is merged.

Candidates are found by searches that the caller may make, in each practice by those that it serves: one EHR looks for
people by any family name and birth date, another by family, given and birth date or not at all. They are scored by
what was released. So a number that is hidden from the caller finds nobody and counts nothing, and the answer is the
same without it.
https://hl7.org/fhir/R4/patient-operation-match.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.contract import Issue
from adapters.query import Clause, DateValue, Query, StringValue, TokenValue, Value
from capability.issues import EHRError, Forbidden, Invalid, Overloaded, TooCostly, Unprocessable
from capability.matching import GRADES, grade
from capability.operations import MATCH
from facade.interactions.asking import Asking
from facade.interactions.fanout import Gathered, failures, gather
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

BY_NUMBER = ("identifier",)
NOTHING = (
    "the Patient has nothing to look for: it needs an identifier with system, or a name and a birthDate; some EHRs "
    "need family and given name with it"
)

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
    values = _values(request.patient)
    asks, unasked = _asks(asking, values)
    if not any(values.keys() >= set(codes) for codes in MATCH.searches) or (unasked and not asks):
        raise Unprocessable(NOTHING, expression="Patient")
    candidates, issues, complete = await _candidates(asking, asks, limits)
    issues = [*unasked, *issues]
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
    return Searchset(tuple(entries), tuple(issues), len(matches) if complete and not unasked else None)


_GRADED = tuple(code for _, code in GRADES)


def _check(patient: Mapping[str, Any]) -> None:
    """Raises Unprocessable for more than anybody has, which would be compared with everyone found."""
    for element in ("identifier", "name", "telecom", "address"):
        if len(patient.get(element, ())) > MOST_VALUES:
            raise Unprocessable(
                f"a Patient is looked for by up to {MOST_VALUES} of {element}", expression=f"Patient.{element}"
            )


def _values(patient: Mapping[str, Any]) -> dict[str, tuple[Value, ...]]:
    """What there is to look for, by search parameter; no parameter without a value. Raises Unprocessable."""
    numbers = dict.fromkeys(identifiers(patient))
    names = patient.get("name", ())
    families = dict.fromkeys(text for name in names if (text := (name.get("family") or "").strip()))
    givens = dict.fromkeys(text for name in names for text in name.get("given", ()) if text and text.strip())
    others = dict.fromkeys([*givens, *(text for name in names for text in (name.get("text") or "").split())])
    if len(others) > MOST_VALUES:
        raise Unprocessable(f"a Patient is looked for by up to {MOST_VALUES} given names", expression="Patient.name")
    looked_for = (("identifier", [text for number in numbers for text in number]), ("name", [*families, *others]))
    for element, each in looked_for:
        if any(len(text) > LONGEST for text in each):
            raise Unprocessable(
                f"{element} is looked for by up to {LONGEST} characters", expression=f"Patient.{element}"
            )
    found: dict[str, tuple[Value, ...]] = {
        "identifier": tuple(TokenValue(system, value) for system, value in numbers),
        "family": tuple(map(StringValue, families)),
        "name": tuple(map(StringValue, families or others)),
        "given": tuple(map(StringValue, givens)),
        "birthdate": (_day(patient["birthDate"]),) if patient.get("birthDate") else (),
        "gender": (TokenValue(None, patient["gender"]),) if patient.get("gender") else (),
    }
    return {code: values for code, values in found.items() if values}


def _asks(asking: Asking, values: Mapping[str, tuple[Value, ...]]) -> tuple[list[tuple[str, Query]], list[Issue]]:
    """The searches, each with the practice that serves it; and what is told of practices that can't be asked.

    A practice is asked by identifier, and by name with the first of the ways that it serves.
    """
    asks: list[tuple[str, Query]] = []
    unasked: list[Issue] = []
    for key, source in asking.sources.items():
        served = [codes for codes in MATCH.searches if source.searches("Patient", codes)]
        possible = [codes for codes in served if values.keys() >= set(codes)]
        by_number = [codes for codes in possible if codes == BY_NUMBER]
        by_name = [codes for codes in possible if codes != BY_NUMBER][:1]
        for codes in (*by_number, *by_name):
            clauses = tuple(Clause(code, None, values[code], "") for code in codes)
            asks.append((key, Query("Patient", clauses)))
        if not possible and source.serves("Patient", "search-type"):
            ways = ", or by ".join(" and ".join(codes) for codes in served)
            needs = f"it looks for people by {ways}" if served else "it looks for people by nothing that $match has"
            unasked.append(Issue("not-supported", f"practice {key} was not asked: {needs}"))
    return asks, unasked


def _day(text: str) -> DateValue:
    try:
        read = span(text)
    except ValueError:
        text = "birthDate is a date that is in the calendar, such as 1970, 1970-03 or 1970-03-01"
        raise Unprocessable(text, expression="Patient.birthDate", code="value") from None
    return DateValue("eq", text, read.low, read.high, False)


async def _candidates(
    asking: Asking, asks: Sequence[tuple[str, Query]], limits: Limits
) -> tuple[list[Released], list[Issue], bool]:
    """Everyone that one of the searches finds, and whether all came. A search that may not be made is left out; one
    that is refused for what it lacks, which only an adapter may know, is told of."""
    answers = await asyncio.gather(
        *(gather(asking, query, limits, most=CANDIDATES, what="$match", only=key) for key, query in asks),
        return_exceptions=True,
    )
    gathered: list[Gathered] = []
    forbidden: list[Forbidden] = []
    failed: dict[str, EHRError] = {}
    refused: dict[str, Invalid] = {}
    for (key, _), answer in zip(asks, answers, strict=True):
        if isinstance(answer, Gathered):
            gathered.append(answer)
        elif isinstance(answer, EHRError):
            failed.setdefault(key, answer)
        elif isinstance(answer, Forbidden):
            forbidden.append(answer)
        elif isinstance(answer, Invalid) and not isinstance(answer, TooCostly):
            refused.setdefault(key, answer)
        else:
            raise answer
    if not gathered and (failed or forbidden):
        raise [*failed.values(), *forbidden][0]
    if not gathered and refused:
        raise Unprocessable(next(iter(refused.values())).text, expression="Patient")
    if failed and asking.refuse_partial:
        names = ", ".join(failed)
        raise Overloaded(f"no answer from: {names}; try again, or allow partial answers", headers={"Retry-After": "5"})
    issues = [issue for each in gathered for issue in each.issues] + failures(failed)
    issues += [
        Issue("not-supported", f"practice {key} did not look for this Patient: {one.text}")
        for key, one in refused.items()
    ]
    found = {str(one["id"]): one for each in gathered for one in each.matches}
    complete = not failed and not refused and all(each.complete for each in gathered)
    return list(found.values()), list(dict.fromkeys(issues)), complete


def _entry(asking: Asking, alike: Likeness, one: Released) -> Entry:
    return Entry(stamp(one, asking.base), "match", Decimal(alike.score) / 100, grade(alike.score))


def _reasons(one: Released, alike: Likeness) -> Issue:
    """Names of elements, never what stands in them."""
    parts = (
        f"{verb} in {', '.join(names)}" for verb, names in (("agrees", alike.agree), ("differs", alike.differ)) if names
    )
    return Issue("informational", f"Patient/{one['id']} {'; '.join(parts)}", "information")
