"""What a connection's `settings` may say of one practice on athena's FHIR server."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from adapters.fhir_r4.settings import FHIRSettings
from adapters.overrides import OverrideRows, known_to
from mappings.athena_fhir.codes import TABLES

BASES = {  # [seen: FAST, MP]
    "preview": "https://api.preview.platform.athenahealth.com/fhir/r4",
    "production": "https://api.platform.athenahealth.com/fhir/r4",
}

PER_SECOND = 50.0
"""[assumed] The server's headers show 500 a second, which all of an app's practices share."""


class AthenaFHIRSettings(FHIRSettings):
    """One practice of athena's FHIR R4 server: one server stands for all practices."""

    environment: Literal["preview", "production"] | None = Field(None, description="athenahealth's environment")
    base_url: str = Field("", description="another FHIR base instead, such as a sandbox's on loopback")
    practiceid: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,11}$", coerce_numbers_to_str=True)]
    scopes: Literal["v1", "v2"] = Field("v1", description="in which form the app was granted its scopes")
    show_full_ssn: bool = Field(False, description="keep social security numbers, for policy to guard")
    timezone: str = Field("America/New_York", description="where the practice's dates without a zone are read")
    requests_per_second: Annotated[float, Field(ge=0.1, le=10_000)] = PER_SECOND
    overrides: Annotated[OverrideRows, known_to(TABLES)] = Field({}, description="the practice's own rows over tables")

    @model_validator(mode="before")
    @classmethod
    def _one_place(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        environment = data.get("environment")
        if (environment is None) == (data.get("base_url") is None):
            raise ValueError("give either `environment` or `base_url`")
        named = BASES.get(environment) if isinstance(environment, str) else None
        return {**data, "base_url": named} if named else data

    @model_validator(mode="after")
    def _a_base(self) -> AthenaFHIRSettings:
        if self.practiceid == "1":
            raise ValueError("practice 1 is what athena keeps for all practices")
        return self


def sandbox_settings(origin: str) -> dict[str, object]:
    """What reaches the first practice of the sandbox at `origin` as fast as it answers."""
    return {
        "base_url": f"{origin}/fhir/r4",
        "practiceid": "195900",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "requests_per_second": 5000,
        "connections": 32,
    }
