"""Access tokens: JWTs signed with the facade's own key (RFC 9068), made here and checked here.

Claims: iss (tenant), aud (tenant base), sub and client_id, scope, practices, optional purpose_of_use, iat, exp, jti.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from capability.issues import LoginRequired
from facade.principal import Principal, Scope
from facade.scopes import intersect, parse_scopes, write
from facade.tenancy.directory import Client, Tenant

ALGORITHM = "ES384"
CLOCK_SKEW = 5  # seconds; one machine signs and checks, but several may stand behind a load balancer
KEPT = 10_000  # verified tokens remembered


class Tokens:
    """Mints and verifies. Verified tokens are remembered by their SHA-256 until they expire."""

    def __init__(self, key: ECKey, *, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock
        self._seen: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()

    def mint(
        self,
        tenant: Tenant,
        client: Client,
        *,
        seconds: int,
        scopes: Iterable[Scope] | None = None,
        practices: Iterable[str] | None = None,
        purpose: str | None = None,
    ) -> str:
        """A token for `client`, at most as wide as the tenant granted it. Raises ValueError on a foreign purpose."""
        if purpose is not None and purpose not in client.purposes:
            raise ValueError(f"client {client.key} may not claim the purpose {purpose}")
        granted = client.scopes if scopes is None else intersect(scopes, client.scopes)
        now = int(self._clock())
        claims: dict[str, object] = {
            "iss": tenant.issuer,
            "aud": tenant.base,
            "sub": client.key,
            "client_id": client.key,
            "scope": write(granted),
            "practices": sorted(client.practices.intersection(client.practices if practices is None else practices)),
            "iat": now,
            "exp": now + seconds,
            "jti": uuid.uuid4().hex,
        }
        if purpose is not None:
            claims["purpose_of_use"] = purpose
        return jwt.encode(
            {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._key.kid}, claims, self._key, algorithms=[ALGORITHM]
        )

    def verify(self, token: str, tenant: Tenant) -> Principal:
        """Who the bearer is in `tenant`. Raises LoginRequired; the text never tells which check failed in detail."""
        fingerprint = hashlib.sha256(f"{tenant.key} {token}".encode()).digest()
        now = self._clock()
        known = self._seen.get(fingerprint)
        if known is not None and known[1] > now:
            self._seen.move_to_end(fingerprint)
            return known[0]
        principal, expires = self._verify(token, tenant, now)
        self._seen[fingerprint] = (principal, expires)
        while len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return principal

    def _verify(self, token: str, tenant: Tenant, now: float) -> tuple[Principal, float]:
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            claims = decoded.claims
            registry = jwt.JWTClaimsRegistry(
                now=int(now),
                leeway=CLOCK_SKEW,
                iss={"essential": True, "value": tenant.issuer},
                aud={"essential": True, "value": tenant.base},
                exp={"essential": True},
                sub={"essential": True},
            )
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as exc:
            raise refused() from exc
        client = tenant.clients.get(str(claims.get("client_id")))
        if client is None or decoded.header.get("typ") != "at+jwt":
            raise refused()
        purpose = claims.get("purpose_of_use")
        principal = Principal(
            tenant=tenant.key,
            client=client.key,
            scopes=intersect(parse_scopes(str(claims.get("scope", ""))), client.scopes),
            practices=frozenset(map(str, claims.get("practices", ()))) & client.practices,
            purpose=purpose if purpose in client.purposes else None,
        )
        return principal, float(claims["exp"]) + CLOCK_SKEW


def refused() -> LoginRequired:
    """A token that is not good here: malformed, expired, of another issuer or for another base."""
    return LoginRequired(
        "the access token is not valid for this server; get a new one from the token endpoint named in "
        ".well-known/smart-configuration",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )
