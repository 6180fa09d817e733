"""The sandbox as one ASGI app: the authorization server and one tenant of the FHIR server.

Source: Millennium FHIR R4, HTTP habits. JSON or 406 with nothing; X-Request-Id and opc-request-id on every answer; a
wrong tenant 403; ETag and Last-Modified on a read; a search is one page or as many as its type has.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.cerner.sandbox import binary, ids, paging, search
from adapters.cerner.sandbox.answers import (
    MEDIA_TYPE,
    Declined,
    encoded,
    forbidden_resource,
    forbidden_tenant,
    insufficient_scope,
    invalid,
    missing_element,
    not_found,
    unauthorized,
)
from adapters.cerner.sandbox.asking import Asked, asked
from adapters.cerner.sandbox.authorization import App, may, smart_configuration, token
from adapters.cerner.sandbox.charts import charts_of
from adapters.cerner.sandbox.rules import REFUSE_UNKNOWN, RULES
from adapters.cerner.sandbox.state import TENANT, TOKEN_SECONDS, Clock, Sandbox
from adapters.cerner.sandbox.statement import metadata
from adapters.fhir_r4.sandbox.control import Controlled
from adapters.fhir_r4.sandbox.tokens import Tokens
from adapters.population import SEED, SIZE

APPS = (
    App("sandbox-client", secret="sandbox-secret"),
    App("sandbox-client-v1", secret="sandbox-secret", scopes=1),
)
TOKEN_LENGTH = 780
JSON = ("application/fhir+json", "application/json+fhir", "application/json", "application/*", "*/*")
POISONED_ELEMENT = "status"  # [assumed] which one the broken record lacks

Handler = Callable[[Request], Awaitable[Response]]
Resource = dict[str, Any]


def create_app(
    *,
    size: int = SIZE,
    seed: int = SEED + 1,
    heavy: bool = False,
    tenant: str = TENANT,
    apps: Collection[App] = APPS,
    token_seconds: float = TOKEN_SECONDS,
    authorization_origin: str | None = None,
    closed: Collection[str] = (),
    poisoned: Mapping[int, str] | None = None,
    open_tier: bool = False,
    diagnoses_and_problems: bool = False,
    refuse_unknown: bool = REFUSE_UNKNOWN,
    clock: Clock = time.time,
) -> Controlled:
    """`authorization_origin`: where discovery says the token endpoint is, in place of this origin. `closed`: types that
    answer 403 whatever a token says. `poisoned`: by person, the type whose first record lacks what FHIR requires.
    `open_tier`: no tokens, no authorization server. `diagnoses_and_problems`: Condition by encounter adds all problems.
    `refuse_unknown`: a parameter that the type does not have is 400. `clock` in Unix seconds.
    """
    charts = charts_of(size, seed, heavy, tenant)
    tokens = Tokens({one.client_id: one.client() for one in apps}, token_seconds, clock, length=TOKEN_LENGTH)
    app = Starlette(routes=_routes())
    app.router.redirect_slashes = False
    app.state.sandbox = Sandbox(
        charts.people,
        charts,
        tokens,
        tenant,
        authorization_origin,
        frozenset(closed),
        dict(poisoned or {}),
        open_tier,
        diagnoses_and_problems,
        refuse_unknown,
        clock,
    )
    return Controlled(_Numbered(app), expire=tokens.expire)


def _routes() -> list[Route]:
    at_token = "/protocols/oauth2/profiles/smart-v1/token"
    return [
        Route(f"/tenants/{{tenant}}{at_token}", token, methods=["POST"]),
        Route(f"/tenants/{{tenant}}/hosts/{{host}}{at_token}", token, methods=["POST"]),
        Route("/r4/{tenant}/.well-known/smart-configuration", _public(_discovery), methods=["GET"]),
        Route("/r4/{tenant}/metadata", _public(metadata), methods=["GET"]),
        Route("/r4/{tenant}/Binary/{id}", _admitted(_binary), methods=["GET"]),
        Route("/r4/{tenant}/{type}", _admitted(_search), methods=["GET"]),
        Route("/r4/{tenant}/{type}/{id}", _admitted(_read), methods=["GET"]),
        Route("/r4/{tenant}/{rest:path}", _admitted(_rest), methods=_METHODS),
        Route("/{rest:path}", _nowhere, methods=_METHODS),
    ]


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class _Numbered:
    """Gives every answer its number, twice, as Oracle's gateways do."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                made = str(uuid.uuid4())
                own = [(b"x-request-id", made.encode()), (b"opc-request-id", made.replace("-", "").upper().encode())]
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            await send(message)

        await self.app(scope, receive, numbered)


def _public(handler: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        if request.path_params["tenant"] != request.app.state.sandbox.tenant:
            return forbidden_tenant().response()
        return await handler(request)

    return handle


def _admitted(handler: Handler) -> Handler:
    """Tenant, then token; what the handler declines is answered here."""

    async def handle(request: Request) -> Response:
        try:
            _admit(request)
            return await handler(request)
        except Declined as declined:
            return declined.response()

    return handle


def _admit(request: Request) -> None:
    sandbox: Sandbox = request.app.state.sandbox
    if request.path_params["tenant"] != sandbox.tenant:
        raise forbidden_tenant()
    request.state.scopes = None
    if not sandbox.open_tier:
        authorization = request.headers.get("authorization")
        issued = sandbox.tokens.check(authorization)
        if issued is None:
            raise unauthorized("invalid_token" if authorization else None)
        request.state.scopes = issued.scopes


def _allow(request: Request, type_: str, what: str) -> None:
    """`what`: r or s. Raises Declined: 404 for no such type, 403 for a scope or a customer that says no."""
    if type_ not in RULES:
        raise not_found()
    scopes: frozenset[str] | None = request.state.scopes
    if scopes is not None and not may(scopes, type_, what):
        raise insufficient_scope()
    if type_ in request.app.state.sandbox.closed:
        raise forbidden_resource()


def _json(request: Request) -> None:
    accepted = request.headers.get("accept", "*/*")
    if not any(one.partition(";")[0].strip().lower() in JSON for one in accepted.split(",")):
        raise Declined(406)


async def _discovery(request: Request) -> Response:
    return not_found().response() if request.app.state.sandbox.open_tier else await smart_configuration(request)


async def _rest(request: Request) -> Response:
    """Everything but read and search: this app has no rights to write, and what nobody routes is not found."""
    if request.method == "GET":
        raise not_found()
    type_ = request.path_params["rest"].partition("/")[0]
    if type_ not in RULES or request.path_params["rest"].endswith("/_search"):
        raise not_found()
    raise insufficient_scope()


async def _nowhere(_request: Request) -> Response:
    return not_found().response()


async def _read(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    type_, id_ = request.path_params["type"], request.path_params["id"]
    if (type_ in RULES and "read" not in RULES[type_].interactions) or id_.startswith("$"):
        raise not_found()
    _json(request)
    _allow(request, type_, "r")
    found = search.record(sandbox, type_, id_)
    if found is None:
        raise not_found()
    _refuse_poisoned(sandbox, [found])
    changed = datetime.fromisoformat(ids.utc(found["meta"]["lastUpdated"])).replace(tzinfo=UTC)
    headers = {
        "ETag": f'W/"{found["meta"]["versionId"]}"',
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Cache-Control": "no-cache",
    }
    return Response(encoded(_absolute(found, _base(request))), 200, headers, MEDIA_TYPE)


async def _binary(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    id_ = request.path_params["id"]
    _allow(request, "Binary", "r")
    found = binary.file(sandbox, id_)
    if found is None:
        raise not_found()
    _allow(request, found.referrer, "r")
    return binary.answer(id_, found.file, request.headers.get("accept", "*/*"))


async def _search(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    type_ = request.path_params["type"]
    if "search-type" not in RULES.get(type_, RULES["Binary"]).interactions:
        raise not_found()
    _json(request)
    _allow(request, type_, "s")
    query = asked(
        type_,
        RULES[type_],
        request.query_params.multi_items(),
        tenant=sandbox.tenant,
        refuse_unknown=sandbox.refuse_unknown,
    )
    if query.provenance:
        _allow(request, "Provenance", "r")
    rows = search.found(sandbox, query)
    _refuse_poisoned(sandbox, rows)
    return Response(encoded(_bundle(request, query, rows)), media_type=MEDIA_TYPE)


def _refuse_poisoned(sandbox: Sandbox, rows: list[Resource]) -> None:
    """One broken record takes the whole search with it."""
    for number, type_ in sandbox.poisoned.items():
        chart = sandbox.charts.chart(number)
        plain = chart.plain.of(type_) if chart else ()
        if plain and any(one["resourceType"] == type_ and one["id"] == plain[0]["id"] for one in rows):
            raise missing_element(f"/f:{type_}/f:{POISONED_ELEMENT}")


def _bundle(request: Request, query: Asked, rows: list[Resource]) -> Resource:
    sandbox: Sandbox = request.app.state.sandbox
    page, links, single = _page(request, query, rows)
    bundle: Resource = {"resourceType": "Bundle", "id": str(uuid.uuid4()), "type": "searchset"}
    if single and query.rules.counted:
        bundle["total"] = len(rows)
    base = _base(request)
    bundle["link"] = [{"relation": relation, "url": url} for relation, url in links]
    entries = [_entry(one, base, "match") for one in page]
    if query.provenance:
        entries += [_entry(one, base, "include") for one in search.provenance_of(sandbox, page)]
    return {**bundle, "entry": entries} if entries else bundle


def _page(request: Request, query: Asked, rows: list[Resource]) -> tuple[list[Resource], list[tuple[str, str]], bool]:
    """The rows of this page, the links, and whether it is the only one."""
    sandbox: Sandbox = request.app.state.sandbox
    url = f"{_base(request)}/{query.type}"
    asking = urlencode(query.pairs, safe=":/|,$", quote_via=quote)
    this = f"{url}?{request.url.query}" if request.url.query else url
    rule = query.rules.page
    if rule is None or "_id" in query.values:
        return rows, [("self", this)], True
    count = min(rule.most, max(rule.least, int(query.one("_count") or rule.size)))
    made = paging.pages(rows, count)
    now, known = sandbox.clock(), paging.question(query.type, query.pairs)
    at = sandbox.cursors.page(rule.cursor, query.cursor, known, now) if query.cursor is not None else 0
    if at >= len(made):
        raise invalid("-pageContext is invalid")
    links = [("self", this)]
    for relation, direction, place in (("previous", "PREV", at - 1), ("next", "NEXT", at + 1)):
        if 0 <= place < len(made):
            cursor = quote(sandbox.cursors.make(rule.cursor, place, known, now), safe="")
            links.append(
                (relation, f"{url}?{asking}{'&' if asking else ''}-pageContext={cursor}&-pageDirection={direction}")
            )
    return made[at], links, len(made) == 1


def _entry(resource: Resource, base: str, mode: str) -> Resource:
    url = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": _absolute(resource, base), "search": {"mode": mode}}


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/r4/{request.app.state.sandbox.tenant}"


def _absolute(resource: Resource, base: str) -> Resource:
    """Attachments are named by this host."""
    match resource["resourceType"]:
        case "DocumentReference":
            content = [{**one, "attachment": _at(one["attachment"], base)} for one in resource.get("content", ())]
            return {**resource, "content": content}
        case "DiagnosticReport" if "presentedForm" in resource:
            return {**resource, "presentedForm": [_at(one, base) for one in resource["presentedForm"]]}
        case _:
            return resource


def _at(attachment: Resource, base: str) -> Resource:
    return {**attachment, "url": f"{base}/{attachment['url']}"} if "url" in attachment else attachment
