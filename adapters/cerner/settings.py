"""What a connection's `settings` may say of one Millennium tenant."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from adapters.fhir_r4.settings import FHIRSettings
from adapters.overrides import OverrideRows, known_to
from mappings.cerner.codes import TABLES

PER_SECOND = 10.0
"""[assumed] Oracle publishes no number, and sends none: politeness."""

AT_ONCE = 4
"""[assumed] requests of one tenant under way at the same time."""

SANDBOX_TENANT = "ec2458f2-1e24-41c8-b71b-0e701af7583d"


class CernerSettings(FHIRSettings):
    """One tenant of Millennium's FHIR R4 server, reached with one system account."""

    scopes: Literal["v1", "v2"] = Field("v2", description="of which version the app's registration has its scopes")
    mr_system: str | None = Field(None, description="system of the identifiers that are this practice's record numbers")
    requests_per_second: Annotated[float, Field(ge=0.1, le=10_000)] = PER_SECOND
    connections: Annotated[int, Field(ge=1, le=500)] = AT_ONCE
    page_size: Annotated[int, Field(ge=10, le=200)] = Field(100, description="_count that is asked for at most")
    overrides: Annotated[OverrideRows, known_to(TABLES)] = Field({}, description="the practice's own rows over tables")

    @model_validator(mode="after")
    def _where_tokens_are(self) -> CernerSettings:
        if self.client_id is not None and self.token_url is None:
            raise ValueError("give `token_url`: the authorization server is on another host, its address is trusted")
        return self


def sandbox_settings(origin: str) -> dict[str, object]:
    """What reaches the sandbox at `origin` as fast as it answers."""
    host = urlsplit(origin).hostname  # as it names its own endpoint
    token = f"/tenants/{SANDBOX_TENANT}/hosts/{host}/protocols/oauth2/profiles/smart-v1/token"
    return {
        "base_url": f"{origin}/r4/{SANDBOX_TENANT}",
        "token_url": f"{origin}{token}",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "mr_system": "urn:oid:2.16.840.1.113883.6.1000",
        "requests_per_second": 5000,
        "connections": 32,
    }
