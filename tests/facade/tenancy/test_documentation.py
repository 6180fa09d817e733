"""Every setting is documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from adapters import registry
from adapters.fhir_r4.settings import FHIRSettings
from facade.policy.rule import RuleSettings
from facade.tenancy import configuration

ROOT = Path(__file__).resolve().parents[3]
MODELS = [
    configuration.Server,
    configuration.Limits,
    configuration.TenantSettings,
    configuration.ClientSettings,
    configuration.PracticeSettings,
    configuration.ConnectionSettings,
    configuration.BrandSettings,
    configuration.IdentifierSettings,
    configuration.AddressSettings,
    configuration.PortalSettings,
    configuration.LinkSettings,
    RuleSettings,
]


@pytest.mark.parametrize("model", MODELS)
def test_every_setting_is_in_the_configuration_guide(model: type[BaseModel]) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert [] == [name for name in model.model_fields if f"`{name}`" not in text]


@pytest.mark.parametrize("name", registry.available())
def test_every_setting_of_an_adapter_is_in_its_readme(name: str) -> None:
    settings = registry.find(name).settings
    folders = (name, *(["fhir_r4"] if issubclass(settings, FHIRSettings) else []))
    text = "\n".join((ROOT / "adapters" / folder / "README.md").read_text("utf-8") for folder in folders)

    assert [] == [field for field in settings.model_fields if f"`{field}`" not in text]
