"""SMART Backend Services as a server sees them: clients, their assertions or secrets, and the tokens they were given.

https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


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
    """`clock` in Unix seconds; `seen` holds the jti of assertions that were used."""

    clients: Mapping[str, Client]
    seconds: float
    clock: Callable[[], float]
    issued: dict[str, Issued] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def client(self, authorization: str | None, form: Mapping[str, str], audience: str) -> Client:
        """Who asks: HTTP Basic, client_id and client_secret in the form, or a client_assertion (alg RS384 or ES384,
        iss = sub = client id, aud = `audience`, exp at most five minutes ahead, jti never seen before).

        Raises Refused.
        """
        raise NotImplementedError

    def issue(self, client: Client, scopes: frozenset[str]) -> str:
        """A new opaque token, about as long as the vendor's."""
        raise NotImplementedError

    def check(self, authorization: str | None) -> Issued | None:
        """What a bearer was issued for; None where it is unknown or has expired."""
        raise NotImplementedError

    def expire(self) -> None:
        """Every issued token becomes invalid."""
        raise NotImplementedError
