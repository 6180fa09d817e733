"""What the practices of a base promise, as one table that requests are checked against.

`statement` and `openapi` render the same rows, so that what is published and what is served cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Any

from capability.compartment import COMPARTMENT, PATIENT_LINK
from capability.declare import Support
from capability.operations import OPERATIONS, Operation
from capability.uscore import TYPES, VERSIONS, Edition, SearchParameter, edition
from capability.uscore.search import ANSWERED_BY_THE_FACADE, LINKS

SORTED_KINDS = frozenset({"date", "number", "quantity", "string", "token"})
"""Kinds of parameters that order resources. https://hl7.org/fhir/R4/search.html#sort"""

Requires = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Chain:
    """`reference:type.parameter` on a search, or with the reference read backwards `_has:type:reference:parameter`.

    https://hl7.org/fhir/R4/search.html#chaining
    """

    reference: str
    type: str
    parameter: str


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """What a base serves of one FHIR type.

    `parameters`    by code: every practice that searches the type takes each of them
    `requires`      at least one of these sets must be in a query; empty when none is needed
    `combinations`  sets of parameters that US Core asks for and that work here
    `profiles`      canonicals
    `links`         by code: what `_include` may follow, whether or not it can be searched by
    `includes`, `revincludes`  values of `_include` and `_revinclude`, e.g. `Encounter:patient`, `Provenance:target`
    `chains`        what may stand after a dot: `patient.name` of an Observation
    `reverse`       what `_has` may ask for
    `sorts`         parameters that `_sort` takes
    `compartment`   whether it can be searched as part of a patient, /Patient/[id]/[type]
    `operations`    those on the type or an instance of it
    `notes`         by code: what its values have to be, where some practice takes less than FHIR's; "": of the type
    """

    type: str
    interactions: frozenset[str]
    parameters: Mapping[str, SearchParameter]
    requires: Requires
    combinations: tuple[frozenset[str], ...]
    profiles: tuple[str, ...]
    links: Mapping[str, SearchParameter]
    includes: frozenset[str]
    revincludes: frozenset[str]
    chains: frozenset[Chain] = frozenset()
    reverse: frozenset[Chain] = frozenset()
    sorts: frozenset[str] = frozenset()
    compartment: bool = False
    operations: tuple[Operation, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def references(self) -> tuple[str, ...]:
        """Codes of the reference parameters."""
        return tuple(code for code, parameter in self.parameters.items() if parameter.kind == "reference")

    @property
    def searchable(self) -> bool:
        return "search-type" in self.interactions

    def works(self, codes: frozenset[str]) -> bool:
        """Whether a search by these parameters, and no other, is one that is served."""
        return self.searchable and works(codes, self.parameters, self.requires)


def declared(supports_by_practice: Mapping[str, Sequence[Support]], edition: Edition) -> Mapping[str, DeclaredType]:
    """What a base over these practices serves, by FHIR type.

    Types, interactions and profiles are the union; a parameter is there where every promise to search the type has it,
    and a query has to meet the requirements of them all. Parameters and profiles that only another edition has are left
    out. Raises ValueError for a type, parameter or profile that the tables lack in every edition: a misspelt promise.
    """
    promises: dict[str, list[Support]] = {}
    for supports in supports_by_practice.values():
        for support in supports:
            _check(support)
            promises.setdefault(support.type, []).append(support)
    searches = {type_: _Searched.of(type_, promises[type_], edition) for type_ in sorted(promises)}
    readable = frozenset(type_ for type_ in promises if any(each.code == "read" for each in promises[type_]))
    return MappingProxyType(
        {type_: _declared(type_, promises[type_], searches, readable, edition) for type_ in searches}
    )


@dataclass(frozen=True, slots=True)
class _Searched:
    """How one type can be searched, before other types are looked at. `offered`: it can be at all."""

    type: str
    offered: bool
    parameters: Mapping[str, SearchParameter]
    requires: Requires

    @classmethod
    def of(cls, type_: str, supports: Sequence[Support], edition: Edition) -> _Searched:
        searches = [support for support in supports if support.code == "search-type"]
        common = frozenset.intersection(*(support.params for support in searches)) if searches else frozenset[str]()
        if searches:
            common |= ANSWERED_BY_THE_FACADE
        parameters = {code: row for code, row in edition.search_parameters(type_).items() if code in common}
        return cls(type_, bool(searches), parameters, _every([support.requires for support in searches]))

    def works(self, *codes: str) -> bool:
        return self.offered and works(frozenset(codes), self.parameters, self.requires)

    def references(self, target: str) -> Iterator[str]:
        """Codes of the reference parameters that may point at `target`."""
        return (code for code, row in self.parameters.items() if row.kind == "reference" and target in row.targets)


def _declared(
    type_: str,
    supports: Sequence[Support],
    searches: Mapping[str, _Searched],
    readable: frozenset[str],
    edition: Edition,
) -> DeclaredType:
    own = searches[type_]
    names = dict.fromkeys(name for support in supports for name in support.profiles)
    links = {
        code: row
        for code, row in edition.links(type_).items()
        if readable.intersection(row.targets) and (code in own.parameters or row in LINKS)
    }
    combinations = (row.params for row in edition.combinations(type_))
    return DeclaredType(
        type=type_,
        interactions=_interactions(supports),
        parameters=MappingProxyType(dict(own.parameters)),
        requires=own.requires,
        combinations=tuple(sorted((each for each in combinations if own.works(*each)), key=sorted)),
        profiles=tuple(profile.canonical for name in names if (profile := edition.profile(name)) is not None),
        links=MappingProxyType(links),
        includes=frozenset(f"{type_}:{code}" for code in links) if own.offered else frozenset(),
        revincludes=_revincludes(own, searches, readable, edition),
        chains=_chains(own, searches),
        reverse=_reverse(own, searches),
        sorts=frozenset(code for code, row in own.parameters.items() if _orders(row)),
        compartment=type_ in COMPARTMENT and own.works(PATIENT_LINK),
        operations=tuple(
            each for each in OPERATIONS if each.type == type_ and _operates(each, own, supports, readable)
        ),
        notes=MappingProxyType({code: _noted(code, supports) for code in ("", *own.parameters)}),
    )


def _noted(code: str, supports: Sequence[Support]) -> str:
    """What each practice says of the parameter's values, each sentence once."""
    return " ".join(dict.fromkeys(support.notes[code] for support in supports if code in support.notes))


def _interactions(supports: Sequence[Support]) -> frozenset[str]:
    """What is read has a version, and is read under it as well."""
    codes = frozenset(support.code for support in supports)
    return codes | {"vread"} if "read" in codes else codes


def _orders(row: SearchParameter) -> bool:
    return row.kind in SORTED_KINDS and row.code not in ANSWERED_BY_THE_FACADE


def _revincludes(
    own: _Searched, searches: Mapping[str, _Searched], readable: frozenset[str], edition: Edition
) -> frozenset[str]:
    """What US Core names where its type can be read (a derived Provenance can't be searched), and all that works."""
    if not own.offered:
        return frozenset()
    named = {row.value for row in edition.includes(own.type) if row.reverse and row.value.partition(":")[0] in readable}
    found = {
        f"{other.type}:{code}"
        for other in searches.values()
        for code in other.references(own.type)
        if other.works(code)
    }
    return frozenset(named | found)


def _chains(own: _Searched, searches: Mapping[str, _Searched]) -> frozenset[Chain]:
    return frozenset(
        Chain(code, target, parameter)
        for code, row in own.parameters.items()
        if row.kind == "reference"
        for target in row.targets
        if target in searches
        for parameter in searches[target].parameters
        if searches[target].works(parameter)
    )


def _reverse(own: _Searched, searches: Mapping[str, _Searched]) -> frozenset[Chain]:
    if not own.offered:
        return frozenset()
    return frozenset(
        Chain(code, other.type, parameter)
        for other in searches.values()
        for code in other.references(own.type)
        for parameter in other.parameters
        if parameter != code and other.works(code, parameter)
    )


def _operates(operation: Operation, own: _Searched, supports: Sequence[Support], readable: frozenset[str]) -> bool:
    if operation.reads and own.type not in readable:
        return False
    if operation.apart:
        return any(serves(each, codes) for each in supports for codes in operation.searches)
    return not operation.searches or any(own.works(*codes) for codes in operation.searches)


def _check(support: Support) -> None:
    if support.type not in TYPES:
        raise ValueError(f"{support.type} is not a FHIR type that is served here")
    for code in sorted(support.params.union(*support.requires)):
        if not any(edition(version).search_parameter(support.type, code) for version in VERSIONS):
            raise ValueError(f"no search parameter {code!r} of {support.type} is known here")
    for name in support.profiles:
        if not any(edition(version).profile(name) for version in VERSIONS):
            raise ValueError(f"{name!r} is not a US Core profile that is known here")


def _every(requirements: Iterable[Sequence[frozenset[str]]]) -> Requires:
    """Alternatives that meet all of several lists of alternatives, without those that ask for more than another."""
    demanding = [alternatives for alternatives in requirements if alternatives]
    if not demanding:
        return ()
    met = {frozenset[str]().union(*choice) for choice in product(*demanding)}
    return tuple(sorted((each for each in met if not any(other < each for other in met)), key=sorted))


def serves(support: Support, codes: Iterable[str]) -> bool:
    """Whether a search by exactly these parameters is one that this promise serves, whatever others require."""
    taken = dict.fromkeys(support.params | ANSWERED_BY_THE_FACADE)
    return support.code == "search-type" and works(frozenset(codes), taken, support.requires)


def works(codes: frozenset[str], parameters: Mapping[str, Any], requires: Sequence[frozenset[str]]) -> bool:
    """Whether a search by exactly these parameters meets what is required."""
    return codes <= parameters.keys() and (not requires or any(each <= codes for each in requires))
