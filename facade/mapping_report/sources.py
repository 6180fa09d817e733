"""Which upstream fields each element depends on: found by asking again with a field removed, or with another value.

Fields are changed in groups first. A group whose change alters nothing is done with; any other is halved, down to the
single field. An answer is asked for again some dozens of times so, without any call to the sandbox.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from facade.mapping_report.asking import Answer, Asked
from facade.mapping_report.documents import REMOVED, Field, Path, changed, choices, other
from facade.mapping_report.evidence import MOST_VALUES, Profiles, Seen, Spot, differing, values, written
from mappings import fhir
from mappings.mapped import Resource

TWICE = 2
"""Answers that are taken apart for each element and kind of query."""

COMPARED = 80
"""Resources of one answer that are compared."""


DULL, SHARED_DULL = 2, 5
"""Answers to one kind of query that a field alters nothing of, after which it is left alone in others. More where the
answers share the document: most of it is about others."""


@dataclass(slots=True)
class Sources:
    """`fields`: of each element; `verbatim`: elements of which a value stands in such a field as it is.

    `dull`: for a type that was asked for, how often a field altered nothing; `telling`: fields that once did.
    `used`: how many answers to queries for the type a document was used for.
    """

    fields: dict[Spot, set[Field]] = field(default_factory=lambda: defaultdict(set))
    verbatim: set[Spot] = field(default_factory=set)
    dull: Counter[tuple[str, Field]] = field(default_factory=Counter)
    telling: set[tuple[str, Field]] = field(default_factory=set)
    used: Counter[tuple[str, str]] = field(default_factory=Counter)

    def worth_a_try(self, type_: str, field: Field, *, shared: bool) -> bool:
        return (type_, field) in self.telling or self.dull[type_, field] < (SHARED_DULL if shared else DULL)


def chosen(answers: Sequence[Answer], profiles: Profiles, sights: Mapping[Spot, Seen]) -> list[Answer]:
    """Few answers that together have each element, and each value of one that has few, TWICE for each kind of query."""
    has = [_traits(answer, profiles, sights) for answer in answers]
    needed: Counter[Trait] = Counter()
    for traits in has:
        needed.update(traits)
    needed = Counter({trait: min(TWICE, count) for trait, count in needed.items()})
    found: list[Answer] = []
    left = set(range(len(answers)))
    while left:
        gains = {
            at: sum(needed[trait] > 0 for trait in has[at]) / (10 + len(answers[at].resources)) for at in sorted(left)
        }
        best = max(gains, key=lambda at: gains[at])
        left = {at for at in left if gains[at] > 0} - {best}
        if gains[best] > 0:
            found.append(answers[best])
            needed.subtract(has[best])
    return found


Trait = tuple[str, Spot, bytes]
"""FHIR type of a query, an element of its answer, and its value where that is one of few."""


def _traits(answer: Answer, profiles: Profiles, sights: Mapping[Spot, Seen]) -> set[Trait]:
    found: set[Trait] = set()
    for one in answer.resources[:COMPARED]:
        for rows in profiles.of(one):
            for id_ in rows.shown:
                spot = (rows.type, rows.profile, id_)
                few = len(sights[spot].values) < MOST_VALUES
                if held := values(one, rows, id_):
                    found.add((answer.query.type, spot, written(held) if few else b""))
    return found


async def find(asked: Asked, answer: Answer, profiles: Profiles, sources: Sources) -> None:
    """Adds to `sources` what the elements of one answer depend on."""
    trial = _Trial(asked, answer, profiles, sources)
    type_ = answer.query.type
    tried = (
        each
        for key in answer.documents
        for each in asked.documents.fields([key])
        if sources.worth_a_try(type_, each, shared=sources.used[type_, key] > 1)
    )
    fields = list(dict.fromkeys(tried))
    told = await trial.alter(fields, lambda field, value: REMOVED)
    # Without an id or a value a whole resource may be gone, which tells nothing of its elements.
    known = {each: choices(asked.documents.values(each)) for each in fields if each not in told}
    told |= await trial.alter(list(known), lambda field, value: other(value, known[field]))
    trial.recognise([each for each in fields if each in trial.decisive and each not in told])
    sources.telling |= {(type_, each) for each in told}
    sources.dull.update((type_, each) for each in fields if each not in told)


class _Trial:
    def __init__(self, asked: Asked, answer: Answer, profiles: Profiles, sources: Sources) -> None:
        self._asked = asked
        self._answer = answer
        self._before = answer.resources[:COMPARED]
        self._profiles = profiles
        self._sources = sources
        self.decisive: set[Field] = set()  # without which, as they are, there are other resources or none

    def recognise(self, fields: Iterable[Field]) -> None:
        """An element that no other field changed, and that holds the value of a decisive one, has it from there."""
        forms = {each: self._forms_in(each) for each in fields}
        for one in self._before if forms else ():
            for rows in self._profiles.of(one):
                for id_ in rows.shown:
                    spot = (rows.type, rows.profile, id_)
                    if not self._sources.fields.get(spot):
                        held = {form for leaf in _leaves(values(one, rows, id_)) for form in _forms(leaf)}
                        found = [each for each, known in forms.items() if held & known]
                        self._sources.fields[spot] |= set(found)
                        self._sources.verbatim |= {spot} if found else set()

    def _forms_in(self, source: Field) -> set[str]:
        held = self._asked.documents.values(source, self._answer.documents)
        return {form for value in held for form in _forms(value)}

    async def alter(self, fields: Sequence[Field], change: Callable[[Field, Any], Any]) -> set[Field]:
        """As `explore`, but with keys alone: a record without its key is found by nothing, whatever else is changed."""
        keys = [each for each in fields if self._is_key(each)]
        found = await self.explore([each for each in fields if each not in keys], change)
        for each in keys:
            found |= await self.explore([each], change)
        return found

    def _is_key(self, field: Field) -> bool:
        held = self._asked.documents.values(field, self._answer.documents)
        return len(held) > 1 and len(set(held)) == len(held)

    async def explore(self, fields: Sequence[Field], change: Callable[[Field, Any], Any]) -> set[Field]:
        """The fields whose change, each alone, alters elements of the answer's resources; which ones is noted."""
        if not fields:
            return set()
        after = (await self._again(fields, change))[:COMPARED]
        if after == self._before:
            return set()
        if len(fields) == 1:
            if self._note(fields[0], after):
                return set(fields)
            self.decisive.add(fields[0])
            return set()
        found: set[Field] = set()
        for half in _halves(fields):
            found |= await self.explore(half, change)
        return found

    async def _again(self, fields: Iterable[Field], change: Callable[[Field, Any], Any]) -> tuple[Resource, ...]:
        of_operation: dict[str, list[Path]] = defaultdict(list)
        for each in fields:
            of_operation[each.operation].append(each.path)
        documents = self._asked.documents
        made = {
            key: changed(kept.content, of_operation[kept.operation], _of(kept.operation, change))
            for key in self._answer.documents
            if (kept := documents.kept[key]).operation in of_operation
        }
        with documents.changing(made):
            return await self._asked.resources(self._answer.query)

    def _note(self, source: Field, after: Sequence[Resource]) -> bool:
        """Whether there was something to note."""
        told: set[str] | None = None
        noted = False
        for spot, old in differing(self._before, after, self._profiles):
            noted = True
            self._sources.fields[spot].add(source)
            if spot not in self._sources.verbatim:
                told = self._forms_in(source) if told is None else told
                if any(form in told for leaf in _leaves(old) for form in _forms(leaf)):
                    self._sources.verbatim.add(spot)
        return noted


def _of(operation: str, change: Callable[[Field, Any], Any]) -> Callable[[Path, Any], Any]:
    return lambda path, value: change(Field(operation, path), value)


def _halves(fields: Sequence[Field]) -> tuple[Sequence[Field], Sequence[Field]]:
    """Near halves; where there are several operations, none is cut."""
    middle = len(fields) // 2
    if fields[0].operation != fields[-1].operation:
        borders = [at for at in range(1, len(fields)) if fields[at - 1].operation != fields[at].operation]
        middle = min(borders, key=lambda at: abs(at - middle))
    return fields[:middle], fields[middle:]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _forms(value: Any) -> Iterator[str]:
    """Ways to write a scalar by which it is the same as another: as text, as a number, as a date."""
    text = str(value).strip()
    yield text.casefold()
    try:
        yield str(Decimal(text).normalize())
    except InvalidOperation:
        pass
    try:
        day = (fhir.us_datetime(text, None) or "")[:10]
        date.fromisoformat(day)
    except ValueError:
        return
    yield day
