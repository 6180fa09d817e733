"""What a mapping returns: the resource, where it came from, and what it met but could not translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Resource = dict[str, Any]
"""A FHIR-shaped dict, with local ids; decimals are `decimal.Decimal`."""

Record = Mapping[str, Any]
"""A vendor's object, as parsed by `mappings.fhirjson.loads`."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A code without a row in `table`; the facade counts it. `coded`: it is vendor vocabulary, which may be shown to
    operators; anything else may hold what people typed, and is shown as a digest."""

    table: str
    code: str
    coded: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote the source record and when, for the derived Provenance.

    `recorded`      FHIR instant or (partial) dateTime text exactly as precise as the source; None when it has none
    `author`        a local reference such as `Practitioner/provider-71`, where the author is one that we serve
    `author_name`   the source's name for the author (a user name), when there is no reference
    `organization`  local reference to the organisation on whose behalf
    """

    recorded: str | None = None
    author: str | None = None
    author_name: str | None = None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """One resource out of a mapping. `meta.profile` is never set here: the facade stamps what is left after policy."""

    resource: Resource
    origin: Origin | None = None
    unmapped: tuple[Unmapped, ...] = ()
