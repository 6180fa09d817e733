"""The parameters of one search: which are filters, which steer the result, which are refused or ignored.

https://hl7.org/fhir/R4/search.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.query import Clause, Query
from capability.declared import Chain, DeclaredType
from capability.issues import FHIRError, Invalid, NotSupported
from capability.modifiers import FILTERING
from capability.uscore.search import SearchParameter
from facade.http.params.controls import Controls, Refused
from facade.http.params.filters import Filters
from facade.http.params.names import CONTROLS, NEGOTIATED, NOT_OFFERED, shown
from facade.interactions.request import Chained, Reverse, SearchRequest

PAIRS = 200
RAW_CHARS = 16_384
REACHING = 10
"""Bounds of one search: its parameters, the text of one of them, and how many of them may reach into another type:
each of those is a search by itself, or many."""

HAS = "_has"


def parse_search(
    type_: str,
    pairs: Sequence[tuple[str, str]],
    *,
    types: Mapping[str, DeclaredType],
    bases: Sequence[str],
    lenient: bool,
    max_count: int | None = None,
) -> SearchRequest:
    """`pairs` (decoded names and values, those of a POST body included) as a SearchRequest for `type_`.

    `types`       what the base declares; `type_` is one of them
    `bases`       our own absolute FHIR bases: a reference under one of them is one of our ids
    `lenient`     what is not offered is ignored instead of refused
    `max_count`   a larger `_count` is lowered to it

    `query.count` is `_count`, but None where it is 0, which asks for the number of matches only.

    Raises NotSupported (400) for a filter or include that is not offered, unless lenient; Invalid or NotSupported
    (400) for a modifier or prefix that is not offered and for a malformed value, always; Invalid with code
    `required` where none of the type's requirements is met. No text of an error repeats a value.
    """
    if len(pairs) > PAIRS:
        raise Invalid(f"A search takes up to {PAIRS} parameters.", code="too-long")
    reading = _Reading(type_, types, lenient, Filters(bases), Controls(type_, types, max_count))
    for name, raw in pairs:
        reading.take(name, raw)
    return reading.request()


@dataclass(slots=True)
class _Reading:
    """What has been understood so far. `take` reads one pair, in the order they were sent."""

    type: str
    types: Mapping[str, DeclaredType]
    lenient: bool
    filters: Filters
    controls: Controls
    clauses: list[Clause] = field(default_factory=list)
    chains: list[Chained] = field(default_factory=list)
    reverse: list[Reverse] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    applied: list[tuple[str, str]] = field(default_factory=list)

    def request(self) -> SearchRequest:
        declared, controls = self.types[self.type], self.controls
        given = {clause.name for clause in self.clauses if _narrows(clause)}
        _check_required(self.type, given | {each.reference for each in self.chains}, declared.requires)
        count = 0 if controls.summary == "count" else controls.count
        return SearchRequest(
            query=Query(self.type, tuple(dict.fromkeys(self.clauses)), count=count or None, sort=controls.sort),
            count=count,
            includes=tuple(dict.fromkeys(controls.includes)),
            revincludes=tuple(dict.fromkeys(controls.revincludes)),
            ignored=tuple(dict.fromkeys(self.ignored)),
            applied=tuple(self.applied),
            chains=tuple(dict.fromkeys(self.chains)),
            reverse=tuple(dict.fromkeys(self.reverse)),
            total=controls.total,
            subset=controls.subset,
        )

    def take(self, sent: str, raw: str) -> None:
        name, colon, modifier = sent.partition(":")
        if len(raw) > RAW_CHARS:
            raise Invalid(f"{shown(name)} is longer than {RAW_CHARS} characters.", parameter=shown(name))
        parameters = self.types[self.type].parameters
        if name == HAS and colon:
            self._has(sent, modifier, raw)
        elif "." in sent and name.partition(".")[0] in parameters:
            self._chain(sent, raw)
        elif name in parameters:
            self.clauses.append(self.filters.clause(parameters[name], modifier if colon else None, raw, sent))
            self.applied.append((sent, raw))
        elif name in NEGOTIATED and not colon:
            self.applied.append((name, raw))
        elif name in CONTROLS or name in NEGOTIATED:
            self._control(sent, name, modifier if colon else None, raw)
        elif name.startswith("_") and name not in NOT_OFFERED:
            self.ignored.append(shown(sent))
        else:
            self._refuse(_unlisted(self.type, sent, parameters), shown(sent))

    def _control(self, sent: str, name: str, modifier: str | None, raw: str) -> None:
        try:
            if name in NEGOTIATED:
                raise Refused(name, "takes no modifier here")
            self.applied.append((sent, self.controls.take(name, modifier, raw)))
        except Refused:
            raise
        except NotSupported as exc:
            self._refuse(exc, name)

    def _chain(self, sent: str, raw: str) -> None:
        """`reference.parameter`, `reference:Type.parameter`, each with a modifier behind the parameter."""
        head, _, tail = sent.partition(".")
        reference, narrowed, named = head.partition(":")
        code, colon, modifier = tail.partition(":")
        found = sorted(
            each.type
            for each in self.types[self.type].chains
            if (each.reference, each.parameter) == (reference, code) and (not narrowed or each.type == named)
        )
        if not found:
            offered = sorted({f"{each.reference}.{each.parameter}" for each in self.types[self.type].chains})
            self._refuse(_not_offered(sent, offered), shown(sent))
            return
        row = self.types[found[0]].parameters[code]
        clause = self.filters.clause(row, modifier if colon else None, raw, sent)
        if not _narrows(clause) and any(self.types[each].requires for each in found):
            raise Invalid(f"{shown(sent)} only filters; the type behind it is searched by a value.", parameter=code)
        self.chains.append(Chained(reference, tuple(found), clause))
        self._check_reach(sent)
        self.applied.append((sent, raw))

    def _has(self, sent: str, rest: str, raw: str) -> None:
        """`_has:Type:reference:parameter`, with a modifier behind the parameter."""
        type_, _, tail = rest.partition(":")
        reference, _, tail = tail.partition(":")
        code, colon, modifier = tail.partition(":")
        if not all((type_, reference, code)):
            raise Invalid("_has is written _has:Type:reference:parameter=value.", parameter=HAS)
        if not any((each.type, each.reference, each.parameter) == (type_, reference, code) for each in self._reverse):
            offered = sorted(f"_has:{each.type}:{each.reference}:{each.parameter}" for each in self._reverse)
            self._refuse(_not_offered(sent, offered), shown(sent))
            return
        row = self.types[type_].parameters[code]
        clause = self.filters.clause(row, modifier if colon else None, raw, HAS)
        self.reverse.append(Reverse(type_, reference, clause))
        self._check_reach(HAS)
        self.applied.append((sent, raw))

    def _check_reach(self, sent: str) -> None:
        if len(self.chains) + len(self.reverse) > REACHING:
            text = f"A search takes up to {REACHING} parameters that reach into another type."
            raise Invalid(text, parameter=shown(sent), code="too-long")

    @property
    def _reverse(self) -> frozenset[Chain]:
        return self.types[self.type].reverse

    def _refuse(self, error: FHIRError, name: str) -> None:
        if not self.lenient:
            raise error
        self.ignored.append(name)


def _not_offered(sent: str, offered: Sequence[str]) -> NotSupported:
    what = f"it offers {', '.join(offered)}" if offered else "search that type first"
    return NotSupported(
        f"{shown(sent)} reaches into another type in a way not offered here; {what}.", parameter=shown(sent)
    )


def _unlisted(type_: str, sent: str, parameters: Mapping[str, SearchParameter]) -> NotSupported:
    name = shown(sent)
    if sent in NOT_OFFERED:
        text = f"{name} is not offered here; send the search without it."
    elif "." in sent or sent.startswith("_has:"):
        text = f"{name} reaches into another type, which is not offered here; search that type first."
    else:
        text = f"{type_} cannot be searched by {name} here; it can by {', '.join(sorted(parameters)) or 'nothing'}."
    return NotSupported(text, parameter=name)


def _check_required(type_: str, given: set[str], requires: Sequence[frozenset[str]]) -> None:
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
    """Whether a source can find by it; some modifiers only filter what was found otherwise."""
    return clause.modifier not in FILTERING
