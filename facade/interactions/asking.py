"""One request's standing: who asks, at which base, until when. What every interaction is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.contract import Call
from capability.declare import Support
from capability.declared import DeclaredType
from capability.uscore import Edition
from facade.interactions.cursors import Cursors
from facade.interactions.federate import Source
from facade.interactions.match import Matcher
from facade.principal import Principal
from facade.tenancy.directory import Tenant


@dataclass(frozen=True, slots=True)
class Base:
    """A FHIR base: a tenant's, or the same server narrowed to one practice. `sources` by practice, directory order."""

    tenant: Tenant
    url: str
    practice: str | None
    edition: Edition
    matcher: Matcher
    cursors: Cursors
    sources: Mapping[str, Source]
    declared: Mapping[str, DeclaredType]
    supports: Mapping[str, tuple[Support, ...]]


@dataclass(frozen=True, slots=True)
class Asking:
    """`refuse_partial`: one practice's failure fails the whole search.

    `explain`: tell what became of each parameter.
    """

    base: Base
    principal: Principal
    call: Call
    refuse_partial: bool = False
    explain: bool = False

    @property
    def sources(self) -> dict[str, Source]:
        """The practices of this base that the principal may see."""
        return {key: source for key, source in self.base.sources.items() if key in self.principal.practices}

    @property
    def binding(self) -> str:
        """What a paging link is bound to besides its query."""
        who = self.principal
        parts = (self.base.url, who.client, who.user or "", who.purpose or "", " ".join(sorted(who.practices)))
        return "\n".join((*parts, self.base.tenant.policy.version, self.base.edition.version))
