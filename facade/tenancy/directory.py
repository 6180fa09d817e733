"""Tenants, practices, connections and routes: loaded from one file, every mistake told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from adapters import registry
from adapters.contract import Adapter, Connection
from capability import uscore
from capability.brands import Brand
from capability.declare import BINARY
from facade.policy.rule import Policy, PolicyError, RuleSettings
from facade.principal import Practice, Scope
from facade.scopes import parse_scopes
from facade.tenancy import links
from facade.tenancy.brands import Place, brand, shared_names
from facade.tenancy.configuration import (
    BrandSettings,
    ClientSettings,
    Configuration,
    ConnectionSettings,
    LinkSettings,
    PracticeSettings,
    Server,
    TenantSettings,
)
from facade.tenancy.routing import Route
from facade.tenancy.source import ConfigurationError, Problem, Source, read


@dataclass(frozen=True, slots=True)
class Client:
    """What a tenant granted an app at most."""

    key: str
    scopes: tuple[Scope, ...]
    practices: frozenset[str]
    purposes: frozenset[str]
    jwks: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PracticeEntry:
    """A practice with its connections in file order; `routes` by FHIR type, kind of it, or *."""

    practice: Practice
    connections: Mapping[str, tuple[Connection, Adapter[Any]]]
    routes: Mapping[str, Route]


@dataclass(frozen=True, slots=True)
class Tenant:
    """`links`: public id of a Patient -> those confirmed to be the same person in other practices."""

    key: str
    name: str
    us_core: str
    lenient: bool
    refuse_partial: bool
    origins: frozenset[str]
    policy: Policy
    clients: Mapping[str, Client]
    practices: Mapping[str, PracticeEntry]
    base: str
    brands: tuple[Brand, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """Issuer of this tenant's access tokens."""
        return self.base.removesuffix("/fhir/r4")

    @property
    def token_endpoint(self) -> str:
        return f"{self.issuer}/auth/token"

    def practice_base(self, practice: str) -> str:
        return f"{self.issuer}/{practice}/fhir/r4"

    def brand_of(self, practice: str | None) -> Brand | None:
        """The primary brand of a base: a practice's own, else the tenant's; None where it is not published."""
        base = self.base if practice is None else self.practice_base(practice)
        return next((each for each in self.brands if each.base == base), next(iter(self.brands), None))


@dataclass(frozen=True, slots=True)
class Directory:
    """`changed`: when the file was last written."""

    server: Server
    tenants: Mapping[str, Tenant]
    changed: datetime


def load(path: Path, environ: Mapping[str, str]) -> Directory:
    """The directory that the file describes. Raises ConfigurationError with every mistake in it."""
    source = read(path, environ)
    if source.data is None:
        raise ConfigurationError(source.problems)
    reading = _Reading(source)
    configuration = reading.whole()
    reading.search(_listed(source.data.get("server"), "adapters_path") if isinstance(source.data, dict) else ())
    parts = {key: reading.tenant(key, raw) for key, raw in _items(source.data, "tenants")}
    reading.brands(source.data)
    if configuration is None or reading.problems:
        raise ConfigurationError(sorted(set(reading.problems), key=lambda problem: (problem.line, problem.where)))
    return Directory(
        configuration.server,
        {
            key: _tenant(key, settings, parts[key], configuration.server.public_url)
            for key, settings in configuration.tenants.items()
        },
        datetime.fromtimestamp(int(path.stat().st_mtime), UTC),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a tenant's settings mean, apart from their shape."""

    policy: Policy | None
    clients: dict[str, Client]
    practices: dict[str, PracticeEntry]


def _tenant(key: str, settings: TenantSettings, parts: _Parts, public_url: str) -> Tenant:
    if parts.policy is None:
        raise ValueError("a tenant without mistakes has a policy")
    return Tenant(
        key=key,
        name=settings.name,
        us_core=settings.us_core,
        lenient=settings.unknown_parameters == "lenient",
        refuse_partial=settings.partial_answers == "refuse",
        origins=frozenset(settings.origins),
        policy=parts.policy,
        clients=parts.clients,
        practices=parts.practices,
        base=f"{public_url}/{key}/fhir/r4",
        brands=tuple(_brands(key, settings, public_url)),
        links=links.others(settings.links),
    )


def _brands(key: str, settings: TenantSettings, public_url: str) -> Iterator[Brand]:
    if settings.brand is None:
        return
    yield brand(settings.brand, key=key, name=settings.name, base=f"{public_url}/{key}/fhir/r4")
    for name, practice in settings.practices.items():
        if practice.brand is not None:
            base = f"{public_url}/{key}/{name}/fhir/r4"
            yield brand(practice.brand, key=f"{key}.{name}", name=practice.name, base=base, part_of=key)


class _Reading:
    """Collects mistakes of shape and of meaning. What has a wrong shape in one place is still read in the others."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.problems: list[Problem] = list(source.problems)
        self._told = {problem.where for problem in source.problems}

    def whole(self) -> Configuration | None:
        """The file by its models, None where its shape is wrong."""
        try:
            return Configuration.model_validate(self._source.data)
        except ValidationError as exc:
            self._shape((), exc)
            return None

    def search(self, folders: Sequence[Any]) -> None:
        """Takes in folders with further adapters, before any adapter is looked for."""
        for index, folder in enumerate(folders):
            try:
                registry.add_search_path(str(folder))
            except OSError as exc:
                self._say(("server", "adapters_path", index), str(exc))

    def tenant(self, key: str, raw: Any) -> _Parts:
        at = ("tenants", key)
        practices = dict(_items(raw, "practices"))
        self._links(raw, at, frozenset(practices))
        us_core = str(raw.get("us_core", DEFAULT_EDITION)) if isinstance(raw, dict) else DEFAULT_EDITION
        return _Parts(
            policy=self._policy(raw, at),
            clients=self._clients(raw, at, frozenset(practices)),
            practices={
                name: entry
                for name, practice in practices.items()
                if (entry := self._practice(key, name, practice, us_core)) is not None
            },
        )

    def brands(self, raw: Any) -> None:
        """Over all tenants: each brand has a name of its own, and a practice's stands below its tenant's."""
        found: dict[Place, BrandSettings] = {}
        for key, tenant in _items(raw, "tenants"):
            own = _brand(tenant)
            if own is not None:
                found["tenants", key, "brand"] = own
            for name, practice in _items(tenant, "practices"):
                place: Place = ("tenants", key, "practices", name, "brand")
                if (below := _brand(practice)) is not None:
                    found[place] = below
                if below is not None and "brand" not in tenant:
                    self._say(place, "needs a brand of its tenant above it")
        for place in shared_names(found):
            self._say(place, "has the first identifier of another brand; put one that is its own first")

    def _say(self, path: Sequence[object], text: str) -> None:
        self.problems.append(self._source.problem(path, text))

    def _shape(self, prefix: tuple[object, ...], exc: ValidationError) -> None:
        """Each error of a model; one on a value that could not be filled in says nothing new."""
        for error in exc.errors(include_url=False, include_context=False, include_input=False):
            path = [*prefix, *(part for part in error["loc"] if part != "[key]")]
            if ".".join(map(str, path)) in self._told:
                continue
            self._say(path, SAID.get(error["type"], error["msg"].removeprefix("Value error, ")))

    def _policy(self, raw: Any, at: tuple[str, ...]) -> Policy | None:
        rules = _listed(raw, "policy")
        valid = [rule for each in rules if (rule := _valid(RuleSettings, each)) is not None]
        if len(valid) < len(rules):
            return None
        known = dict(_items(raw, "clients"))
        for at_rule, rule in enumerate(valid):
            for at_client, name in enumerate(rule.clients or ()):
                if name not in known:
                    self._say((*at, "policy", at_rule, "clients", at_client), "names no client of this tenant")
        try:
            return Policy.compile(valid, ssn_purposes=map(str, _listed(raw, "ssn_purposes")))
        except PolicyError as exc:
            for index, field, text in exc.mistakes:
                self._say((*at, "policy", index, field), text)
            return None

    def _clients(self, raw: Any, at: tuple[str, ...], practices: frozenset[str]) -> dict[str, Client]:
        found: dict[str, Client] = {}
        for key, each in _items(raw, "clients"):
            client = _valid(ClientSettings, each)
            if client is None:
                continue
            for index, text in enumerate(client.scopes):
                if not parse_scopes(text):
                    self._say((*at, "clients", key, "scopes", index), "is not a SMART scope served here")
            for index, practice in enumerate(client.practices or ()):
                if practice not in practices:
                    self._say((*at, "clients", key, "practices", index), "names no practice of this tenant")
            found[key] = Client(
                key=key,
                scopes=parse_scopes(" ".join(client.scopes)),
                practices=frozenset(practices if client.practices is None else client.practices),
                purposes=frozenset(client.purposes),
                jwks=client.jwks,
            )
        return found

    def _links(self, raw: Any, at: tuple[str, ...], practices: frozenset[str]) -> None:
        read = {index: _valid(LinkSettings, each) for index, each in enumerate(_listed(raw, "links"))}
        valid = {index: link for index, link in read.items() if link is not None}
        for (index, patient), text in links.mistakes(valid, practices):
            self._say((*at, "links", index, "patients", patient), text)

    def _practice(self, tenant: str, key: str, raw: Any, us_core: str) -> PracticeEntry | None:
        at = ("tenants", tenant, "practices", key)
        connections = {
            name: connection
            for name, each in _items(raw, "connections")
            if (connection := self._connection(tenant, key, name, each, us_core)) is not None
        }
        self._routes(raw, at)
        settings = _valid(PracticeSettings, raw)
        if settings is None:
            return None
        routes = {name: Route(one.connections, one.fallback) for name, one in settings.routes.items()}
        return PracticeEntry(Practice(tenant, key, settings.name, ZoneInfo(settings.timezone)), connections, routes)

    def _routes(self, raw: Any, at: Sequence[str]) -> None:
        named = {name for name, _ in _items(raw, "connections")}
        for key, route in _items(raw, "routes"):
            place: tuple[object, ...] = (*at, "routes", key)
            if key.partition("/")[0] not in uscore.TYPES | {"*", BINARY}:
                self._say(place, "is not a FHIR type that is served here, or * for all")
            if isinstance(route, dict):
                place, route = (*place, "connections"), route.get("connections")
            for index, name in enumerate(route if isinstance(route, list) else ()):
                if name not in named:
                    self._say((*place, index), "names no connection of this practice")

    def _connection(
        self, tenant: str, practice: str, name: str, raw: Any, us_core: str
    ) -> tuple[Connection, Adapter[Any]] | None:
        at = ("tenants", tenant, "practices", practice, "connections", name)
        settings = _valid(ConnectionSettings, raw)
        if settings is None:
            return None
        try:
            adapter = registry.find(settings.adapter)
            parsed = adapter.settings.model_validate(settings.settings)
        except registry.UnknownAdapter as exc:
            self._say((*at, "adapter"), str(exc))
            return None
        except (ImportError, SyntaxError, TypeError, AttributeError) as exc:
            self._say((*at, "adapter"), f"cannot be loaded: {type(exc).__name__}: {exc}")
            return None
        except ValidationError as exc:
            self._shape((*at, "settings"), exc)
            return None
        return Connection(tenant, practice, name, settings.adapter, parsed, us_core), adapter


DEFAULT_EDITION = TenantSettings.model_fields["us_core"].default

SAID = {
    "extra_forbidden": "is not a known setting; check the spelling",
    "missing": "is required",
}

M = TypeVar("M", bound=BaseModel)


def _valid(model: type[M], raw: Any) -> M | None:
    """A part of the file by its model; None where its shape is wrong, which the whole file's validation tells."""
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


def _brand(raw: Any) -> BrandSettings | None:
    return _valid(BrandSettings, raw["brand"]) if isinstance(raw, dict) and "brand" in raw else None


def _items(raw: Any, key: str) -> Sequence[tuple[str, Any]]:
    found = raw.get(key) if isinstance(raw, dict) else None
    return tuple(found.items()) if isinstance(found, dict) else ()


def _listed(raw: Any, key: str) -> Sequence[Any]:
    found = raw.get(key) if isinstance(raw, dict) else None
    return found if isinstance(found, list) else ()
