"""The composition root: a directory -> connected EHRs, policies, keys; and closing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from adapters.upstream import Transports, Upstreams, aiohttp_transport
from capability import uscore
from capability.brands import brands_bundle
from capability.declared import declared
from capability.openapi import openapi
from capability.smart import smart_configuration
from capability.statement import capability_statement
from facade.auth.server.grants import ALGORITHMS, BackendServices
from facade.auth.tokens import Tokens
from facade.interactions.asking import Base
from facade.interactions.cursors import Cursors
from facade.interactions.drift import DISCOVERY_SECONDS, Drift, drifts
from facade.interactions.federate import Live, Source
from facade.interactions.match import Matcher
from facade.keys import signing_key
from facade.state.aliases import FILE as ALIASES
from facade.state.aliases import Aliases, AliasStore
from facade.state.cache import MemoryCache
from facade.state.kept import KeptCursors
from facade.state.rates import Rates
from facade.state.room import Room
from facade.state.shared_cursors import SharedCursors
from facade.state.tokens import MemoryTokens
from facade.state.unmapped import UnmappedCodes, UnmappedStore
from facade.tenancy.configuration import Limits, Server
from facade.tenancy.directory import Directory, Tenant
from facade.tenancy.resolve import resolve

SOFTWARE = "ehr-fhir-facade"
VERSION = metadata.version(SOFTWARE)
RELEASED = "2026-11-21"


class Services:
    """Everything a request needs, built once. `transport` is how EHRs are reached; tests hand in their own.

    `shared`: a file for what several processes must know of each other, where there are several.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        transport: Transports = aiohttp_transport,
        workers: int = 1,
        shared: Path | None = None,
    ) -> None:
        server = directory.server
        self.directory = directory
        self.limits: Limits = server.limits
        self.open = True
        self.unmapped = UnmappedCodes(
            pepper=server.signing_key.get_secret_value().encode(),
            store=UnmappedStore(server.state_folder) if server.state_folder is not None else None,
        )
        self._aliases = _aliases(server, shared)
        self.pages: dict[str, str] = {}  # further pages for people: title -> address, shown by each base's /docs
        self.matches = Rates(server.limits.match_per_minute)
        self.documents = Room(server.limits.documents_bytes)
        self.tokens = Tokens(signing_key(server.signing_key.get_secret_value()))
        self.backend_services = BackendServices(self.tokens, seconds=server.token_seconds)
        self._upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=transport, share=1 / workers)
        self._cursors = Cursors(
            [key.get_secret_value() for key in server.cursor_keys],
            seconds=server.cursor_seconds,
            kept=SharedCursors(shared, seconds=server.cursor_seconds)
            if shared is not None
            else KeptCursors(seconds=server.cursor_seconds),
        )
        self._matchers: dict[str, Matcher] = {}
        self._bases: dict[tuple[str, str | None], Base] = {}
        self._urls: dict[str, tuple[str, ...]] = {}
        self._statements: dict[str, dict[str, Any]] = {}
        self._documents: dict[tuple[str, str], bytes] = {}
        self.brands = self._brands()
        self._lives: dict[tuple[str, str, str], Live] = {}
        for tenant in directory.tenants.values():
            self._connect(tenant)
            self._open(tenant)

    def base(self, tenant: str, practice: str | None) -> Base:
        """The FHIR base of a path. Raises NotFound."""
        return self._bases[resolve(self.directory, tenant, practice).key, practice]

    def bases(self, tenant: Tenant) -> tuple[str, ...]:
        """Every URL under which this tenant's resources can be named."""
        return self._urls[tenant.key]

    def statement(self, base: Base) -> dict[str, Any]:
        """The CapabilityStatement of a base, derived once."""
        if base.url not in self._statements:
            self._statements[base.url] = capability_statement(
                base=base.url,
                title=self.title(base),
                software=SOFTWARE,
                version=VERSION,
                date=RELEASED,
                supports_by_practice=base.supports,
                edition=base.edition,
                token_endpoint=base.tenant.token_endpoint,
                cors=bool(base.tenant.origins),
            )
        return self._statements[base.url]

    def openapi(self, base: Base) -> bytes:
        """The OpenAPI document of a base as JSON, derived once."""

        def made() -> bytes:
            document = openapi(
                base=base.url,
                title=self.title(base),
                version=VERSION,
                rows=base.declared,
                edition=base.edition,
                token_endpoint=base.tenant.token_endpoint,
            )
            return orjson.dumps(document)

        return self.document("openapi", base, made)

    def document(self, name: str, base: Base, make: Callable[[], bytes]) -> bytes:
        """A document of a base that never changes: what `make` gave the first time."""
        if (name, base.url) not in self._documents:
            self._documents[name, base.url] = make()
        return self._documents[name, base.url]

    def title(self, base: Base) -> str:
        """The base's name for people."""
        return base.tenant.name if base.practice is None else base.sources[base.practice].practice.name

    def smart(self, base: Base) -> dict[str, Any]:
        """The SMART configuration of a base."""
        brand = base.tenant.brand_of(base.practice)
        return smart_configuration(
            token_endpoint=base.tenant.token_endpoint,
            scopes_supported=self.scopes(base),
            token_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
            user_access_brand_bundle=f"{self.directory.server.public_url}/brands.json" if brand else None,
            user_access_brand_identifier=brand.identifiers[0] if brand else None,
        )

    def scopes(self, base: Base) -> tuple[str, ...]:
        """The widest scopes that mean something at a base."""
        return ("system/*.rs", *(f"system/{type_}.rs" for type_ in sorted(base.declared)))

    async def discover(self, seconds: float = DISCOVERY_SECONDS) -> tuple[Drift, ...]:
        """Asks every EHR for its own statement, at most `seconds` long; what it lacks leaves ours, and comes back as
        soon as it has it again. Never more than what the adapters declare."""
        found = await drifts(self._lives, seconds)
        for tenant in self.directory.tenants.values():
            learned = {one.place: one.lost for one in found if one.tenant == tenant.key and not one.failed}
            changed = {at: lost for at, lost in learned.items() if self._lives[at].lost != lost}
            for at, lost in changed.items():
                self._lives[at] = replace(self._lives[at], lost=lost)
            if changed:
                self._open(tenant)
                self._forget(tenant)
        return found

    def _forget(self, tenant: Tenant) -> None:
        """What was derived from the tenant's declarations is derived anew."""
        for url in self._urls[tenant.key]:
            self._statements.pop(url, None)
            for name, base in [at for at in self._documents if at[1] == url]:
                del self._documents[name, base]

    async def close(self) -> None:
        """Closes the connections to the EHRs, and writes what was counted. Requests after that fail."""
        self.open = False
        await self.unmapped.close()
        await self._upstreams.close()

    def _brands(self) -> dict[str, Any] | None:
        """The Bundle of the brands of every tenant that opted in; None where there is none."""
        published = [brand for tenant in self.directory.tenants.values() for brand in tenant.brands]
        if not published:
            return None
        root = f"{self.directory.server.public_url}/brands"
        return brands_bundle(published, root=root, changed=self.directory.changed)

    def _open(self, tenant: Tenant) -> None:
        edition = uscore.edition(tenant.us_core)
        if tenant.us_core not in self._matchers:
            self._matchers[tenant.us_core] = Matcher(
                {type_: {**edition.links(type_), **edition.search_parameters(type_)} for type_ in uscore.TYPES},
                edition=edition,
            )
        sources = {
            key: Source(
                entry.practice,
                {name: self._lives[tenant.key, key, name] for name in entry.connections},
                entry.routes,
                self.unmapped,
                self._aliases,
                tenant.base,
            )
            for key, entry in tenant.practices.items()
        }
        narrowed: list[tuple[str | None, str, Mapping[str, Source]]] = [(None, tenant.base, sources)]
        narrowed += [(key, tenant.practice_base(key), {key: source}) for key, source in sources.items()]
        self._urls[tenant.key] = tuple(url for _, url, _ in narrowed)
        for practice, url, members in narrowed:
            supports = {key: source.supports for key, source in members.items()}
            self._bases[tenant.key, practice] = Base(
                tenant=tenant,
                url=url,
                practice=practice,
                edition=edition,
                matcher=self._matchers[tenant.us_core],
                cursors=self._cursors,
                sources=members,
                declared=declared(supports, edition),
                supports=supports,
            )

    def _connect(self, tenant: Tenant) -> None:
        for key, entry in tenant.practices.items():
            for name, (connection, adapter) in entry.connections.items():
                live = Live(name, adapter, adapter.connect(connection, self._upstreams))
                self._lives[tenant.key, key, name] = live


def _aliases(server: Server, shared: Path | None) -> Aliases:
    """Those that outlive the server have a key that does so too, whatever becomes of the keys in the configuration."""
    if server.state_folder is not None:
        return Aliases(secret=None, store=AliasStore(server.state_folder / ALIASES))
    secret = server.signing_key.get_secret_value().encode()
    return Aliases(secret=secret, store=AliasStore(shared) if shared is not None else None)
