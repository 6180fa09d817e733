"""What US Core asks, from the tables of one edition; of every profile where the guide's package is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from capability import regenerate
from capability.uscore import Edition, SearchParameter, conformance, edition
from capability.uscore.conformance import Node
from capability.uscore.invariants import INVARIANTS
from capability.uscore.profiles import Element
from capability.uscore.search import resource_id
from capability.uscore.value_sets import VALUE_SETS
from capability.uscore.values import Check
from capability.uscore.versions import US_CORE

DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
SEARCH = "http://hl7.org/fhir/SearchParameter/"


@dataclass(frozen=True)
class ProfileRules:
    """One profile: its rows by element id, as a tree too, and whether a resource conforms to it.

    `unchecked` names value sets and invariants that the rows name and that are not known here.
    """

    name: str
    type: str
    elements: Mapping[str, Element]
    tree: Node
    conforms: Check | None
    unchecked: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        return US_CORE + self.name

    @property
    def must_support(self) -> tuple[str, ...]:
        """Ids of must-support elements, those of the additional USCDI requirements included."""
        return tuple(id_ for id_, row in self.elements.items() if row.must_support or row.uscdi)

    def accepts(self, resource: Mapping[str, Any]) -> bool:
        """Whether the resource conforms, as far as the rows are checked."""
        try:
            return self.conforms is None or self.conforms(resource)
        except (AttributeError, KeyError, TypeError):
            return False


@dataclass(frozen=True)
class Tables:
    """One edition: its search tables, and its profiles by name. `package`: whether they are those of a package."""

    edition: Edition
    profiles: Mapping[str, ProfileRules]
    package: bool
    parameters: Mapping[str, Mapping[str, SearchParameter]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return self.edition.version

    def of_type(self, type_: str) -> tuple[ProfileRules, ...]:
        return tuple(one for one in self.profiles.values() if one.type == type_)

    def profile(self, canonical: str) -> ProfileRules | None:
        """By canonical, with or without a version; None for one that isn't known."""
        url = canonical.partition("|")[0]
        return self.profiles.get(url.removeprefix(US_CORE)) if url.startswith(US_CORE) else None

    def profiles_of(self, resource: Mapping[str, Any]) -> list[ProfileRules]:
        """The profiles that a resource claims; where it claims none, those it conforms to."""
        claimed = [one for url in resource.get("meta", {}).get("profile", ()) if (one := self.profile(url))]
        return claimed or [one for one in self.of_type(resource["resourceType"]) if one.accepts(resource)]


@cache
def tables(version: str, package: Path | None = None) -> Tables:
    """Raises ValueError for a version that isn't known, or a package that is not one of that version of US Core."""
    known = edition(version)
    parameters = {type_: {**_of_every_type(type_), **known.search_parameters(type_)} for type_ in sorted(known.types)}
    if package is None:
        rows = {name: dict(known.elements(name)) for name in _names(known)}
        types = {one.name: one.type for type_ in ("Extension", *known.types) for one in known.profiles(type_)}
    else:
        rows, types = _from_package(version, package)
    return Tables(known, _compiled(rows, types), package is not None, parameters)


def _names(known: Edition) -> list[str]:
    return [one.name for type_ in ("Extension", *sorted(known.types)) for one in known.profiles(type_)]


def _of_every_type(type_: str) -> dict[str, SearchParameter]:
    """https://hl7.org/fhir/R4/search.html#all"""
    rows = (
        resource_id(type_),
        SearchParameter(type_, "_lastUpdated", "date", f"{type_}.meta.lastUpdated", f"{SEARCH}Resource-lastUpdated"),
        SearchParameter(type_, "_profile", "uri", f"{type_}.meta.profile", f"{SEARCH}Resource-profile"),
        SearchParameter(type_, "_security", "token", f"{type_}.meta.security", f"{SEARCH}Resource-security"),
        SearchParameter(type_, "_tag", "token", f"{type_}.meta.tag", f"{SEARCH}Resource-tag"),
    )
    return {row.code: row for row in rows}


def _from_package(version: str, path: Path) -> tuple[dict[str, dict[str, Element]], dict[str, str]]:
    try:
        package = regenerate.read_package(path)
    except (OSError, KeyError, ValueError) as exc:
        raise ValueError(f"{path} is not a package of US Core ({type(exc).__name__})") from exc
    if package.version.split("-")[0] != version:
        raise ValueError(f"{path} is US Core {package.version}, not {version}")
    documents = {document["id"]: document for document in package.conformance("StructureDefinition")}
    served = {
        name: document
        for name, document in documents.items()
        if document["url"] == US_CORE + name and not document.get("abstract") and document.get("kind") != "logical"
    }
    rows = {name: regenerate.snapshot(package, name) for name in served}
    return rows, {name: document["type"] for name, document in served.items()}


def _compiled(rows: Mapping[str, Mapping[str, Element]], types: Mapping[str, str]) -> dict[str, ProfileRules]:
    """Extensions first: the profiles' slices are checked by them."""
    extensions: dict[str, Check] = {}
    found: dict[str, ProfileRules] = {}
    for name in sorted(rows, key=lambda name: types[name] != "Extension"):
        known, unchecked = known_rows(rows[name])
        conforms: Check | None
        try:
            conforms = conformance.compiled(known.values(), extensions)
        except (KeyError, IndexError):
            conforms, unchecked = None, (*unchecked, "the profile as a whole: its slices are not told apart here")
        found[name] = ProfileRules(
            name, types[name], rows[name], conformance.tree(rows[name].values()), conforms, unchecked
        )
        if types[name] == "Extension" and conforms is not None:
            extensions[US_CORE + name] = conforms
    return found


def known_rows(rows: Mapping[str, Element]) -> tuple[dict[str, Element], tuple[str, ...]]:
    """The rows without the value sets and invariants that aren't known here, and the names of those."""
    known: dict[str, Element] = {}
    unchecked: dict[str, None] = {}
    for id_, row in rows.items():
        if row.value_set is not None and row.value_set not in VALUE_SETS:
            unchecked[row.value_set] = None
            row = replace(row, value_set=None)
        skipped = {key for key in row.constraints if key not in INVARIANTS}
        unchecked |= dict.fromkeys(f"{key} of {id_}" for key in sorted(skipped))
        known[id_] = replace(row, constraints=tuple(key for key in row.constraints if key not in skipped))
    return known, tuple(unchecked)


# --- evidence ------------------------------------------------------------------------------------------------------


def has(resource: Mapping[str, Any], rules: ProfileRules, id_: str) -> bool:
    """Whether the resource has a value at the element; one that only says why it is absent does not count."""
    return any(True for _ in occurrences(resource, rules, id_))


def occurrences(resource: Mapping[str, Any], rules: ProfileRules, id_: str) -> Iterator[Any]:
    """The values at an element id, slices told apart by their discriminators."""
    values: list[Any] = [resource]
    node = rules.tree
    parts = id_.split(".")[1:]
    for at, part in enumerate(parts, 1):
        name, _, slice_ = part.partition(":")
        if name not in node.children:
            return
        node = node.children[name]
        last = at == len(parts)
        values = [each for value in values for each in _below(value, name, slice_, last=last)]
        if slice_:
            node = node.slices[slice_]
            values = [value for value in values if name.endswith("[x]") or _belongs(node, value)]
    yield from values


def _below(value: Any, name: str, slice_: str, *, last: bool) -> Iterator[Any]:
    """The element's values. Where the path goes on below a primitive, it goes on in the twin `_x`."""
    if not isinstance(value, dict):
        return
    stem = name.removesuffix("[x]")
    if stem == name:
        keys = [name]
    elif slice_:
        keys = [slice_] if slice_.startswith(stem) else []
    else:
        keys = [key for key in value if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()]
    for key in keys:
        found = value.get(key)
        if not last and isinstance(found, str):
            found = value.get(f"_{key}")
        yield from (each for each in (found if isinstance(found, list) else [found]) if _valued(each))


def _valued(value: Any) -> bool:
    if value is None or value == {} or value == "":
        return False
    absent = value.get("extension", ()) if isinstance(value, dict) else ()
    return not any(each.get("url") == DATA_ABSENT_REASON for each in absent)


def _belongs(node: Node, value: Any) -> bool:
    url = conformance.extension_url(node)
    if url is not None:
        return isinstance(value, dict) and value.get("url") == url
    try:
        return conformance.discriminator(node)(value)
    except (AttributeError, KeyError, TypeError, IndexError):
        return False
