"""What a connection's `settings` may say, of any server that speaks FHIR R4; vendors add their own."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from joserfc.errors import InvalidKeyTypeError, JoseError
from joserfc.jwk import ECKey, RSAKey, import_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from adapters.addresses import checked_origin
from mappings import fhirjson

Seconds = Annotated[float, Field(ge=0, le=3600)]


def checked_address(text: str) -> str:
    """An EHR's address without a closing slash. ValueError where it is not https, or http on loopback."""
    found = text.rstrip("/")
    parts = urlsplit(found)
    if parts.query or parts.fragment or any(character in found for character in " \\"):
        raise ValueError("an EHR's address has neither a query nor blanks")
    checked_origin(f"{parts.scheme}://{parts.netloc}")
    return found


class FHIRSettings(BaseModel):
    """One practice of a FHIR R4 server, reached with one backend client."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str = Field(description="the server's FHIR base, e.g. https://ehr.example.org/api/FHIR/R4")
    client_id: Annotated[str, Field(min_length=1)] | None = Field(None, description="no token is sent without one")
    client_secret: SecretStr | None = None
    private_key: SecretStr | None = Field(
        None, description="JWK or PEM, for private_key_jwt; its public half is theirs"
    )
    key_id: str | None = Field(None, description="`kid` of the private key; that of the JWK when absent")
    secret_in: Literal["header", "body"] = Field("header", description="where a client secret is sent")
    token_url: str | None = Field(
        None, description="token endpoint; the server's own smart-configuration says it when absent, on its own origin"
    )
    audience: str | None = Field(None, description="`aud` of assertions, where it is not the token endpoint")
    scope: str | None = Field(None, description="scopes to ask for; one for each type served when absent")
    timezone: str = Field("UTC", description="where the EHR's dates without a zone are read")
    requests_per_second: Annotated[float, Field(ge=0.1, le=10_000)] = 20.0
    connections: Annotated[int, Field(ge=1, le=500)] = 8
    read_seconds: Annotated[float, Field(gt=0, le=120)] = 20.0
    page_size: Annotated[int, Field(ge=10, le=1000)] = Field(200, description="_count that is asked for at most")
    cache_seconds: Seconds = Field(15, description="how long an answer may be reused; 0 turns reuse off")
    keep_extensions: tuple[str, ...] = Field((), description="what URLs of further extensions that stay begin with")

    @field_validator("base_url", "token_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return None if value is None else checked_address(value)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @field_validator("private_key")
    @classmethod
    def _signs(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            signing(value)
        return value

    @model_validator(mode="after")
    def _one_credential(self) -> FHIRSettings:
        if self.client_id is not None and (self.client_secret is None) == (self.private_key is None):
            raise ValueError("give either `client_secret` or `private_key`")
        return self

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def root(self) -> str:
        """Path of the base on its origin."""
        return urlsplit(self.base_url).path


def signing(key: SecretStr) -> ECKey | RSAKey:
    """The private key of a setting. ValueError where it is none that signs RS384 or ES384."""
    text = key.get_secret_value()
    try:
        found = import_key(fhirjson.loads(text.encode())) if text.lstrip().startswith("{") else _of_pem(text)
    except (JoseError, ValueError, TypeError) as exc:
        raise ValueError("is no private key: give a JWK or PEM, RSA or EC P-384") from exc
    if not isinstance(found, ECKey | RSAKey) or not found.is_private:
        raise ValueError("is no private RSA or EC key")
    if isinstance(found, ECKey) and found.curve_name != "P-384":
        raise ValueError("an EC key that signs ES384 is on curve P-384")
    return found


def _of_pem(text: str) -> ECKey | RSAKey:
    try:
        return import_key(text, "EC")
    except InvalidKeyTypeError:
        return import_key(text, "RSA")


def sandbox_settings(origin: str) -> dict[str, object]:
    """What reaches the sandbox at `origin` as fast as it answers."""
    return {
        "base_url": f"{origin}/r4",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "requests_per_second": 5000,
    }
