"""Tenants, practices, connections and routes: loaded from one file, every mistake told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from adapters import registry
from adapters.contract import Adapter, Connection
from capability import uscore
from facade.policy.rule import Policy, PolicyError
from facade.principal import Practice, Scope
from facade.scopes import parse_scopes
from facade.tenancy.configuration import Configuration, PracticeSettings, Server, TenantSettings
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
    """A practice with its connections in file order; `routes`: FHIR type or * -> the order to ask them in."""

    practice: Practice
    connections: Mapping[str, tuple[Connection, Adapter[Any]]]
    routes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Tenant:
    key: str
    name: str
    us_core: str
    lenient: bool
    refuse_partial: bool
    policy: Policy
    clients: Mapping[str, Client]
    practices: Mapping[str, PracticeEntry]
    base: str

    @property
    def issuer(self) -> str:
        """Issuer of this tenant's access tokens."""
        return self.base.removesuffix("/fhir/r4")

    @property
    def token_endpoint(self) -> str:
        return f"{self.issuer}/auth/token"

    def practice_base(self, practice: str) -> str:
        return f"{self.issuer}/{practice}/fhir/r4"


@dataclass(frozen=True, slots=True)
class Directory:
    server: Server
    tenants: Mapping[str, Tenant]


def load(path: Path, environ: Mapping[str, str]) -> Directory:
    """The directory that the file describes. Raises ConfigurationError with every mistake in it."""
    source = read(path, environ)
    if source.data is None:
        raise ConfigurationError(source.problems)
    problems = list(source.problems)
    try:
        configuration = Configuration.model_validate(source.data)
    except ValidationError as exc:
        raise ConfigurationError([*problems, *_validation_problems(source, (), exc)]) from None
    for folder in configuration.server.adapters_path:
        registry.add_search_path(folder)
    tenants: dict[str, Tenant] = {}
    for key, settings in configuration.tenants.items():
        built = _tenant(key, settings, configuration.server, source, problems)
        if built is not None:
            tenants[key] = built
    if problems:
        raise ConfigurationError(sorted(set(problems), key=lambda problem: (problem.line, problem.where)))
    return Directory(configuration.server, tenants)


def _validation_problems(source: Source, prefix: tuple[object, ...], exc: ValidationError) -> Iterator[Problem]:
    for error in exc.errors(include_url=False, include_context=False, include_input=False):
        path = [*prefix, *(part for part in error["loc"] if part != "[key]")]
        text = error["msg"].removeprefix("Value error, ")
        if error["type"] == "extra_forbidden":
            text = "is not a known setting; check the spelling"
        elif error["type"] == "missing":
            text = "is required"
        yield source.problem(path, text)


def _tenant(
    key: str, settings: TenantSettings, server: Server, source: Source, problems: list[Problem]
) -> Tenant | None:
    at = ("tenants", key)
    before = len(problems)
    clients = _clients(settings, source, at, problems)
    practices = {
        name: entry
        for name, practice in settings.practices.items()
        if (entry := _practice(key, name, practice, source, problems)) is not None
    }
    policy: Policy | None = None
    try:
        policy = Policy.compile(settings.policy, ssn_purposes=settings.ssn_purposes)
    except PolicyError as exc:
        for index, field, text in exc.mistakes:
            problems.append(source.problem((*at, "policy", index, field), text))
    if policy is None or len(problems) > before:
        return None
    return Tenant(
        key=key,
        name=settings.name,
        us_core=settings.us_core,
        lenient=settings.unknown_parameters == "lenient",
        refuse_partial=settings.partial_answers == "refuse",
        policy=policy,
        clients=clients,
        practices=practices,
        base=f"{server.public_url}/{key}/fhir/r4",
    )


def _clients(
    settings: TenantSettings, source: Source, at: tuple[str, ...], problems: list[Problem]
) -> dict[str, Client]:
    clients: dict[str, Client] = {}
    for key, client in settings.clients.items():
        here = (*at, "clients", key)
        for index, text in enumerate(client.scopes):
            if not parse_scopes(text):
                problems.append(source.problem((*here, "scopes", index), "is not a SMART scope served here"))
        for index, practice in enumerate(client.practices or ()):
            if practice not in settings.practices:
                problems.append(source.problem((*here, "practices", index), "names no practice of this tenant"))
        clients[key] = Client(
            key=key,
            scopes=parse_scopes(" ".join(client.scopes)),
            practices=frozenset(settings.practices if client.practices is None else client.practices),
            purposes=frozenset(client.purposes),
            jwks=client.jwks,
        )
    return clients


def _practice(
    tenant: str, key: str, settings: PracticeSettings, source: Source, problems: list[Problem]
) -> PracticeEntry | None:
    at = ("tenants", tenant, "practices", key)
    connections: dict[str, tuple[Connection, Adapter[Any]]] = {}
    for name, connection in settings.connections.items():
        here = (*at, "connections", name)
        try:
            adapter = registry.find(connection.adapter)
        except registry.UnknownAdapter as exc:
            problems.append(source.problem((*here, "adapter"), str(exc)))
            continue
        try:
            parsed = adapter.settings.model_validate(connection.settings)
        except ValidationError as exc:
            problems.extend(_validation_problems(source, (*here, "settings"), exc))
            continue
        connections[name] = (Connection(tenant, key, name, connection.adapter, parsed), adapter)
    for type_, keys in settings.routes.items():
        if type_ != "*" and type_ not in uscore.TYPES:
            problems.append(source.problem((*at, "routes", type_), "is not a FHIR type that US Core knows"))
        for index, name in enumerate(keys):
            if name not in settings.connections:
                problems.append(source.problem((*at, "routes", type_, index), "names no connection of this practice"))
    practice = Practice(tenant, key, settings.name, ZoneInfo(settings.timezone))
    return PracticeEntry(practice, connections, dict(settings.routes)) if connections else None
