"""US Core profiles as rows: what each profile, and the FHIR type below it, says about its elements.

The rows are in `profile_rows`, written by `python -m capability.regenerate` from the packages' snapshots. A row stands
for each element that states something a resource can break or a server must fill.
https://hl7.org/fhir/us/core/profiles-and-extensions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capability.uscore.versions import US_CORE


@dataclass(frozen=True, slots=True)
class Profile:
    """`name` is the last segment of the canonical. `derives` names the profile whose rows hold here too.

    A row of the deriving profile takes the place of the row with the same id; only rows that differ are kept.
    """

    name: str
    type: str
    derives: str | None = None
    since: str = "6.1.0"
    until: str | None = None

    @property
    def canonical(self) -> str:
        return US_CORE + self.name


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a profile's snapshot.

    `id`           element id: path, with `:slice` names
    `min`, `max`   how often; `max` None where the profile does not narrow what the FHIR type allows
    `types`        data types; several for a choice `[x]`
    `must_support` flagged so; `uscdi` flagged as an additional USCDI requirement instead, which certified servers must
                   support too
    `targets`      FHIR types that a Reference may point at; empty where any may be
    `value_set`    the value set of a required binding
    `pattern`      what the value must contain; `fixed`: what it must equal
    `constraints`  keys of invariants with severity error
    `extension`    canonical of the extension that a slice of `extension` holds
    """

    profile: str
    id: str
    min: int = 0
    max: int | None = None
    types: tuple[str, ...] = ()
    must_support: bool = False
    uscdi: bool = False
    targets: tuple[str, ...] = ()
    value_set: str | None = None
    pattern: Mapping[str, Any] | None = None
    fixed: str | None = None
    constraints: tuple[str, ...] = ()
    extension: str | None = None
    since: str = "6.1.0"
    until: str | None = None
