"""Searches with what they must find: cases of each kind of parameter, over what `looks` sees in a pool of resources."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tests.facade.looks import DATES, REFERENCES, STRINGS, TOKENS, Resource, Span, span
from tests.facade.world import ORIGIN

COMPARED: dict[str, Callable[[Span, Span], bool]] = {
    "": lambda p, t: p[0] <= t[0] and t[1] <= p[1],
    "eq": lambda p, t: p[0] <= t[0] and t[1] <= p[1],
    "ne": lambda p, t: not (p[0] <= t[0] and t[1] <= p[1]),
    "gt": lambda p, t: t[1] > p[1],
    "lt": lambda p, t: t[0] < p[0],
    "ge": lambda p, t: t[1] > p[1] or (p[0] <= t[0] and t[1] <= p[1]),
    "le": lambda p, t: t[0] < p[0] or (p[0] <= t[0] and t[1] <= p[1]),
    "sa": lambda p, t: t[0] > p[1],
    "eb": lambda p, t: t[1] < p[0],
}


def folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")


Case = tuple[str, str, Callable[[Resource], bool]]
"""A modifier ("" or ":exact"), a value as it is sent, and the oracle."""


def token_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    values = sorted({pair for one in pool for pair in look(one)})
    for pair in dice.sample(values, min(4, len(values))):
        system, code = pair
        yield "", escaped(code), lambda r, c=code: c in [found for _, found in look(r)]  # type: ignore[misc]  # bound per case
        yield ":not", escaped(code), lambda r, c=code: c not in [found for _, found in look(r)]  # type: ignore[misc]  # ditto
        if system:
            yield "", f"{system}|{escaped(code)}", lambda r, p=pair: p in list(look(r))  # type: ignore[misc]  # ditto
            yield "", f"{system}|", lambda r, s=system: s in [found for found, _ in look(r)]  # type: ignore[misc]  # ditto
    if len(values) > 1:
        some = {code for _, code in dice.sample(values, 2)}
        yield "", ",".join(map(escaped, sorted(some))), lambda r: any(code in some for _, code in look(r))
    yield "", "no-such-code", lambda r: False


def string_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    values = sorted({text for one in pool for text in look(one)})
    for text in dice.sample(values, min(8, len(values))):
        for asked in (text, text[: dice.randint(1, len(text))], folded(text).upper()):
            if asked.strip():
                wanted = folded(asked)
                yield "", escaped(asked), lambda r, w=wanted: any(folded(t).startswith(w) for t in look(r))  # type: ignore[misc]  # ditto
                inner = asked[1:].strip() or asked.strip()
                part = folded(inner)
                yield ":contains", escaped(inner), lambda r, w=part: any(w in folded(t) for t in look(r))  # type: ignore[misc]  # ditto
        yield ":exact", escaped(text), lambda r, t=text: t in list(look(r))  # type: ignore[misc]  # ditto
    yield "", "zzzz", lambda r: False
    yield from missing_cases(look)


def date_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    days = sorted({day for one in pool for both in look(one) if both for day in both if date.min < day < date.max})
    for day in dice.sample(days, min(3, len(days))):
        for prefix, compare in COMPARED.items():
            for text in dice.sample([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]], 1):
                asked = span(text)
                yield (
                    "",
                    prefix + text,
                    lambda r, c=compare, p=asked: any(c(p, target) for target in look(r) if target),  # type: ignore[misc]  # ditto
                )
    yield from missing_cases(look)


def reference_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    values = sorted({text for one in pool for text in look(one)})
    for text in dice.sample(values, min(4, len(values))):
        for asked in (text, text.partition("/")[2], f"{ORIGIN}/riverbend/fhir/r4/{text}"):
            yield "", asked, lambda r, t=text: t in look(r)  # type: ignore[misc]  # ditto


def canonical_cases(look: Callable[[Resource], Any], pool: list[Resource], dice: random.Random) -> Iterator[Case]:
    for text in sorted({text for one in pool for text in look(one)}):
        yield "", text, lambda r, t=text: t in look(r)  # type: ignore[misc]  # ditto


def missing_cases(look: Callable[[Resource], Any]) -> Iterator[Case]:
    yield ":missing", "true", lambda r: not list(look(r))
    yield ":missing", "false", lambda r: bool(list(look(r)))


KINDS = {
    **dict.fromkeys(TOKENS, token_cases),
    **dict.fromkeys(STRINGS, string_cases),
    **dict.fromkeys(DATES, date_cases),
    **dict.fromkeys(REFERENCES, reference_cases),
    ("QuestionnaireResponse", "questionnaire"): canonical_cases,
}
LOOKS = {**TOKENS, **STRINGS, **DATES, **REFERENCES}
