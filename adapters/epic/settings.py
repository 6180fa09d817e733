"""What a connection's `settings` may say."""

from __future__ import annotations

import importlib
from typing import Annotated, Any

import orjson
from pydantic import Field, field_validator

from adapters.fhir_r4.settings import FHIRSettings
from adapters.overrides import OverrideRows, known_to
from mappings.epic.codes import TABLES
from mappings.epic.systems import NUCC, US_NPI

OBSERVATION_CATEGORIES = ("vital-signs", "laboratory", "social-history", "imaging", "survey", "exam", "sdoh")
"""What a search of all of a patient's observations asks for. Source: fasten, smart-fetch; `sdoh`: epic-cs."""

CARE_PLAN_CATEGORIES = ("38717003",)
"""Longitudinal care plans, US Core's assess-plan. Source: fasten."""

CONNECTIONS = 4
"""[assumed] Epic publishes no limit, and binds clients to a share of a customer's database load (epic-doc)."""

SANDBOX_MRN = "urn:oid:1.2.840.114350.1.13.0.1.7.5.737384.14"
"""Which identifier an organisation means by MRN is its own to say; often the tail is this one. Source: ronin."""

Categories = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")], ...], Field(min_length=1, max_length=30)
]


System = Annotated[str, Field(pattern=r"^(https?://|urn:)\S+$")]
Systems = Annotated[tuple[System, ...], Field(max_length=10)]


class EpicSettings(FHIRSettings):
    """One organisation's FHIR server, reached with one backend client: private_key_jwt."""

    connections: Annotated[int, Field(ge=1, le=500)] = CONNECTIONS
    mrn_system: System | None = Field(
        None, description="system of the identifiers that are this organisation's medical record numbers"
    )
    observation_categories: Categories = Field(
        OBSERVATION_CATEGORIES, description="asked for where a search names neither category nor code"
    )
    care_plan_categories: Categories = Field(
        CARE_PLAN_CATEGORIES, description="Epic's codes, asked for where a search names none"
    )
    practitioner_systems: Systems = Field(
        (US_NPI,), description="systems in which a Practitioner's identifier is looked for that is given without one"
    )
    specialty_systems: Systems = Field(
        (NUCC,), description="systems in which a PractitionerRole's specialty is looked for that is given without one"
    )
    keep_not_on_file: bool = Field(False, description='keep allergies that say "Not on File"')
    smoking_status_as_of: bool = Field(True, description="a smoking status takes effect at its period's end")
    overrides: Annotated[OverrideRows, known_to(TABLES)] = Field({}, description="the practice's own rows over tables")

    @field_validator("observation_categories", "care_plan_categories")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))


def sandbox_settings(origin: str) -> dict[str, Any]:
    """What reaches the sandbox at `origin` as fast as it answers."""
    sandbox = importlib.import_module("adapters.epic.sandbox")
    keys = importlib.import_module("adapters.fhir_r4.sandbox.demo_key")
    return {
        "base_url": origin + sandbox.BASE,
        "client_id": sandbox.CLIENT_ID,
        "private_key": orjson.dumps(dict(keys.PRIVATE_KEY)).decode(),
        "timezone": "America/New_York",
        "mrn_system": SANDBOX_MRN,
        "practitioner_systems": [US_NPI, "urn:oid:1.2.840.114350.1.13.0.1.7.2.697780"],
        "specialty_systems": [NUCC, "urn:oid:1.2.840.114350.1.13.0.1.7.4.836982.1050"],
        "requests_per_second": 5000,
        "connections": 32,
    }
