"""SMART Backend Services as a server sees them: clients, their assertions or secrets, and the tokens they were given.

https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS384", "ES384"]
LONGEST_LIFE = 300  # seconds that an assertion may be valid for


@dataclass(frozen=True, slots=True)
class Client:
    """`secret` or `jwks` (public keys), whichever it registered; `scopes` that it may be given."""

    client_id: str
    secret: str | None = None
    jwks: Mapping[str, Any] | None = None
    scopes: frozenset[str] = frozenset()


class Refused(Exception):
    """`error` of RFC 6749 5.2; `reason` says which check failed, for a vendor that tells more."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(error, reason)
        self.error = error
        self.reason = reason


@dataclass(slots=True)
class Issued:
    """A token: whose, for which scopes, until when (Unix seconds)."""

    client_id: str
    scopes: frozenset[str]
    expires: float


@dataclass(slots=True)
class Tokens:
    """`clock` in Unix seconds; `seen` holds the jti of assertions that were used; `length` of a token in characters."""

    clients: Mapping[str, Client]
    seconds: float
    clock: Callable[[], float]
    issued: dict[str, Issued] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    length: int = 43

    def client(self, authorization: str | None, form: Mapping[str, str], audience: str) -> Client:
        """Who asks: HTTP Basic, client_id and client_secret in the form, or a client_assertion (alg RS384 or ES384,
        iss = sub = client id, aud = `audience`, exp at most five minutes ahead, jti never seen before).

        Raises Refused.
        """
        if "client_assertion" in form or "client_assertion_type" in form:
            if form.get("client_assertion_type") != ASSERTION:
                raise Refused("invalid_client", "client_assertion_type")
            return self._by_assertion(form.get("client_assertion", ""), audience)
        client_id, secret = _credentials(authorization, form)
        client = self.clients.get(client_id)
        if client is None:
            raise Refused("invalid_client", "client_id")
        if client.secret is None or not secrets.compare_digest(client.secret.encode(), secret.encode()):
            raise Refused("invalid_client", "client_secret")
        return client

    def issue(self, client: Client, scopes: frozenset[str]) -> str:
        """A new opaque token, about as long as the vendor's."""
        made = secrets.token_urlsafe(self.length)[: self.length]
        self.issued[made] = Issued(client.client_id, scopes, self.clock() + self.seconds)
        return made

    def check(self, authorization: str | None) -> Issued | None:
        """What a bearer was issued for; None where it is unknown or has expired."""
        scheme, _, token = (authorization or "").partition(" ")
        found = self.issued.get(token) if scheme.lower() == "bearer" else None
        return found if found is not None and found.expires > self.clock() else None

    def expire(self) -> None:
        """Every issued token becomes invalid."""
        self.issued.clear()

    def _by_assertion(self, assertion: str, audience: str) -> Client:
        header, claims = _unverified(assertion)
        client = self.clients.get(str(claims.get("iss")))
        if client is None or client.jwks is None:
            raise Refused("invalid_client", "iss")
        self._verify(assertion, header, client.jwks)
        self._claims(claims, client, audience)
        self.seen.add(claims["jti"])
        return client

    def _verify(self, assertion: str, header: Mapping[str, Any], jwks: Mapping[str, Any]) -> None:
        if header.get("alg") not in ALGORITHMS:
            raise Refused("invalid_client", "alg")
        keys = [key for key in jwks["keys"] if "kid" in header and key.get("kid") == header["kid"]]
        if len(keys) != 1:
            raise Refused("invalid_client", "kid")
        try:
            jwt.decode(assertion, KeySet.import_key_set({"keys": keys}), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError) as error:
            raise Refused("invalid_client", "signature") from error

    def _claims(self, claims: Mapping[str, Any], client: Client, audience: str) -> None:
        now, jti = self.clock(), claims.get("jti")
        checks = (
            ("sub", claims.get("sub") == client.client_id),
            ("aud", claims.get("aud") in (audience, [audience])),
            ("exp", _number(claims.get("exp")) and now < claims["exp"] <= now + LONGEST_LIFE),
            ("nbf", "nbf" not in claims or (_number(claims["nbf"]) and claims["nbf"] <= now)),
            ("jti", isinstance(jti, str) and jti != "" and jti not in self.seen),
        )
        for name, holds in checks:
            if not holds:
                raise Refused("invalid_client", name)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _credentials(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str]:
    """HTTP Basic, or client_id and client_secret of the form; empty where neither can be read."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _unverified(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims before any of it is believed."""
    try:
        read = jws.extract_compact(assertion.encode())
        header, claims = read.headers(), json.loads(read.payload)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("invalid_client", "client_assertion") from error
    if not isinstance(claims, dict):
        raise Refused("invalid_client", "client_assertion")
    return header, claims
