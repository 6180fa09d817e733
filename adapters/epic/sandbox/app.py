"""The sandbox as one ASGI app: the token endpoint, the FHIR base, and the web server's own pages around them."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from zlib import crc32

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.epic.sandbox import answers, bundle, ids, releases, scopes, statement, subresources
from adapters.epic.sandbox.authorization import SECONDS, TOKEN_LENGTH, Authorization
from adapters.epic.sandbox.deployed import KINDS
from adapters.epic.sandbox.includes import included
from adapters.epic.sandbox.outcomes import Issue, Refused
from adapters.epic.sandbox.paging import Sessions
from adapters.epic.sandbox.rules import Rights
from adapters.epic.sandbox.search import Searches
from adapters.epic.sandbox.world import World
from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.demo_key import JWKS
from adapters.fhir_r4.sandbox.records import File
from adapters.fhir_r4.sandbox.tokens import Client, Tokens
from adapters.population import SEED as FIRST_SEED
from adapters.population import SIZE, population

ROOT = "/interconnect-fhir-oauth"
BASE = f"{ROOT}/api/FHIR/R4"
AUTHORITY = f"{ROOT}/oauth2"
CLIENT_ID = "00000000-0000-4000-8000-00000000e91c"
SEED = FIRST_SEED + 1
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
_FORM = "application/x-www-form-urlencoded"


def create_app(
    *,
    size: int = SIZE,
    seed: int = SEED,
    heavy: bool = False,
    context: ids.Context = "backend",
    release: str = releases.CURRENT,
    apis: frozenset[str] = scopes.APIS,
    client_lacks: frozenset[str] = subresources.CLIENT_LACKS,
    user_lacks: frozenset[str] = subresources.USER_LACKS,
    user_refused: frozenset[str] = frozenset(),
    client_id: str = CLIENT_ID,
    jwks: Mapping[str, Any] = JWKS,
    hiccup: int = 0,
    documents_a_day: int | None = None,
    clock: Callable[[], float] = time.time,
) -> Controlled:
    """`context`: the kind of token, "backend" or "patient" (4119, other ids of vitals and allergies, masked names,
    nothing that isn't released). `release`: a name of releases.RELEASES. `apis`: types that the client is registered
    for. `client_lacks`, `user_lacks`: sub-resources by name (59204, 59205). `user_refused`: types that the user may not
    see (4118). `jwks`: the client's public keys. `hiccup`: of every so many token requests one is refused for nothing.
    `documents_a_day`: searches of DocumentReference until 4135.
    Starting costs the same for any `size`.
    """
    world = World(population(size, seed, heavy=heavy), context, releases.RELEASES[release])
    rights = Rights(client_lacks, user_lacks)
    granted = scopes.registered(apis, client_lacks, context)
    client = Client(client_id, jwks=jwks, scopes=granted)
    tokens = Tokens({client_id: client}, SECONDS, clock, length=TOKEN_LENGTH)
    searches = Searches(world, Sessions(clock), rights, clock, documents_a_day)
    server = Server(world, searches, tokens, user_refused)
    app = Starlette(routes=_routes(server, Authorization(tokens, hiccup=hiccup)))
    app.router.redirect_slashes = False
    return Controlled(app, expire=tokens.expire)


def _routes(server: Server, authorization: Authorization) -> list[Route]:
    return [
        Route(f"{AUTHORITY}/token", authorization.token, methods=["POST"]),
        Route(f"{AUTHORITY}/introspect", authorization.introspect, methods=["POST"]),
        Route(f"{BASE}/metadata", server.metadata, methods=["GET"]),
        Route(f"{BASE}/.well-known/smart-configuration", server.smart_configuration, methods=["GET"]),
        Route(f"{BASE}/{{type}}", server.type, methods=_METHODS),
        Route(f"{BASE}/{{type}}/_search", server.posted, methods=["POST"]),
        Route(f"{BASE}/{{type}}/{{id}}", server.instance, methods=_METHODS),
        Route(f"{BASE}/{{type}}/{{id}}/{{rest:path}}", server.operation, methods=_METHODS),
        Route("/{rest:path}", _nowhere, methods=_METHODS),
    ]


async def _nowhere(request: Request) -> Response:
    return answers.page_not_found()


@dataclass(frozen=True, slots=True)
class Server:
    world: World
    searches: Searches
    tokens: Tokens
    user_refused: frozenset[str]

    async def metadata(self, request: Request) -> Response:
        document = statement.capability(self.world.release, _base(request), _authority(request))
        return answers.resource(request, document)

    async def smart_configuration(self, request: Request) -> Response:
        return Response(
            answers.dumped(statement.smart_configuration(_authority(request))),
            media_type="application/json; charset=utf-8",
        )

    async def type(self, request: Request) -> Response:
        """Search; what would create has no API registered."""
        if request.method not in ("GET", "HEAD"):
            return self._gate(request, "c") or answers.not_registered()
        return self._searched(request, request.query_params.multi_items())

    async def posted(self, request: Request) -> Response:
        """The form is the search, or the query string is, by release; not both."""
        query = request.query_params.multi_items()
        form = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        if self.world.release.form_wins:
            return self._searched(request, [*form, *(pair for pair in query if pair[0] == "_format")])
        return self._searched(request, query or form)

    async def instance(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return self._gate(request, "u") or answers.not_registered()
        type_, id_ = request.path_params["type"], request.path_params["id"]
        if refused := self._gate(request, "r"):
            return refused
        try:
            if type_ == "Binary":
                return self._file(request, id_)
            found = self.searches.read(type_, id_)
        except Refused as refusal:
            return answers.refusal(request, refusal, _base(request))
        headers = {"E-Tag": str(crc32(id_.encode()) % 1_000_000)} if type_ == "Patient" else None
        return answers.resource(request, found, headers=headers)

    async def operation(self, request: Request) -> Response:
        """Group/<id>/$export is there, and not registered; nothing else is: no vread, no history."""
        deployed = request.path_params["type"] == "Group" and request.path_params["rest"] == "$export"
        return (self._gate(request, "r") or answers.not_registered()) if deployed else answers.page_not_found()

    def _gate(self, request: Request, letter: str) -> Response | None:
        """Why the request goes no further: no such type, no token, no API, not for this user."""
        type_ = request.path_params["type"]
        kind = KINDS.get(type_)
        if kind is None or (letter == "s" and not kind.search):
            return answers.page_not_found()
        issued = self.tokens.check(request.headers.get("authorization"))
        if issued is None:
            return answers.unauthorized("The access token provided is invalid or expired.")
        if not scopes.allow(issued.scopes, type_, letter):
            return answers.not_registered()
        if type_ in self.user_refused:
            return answers.refusal(request, Refused(Issue("4118")), _base(request))
        return None

    def _searched(self, request: Request, pairs: list[tuple[str, str]]) -> Response:
        if refused := self._gate(request, "s"):
            return refused
        type_, base = request.path_params["type"], _base(request)
        kept = [pair for pair in pairs if pair[0] != "_format"]
        try:
            page = self.searches.page(type_, kept)
        except Refused as refusal:
            return answers.refusal(request, refusal, base)
        session = page.session
        if ("_summary", "count") in pairs:
            total = sum(session.keep(row) for row in session.rows)
            return answers.resource(request, bundle.count(total, base, type_, session.echo))
        document = bundle.searchset(
            page,
            base,
            included(page, self.world, self.searches),
            patient_context=self.world.context == "patient",
            bare=self.world.release.bare_sessions,
        )
        return answers.resource(request, document)

    def _file(self, request: Request, id_: str) -> Response:
        """A resource for who asks for FHIR, else the bytes. [second half: common knowledge]"""
        chart = self.world.owner(id_)
        file: File | None = chart.files.get(id_) if chart else None
        if chart is None or file is None:
            raise Refused(Issue("59144", "The Binary was not found.", "id"))
        self.searches.admit(chart)
        accept = request.headers.get("accept", "")
        if "json" not in accept and "fhir" not in accept:
            return answers.noisy(Response(file.content, media_type=file.content_type))
        document = {
            "resourceType": "Binary",
            "id": id_,
            "contentType": file.content_type,
            "data": b64encode(file.content).decode(),
        }
        return answers.resource(request, document)


def _base(request: Request) -> str:
    return f"{request.base_url}".rstrip("/") + BASE


def _authority(request: Request) -> str:
    return f"{request.base_url}".rstrip("/") + AUTHORITY
