"""Patient.search is a matcher, no filter: it needs an identifier, or a minimum of demographics, and scores them.

Source: an Epic developer's answer on Stack Overflow, epic-doc, the-map (2026). Less than the minimum finds nothing and
says so with a 200: here it is a 400 that says what is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Pairs, Writing
from adapters.query import Clause, DateValue, Query, StringValue, TokenValue
from capability.issues import Invalid, TooCostly
from mappings.epic.systems import IDENTIFIERS

REQUIRES: tuple[frozenset[str], ...] = (
    frozenset({"_id"}),
    frozenset({"identifier"}),
    frozenset({"family", "given", "birthdate"}),
    frozenset({"family", "given", "gender", "phone"}),
    frozenset({"family", "given", "gender", "email"}),
    frozenset({"name", "birthdate"}),
)
FILTERS = frozenset({"death-date", "ethnicity", "gender-identity", "race"})
PARAMS = frozenset().union(*REQUIRES) - {"_id"}

MOST = 20
"""Alternatives of one search that are asked for at most."""

MOST_NAMED = 1_000
"""Ways to read given and family names of one search, the same ones again among them."""

OIDS = {name: oid for oid, name in IDENTIFIERS.items()}

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Names = Iterable[tuple[str, str]]
"""(given, family)"""


def requests(query: Query, writing: Writing, made: list[Pairs]) -> list[Pairs]:
    """What Epic is asked for a search that names no `_id`. Raises Invalid where that is less than it needs."""
    identified = list(_identified(query))
    if identified:
        return [(("identifier", ",".join(one)),) for one in identified[:1] if one]
    named = list(islice(_named(query), MOST_NAMED + 1))
    if len(named) > MOST_NAMED:
        raise _too_many()
    people = list(dict.fromkeys(named))
    born = _values(query, "birthdate", _day)
    sexes = _values(query, "gender", _code)
    reached = [(name, value) for name in ("phone", "email") for value in _values(query, name, _code)]
    if not people:
        raise _lacking("family", "both a given and a family name: `given` and `family`, or `name` with both in it")
    if not born and not (sexes and reached):
        raise _lacking("birthdate", "a birthdate of one whole day, or gender with phone or email")
    how = [[("birthdate", one)] for one in born] or [[("gender", sex), at] for sex in sexes for at in reached]
    if len(people) * len(how) > MOST:
        raise _too_many()
    return [(("given", given), ("family", family), *each) for (given, family), each in product(people, how)]


def _too_many() -> TooCostly:
    return TooCostly(f"the search names more than {MOST} people; name fewer")


def _lacking(parameter: str, what: str) -> Invalid:
    text = f"Patients are found here by identifier, or by what fits one person: add {what}."
    return Invalid(text, parameter=parameter, code="required")


def _identified(query: Query) -> Iterator[list[str]]:
    """Of each clause on `identifier` the tokens to ask for; none where the caller may not see such an identifier.

    Raises Invalid for a token without a value.
    """
    for clause in query.named("identifier"):
        if clause.modifier is not None:
            continue
        tokens = [value for value in clause.values if isinstance(value, TokenValue)]
        if not all(token.code for token in tokens):
            text = "an identifier is searched by its value here, with or without its system"
            raise Invalid(text, parameter="identifier", code="required")
        yield [asks.escape(_written(one)) for one in tokens if clause.may_ask(_identifier(one))]


def _identifier(token: TokenValue) -> Mapping[str, Any]:
    return {"value": token.code, **({"system": token.system} if token.system else {})}


def _written(token: TokenValue) -> str:
    return f"{OIDS.get(token.system, token.system)}|{token.code}" if token.system else token.code or ""


def _named(query: Query) -> Iterator[tuple[str, str]]:
    families, given = _values(query, "family", _text), _values(query, "given", _text)
    words = [[text for value in clause.values if (text := _text(value))] for clause in _plain(query, "name")]
    if families and given:
        yield from product(given, families)
    elif families:
        yield from ((text.split()[0], family) for each in words for text in each for family in families)
    elif given:
        yield from ((one, text.split()[-1]) for each in words for text in each for one in given)
    else:
        yield from _in_one(words)


def _in_one(clauses: Sequence[Sequence[str]]) -> Names:
    """Names from clauses on `name`: "Ada Testcase", or Ada and Testcase in clauses of their own, in whichever order."""
    for texts in clauses:
        for words in (text.split() for text in texts):
            # nothing tells where the given names end
            for at in range(1, len(words)):
                yield " ".join(words[:at]), " ".join(words[at:])
            if len(words) > 2:
                yield words[0], words[-1]
    for one, other in ((one, other) for one in range(len(clauses)) for other in range(len(clauses)) if one != other):
        yield from product(clauses[one], clauses[other])


def _plain(query: Query, name: str) -> Iterator[Clause]:
    return (clause for clause in query.named(name) if clause.modifier in (None, "exact"))


def _values(query: Query, name: str, written: Any) -> list[str]:
    """What one clause allows, empty where there is none that can be written; the facade applies the others."""
    for clause in _plain(query, name):
        found = [written(value) for value in clause.values]
        if found and all(found):
            return list(dict.fromkeys(found))
    return []


def _text(value: Any) -> str | None:
    return " ".join(value.text.split()) if isinstance(value, StringValue) else None


def _code(value: Any) -> str | None:
    return value.code if isinstance(value, TokenValue) else None


def _day(value: Any) -> str | None:
    fits = isinstance(value, DateValue) and value.prefix == "eq" and _DAY.fullmatch(value.text.removeprefix("eq"))
    return value.text.removeprefix("eq") if fits else None
