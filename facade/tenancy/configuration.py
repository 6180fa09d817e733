"""The configuration file: every key with its meaning and default; docs/configuration.md tells it to operators."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from capability.brands import CATEGORIES
from facade.keys import check_public_keys, cursor_key, signing_key
from facade.policy.rule import RuleSettings

RESERVED_TENANTS = frozenset({"health", "metrics", "demo.json", "static"})
ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+\.)*[a-z0-9-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:]+\](?::[0-9]{1,5})?")
ROUTE = r"^(\*|[A-Z][A-Za-z]{1,63}(/[A-Za-z0-9.-]{1,64})?)$"
"""A FHIR type, a type and a category's code, or everything."""

RESERVED_PRACTICES = frozenset({"fhir", "auth", "launch", "admin"})


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise ValueError(f"unknown time zone {name!r}; use an IANA name such as America/New_York") from exc
    return name


def _category(code: str) -> str:
    if code not in CATEGORIES:
        raise ValueError(f"is none of {', '.join(CATEGORIES)}")
    return code


def _tenant_key(key: str) -> str:
    if key in RESERVED_TENANTS:
        raise ValueError(f"tenant key {key!r} is reserved; choose another")
    return key


def _practice_key(key: str) -> str:
    if key in RESERVED_PRACTICES:
        raise ValueError(f"practice key {key!r} is reserved; choose another")
    return key


def _origin(origin: str) -> str:
    if origin != "*" and not ORIGIN.fullmatch(origin.lower()):
        raise ValueError("an origin is * or scheme and host, e.g. https://app.example.org, without a path")
    return origin.lower()


TenantKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$"), AfterValidator(_tenant_key)]
PracticeKey = Annotated[str, Field(pattern=r"^[a-z0-9]{1,12}$"), AfterValidator(_practice_key)]
ConnectionKey = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
Category = Annotated[str, AfterValidator(_category)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^/\s?#@]+(/[^\s]*)?$", max_length=2048)]
PatientId = Annotated[str, Field(pattern=r"^[a-z0-9]{1,12}\.[A-Za-z0-9.-]+$", max_length=64)]
ClientKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Limits(Strict):
    """What one request may cost."""

    deadline_seconds: float = Field(25, gt=0, le=300, description="a request's total time, upstream retries included")
    practice_seconds: float = Field(
        10, gt=0, le=300, description="of these, what one practice may take of a search that asks several"
    )
    body_seconds: float = Field(10, gt=0, le=300, description="time for a request's body to arrive; later is 408")
    answer_seconds: float = Field(30, gt=0, le=300, description="time a client has to take an answer; then it is cut")
    address_bytes: int = Field(16_384, ge=1024, description="path and query; longer is 414")
    header_bytes: int = Field(32_768, ge=1024, description="names and values of the headers; longer is 431")
    body_bytes: int = Field(1_000_000, ge=1024, description="request body; longer is 413")
    concurrency: int = Field(256, ge=1, description="requests at work at once; more are shed with 503")
    client_share: float = Field(0.25, gt=0, le=1, description="part of them that one client may hold; more is 429")
    page_default: int = Field(50, ge=1, description="matches a page when _count is absent")
    page_max: int = Field(500, ge=1, description="a larger _count is lowered to this")
    rows_max: int = Field(5_000, ge=100, description="upstream rows read for one page before 400 too-costly")
    calls_max: int = Field(1_000, ge=10, description="upstream calls of one request before 400 too-costly")
    includes_max: int = Field(500, ge=1, description="resources that _include and _revinclude may add to a page")
    chain_max: int = Field(100, ge=1, description="resources that one chained parameter may stand for")
    reverse_max: int = Field(500, ge=1, description="resources that _has may look at in one search")
    batch_entries: int = Field(100, ge=1, description="entries of a batch; more is 413")
    batch_bytes: int = Field(5_000_000, ge=1024, description="answers of a batch together; entries beyond are 400")
    document_bytes: int = Field(
        50_000_000, ge=1024, description="one document, as Binary gives it; a larger one is 422"
    )
    documents_bytes: int = Field(
        200_000_000, ge=1024, description="documents held at once; more wait for room, at last with 503"
    )
    match_per_minute: int = Field(60, ge=1, description="Patient/$match of one client; more is 429")

    @field_validator("documents_bytes")
    @classmethod
    def _fits_one(cls, documents_bytes: int, info: ValidationInfo) -> int:
        if documents_bytes < info.data.get("document_bytes", 1):
            raise ValueError("is smaller than document_bytes")
        return documents_bytes

    @field_validator("page_max")
    @classmethod
    def _room(cls, page_max: int, info: ValidationInfo) -> int:
        if page_max < info.data.get("page_default", 1):
            raise ValueError("is smaller than page_default")
        return page_max


class Server(Strict):
    """The process as a whole."""

    public_url: str = Field(
        pattern=r"^https?://[^/\s?#]+$", description="scheme and host that clients use; bases are built from it alone"
    )
    signing_key: SecretStr = Field(description="private EC P-384 key (JWK or PEM) that signs access tokens")
    cursor_keys: tuple[SecretStr, ...] = Field(
        min_length=1, description="Fernet keys that seal paging links; the first seals, all open"
    )
    token_seconds: int = Field(300, ge=30, le=86_400, description="life of an access token")
    cursor_seconds: int = Field(3_600, ge=60, description="life of a paging link")
    limits: Limits = Limits()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    discovery_minutes: float = Field(
        360, ge=0, le=10_080, description="between looks at what the EHRs say they can do; 0: never"
    )
    adapters_path: tuple[str, ...] = Field((), description="folders with further adapters")
    state_folder: Path | None = Field(None, description="folder for what outlives the process; nothing does without")

    @field_validator("state_folder")
    @classmethod
    def _there(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError("is no folder here; make it, writable for the server alone")
        return folder

    @field_validator("signing_key")
    @classmethod
    def _signs(cls, key: SecretStr) -> SecretStr:
        signing_key(key.get_secret_value())
        return key

    @field_validator("cursor_keys")
    @classmethod
    def _seal(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            cursor_key(key.get_secret_value())
        return keys


class ClientSettings(Strict):
    """An app that may call: what it may ask for at most."""

    scopes: tuple[str, ...] = Field(min_length=1, description="SMART scopes, e.g. system/*.rs")
    practices: tuple[PracticeKey, ...] | None = Field(None, description="practices it may see; all when absent")
    purposes: tuple[str, ...] = Field((), description="purposes of use it may claim (v3-PurposeOfUse codes)")
    jwks: dict[str, Any] | None = Field(None, description="its public keys, for private_key_jwt")

    @field_validator("jwks")
    @classmethod
    def _public_only(cls, jwks: dict[str, Any] | None) -> dict[str, Any] | None:
        if jwks is not None:
            check_public_keys(jwks)
        return jwks


class ConnectionSettings(Strict):
    """How a practice is reached through one adapter; `settings` is read by that adapter alone."""

    adapter: str
    settings: dict[str, Any] = {}


class IdentifierSettings(Strict):
    """What others know an organisation by: an NPI, a CLIA number, a web address."""

    system: str = Field(pattern=r"^(https?://|urn:)\S+$")
    value: str = Field(min_length=1, max_length=256, pattern=r"^\S(.*\S)?$")


class AddressSettings(Strict):
    """Where an organisation is: at least a state or a postal code."""

    line: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    city: str | None = Field(None, min_length=1)
    state: str | None = Field(None, min_length=1)
    postal_code: str | None = Field(None, min_length=1)
    country: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _somewhere(self) -> AddressSettings:
        if self.state is None and self.postal_code is None:
            raise ValueError("needs a state or a postal_code")
        return self


class PortalSettings(Strict):
    """The site where people manage their own access, where there is one."""

    url: WebAddress | None = None
    name: str | None = Field(None, min_length=1)
    description: str | None = Field(None, min_length=1)
    logo: WebAddress | None = None


class BrandSettings(Strict):
    """How an organisation is published in /brands.json; what has no brand is in no list."""

    name: str | None = Field(
        None, min_length=1, description="the name people know; the tenant's or practice's if absent"
    )
    website: WebAddress
    identifiers: tuple[IdentifierSettings, ...] = Field(
        (), description="the first names this brand alone; the website's address is added"
    )
    addresses: tuple[AddressSettings, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = Field(("clinical",), min_length=1)
    aliases: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    logo: WebAddress | None = Field(None, description="SVG, or PNG of 1024 by 1024 pixels")
    logo_license: WebAddress | None = None
    developers: WebAddress | None = Field(
        None, description="where developers ask for access; the base's own /docs if absent"
    )
    portal: PortalSettings | None = None


class RouteSettings(Strict):
    """Which connections are asked, in order: the next where one does not serve what is asked."""

    connections: tuple[ConnectionKey, ...] = Field(min_length=1)
    fallback: bool = Field(False, description="the next is asked also where one fails; never on a later page")


def _as_route(raw: Any) -> Any:
    return {"connections": raw} if isinstance(raw, list | tuple) else raw


Routes = dict[Annotated[str, Field(pattern=ROUTE)], Annotated[RouteSettings, BeforeValidator(_as_route)]]


class PracticeSettings(Strict):
    """One customer context in one EHR."""

    name: str = Field(min_length=1)
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    connections: dict[ConnectionKey, ConnectionSettings] = Field(min_length=1)
    routes: Routes = Field(
        {},
        description="FHIR type, kind of it (`Observation/vital-signs`) or * -> connections in order; where absent, "
        "those first whose adapter serves it best, then file order",
    )
    brand: BrandSettings | None = None


class LinkSettings(Strict):
    """Patients of different practices that somebody confirmed to be one person."""

    patients: tuple[PatientId, ...] = Field(min_length=2, description="ids as clients see them, each practice once")
    confirmed_by: str = Field(min_length=1, description="who answers for it; no client sees it")
    confirmed_on: date | None = None


class TenantSettings(Strict):
    """A customer organisation. Nothing is shared between tenants."""

    name: str = Field(min_length=1)
    us_core: Literal["6.1.0", "7.0.0", "8.0.0"] = "6.1.0"
    unknown_parameters: Literal["strict", "lenient"] = "strict"
    partial_answers: Literal["allow", "refuse"] = "allow"
    ssn_purposes: tuple[str, ...] = Field(
        (), description="purposes of use for which social security numbers are shown; none by default"
    )
    origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = Field(
        ("*",), description="web origins whose pages may call; * for any"
    )
    policy: tuple[RuleSettings, ...] = ()
    clients: dict[ClientKey, ClientSettings] = {}
    practices: dict[PracticeKey, PracticeSettings] = Field(min_length=1)
    links: tuple[LinkSettings, ...] = Field((), description="Patients confirmed to be one person")
    brand: BrandSettings | None = Field(None, description="published in /brands.json; not at all when absent")


class Configuration(Strict):
    """The whole file."""

    server: Server
    tenants: dict[TenantKey, TenantSettings] = Field(min_length=1)
