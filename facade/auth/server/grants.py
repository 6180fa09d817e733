"""SMART Backend Services: a client assertion for an access token.

https://hl7.org/fhir/smart-app-launch/backend-services.html, /client-confidential-asymmetric.html
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from facade.auth.tokens import Tokens
from facade.scopes import intersect, parse_scopes, write
from facade.tenancy.directory import Client, Tenant
from mappings import fhirjson

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS384", "ES384"]
LONGEST_LIFE = 300  # seconds an assertion may be valid for
LONGEST_JTI = 256  # characters
REPLAYS_KEPT = 10_000  # assertions of one client that live at once: 33 tokens a second


class OAuthError(Exception):
    """An RFC 6749 error: its code, a sentence for people and the HTTP status."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


class BackendServices:
    """The client_credentials grant. A jti is accepted once per client while its assertion lives."""

    def __init__(self, tokens: Tokens, *, seconds: int, clock: Callable[[], float] = time.time) -> None:
        self._tokens = tokens
        self._seconds = seconds
        self._clock = clock
        self._replays: dict[tuple[str, str], _Replays] = {}

    def grant(self, tenant: Tenant, form: Mapping[str, str]) -> dict[str, Any]:
        """The token endpoint's answer to a form (RFC 6749 section 4.4). Raises OAuthError."""
        if form.get("grant_type") != "client_credentials":
            raise OAuthError("unsupported_grant_type", "grant_type must be client_credentials")
        if form.get("client_assertion_type") != ASSERTION:
            raise OAuthError("invalid_client", f"client_assertion_type must be {ASSERTION}", 401)
        client = self._client(tenant, form.get("client_assertion", ""))
        asked = parse_scopes(form.get("scope", ""))
        granted = intersect(asked, client.scopes)
        if not granted:
            raise OAuthError("invalid_scope", "none of the scopes asked for was granted to this client")
        purpose = form.get("purpose_of_use")
        if purpose is not None and purpose not in client.purposes:
            raise OAuthError("invalid_request", "this client may not claim that purpose_of_use")
        token = self._tokens.mint(tenant, client, seconds=self._seconds, scopes=granted, purpose=purpose)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self._seconds,
            "scope": write(granted),
        }

    def _client(self, tenant: Tenant, assertion: str) -> Client:
        client, header = _claimed(tenant, assertion)
        keys = [key for key in (client.jwks or {}).get("keys", ()) if key.get("kid") == header.get("kid")]
        if len(keys) != 1:
            raise _refused()
        now = self._clock()
        try:
            claims = jwt.decode(assertion, KeySet.import_key_set({"keys": keys}), algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                now=int(now),
                iss={"essential": True, "value": client.key},
                sub={"essential": True, "value": client.key},
                aud={"essential": True, "value": tenant.token_endpoint},
                exp={"essential": True},
                jti={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError) as exc:
            raise _refused() from exc
        if not claims["exp"] <= now + LONGEST_LIFE + 5:  # also where it is not a number
            raise OAuthError("invalid_client", "exp of the assertion lies more than five minutes ahead", 401)
        if len(claims["jti"]) > LONGEST_JTI:
            raise OAuthError("invalid_client", f"jti of the assertion is longer than {LONGEST_JTI} characters", 401)
        replays = self._replays.setdefault((tenant.key, client.key), _Replays())
        replays.use(claims["jti"], math.ceil(claims["exp"]) + 1, now)  # `now` was cut to a second above
        return client


class _Replays:
    """The assertions of one client that were used and still live, by a digest of their jti."""

    def __init__(self) -> None:
        self._used: dict[bytes, float] = {}

    def use(self, jti: str, until: float, now: float) -> None:
        """Remembers `jti` until then. Raises OAuthError where it was used before, or too many are remembered."""
        key = hashlib.sha256(jti.encode("utf-8", "surrogatepass")).digest()
        if self._used.get(key, 0.0) > now:
            raise OAuthError("invalid_client", "this client_assertion was used before; sign a new one", 401)
        if len(self._used) >= REPLAYS_KEPT:
            self._used = {key: until for key, until in self._used.items() if until > now}
        if len(self._used) >= REPLAYS_KEPT:
            raise OAuthError("temporarily_unavailable", "too many token requests; try again in a minute", 429)
        self._used[key] = until


def _claimed(tenant: Tenant, assertion: str) -> tuple[Client, Mapping[str, Any]]:
    """The client that an assertion names and its header, before any of it is believed."""
    try:
        unverified = jws.extract_compact(assertion.encode())
        header, claims = unverified.headers(), fhirjson.loads(unverified.payload)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise _refused() from exc
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _refused()
    client = tenant.clients.get(str(claims.get("iss")))
    if client is None or client.jwks is None:
        raise _refused()
    return client, header


def _refused() -> OAuthError:
    return OAuthError(
        "invalid_client",
        "the client_assertion was not accepted: check iss, sub, aud (this token URL), exp, kid and the registered keys",
        401,
    )
