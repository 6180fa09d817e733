"""What a server says of itself in its CapabilityStatement. https://hl7.org/fhir/R4/capabilitystatement.html"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"


@dataclass(frozen=True)
class DeclaredType:
    """One `rest.resource`.

    `requires`  sets of parameters of which a search needs one; empty where it needs none
    `told`      by parameter: its documentation, in which a server says which values it takes
    """

    type: str
    interactions: frozenset[str]
    parameters: Mapping[str, str]
    includes: tuple[str, ...]
    revincludes: tuple[str, ...]
    profiles: tuple[str, ...]
    requires: tuple[frozenset[str], ...]
    read_history: bool
    documentation: str
    told: Mapping[str, str]

    def searchable(self, *codes: str) -> bool:
        """Whether it is searched, and by all of these."""
        return "search-type" in self.interactions and all(code in self.parameters for code in codes)

    def enough(self, params: frozenset[str]) -> bool:
        """Whether a search by these parameters has what the statement says that a search needs."""
        return not self.requires or any(each <= params for each in self.requires)

    def with_system(self, code: str) -> bool:
        """Whether a code is taken with its system only: the documentation speaks of `system|code` or `system|value`."""
        return "system|" in self.told.get(code, "")

    def whole_names(self, code: str) -> bool:
        """Whether names are taken whole only: the documentation speaks of a `given and family` or a `whole` name."""
        return any(words in self.told.get(code, "") for words in ("given and family", "whole name"))

    @property
    def apart(self) -> bool:
        """Whether the documentation of the type says that reports are `no DocumentReference` as well."""
        return "no DocumentReference" in self.documentation

    @property
    def partly(self) -> bool:
        """Whether the documentation says that some records are found `by `_id` alone`, such as a directory's."""
        return "by `_id` alone" in self.documentation

    def whole_days(self, code: str) -> bool:
        """Whether a date is taken to the day only: the documentation speaks of a `whole day`."""
        return "whole day" in self.told.get(code, "")


@dataclass(frozen=True)
class Declared:
    """The statement's `rest` with mode server."""

    document: Mapping[str, Any]
    types: Mapping[str, DeclaredType]
    interactions: frozenset[str]

    @property
    def compartments(self) -> bool:
        return bool(self.rest.get("compartment"))

    @property
    def rest(self) -> Mapping[str, Any]:
        return _server(self.document)

    def reads(self, type_: str) -> bool:
        return type_ in self.types and "read" in self.types[type_].interactions

    def searches(self, type_: str, *codes: str) -> bool:
        return type_ in self.types and self.types[type_].searchable(*codes)


def _server(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = [rest for rest in document.get("rest", ()) if rest.get("mode") == "server"]
    return found[0] if found else {}


def declared(document: Mapping[str, Any]) -> Declared:
    """A CapabilityStatement, read. Raises KeyError or TypeError where it is not shaped as one."""
    rest = _server(document)
    types = {one["type"]: _type(one) for one in rest.get("resource", ())}
    return Declared(document, types, frozenset(each["code"] for each in rest.get("interaction", ())))


def _type(one: Mapping[str, Any]) -> DeclaredType:
    return DeclaredType(
        one["type"],
        frozenset(each["code"] for each in one.get("interaction", ())),
        {each["name"]: each.get("type", "") for each in one.get("searchParam", ())},
        tuple(one.get("searchInclude", ())),
        tuple(one.get("searchRevInclude", ())),
        tuple(one.get("supportedProfile", ())),
        _requires(one),
        one.get("readHistory", False),
        one.get("documentation", ""),
        {each["name"]: each.get("documentation", "") for each in one.get("searchParam", ())},
    )


def _requires(one: Mapping[str, Any]) -> tuple[frozenset[str], ...]:
    """Where combinations exist that need something and allow everything else, a search needs one of those.

    A combination without optional parameters only says what works together.
    """
    codes = {each["name"] for each in one.get("searchParam", ())}
    found = []
    for extension in one.get("extension", ()):
        if extension["url"] != COMBINATION:
            continue
        parts: dict[str, set[str]] = {"required": set(), "optional": set()}
        for part in extension["extension"]:
            parts[part["url"]].add(part["valueString"])
        if parts["optional"] and parts["required"] | parts["optional"] >= codes:
            found.append(frozenset(parts["required"]))
    return tuple(found)
