"""Our own credentials towards an EHR: OAuth 2.0 client credentials, and the custody of the tokens they buy.

https://www.rfc-editor.org/rfc/rfc6749#section-4.4
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from adapters.attempts import Answer
from adapters.contract import Call, TokenStore
from adapters.single_flight import SingleFlight
from capability.issues import EHRCredentials, EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable
from mappings import fhirjson

if TYPE_CHECKING:  # the seam holds the custody, the custody sends through the seam
    from adapters.streamed import Streamed
    from adapters.upstream import Reply, Upstream

A = TypeVar("A", bound=Answer)

Authenticate = Callable[[str, dict[str, str], str], tuple[dict[str, str], str]]
"""(token path, headers, body) -> headers and body that also say who we are."""

MINT_SECONDS = 10.0
"""Time for a token request, whatever is left of the request that happened to need it: others wait for it too."""

REFUSED_SECONDS = 60.0
"""How long a refusal is believed before the token endpoint, whose quota is small, is asked again."""

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 240
"""Life of an assertion; five minutes is what servers take at most."""

DEFAULT_LIFETIME = 300.0
"""Seconds, where an answer has no `expires_in`, which RFC 6749 only recommends."""

# Secrets take part in keys by a digest that means nothing outside this process.
_PEPPER = os.urandom(16)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who we are at one token endpoint. `key` names the token: never a practice, never across tenants.

    `upstream`  the way to the token endpoint, where it is on another origin than the API
    `attempts`  how often a 400 is tried again with a fresh assertion, for a server that refuses good ones now and then
    """

    key: str = field(repr=False)
    path: str
    scope: str
    authenticate: Authenticate = field(repr=False)
    upstream: Upstream | None = field(default=None, repr=False)
    attempts: int = 1


def secret_basic(tenant: str, origin: str, path: str, client_id: str, secret: str, scope: str) -> ClientCredentials:
    """Credentials with client_secret_basic. `path` is root-relative on `origin`."""
    client = ClientAuth(client_id, secret, "client_secret_basic")

    def authenticate(path: str, headers: dict[str, str], body: str) -> tuple[dict[str, str], str]:
        _, signed, content = client.prepare("POST", path, headers, body)
        return signed, content

    return ClientCredentials(
        _digest("\n".join((tenant, origin + path, client_id, scope, secret))), path, scope, authenticate
    )


def secret_post(tenant: str, origin: str, path: str, client_id: str, secret: str, scope: str) -> ClientCredentials:
    """Credentials with client_secret_post. `path` is root-relative on `origin`."""

    def authenticate(path: str, headers: dict[str, str], body: str) -> tuple[dict[str, str], str]:
        return headers, f"{body}&{urlencode({'client_id': client_id, 'client_secret': secret})}"

    return ClientCredentials(
        _digest("\n".join((tenant, origin + path, client_id, scope, secret))), path, scope, authenticate
    )


def private_key_jwt(
    tenant: str,
    origin: str,
    path: str,
    client_id: str,
    key: ECKey | RSAKey,
    key_id: str | None,
    scope: str,
    audience: str,
) -> ClientCredentials:
    """Credentials of SMART Backend Services: an assertion signed anew for every request, ES384 or RS384 by the key.

    https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
    """
    algorithm = "ES384" if isinstance(key, ECKey) else "RS384"
    header = {"alg": algorithm, "typ": "JWT", **({"kid": key_id} if key_id else {})}

    def authenticate(path: str, headers: dict[str, str], body: str) -> tuple[dict[str, str], str]:
        now = int(time.time())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": secrets.token_urlsafe(24),
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        signed = jwt.encode(header, claims, key, algorithms=[algorithm])
        return headers, f"{body}&{urlencode({'client_assertion_type': ASSERTION, 'client_assertion': signed})}"

    return ClientCredentials(
        _digest("\n".join((tenant, origin + path, client_id, scope, key.thumbprint()))), path, scope, authenticate
    )


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why no token is asked for until `until` (event loop clock)."""

    kind: type[EHRError]
    text: str
    until: float


class BearerTokens:
    """Tokens of one process: one request at a time for the same credentials, renewed before they expire.

    `early` seconds before its expiry a token is no longer used.
    """

    def __init__(self, store: TokenStore, *, early: float = 60.0, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._early = early
        self._clock = clock
        self._flights: SingleFlight[str] = SingleFlight()
        self._refusals: dict[str, _Refusal] = {}
        self._unheeded: dict[tuple[str, str, str], float] = {}

    async def send(
        self,
        upstream: Upstream,
        credentials: ClientCredentials,
        call: Call,
        method: str,
        path: str,
        *,
        operation: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        content: bytes | None = None,
        idempotent: bool = True,
        transient: frozenset[int] | None = None,
    ) -> Reply:
        """`Upstream.send` with our token; a 401 buys one new token and one more attempt, never a second.

        `transient` None: as `Upstream.send` has it.

        Raises: as `Upstream.send`; EHRCredentials where a new token is refused too.
        """

        repeated = {} if transient is None else {"transient": transient}

        async def sent(token: str) -> Reply:
            return await upstream.send(
                call,
                method,
                path,
                operation=operation,
                params=params,
                headers={**headers, **_bearer(token)},
                content=content,
                idempotent=idempotent,
                **repeated,
            )

        return await self._with_token(upstream, credentials, call, sent)

    async def open(
        self,
        upstream: Upstream,
        credentials: ClientCredentials,
        call: Call,
        path: str,
        *,
        operation: str,
        headers: Mapping[str, str],
        most: int | None = None,
        transient: frozenset[int] | None = None,
    ) -> Reply | Streamed:
        """`Upstream.open` with our token, as `send`."""
        repeated = {} if transient is None else {"transient": transient}

        async def opened(token: str) -> Reply | Streamed:
            named = {**headers, **_bearer(token)}
            return await upstream.open(call, path, operation=operation, headers=named, most=most, **repeated)

        return await self._with_token(upstream, credentials, call, opened)

    async def _with_token(
        self, upstream: Upstream, credentials: ClientCredentials, call: Call, sent: Callable[[str], Awaitable[A]]
    ) -> A:
        # By connection: that one practice refuses us must not keep another from renewing the token they share.
        refused = (credentials.key, upstream.connection.practice, upstream.connection.key)
        now = asyncio.get_running_loop().time
        token = await self._token(upstream, credentials, call)
        reply = await sent(token)
        if reply.status == 401 and self._unheeded.get(refused, 0.0) <= now():
            await self._store.drop(credentials.key, token)
            token = await self._token(upstream, credentials, call)
            reply = await sent(token)
            if reply.status == 401:
                # Good at the token endpoint, refused by the API: another one would be refused as well, and the
                # quota is spared.
                self._unheeded[refused] = now() + REFUSED_SECONDS
        if reply.status == 401:
            raise EHRCredentials("the EHR does not accept our credentials for this practice")
        self._unheeded.pop(refused, None)
        return reply

    async def _token(self, upstream: Upstream, credentials: ClientCredentials, call: Call) -> str:
        kept = await self._store.get(credentials.key)
        if kept is not None and kept[1] > self._clock():
            return kept[0]
        refusal = self._refusals.get(credentials.key)
        if refusal is not None:
            left = refusal.until - asyncio.get_running_loop().time()
            if left > 0:
                raise refusal.kind(refusal.text, headers=_retry(left) if refusal.kind is EHRThrottled else None)
            del self._refusals[credentials.key]
        try:
            async with asyncio.timeout_at(call.deadline):
                return await self._flights.share(credentials.key, lambda: self._minted(upstream, credentials, call))
        except TimeoutError as exc:
            raise EHRTimeout("the EHR did not give us a token in time; try again later") from exc

    async def _minted(self, upstream: Upstream, credentials: ClientCredentials, call: Call) -> str:
        loop = asyncio.get_running_loop()
        asking = replace(call, deadline=loop.time() + MINT_SECONDS)
        for left in reversed(range(credentials.attempts)):
            reply = await self._asked(credentials.upstream or upstream, credentials, asking)
            if reply.status != 400 or not left:
                break
        if (refusal := _refusal(reply, loop.time())) is not None:
            self._refusals[credentials.key] = refusal
            raise refusal.kind(
                refusal.text, headers=_retry(refusal.until - loop.time()) if refusal.kind is EHRThrottled else None
            )
        token, lifetime = _read(reply)
        early = min(self._early, lifetime / 2)
        await self._store.put(credentials.key, token, self._clock() + lifetime - early)
        return token

    async def _asked(self, upstream: Upstream, credentials: ClientCredentials, call: Call) -> Reply:
        body = prepare_token_request("client_credentials", scope=credentials.scope)
        named = {"Content-Type": "application/x-www-form-urlencoded"}
        signed, body = credentials.authenticate(credentials.path, named, body)
        return await upstream.send(
            call,
            "POST",
            credentials.path,
            operation="POST token",
            headers=signed,
            content=body.encode(),
            # A throttled token request isn't repeated: the quota counts it again.
            transient=frozenset({502, 503, 504}),
        )

    async def close(self) -> None:
        await self._flights.close()


def _refusal(reply: Reply, now: float) -> _Refusal | None:
    match reply.status:
        case 400 | 401 | 403:
            return _Refusal(EHRCredentials, "the EHR refused our client credentials", now + REFUSED_SECONDS)
        case 429:
            text = reply.headers.get("retry-after", "")
            # The quota is per minute, and over it every request of that minute is refused.
            seconds = float(text) if text.isdecimal() and len(text) < 5 else REFUSED_SECONDS
            return _Refusal(EHRThrottled, "the EHR limits our token requests; try again later", now + seconds)
        case _:
            return None


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _retry(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, math.ceil(seconds)))}


def _read(reply: Reply) -> tuple[str, float]:
    """Token and lifetime in seconds. `expires_in` comes as a number, or as text.

    Raises: EHRUnavailable, EHRInvalid.
    """
    if reply.status >= 500:
        raise EHRUnavailable("the EHR cannot give us a token now; try again later")
    unreadable = "the EHR's token answer is not readable"
    try:
        answer: Any = fhirjson.loads(reply.content)
        token, kind = answer["access_token"], answer.get("token_type", "Bearer")
        lifetime = float(answer.get("expires_in", DEFAULT_LIFETIME))
    except (LookupError, ValueError, TypeError, AttributeError) as exc:
        raise EHRInvalid(unreadable) from exc
    if reply.status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise EHRInvalid(unreadable)
    if str(kind).lower() != "bearer" or not 0 < lifetime < 366 * 86400:
        raise EHRInvalid(unreadable)
    return token, lifetime


def _digest(token: str) -> str:
    return hashlib.blake2b(token.encode(), key=_PEPPER, digest_size=16).hexdigest()
