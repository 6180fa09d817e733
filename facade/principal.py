"""Who calls, and for whom the data is kept: values, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

UTC_ZONE = ZoneInfo("UTC")

DEBUG = "__debug"
"""A scope of our own, which SMART lets begin with two underscores: it explains and opens nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One granted SMART scope in v2 form: `system/Observation.rs` -> ("system", "Observation", {"r", "s"})."""

    context: str  # patient | user | system, or DEBUG
    type: str  # FHIR type or "*"
    permissions: frozenset[str]  # of c r u d s


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller within one tenant.

    `practices`  keys of the practices that this caller may see
    `purpose`    purpose of use the token carries (a v3-PurposeOfUse code), None when it names none
    """

    tenant: str
    client: str
    user: str | None = None
    scopes: tuple[Scope, ...] = ()
    practices: frozenset[str] = frozenset()
    purpose: str | None = None

    @property
    def debug(self) -> bool:
        """Whether every search tells what became of its parameters."""
        return any(scope.context == DEBUG for scope in self.scopes)

    def may(self, type_: str, permission: str) -> bool:
        """Whether some system scope grants `permission` (c r u d s) on the FHIR type."""
        return any(
            scope.context == "system" and scope.type in ("*", type_) and permission in scope.permissions
            for scope in self.scopes
        )


@dataclass(frozen=True, slots=True)
class Practice:
    """One customer context in one EHR. `zone` is where its dates without a time are read."""

    tenant: str
    key: str
    name: str
    zone: ZoneInfo = field(default=UTC_ZONE)
