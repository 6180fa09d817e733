"""The parameters of one search: which are filters, which steer the result, which are refused or ignored.

https://hl7.org/fhir/R4/search.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.query import Clause, Query, Value
from capability.issues import FHIRError, Invalid, NotSupported
from capability.modifiers import FILTERING, modifiers
from capability.uscore.search import SearchParameter
from facade.http.params import values
from facade.http.params.escapes import split
from facade.http.params.names import NEGOTIATED, NOT_OFFERED
from facade.interactions.request import SearchRequest

PAIRS = 200
RAW_CHARS = 16_384
VALUE_CHARS = 1_024
ALTERNATIVES = 200
VALUES = 300
REPEATS = 20
"""Bounds of one search: its parameters, the text of one of them, one comma-separated value, their number in one
parameter and in all, and how often one parameter may stand. What a search costs grows with the values it compares."""

LARGEST_COUNT = 2**31 - 1
"""FHIR's largest unsignedInt; https://hl7.org/fhir/R4/datatypes.html#unsignedInt"""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_COUNT = re.compile(r"[0-9]+")
_INCLUDE = re.compile(r"\*|[A-Z][A-Za-z]+:(?:\*|[A-Za-z_][A-Za-z0-9_-]*)(?::[A-Z][A-Za-z]+)?")


def parse_search(
    type_: str,
    pairs: Sequence[tuple[str, str]],
    *,
    parameters: Mapping[str, SearchParameter],
    includes: frozenset[str],
    revincludes: frozenset[str],
    bases: Sequence[str],
    lenient: bool,
    requires: Sequence[frozenset[str]],
    max_count: int | None = None,
) -> SearchRequest:
    """`pairs` (decoded names and values, those of a POST body included) as a SearchRequest for `type_`.

    `parameters`  declared filters of the type by name
    `includes`    what `_include` may ask for, e.g. {"Encounter:patient"}; `revincludes`, e.g. {"Provenance:target"}
    `bases`       our own absolute FHIR bases: a reference under one of them is one of our ids
    `lenient`     what is not offered is ignored instead of refused
    `requires`    at least one of these sets of filters must be there; empty: none is needed
    `max_count`   a larger `_count` is lowered to it

    `query.count` is `_count`, but None where it is 0, which asks for the number of matches only.

    Raises NotSupported (400) for a filter or include that is not offered, unless lenient; Invalid or NotSupported
    (400) for a modifier or prefix that is not offered and for a malformed value, always; Invalid with code
    `required` where none of `requires` is met. No text of an error repeats a value.
    """
    if len(pairs) > PAIRS:
        raise Invalid(f"A search takes up to {PAIRS} parameters.", code="too-long")
    reading = _Reading(type_, parameters, includes, revincludes, bases, lenient, max_count)
    for name, raw in pairs:
        reading.take(name, raw)
    _check_required(type_, reading.clauses, requires)
    return SearchRequest(
        query=Query(type_, tuple(reading.clauses), count=reading.count or None),
        count=reading.count,
        includes=tuple(dict.fromkeys(reading.included)),
        revincludes=tuple(dict.fromkeys(reading.revincluded)),
        ignored=tuple(dict.fromkeys(reading.ignored)),
        applied=tuple(reading.applied),
    )


@dataclass(slots=True)
class _Reading:
    """What has been understood so far. `take` reads one pair, in the order they were sent."""

    type: str
    parameters: Mapping[str, SearchParameter]
    includes: frozenset[str]
    revincludes: frozenset[str]
    bases: Sequence[str]
    lenient: bool
    max_count: int | None
    count: int | None = None
    clauses: list[Clause] = field(default_factory=list)
    included: list[tuple[str, str]] = field(default_factory=list)
    revincluded: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    applied: list[tuple[str, str]] = field(default_factory=list)

    def take(self, sent: str, raw: str) -> None:
        name, colon, modifier = sent.partition(":")
        if len(raw) > RAW_CHARS:
            raise Invalid(f"{_shown(name)} is longer than {RAW_CHARS} characters.", parameter=_shown(name))
        if name in self.parameters and "." not in modifier:
            self._filter(self.parameters[name], modifier if colon else None, raw)
            self.applied.append((sent, raw))
        elif name in ("_count", "_include", "_revinclude", *NEGOTIATED):
            if colon:
                raise NotSupported(f"{name} takes no modifier here.", parameter=name)
            self._control(name, raw)
        elif name.startswith("_") and name not in NOT_OFFERED:
            self.ignored.append(_shown(sent))
        else:
            self._refuse(_unlisted(self.type, sent, self.parameters), _shown(sent))

    def _filter(self, row: SearchParameter, modifier: str | None, raw: str) -> None:
        if modifier is not None and modifier not in modifiers(row):
            raise NotSupported(f"{row.code} does not take this modifier here.", parameter=row.code)
        texts = split(raw, ",")
        if len(texts) > ALTERNATIVES:
            raise Invalid(f"{row.code} takes up to {ALTERNATIVES} values.", parameter=row.code, code="too-long")
        if any(
            clause.name == row.code and clause.modifier == modifier and clause.raw == raw for clause in self.clauses
        ):
            return  # said twice
        if sum(clause.name == row.code for clause in self.clauses) >= REPEATS:
            raise Invalid(f"{row.code} may stand {REPEATS} times.", parameter=row.code, code="too-long")
        if sum(len(clause.values) for clause in self.clauses) + len(texts) > VALUES:
            raise Invalid(f"A search takes up to {VALUES} values in all.", parameter=row.code, code="too-long")
        self.clauses.append(Clause(row.code, modifier, self._values(row, modifier, texts), raw))

    def _values(self, row: SearchParameter, modifier: str | None, texts: list[str]) -> tuple[Value, ...]:
        for text in texts:
            if not text:
                raise Invalid(f"{row.code} has an empty value; leave it out instead.", parameter=row.code)
            if len(text) > VALUE_CHARS:
                raise Invalid(f"A value of {row.code} has up to {VALUE_CHARS} characters.", parameter=row.code)
            if _CONTROL.search(text):
                raise Invalid(f"{row.code} has a control character in its value.", parameter=row.code)
        if modifier == "missing":
            return (values.missing(",".join(texts), row.code),)
        return tuple(values.value(row, modifier, text, bases=self.bases) for text in texts)

    def _control(self, name: str, raw: str) -> None:
        if name == "_count":
            raw = self._counted(raw)
        elif name == "_include":
            if not self._include(name, raw, self.includes, self.included):
                return
        elif name == "_revinclude" and not self._include(name, raw, self.revincludes, self.revincluded):
            return
        self.applied.append((name, raw))

    def _counted(self, raw: str) -> str:
        if self.count is not None:
            raise Invalid("_count may be given once.", parameter="_count")
        if len(raw) > VALUE_CHARS or _COUNT.fullmatch(raw) is None:
            raise Invalid("_count takes a whole number, 0 or more.", parameter="_count")
        self.count = min(int(raw), LARGEST_COUNT if self.max_count is None else self.max_count)
        return str(self.count)

    def _include(self, name: str, raw: str, offered: frozenset[str], found: list[tuple[str, str]]) -> bool:
        """Notes what `raw` asks for; False where it is ignored."""
        if len(raw) > VALUE_CHARS or _INCLUDE.fullmatch(raw) is None:
            raise Invalid(f"{name} takes Type:parameter, such as Encounter:patient.", parameter=name)
        source, _, rest = raw.partition(":")
        parameter, narrowed, target = rest.partition(":")
        if f"{source}:{parameter}" in offered and (not narrowed or self._only_target(name, parameter, target)):
            found.append((source, parameter))
            return True
        what = ", ".join(sorted(offered)) or "nothing"
        self._refuse(NotSupported(f"{name} offers {what} with {self.type}; leave the rest out.", parameter=name), name)
        return False

    def _only_target(self, name: str, parameter: str, target: str) -> bool:
        """Whether the `:target` of an include narrows nothing: it names the only type that there can be."""
        if name == "_revinclude":
            return target == self.type
        row = self.parameters.get(parameter)
        return row is not None and row.targets == (target,)

    def _refuse(self, error: FHIRError, name: str) -> None:
        if not self.lenient:
            raise error
        self.ignored.append(name)


def _unlisted(type_: str, sent: str, parameters: Mapping[str, SearchParameter]) -> NotSupported:
    shown = _shown(sent)
    if sent in NOT_OFFERED:
        text = f"{shown} is not offered here; send the search without it."
    elif "." in sent or sent.startswith("_has:"):
        text = f"{shown} reaches into another type, which is not offered here; search that type first."
    else:
        text = f"{type_} cannot be searched by {shown} here; it can by {', '.join(sorted(parameters)) or 'nothing'}."
    return NotSupported(text, parameter=shown)


def _check_required(type_: str, clauses: Sequence[Clause], requires: Sequence[frozenset[str]]) -> None:
    given = {clause.name for clause in clauses if _narrows(clause)}
    if not requires or any(alternative <= given for alternative in requires):
        return
    # of equally near ones the one that is begun, then the one declared first
    nearest = min(requires, key=lambda names: (len(names - given), names.isdisjoint(given)))
    ways = sorted({" and ".join(sorted(names)) for names in requires})
    lacking = sorted(nearest - given)
    add = " and ".join(lacking)
    raise Invalid(
        f"{type_} can be searched by {', or by '.join(ways)}. Add {add} to the search.",
        parameter=lacking[0],
        code="required",
    )


def _narrows(clause: Clause) -> bool:
    """Whether a source can find by it: `:missing`, `:not` and `:contains` only filter what was found otherwise."""
    return clause.modifier not in FILTERING


def _shown(name: str) -> str:
    """A parameter's name as it may be repeated: printable, and not at any length."""
    return "".join(c if c.isprintable() else "?" for c in name[:64]) or "(no name)"
