"""The edition of US Core that a tenant serves reaches what is made of athenaNet's records."""

from __future__ import annotations

import httpx
import pytest

from adapters import registry
from adapters.athenanet.client import AthenaNet
from adapters.athenanet.sandbox import create_app
from adapters.contract import Adapter, Connection
from adapters.query import Query
from adapters.upstream import Upstreams
from capability.uscore import VERSIONS
from facade.state.cache import MemoryCache
from facade.state.tokens import MemoryTokens
from tests.adapters.athenanet.world import SETTINGS, new_call
from tests.conforms import assert_conforms


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_patient_conforms_to_the_edition_of_the_tenant(version: str) -> None:
    app = create_app(token_quota=1000)
    adapter: Adapter[AthenaNet] = registry.find("athenanet")
    upstreams = Upstreams(MemoryCache(), MemoryTokens(), transport=lambda _: httpx.ASGITransport(app))
    settings = adapter.settings.model_validate(SETTINGS)
    ehr = adapter.connect(Connection("riverbend", "rb", "athenanet", "athenanet", settings, version), upstreams)
    try:
        page = await registry.dispatch(adapter, ehr, new_call(), Query("Patient", id="1"))
    finally:
        await upstreams.close()

    (patient,) = page.resources
    sexes = [one for one in patient["extension"] if one["url"].endswith("/us-core-sex")]
    assert ["valueCoding" if version == "8.0.0" else "valueCode"] == [
        key for one in sexes for key in one if key != "url"
    ]
    assert_conforms(patient, "us-core-patient", edition=version)
