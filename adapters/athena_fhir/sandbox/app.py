"""The sandbox as one ASGI app: tokens, the two anonymous documents, reads and searches, and the control surface.

Source: athena's production CapabilityStatement and SMART configuration, and behaviour recorded in preview (November
2024). One server stands for all practices; the practice is in the ids and in `ah-practice`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from adapters.athena_fhir.sandbox import answers, searching, statement
from adapters.athena_fhir.sandbox.gate import (
    CREDENTIALS,
    PER_SECOND,
    TOKEN_PATH,
    TOKEN_QUOTA,
    TOKEN_SECONDS,
    Gate,
    allows,
    clients,
)
from adapters.athena_fhir.sandbox.houses import Houses
from adapters.athena_fhir.sandbox.pages import bundle, page
from adapters.athena_fhir.sandbox.rules import RULES
from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.tokens import Issued, Tokens
from adapters.population import SEED, SIZE
from adapters.simulator.athena import PRACTICES, Practice

BASE = "/fhir/r4"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Server:
    gate: Gate
    houses: Houses
    clock: Callable[[], float]
    lax: bool

    async def token(self, request: Request) -> Response:
        return await self.gate.token(request)

    async def metadata(self, request: Request) -> Response:
        return answers.resource(statement.capability(_base(request), _origin(request)))

    async def smart(self, request: Request) -> Response:
        document = answers.resource(statement.smart(_origin(request)))
        document.headers["content-type"] = "application/json"
        return document

    async def read(self, request: Request) -> Response:
        type_, id_ = request.path_params["type"], request.path_params["id"]

        def answer(issued: Issued) -> Response:
            if not allows(issued, type_, "r"):
                raise answers.out_of_scope(type_)
            found = self.houses.read(type_, id_)
            if found is None:
                raise answers.not_found(type_)
            headers = {"Location": f"{_base(request)}/{type_}/{id_}"}
            if updated := found.get("meta", {}).get("lastUpdated"):
                at = datetime.fromisoformat(updated)
                headers["Last-Modified"] = format_datetime(at)
            return answers.resource(found, headers=headers)

        return self._admitted(request, type_, answer)

    async def search(self, request: Request) -> Response:
        pairs: Pairs = list(request.query_params.multi_items())
        if request.method == "POST":
            pairs += parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        type_ = request.path_params["type"]
        if not RULES.get(type_, RULES["Binary"]).required:
            return answers.not_routed()
        return self._admitted(request, type_, lambda issued: self._found(request, issued, type_, pairs))

    def _found(self, request: Request, issued: Issued, type_: str, pairs: Pairs) -> Response:
        if not allows(issued, type_, "s"):
            raise answers.out_of_scope(type_)
        searching.check(type_, pairs, lax=self.lax)
        found = page(searching.rows(self.houses, type_, pairs), pairs, self.houses.read)
        more = searching.included(self.houses, pairs, found.rows, lambda other: allows(issued, other, "r"))
        return answers.resource(bundle(_base(request), type_, pairs, found, more, self.clock()))

    def _admitted(self, request: Request, type_: str, answer: Callable[[Issued], Response]) -> Response:
        """The gateway knows the paths first, then the token; the server says the rest."""
        if type_ not in RULES:
            return answers.not_routed()
        issued, refusal, headers = self.gate.check(request)
        if issued is None:
            return refusal or answers.invalid_token()
        try:
            _acceptable(request)
            response = answer(issued)
        except answers.Refused as refused:
            response = refused.response()
        response.headers.update(headers)
        return response


def _acceptable(request: Request) -> None:
    """[assumed] 406 where nothing but XML would do."""
    asked = request.query_params.get("_format") or request.headers.get("accept", "*/*")
    if "xml" in asked and "json" not in asked and "*/*" not in asked:
        raise answers.Refused(406, "not-supported", "The format is not supported.", ["_format"], "error")


def _origin(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _base(request: Request) -> str:
    return _origin(request) + BASE


async def _nowhere(request: Request) -> Response:
    return answers.not_routed()


def create_app(
    *,
    size: int = SIZE,
    seed: int = SEED,
    heavy: bool = False,
    practices: Sequence[Practice] | None = None,
    credentials: Mapping[str, str] = CREDENTIALS,
    jwks: Mapping[str, object] | None = None,
    scopes: Sequence[str] | None = None,
    token_quota: int = TOKEN_QUOTA,
    token_seconds: int = TOKEN_SECONDS,
    per_second: int = PER_SECOND,
    lax: bool = False,
    clock: Callable[[], float] = time.time,
) -> ASGIApp:
    """`size`, `seed` and `heavy` are those of the first practice (195900); `practices` replaces all of them. Starting
    costs the same for any `size`.

    `credentials` is client id -> secret; `jwks`, the public keys of the client KEYED_CLIENT. `scopes` is what clients
    may be given, None for everything. `token_quota` a minute, `per_second` a second, both per client. `lax`: unknown
    search parameters are ignored instead of refused. `clock` in Unix seconds. Faults and journal: /_sandbox/...
    """
    if practices is None:
        practices = (replace(PRACTICES[0], size=size, seed=seed, heavy=heavy), *PRACTICES[1:])
    tokens = Tokens(clients(credentials, jwks, scopes), token_seconds, clock)
    server = Server(Gate(tokens, clock, per_second, token_quota), Houses(practices), clock, lax)
    return Controlled(_routed(server), expire=tokens.expire)


def _routed(server: Server) -> Starlette:
    return Starlette(
        routes=[
            Route(TOKEN_PATH, server.token, methods=["POST"]),
            Route(f"{BASE}/metadata", server.metadata, methods=["GET"]),
            Route(f"{BASE}/.well-known/smart-configuration", server.smart, methods=["GET"]),
            Route(f"{BASE}/{{type}}/_search", server.search, methods=["POST"]),
            Route(f"{BASE}/{{type}}", server.search, methods=["GET"]),
            Route(f"{BASE}/{{type}}/{{id}}", server.read, methods=["GET"]),
            Route("/{rest:path}", _nowhere, methods=_METHODS),
        ]
    )
