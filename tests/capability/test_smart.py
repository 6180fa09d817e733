"""The SMART configuration names what exists, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from capability.smart import smart_configuration

TOKEN = "https://facade.example/riverbend/auth/token"
AUTHORIZE = "https://facade.example/riverbend/auth/authorize"
BASE = "https://facade.example/riverbend/auth"


def backend(**facts: Any) -> dict[str, Any]:
    return smart_configuration(token_endpoint=TOKEN, scopes_supported=["system/*.rs"], **facts)


def test_backend_services_alone() -> None:
    assert {
        "token_endpoint": TOKEN,
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "scopes_supported": ["system/*.rs"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    } == backend()


def test_a_launch_adds_its_endpoint_and_response_type() -> None:
    found = backend(
        capabilities=["launch-standalone"],
        grant_types_supported=["authorization_code"],
        authorization_endpoint=AUTHORIZE,
    )

    assert (AUTHORIZE, ["code"]) == (found["authorization_endpoint"], found["response_types_supported"])


def test_single_sign_on_names_issuer_and_keys() -> None:
    found = backend(capabilities=["sso-openid-connect"], issuer=BASE, jwks_uri=f"{BASE}/jwks")

    assert (BASE, f"{BASE}/jwks") == (found["issuer"], found["jwks_uri"])


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"capabilities": ["launch-ehr"]}, "authorization endpoint"),
        ({"capabilities": ["sso-openid-connect"], "issuer": BASE}, "jwks_uri"),
        ({"issuer": BASE}, "only with sso-openid-connect"),
    ],
)
def test_facts_that_contradict_each_other_are_refused(facts: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        backend(**facts)
