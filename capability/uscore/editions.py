"""The tables of one edition of US Core, ready to be asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from capability.uscore import conformance, profile_rows, r4_rows, search_rows, shape_rows, vital_signs
from capability.uscore.profiles import Element, Profile
from capability.uscore.search import (
    LINKS,
    Combination,
    Include,
    SearchParameter,
    common_parameters,
    provenance_of,
    provenance_target,
    resource_id,
)
from capability.uscore.shapes import Shape
from capability.uscore.telling import TELLING, UNTOLD, Telling
from capability.uscore.values import Check
from capability.uscore.versions import VERSIONS, Row, holds

R = TypeVar("R", bound=Row)

TYPES = frozenset((*search_rows.TYPES, *r4_rows.TYPES))
"""Every FHIR type that can be served: those that some edition names in its server statement, and some of FHIR R4 that
US Core has no profile of."""


@dataclass(frozen=True, slots=True, eq=False)
class Recogniser:
    """The check of one profile, and those of the profiles that derive from it.

    `by_code`  by (system, code) of `code`, for those that fix it; `derived`: the others
    """

    canonical: str
    conforms: Check
    telling: Telling
    by_code: dict[tuple[str, str], tuple[Recogniser, ...]] = field(default_factory=dict)
    derived: list[Recogniser] = field(default_factory=list)

    def holds(self, resource: Mapping[str, Any]) -> bool:
        return self.telling.tells(resource) and self.conforms(resource)


class Edition:
    """One version's rows, indexed. Built once: `edition("6.1.0")`."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.types = TYPES
        self._parameters = {type_: MappingProxyType(found) for type_, found in _parameters(version).items()}
        self._expectations = {
            (row.type, row.code): row.expectation for row in _current(search_rows.REQUIREMENTS, version)
        }
        self._combinations = _by_type(_current(search_rows.COMBINATIONS, version))
        self._includes = _by_type([*_current(search_rows.INCLUDES, version), *map(provenance_of, r4_rows.TYPES)])
        self._profiles = {row.name: row for row in _current(profile_rows.PROFILES, version)}
        self._own = self._elements()
        self.vital_signs = tuple(_current(vital_signs.VITAL_SIGNS, version))
        self._recognisers = self._compiled()

    # --- search

    def search_parameters(self, type_: str) -> Mapping[str, SearchParameter]:
        """Parameters of the type by code; empty for a type that is not of TYPES."""
        return self._parameters.get(type_, MappingProxyType({}))

    def search_parameter(self, type_: str, code: str) -> SearchParameter | None:
        return self.search_parameters(type_).get(code)

    def links(self, type_: str) -> Mapping[str, SearchParameter]:
        """What `_include` can follow from the type, by code: its reference parameters, and those only included by."""
        searched = {code: row for code, row in self.search_parameters(type_).items() if row.kind == "reference"}
        return {**{row.code: row for row in LINKS if row.type == type_}, **searched}

    def expectation(self, type_: str, code: str) -> str | None:
        """SHALL, SHOULD or MAY for the single parameter; None where US Core doesn't ask for it."""
        return self._expectations.get((type_, code))

    def combinations(self, type_: str) -> tuple[Combination, ...]:
        return self._combinations.get(type_, ())

    def includes(self, type_: str) -> tuple[Include, ...]:
        """`_include` and, with `reverse`, `_revinclude` values that US Core asks for on a search for the type.

        For a type that it lacks: that of the Provenance, which it may have as any other.
        """
        return self._includes.get(type_, ())

    # --- profiles

    def profile(self, name: str) -> Profile | None:
        """By short name or canonical."""
        return self._profiles.get(name.rpartition("/")[2])

    def profiles(self, type_: str) -> tuple[Profile, ...]:
        return tuple(row for row in self._profiles.values() if row.type == type_)

    def elements(self, name: str) -> Mapping[str, Element]:
        """The profile's rows by element id, those of the profile it derives from included. Raises KeyError."""
        profile = self._profiles[name]
        below = self.elements(profile.derives) if profile.derives else {}
        return {**below, **{row.id: row for row in self._own[name]}}

    def mandatory(self, name: str) -> tuple[str, ...]:
        """Ids of elements that must be there wherever the element above them is."""
        return tuple(id_ for id_, row in self.elements(name).items() if row.min)

    def must_support(self, name: str, *, uscdi: bool = True) -> tuple[str, ...]:
        """Ids of must-support elements; with `uscdi` those of the additional USCDI requirements too."""
        return tuple(id_ for id_, row in self.elements(name).items() if row.must_support or (uscdi and row.uscdi))

    def recognise(self, resource: Mapping[str, Any]) -> tuple[str, ...]:
        """Canonicals of every profile that the resource conforms to, the general before the specific."""
        found: list[str] = []
        told = False
        for one in self._recognisers.get(resource.get("resourceType", ""), ()):
            try:
                if one.holds(resource):
                    specific = list(_specific(one, resource))
                    if specific or not one.telling.general or not told:
                        found += (one.canonical, *specific)
                    told = told or bool(specific) or not one.telling.general
            except (AttributeError, KeyError, TypeError):
                # not the shape of the type at all, e.g. text where an object belongs: it conforms to nothing
                continue
        return tuple(found)

    def _elements(self) -> dict[str, list[Element]]:
        own: dict[str, list[Element]] = {name: [] for name in self._profiles}
        for row in _current(profile_rows.ELEMENTS, self.version):
            own[row.profile].append(row)
        return own

    def _compiled(self) -> dict[str, tuple[Recogniser, ...]]:
        extensions: dict[str, Check] = {}
        for profile in self.profiles("Extension"):
            extensions[profile.canonical] = conformance.compiled(self._own[profile.name], extensions)
        made: dict[str, Recogniser] = {}
        found: dict[str, list[Recogniser]] = defaultdict(list)
        for profile in self._profiles.values():
            check = conformance.compiled(self._own[profile.name], extensions)
            made[profile.name] = Recogniser(profile.canonical, check, TELLING.get(profile.name, UNTOLD))
            if profile.derives is None:
                found[profile.type].append(made[profile.name])
        for profile in self._profiles.values():
            if profile.derives is not None:
                _derive(made[profile.derives], made[profile.name], conformance.codes(self._own[profile.name]))
        return {type_: tuple(sorted(each, key=lambda one: one.telling.general)) for type_, each in found.items()}


def _derive(base: Recogniser, one: Recogniser, codes: frozenset[tuple[str, str]]) -> None:
    for coding in codes:
        base.by_code[coding] = (*base.by_code.get(coding, ()), one)
    if not codes:
        base.derived.append(one)


def _specific(general: Recogniser, resource: Mapping[str, Any]) -> Iterator[str]:
    """Profiles that derive from one that is already known to hold."""
    candidates = dict.fromkeys(general.derived)
    if general.by_code:
        for coding in resource["code"].get("coding", ()):
            candidates.update(dict.fromkeys(general.by_code.get((coding.get("system"), coding.get("code")), ())))
    return (one.canonical for one in candidates if one.holds(resource))


def _current(rows: Iterable[R], version: str) -> list[R]:
    return [row for row in rows if holds(row, version)]


def _parameters(version: str) -> dict[str, dict[str, SearchParameter]]:
    parameters = {
        type_: {row.code: row for row in (resource_id(type_), *common_parameters(type_))} for type_ in sorted(TYPES)
    }
    parameters["Provenance"]["target"] = provenance_target(tuple(sorted(TYPES)))
    for row in r4_rows.SEARCH_PARAMETERS:
        parameters[row.type][row.code] = row
    for row in _current(search_rows.SEARCH_PARAMETERS, version):
        parameters[row.type][row.code] = row
    return parameters


T = TypeVar("T", bound=Combination | Include)


def _by_type(rows: Iterable[T]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[row.type].append(row)
    return {type_: tuple(of_type) for type_, of_type in found.items()}


_SHAPES = {row.type: row for row in (*shape_rows.SHAPES, *r4_rows.SHAPES)}


def shape(type_: str) -> Shape | None:
    """How FHIR R4 flags the elements of a type; None for a type that is not served."""
    return _SHAPES.get(type_)


@cache
def edition(version: str) -> Edition:
    """The tables of one published version. Raises ValueError, naming those known, for another."""
    if version not in VERSIONS:
        raise ValueError(f"US Core {version} is not known here; known are {', '.join(VERSIONS)}")
    return Edition(version)


def recognise(resource: Mapping[str, Any], edition: Edition) -> tuple[str, ...]:
    """Canonicals, without version, of every US Core profile that the resource conforms to as it stands."""
    return edition.recognise(resource)
