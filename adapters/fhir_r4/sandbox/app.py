"""Any FHIR R4 server: read and search over the common population, behind SMART Backend Services."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.fhir_r4.sandbox import access, demo_key, searching
from adapters.fhir_r4.sandbox.answers import Wrong, absolute, answer, negotiate, wants_resource
from adapters.fhir_r4.sandbox.charts import Charts, charts_of
from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.dialect import Dialect
from adapters.fhir_r4.sandbox.searching import Page, Pages
from adapters.fhir_r4.sandbox.statement import statement
from adapters.fhir_r4.sandbox.tokens import Client, Tokens
from adapters.population import SEED, SIZE

BASE = "/r4"
CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
SCOPES = frozenset({"system/*.rs"})
TOKEN_SECONDS = 300
DIALECT = Dialect()


@dataclass(slots=True)
class Sandbox:
    """What it serves, as `app.sandbox` for tests that hold the app itself."""

    charts: Charts
    tokens: Tokens
    dialect: Dialect
    public: bool
    pages: Pages = field(default_factory=Pages)


class App(Controlled):
    """A Controlled server; `sandbox` is its state."""

    def __init__(self, sandbox: Sandbox) -> None:
        app = Starlette(routes=_routes())
        app.router.redirect_slashes = False
        app.state.sandbox = self.sandbox = sandbox
        super().__init__(app, expire=sandbox.tokens.expire)


def create_app(
    *,
    size: int = SIZE,
    seed: int = SEED,
    heavy: bool = False,
    jwks: Mapping[str, Any] | None = demo_key.JWKS,
    secret: str | None = CLIENT_SECRET,
    scopes: frozenset[str] = SCOPES,
    dialect: Dialect = DIALECT,
    public: bool = False,
    token_seconds: int = TOKEN_SECONDS,
    clock: Callable[[], float] = time.time,
) -> App:
    """A server at /r4 over `size` people of `seed`, with one client: `sandbox-client`, that may sign with a key of
    `jwks` or say its `secret`, and is given `scopes` at most. A `public` one asks for no token. Starting costs the
    same for any `size`.
    """
    clients = {CLIENT_ID: Client(CLIENT_ID, secret, jwks, scopes)}
    return App(Sandbox(charts_of(size, seed, heavy), Tokens(clients, token_seconds, clock), dialect, public))


async def token(request: Request) -> Response:
    return access.token(request, (await request.body()).decode("utf-8", "replace"), _sandbox(request).tokens)


async def smart(request: Request) -> Response:
    return access.smart_configuration(request)


async def metadata(request: Request) -> Response:
    sandbox = _sandbox(request)
    negotiate(request)
    date = sandbox.charts.people.as_of.isoformat()
    return answer(statement(sandbox.dialect, _base(request), f"{access.origin(request)}{access.TOKEN_PATH}", date))


async def read(request: Request) -> Response:
    sandbox, type_, id_ = _sandbox(request), _type(request), request.path_params["id"]
    _scopes(request, sandbox, type_, "r")
    if type_ in sandbox.dialect.unread:
        raise Wrong(405, "not-supported", f"{type_} is found by a search only")
    if type_ == "Binary":
        return _binary(request, sandbox, id_)
    negotiate(request)
    found = sandbox.charts.read(type_, id_)
    if found is None and sandbox.charts.gone(type_, id_):
        raise Wrong(410, "deleted", f"this {type_} was deleted")
    if found is None:
        raise Wrong(404, "not-found", f"there is no such {type_}")
    return answer(_written(found, request), headers={"ETag": f'W/"{found["meta"]["versionId"]}"'})


def _binary(request: Request, sandbox: Sandbox, id_: str) -> Response:
    """The bytes themselves, unless FHIR's own format is asked for."""
    found = sandbox.charts.file(id_)
    if found is None:
        raise Wrong(404, "not-found", "there is no such Binary")
    file, number = found
    if not wants_resource(request):
        return Response(file.content, headers={"ETag": 'W/"1"'}, media_type=file.content_type)
    owner = {"reference": f"Patient/{number}"}
    told = {"resourceType": "Binary", "id": id_, "contentType": file.content_type, "securityContext": owner}
    return answer(_written({**told, "data": base64.b64encode(file.content).decode()}, request))


async def search(request: Request) -> Response:
    sandbox, type_ = _sandbox(request), _type(request)
    scopes = _scopes(request, sandbox, type_, "s")
    negotiate(request)
    given = parse_qsl(request.url.query, keep_blank_values=True)
    if request.method == "POST":
        given += parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    if name := dict(given).get(searching.PAGE):
        page = sandbox.pages.find(name, type_)
    else:
        strict = "handling=strict" in request.headers.get("prefer", "")
        asked = searching.read(type_, given, sandbox.dialect, strict=strict)
        page = Page(asked, searching.found(asked, sandbox.charts), 0)

    def visible(other: str) -> bool:
        return other in sandbox.dialect.types() and access.may(scopes, other, "r")

    made = searching.bundle(page, sandbox.charts, sandbox.pages, _base(request), visible)
    if not sandbox.dialect.total:
        del made["total"]
    return answer(_written(made, request))


async def nowhere(request: Request) -> Response:
    """Raises Wrong, for whatever the CapabilityStatement does not name."""
    if request.method != "GET":
        raise Wrong(405, "not-supported", "this server reads and searches only", {"Allow": "GET"})
    raise Wrong(404, "not-found", "this server has read and search of its types, metadata and nothing else")


def _scopes(request: Request, sandbox: Sandbox, type_: str, letter: str) -> frozenset[str]:
    return SCOPES if sandbox.public else access.check(request, sandbox.tokens, type_, letter)


def _written(resource: dict[str, Any], request: Request) -> dict[str, Any]:
    whole: dict[str, Any] = absolute(resource, _base(request)) if _sandbox(request).dialect.absolute else resource
    return whole


def _sandbox(request: Request) -> Sandbox:
    found: Sandbox = request.app.state.sandbox
    return found


def _base(request: Request) -> str:
    return f"{access.origin(request)}{BASE}"


def _type(request: Request) -> str:
    """Raises Wrong: not a type of this server, or none that can be searched."""
    sandbox, type_ = _sandbox(request), str(request.path_params["type"])
    if type_ not in sandbox.dialect.types():
        raise Wrong(404, "not-supported", "this server has no such type")
    if "id" not in request.path_params and not sandbox.dialect.known(type_):
        raise Wrong(404, "not-supported", f"{type_} is read by its id only")
    return type_


Endpoint = Callable[[Request], Awaitable[Response]]


def _answered(endpoint: Endpoint) -> Endpoint:
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Wrong as wrong:
            return wrong.response()

    return answered


def _routes() -> list[Route]:
    return [
        Route(access.TOKEN_PATH, token, methods=["POST"]),
        Route(f"{BASE}/.well-known/smart-configuration", smart, methods=["GET"]),
        Route(f"{BASE}/metadata", _answered(metadata), methods=["GET"]),
        Route(f"{BASE}/{{type}}/_search", _answered(search), methods=["POST"]),
        Route(f"{BASE}/{{type}}/{{id}}", _answered(read), methods=["GET"]),
        Route(f"{BASE}/{{type}}", _answered(search), methods=["GET"]),
        Route("/{rest:path}", _answered(nowhere), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
