"""What a connection's `settings` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from adapters.addresses import checked_origin
from adapters.overrides import OverrideRows, compiled, known_to
from mappings.athenanet.tables import TABLES
from mappings.concept_map import Overrides

ORIGINS = {  # facts of docs.athenahealth.com, "Authentication and URL Locations"
    "preview": "https://api.preview.platform.athenahealth.com",
    "production": "https://api.platform.athenahealth.com",
}

REQUESTS_PER_SECOND = {"preview": 15.0, "production": 100.0}
"""[assumed] athenahealth publishes no number: these are the defaults of public clients that run against it."""

Seconds = Annotated[float, Field(ge=0, le=3600)]


class CacheSeconds(BaseModel):
    """How long an answer may be reused, by what it is about; 0 turns reuse off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directory: Seconds = Field(300, description="departments, providers, the practice itself")
    patient: Seconds = Field(15, description="demographics, read or found")
    chartlist: Seconds = Field(60, description="which charts a patient has")
    chart: Seconds = Field(15, description="what is in a chart")


class AthenaNetSettings(BaseModel):
    """One practice of athenaNet's REST API, reached with one client."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    environment: Literal["preview", "production"] | None = Field(None, description="athenahealth's environment")
    base_url: str | None = Field(None, description="another origin instead, such as a sandbox on loopback")
    practiceid: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,11}$", coerce_numbers_to_str=True)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    scope: str = "athena/service/Athenanet.MDP.*"
    show_full_ssn: bool = Field(False, description="ask for whole social security numbers, for policy to guard")
    birth_sex_from_sex: bool = Field(False, description="take `sex` for birth sex where none was assigned")
    best_match_icd10: bool = Field(False, description="add athenaNet's guess of a problem's ICD-10 code")
    page_size: Annotated[int, Field(ge=10, le=1500)] = Field(200, description="most patients asked for at once")
    row_cap: Annotated[int, Field(ge=100, le=100_000)] = Field(2000, description="rows of one list read for a request")
    requests_per_second: Annotated[float, Field(ge=1, le=10_000)] | None = Field(None, description="this practice's")
    connections: Annotated[int, Field(ge=1, le=500)] = 32
    read_seconds: Annotated[float, Field(gt=0, le=120)] = 20.0
    cache_seconds: CacheSeconds = CacheSeconds()
    overrides: Annotated[OverrideRows, known_to(TABLES)] = Field({}, description="the practice's own rows over tables")

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        return None if value is None else checked_origin(value)

    @model_validator(mode="after")
    def _one_place(self) -> AthenaNetSettings:
        if (self.environment is None) == (self.base_url is None):
            raise ValueError("give either `environment` or `base_url`")
        return self

    @property
    def origin(self) -> str:
        return self.base_url or ORIGINS[self.environment or "preview"]

    @property
    def per_second(self) -> float:
        return self.requests_per_second or REQUESTS_PER_SECOND[self.environment or "preview"]

    @property
    def concepts(self) -> Overrides:
        """`overrides`, ready for look-ups."""
        return compiled(self.overrides, TABLES)


def sandbox_settings(origin: str) -> dict[str, object]:
    """What reaches the first practice of the sandbox at `origin` as fast as it answers."""
    return {
        "base_url": origin,
        "practiceid": "195900",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "requests_per_second": 5000,
        # what this practice's own questions ask
        "overrides": {
            "athenanet-socialhistory": {
                "LOCAL.44": {"code": "70274-6", "display": "Generalized anxiety disorder 7 item total score"},
                "LOCAL.61": {"code": "82810-3", "display": "Pregnancy status"},
                "LOCAL.62": {"code": "86645-9", "display": "Pregnancy intention in the next year - Reported"},
            }
        },
    }
