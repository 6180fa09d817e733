"""Who gets through: tokens, their scopes, and how many calls a second.

Source: athena's SMART configuration and recorded headers; token life and quotas as for its REST API. One token serves
every practice that the client was granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.athena_fhir.sandbox import answers
from adapters.athena_fhir.sandbox.rules import RULES
from adapters.fhir_r4.sandbox.tokens import Client, Issued, Refused, Tokens
from adapters.simulator.quota import Window

TOKEN_PATH = "/oauth2/v1/token"
TOKEN_SECONDS = 3600
TOKEN_QUOTA = 5  # a minute, as in preview; production has 50
PER_SECOND = 500
REST_SCOPE = "athena/service/Athenanet.MDP.*"
READ_SCOPES = frozenset(f"system/{name}.{right}" for name in (*RULES, "Group") for right in ("read", "rs", "r", "s"))
"""[assumed] There is none for all types at once."""
# [assumed] What a client may not have is refused as a whole, not left out of the answer.
SCOPES_REFUSED_WHOLE = True
CREDENTIALS: Mapping[str, str] = {"sandbox-client": "sandbox-secret"}
KEYED_CLIENT = "sandbox-keyed-client"  # registers a public key instead of a secret


@dataclass(slots=True)
class Gate:
    """`per_second` calls a second and client, `token_quota` token requests a minute and client."""

    tokens: Tokens
    clock: Callable[[], float]
    per_second: int = PER_SECOND
    token_quota: int = TOKEN_QUOTA
    seconds: dict[str, Window] = field(default_factory=dict)
    minutes: dict[str, Window] = field(default_factory=dict)

    async def token(self, request: Request) -> Response:
        """POST /oauth2/v1/token. `expires_in` is text."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        authorization = request.headers.get("authorization")
        audience = str(request.url.replace(query=""))
        try:
            client = self.tokens.client(authorization, form, audience)
        except Refused as refused:
            return _refused(401 if refused.error == "invalid_client" else 400, refused.error)
        count = self.minutes.setdefault(client.client_id, Window()).hit(int(self.clock() // 60))
        if count > self.token_quota:
            return answers.throttled(_quota(self.token_quota, count))
        if form.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type")
        asked = frozenset(form.get("scope", "").split())
        if not asked or (SCOPES_REFUSED_WHOLE and not asked <= client.scopes):
            return _refused(400, "invalid_scope")
        answer = {
            "token_type": "Bearer",
            "expires_in": str(int(self.tokens.seconds)),
            "access_token": self.tokens.issue(client, asked),
            "scope": " ".join(sorted(asked)),
        }
        return Response(orjson.dumps(answer), 200, {"Cache-Control": "no-store"}, "application/json")

    def check(self, request: Request) -> tuple[Issued | None, Response | None, dict[str, str]]:
        """What the bearer was issued for or the refusal, and the headers of either."""
        authorization = request.headers.get("authorization")
        if authorization is None:
            return None, answers.no_token(), {}
        issued = self.tokens.check(authorization)
        if issued is None:
            return None, answers.invalid_token(), {}
        count = self.seconds.setdefault(issued.client_id, Window()).hit(int(self.clock()))
        headers = _quota(self.per_second, count)
        if count > self.per_second:
            return None, answers.throttled(headers), headers
        return issued, None, headers


def _quota(limit: int, count: int) -> dict[str, str]:
    """Both spellings come; the second's names are [assumed] to follow the first's."""
    shown = {"Limit": str(limit), "Remaining": str(max(0, limit - count)), "Reset": "1"}
    return {f"{prefix}Ratelimit-{name}": value for name, value in shown.items() for prefix in ("", "X-")}


def _refused(status: int, error: str) -> Response:
    return Response(orjson.dumps({"error": error}), status, media_type="application/json")


def allows(issued: Issued, type_: str, right: str) -> bool:
    """`right` r (read) or s (search). v1 scopes give both; v2 ones what they spell."""
    named = (scope.partition("/")[2].rpartition(".") for scope in issued.scopes if scope.startswith("system/"))
    return any(name == type_ and (rights == "read" or right in rights) for name, _, rights in named)


def clients(
    credentials: Mapping[str, str], jwks: Mapping[str, object] | None, scopes: Iterable[str] | None
) -> dict[str, Client]:
    """By id. `scopes` None: everything that can be read."""
    given = READ_SCOPES if scopes is None else frozenset(scopes)
    given |= {REST_SCOPE}
    found = {name: Client(name, secret=secret, scopes=given) for name, secret in credentials.items()}
    if jwks is not None:
        found[KEYED_CLIENT] = Client(KEYED_CLIENT, jwks=jwks, scopes=given)
    return found
