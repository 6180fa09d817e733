"""One search parameter: where it looks in a resource, read from a line of the table in search_parameters.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_EXTENSIONS = {
    "us-core-race": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
    "us-core-ethnicity": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity",
    "us-core-genderIdentity": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity",
    "condition-assertedDate": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind`: string, token, reference, date or uri. `target`: the only type whose references it finds."""

    kind: str
    paths: tuple[tuple[tuple[str, str], ...], ...]
    target: str | None = None

    def values(self, resource: Mapping[str, Any]) -> Iterator[Any]:
        """The elements that the parameter looks at, lists opened."""
        for path in self.paths:
            yield from _walk(resource, path)


def parameter(kind: str, *paths: str) -> Parameter:
    """`kind` and `paths` as in the table: `reference:Patient`; `participant.actor`, `telecom[phone]`."""
    name, _, target = kind.partition(":")
    return Parameter(name, tuple(tuple(_segment(one) for one in path.split(".")) for path in paths), target or None)


def _segment(text: str) -> tuple[str, str]:
    name, _, kept = text.rstrip("]").partition("[")
    return name, _EXTENSIONS.get(kept, kept)


def _walk(value: Any, path: tuple[tuple[str, str], ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0][0] in value:
        name, kept = path[0]
        found = value[name]
        if kept:
            found = [one for one in found if kept in (one.get("url"), one.get("system"))]
        yield from _walk(found, path[1:])


def read(text: str) -> dict[str, Parameter]:
    """Lines of name, kind and paths -> parameters by name."""
    lines = (line.split() for line in text.splitlines() if line.strip())
    return {name: parameter(kind, *paths) for name, kind, *paths in lines}
