"""Facts of the authorization server -> `.well-known/smart-configuration`. Only what exists is named.

https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from capability.brands import Identifier

BACKEND_SERVICES = ("client-confidential-asymmetric", "permission-v1", "permission-v2")
"""What works without any person signing in: private_key_jwt, and both spellings of scopes."""


def smart_configuration(
    *,
    token_endpoint: str,
    scopes_supported: Iterable[str],
    capabilities: Iterable[str] = BACKEND_SERVICES,
    grant_types_supported: Iterable[str] = ("client_credentials",),
    token_endpoint_auth_methods_supported: Iterable[str] = ("private_key_jwt",),
    token_endpoint_auth_signing_alg_values_supported: Iterable[str] = ("RS384", "ES384"),
    issuer: str | None = None,
    jwks_uri: str | None = None,
    authorization_endpoint: str | None = None,
    introspection_endpoint: str | None = None,
    revocation_endpoint: str | None = None,
    management_endpoint: str | None = None,
    registration_endpoint: str | None = None,
    user_access_brand_bundle: str | None = None,
    user_access_brand_identifier: Identifier | None = None,
) -> dict[str, Any]:
    """The document; every URL is absolute, and one that is None is left out.

    Raises ValueError where the facts contradict each other: a launch without an authorization endpoint, OpenID Connect
    without an issuer and its keys, or an issuer without OpenID Connect.
    """
    found = sorted(capabilities)
    _check(found, issuer, jwks_uri, authorization_endpoint)
    document: dict[str, Any] = {
        "issuer": issuer,
        "jwks_uri": jwks_uri,
        "authorization_endpoint": authorization_endpoint,
        "token_endpoint": token_endpoint,
        "introspection_endpoint": introspection_endpoint,
        "revocation_endpoint": revocation_endpoint,
        "management_endpoint": management_endpoint,
        "registration_endpoint": registration_endpoint,
        "grant_types_supported": list(grant_types_supported),
        "response_types_supported": ["code"] if authorization_endpoint else None,
        "token_endpoint_auth_methods_supported": list(token_endpoint_auth_methods_supported),
        "token_endpoint_auth_signing_alg_values_supported": list(token_endpoint_auth_signing_alg_values_supported),
        "scopes_supported": list(scopes_supported),
        # required of every server, with S256 and without plain, even where no grant uses a challenge
        "code_challenge_methods_supported": ["S256"],
        "capabilities": found,
        # https://hl7.org/fhir/smart-app-launch/STU2.2/brands.html
        "user_access_brand_bundle": user_access_brand_bundle,
        "user_access_brand_identifier": user_access_brand_identifier.fhir() if user_access_brand_identifier else None,
    }
    return {key: value for key, value in document.items() if value is not None}


def _check(
    capabilities: Iterable[str], issuer: str | None, jwks_uri: str | None, authorization_endpoint: str | None
) -> None:
    named = frozenset(capabilities)
    if authorization_endpoint is None and any(each.startswith("launch-") for each in named):
        raise ValueError("a launch needs an authorization endpoint")
    if "sso-openid-connect" in named and (issuer is None or jwks_uri is None):
        raise ValueError("sso-openid-connect needs an issuer and a jwks_uri")
    if issuer is not None and "sso-openid-connect" not in named:
        raise ValueError("SMART names an issuer only with sso-openid-connect")
