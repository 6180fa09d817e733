"""The token endpoint and introspection. Source: Epic OAuth 2.0 documentation and captures 2024 to 2026.

Backend services alone: an assertion of five minutes at most, no refresh token, a new token by every call. The launches
with a user's browser in them are not simulated; a sandbox of context "patient" gives its tokens in this same way.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson
from joserfc import jws
from starlette.requests import Request
from starlette.responses import Response

from adapters.epic.sandbox import answers
from adapters.epic.sandbox.scopes import granted
from adapters.fhir_r4.sandbox.tokens import ASSERTION, Refused, Tokens

SECONDS = 3600
TOKEN_LENGTH = 1000
JTI_LENGTH = 151  # characters at most [common knowledge]


class Authorization:
    """`hiccup`: of every so many requests for a token one fails like a bad assertion; 0: none."""

    def __init__(self, tokens: Tokens, *, hiccup: int = 0) -> None:
        self.tokens = tokens
        self._hiccup = hiccup
        self._asked = 0

    async def token(self, request: Request) -> Response:
        form = await _form(request)
        self._asked += 1
        if self._hiccup and self._asked % self._hiccup == 0:
            return _refused("invalid_client")
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type")
        if form.get("client_assertion_type") != ASSERTION:
            return _refused("invalid_client")
        try:
            client = self.tokens.client(None, form, str(request.url.replace(query="")))
        except Refused as refused:
            return _refused(refused.error)
        if len(_jti(form["client_assertion"])) > JTI_LENGTH:
            return _refused("invalid_client")
        scopes = granted(client.scopes, form.get("scope", ""))
        document = {
            "access_token": self.tokens.issue(client, scopes),
            "token_type": "bearer",
            "expires_in": SECONDS,
            "scope": " ".join(sorted(scopes)),
        }
        return _said(document)

    async def introspect(self, request: Request) -> Response:
        """Authorised by the bearer itself, not by the client's credentials."""
        issued = self.tokens.check(request.headers.get("authorization"))
        if issued is None:
            return answers.unauthorized("The access token is not valid.")
        document = {
            "active": True,
            "scope": " ".join(sorted(issued.scopes)),
            "client_id": issued.client_id,
            "sub": "backend-user",
            "exp": int(issued.expires),
        }
        return _said(document)


def _jti(assertion: str) -> str:
    """Of an assertion that was verified."""
    return str(orjson.loads(jws.extract_compact(assertion.encode()).payload)["jti"])


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _refused(error: str) -> Response:
    return _said({"error": error, "error_description": None}, 400)


def _said(document: dict[str, object], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-cache,no-store", "Access-Control-Allow-Origin": "*"}
    return Response(orjson.dumps(document), status, headers, "application/json; charset=utf-8")
