"""Tokens of Millennium's authorization server, and files by the type that their owner names."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from pydantic import ValidationError

from adapters import registry
from adapters.cerner import ADAPTER, scope
from adapters.cerner.sandbox import TOKEN_SECONDS, App
from adapters.cerner.settings import CernerSettings, sandbox_settings
from adapters.contract import Call
from adapters.fhir_r4.sandbox.demo_key import JWKS, PRIVATE_KEY
from adapters.query import Query
from capability.issues import EHRCredentials
from tests.adapters.cerner.world import ADA, ORIGIN, World, of, world


def settings(**more: Any) -> CernerSettings:
    return CernerSettings.model_validate({**sandbox_settings(ORIGIN), **more})


def test_scopes_are_named_one_by_one_for_what_is_served() -> None:
    v1, v2 = scope(settings(scopes="v1")).split(), scope(settings()).split()
    served = {support.type for support in ADAPTER.supports()}

    assert {f"system/{type_}.read" for type_ in served} == set(v1)
    assert {f"system/{type_}.rs" for type_ in served - {"Binary"}} | {"system/Binary.r"} == set(v2)


def test_where_tokens_come_from_has_to_be_said() -> None:
    with pytest.raises(ValidationError, match="token_url"):
        settings(token_url=None)


@pytest.mark.parametrize(
    "registered",
    [
        {"client_id": "sandbox-client-v1", "scopes": "v1"},
        {"client_id": "keys", "client_secret": None, "private_key": json.dumps(dict(PRIVATE_KEY))},
    ],
    ids=["scopes of version 1", "private_key_jwt"],
)
async def test_a_token_is_had_as_the_app_was_registered(registered: dict[str, Any]) -> None:
    apps = (App("sandbox-client-v1", secret="sandbox-secret", scopes=1), App("keys", jwks=JWKS))
    async with world(registered, apps=apps) as tenant:
        assert (await tenant.ask("Condition", of(ADA))).resources


async def test_scopes_of_the_other_version_buy_no_token() -> None:
    async with world({"scopes": "v1"}) as tenant:
        with pytest.raises(EHRCredentials):
            await tenant.ask("Condition", of(ADA))


async def test_a_token_serves_until_a_minute_before_its_end() -> None:
    now = [0.0]
    async with world(clock=lambda: now[0]) as tenant:
        await tenant.ask("Condition", of(ADA))
        await tenant.ask("Goal", of(ADA))
        tokens = [call for call in tenant.sandbox.calls if call.path.endswith("/token")]
        now[0] += TOKEN_SECONDS + 1
        page = await tenant.ask("Goal", of(ADA))
        renewed = [call for call in tenant.sandbox.calls if call.path.endswith("/token")]

    assert 1 == len(tokens)
    assert page.resources is not None
    assert 2 == len(renewed)


async def files(tenant: World) -> list[tuple[str, str, bytes]]:
    """(local id, type that the attachment names, type and content that come) of a document's every form."""
    documents = await tenant.every("DocumentReference", of(ADA))
    attachments = [one["attachment"] for one in documents[0]["content"]]
    found = []
    for one in attachments:
        call = Call("req-1", asyncio.get_running_loop().time() + 20.0)
        query = Query("Binary", id=one["url"].removeprefix("Binary/"))
        document = await registry.content(tenant.adapter, tenant.ehr, call, query)
        held = document.content
        body = held if isinstance(held, bytes) else b"".join([part async for part in held])
        assert one["contentType"] == document.content_type
        found.append((query.id or "", document.content_type, body))
    return found


async def test_a_file_is_had_in_each_of_its_forms() -> None:
    async with world() as tenant:
        found = await files(tenant)

    assert ["application/pdf", "application/xml", "text/html"] == [kind for _, kind, _ in found]
    assert all(content for _, _, content in found)
    assert 3 == len({content for _, _, content in found})
