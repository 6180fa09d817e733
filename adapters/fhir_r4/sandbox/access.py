"""Who may do what: the token endpoint, the bearers it gives, and SMART's scopes.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.fhir_r4.sandbox.answers import Wrong
from adapters.fhir_r4.sandbox.tokens import ALGORITHMS, Refused, Tokens

TOKEN_PATH = "/oauth2/token"
_SCOPE = re.compile(r"system/([A-Z][A-Za-z]+|\*)\.(read|\*|c?r?u?d?s?)")
_LETTERS = {"read": "rs", "*": "cruds"}


def token(request: Request, form: str, tokens: Tokens) -> Response:
    """Answers POST of the token endpoint: client_credentials, of the scopes asked for those that the client has."""
    fields = dict(parse_qsl(form, keep_blank_values=True))
    try:
        if fields.get("grant_type") != "client_credentials":
            raise Refused("unsupported_grant_type", "grant_type")
        audience = f"{origin(request)}{TOKEN_PATH}"
        client = tokens.client(request.headers.get("authorization"), fields, audience)
        granted = frozenset(one for one in fields.get("scope", "").split() if _covered(one, client.scopes))
        if not granted:
            raise Refused("invalid_scope", "scope")
    except Refused as refused:
        status = 401 if refused.error == "invalid_client" else 400
        return _said({"error": refused.error, "error_description": f"check {refused.reason}"}, status)
    made = tokens.issue(client, granted)
    told = {"access_token": made, "token_type": "Bearer", "expires_in": int(tokens.seconds)}
    return _said({**told, "scope": " ".join(sorted(granted))})


def smart_configuration(request: Request) -> Response:
    """https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known"""
    return _said(
        {
            "token_endpoint": f"{origin(request)}{TOKEN_PATH}",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
            "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
            "scopes_supported": ["system/*.rs", "system/*.read"],
            "capabilities": [
                "client-confidential-asymmetric",
                "client-confidential-symmetric",
                "permission-v1",
                "permission-v2",
            ],
        }
    )


def check(request: Request, tokens: Tokens, type_: str, letter: str) -> frozenset[str]:
    """The scopes of whoever asks; `letter` is r or s of SMART's cruds.

    Raises Wrong: 401 without a good bearer, 403 without a scope.
    """
    issued = tokens.check(request.headers.get("authorization"))
    if issued is None:
        told = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Wrong(401, "login", "a valid access token is needed", told)
    if not may(issued.scopes, type_, letter):
        told = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
        raise Wrong(403, "forbidden", f"the token has no scope for {type_}", told)
    return issued.scopes


def origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def may(scopes: frozenset[str], type_: str, letter: str) -> bool:
    return any(_allows(one, type_, letter) for one in scopes)


def _allows(scope: str, type_: str, letter: str) -> bool:
    found = _SCOPE.fullmatch(scope)
    return found is not None and found[1] in ("*", type_) and letter in _LETTERS.get(found[2], found[2])


def _covered(asked: str, granted: frozenset[str]) -> bool:
    """Whether the client was given all of a scope: `system/Patient.r` by `system/*.rs`."""
    found = _SCOPE.fullmatch(asked)
    if found is None:
        return False
    letters = _LETTERS.get(found[2], found[2])
    return bool(letters) and all(may(granted, found[1], letter) for letter in letters)


def _said(document: object, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, {"Cache-Control": "no-store"}, "application/json")
