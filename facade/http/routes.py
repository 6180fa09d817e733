"""FHIR URL grammar -> endpoint; an endpoint is parse, interaction, respond.

[base]/metadata                          capabilities                 (no token)
[base]/.well-known/smart-configuration   SMART discovery              (no token)
[base]/[type]?...                        search-type
[base]/[type]/_search                    search-type by POST form
[base]/[type]/[id]                       read
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.contract import Call
from capability.issues import Invalid, MethodNotAllowed, NotFound, UnsupportedMedia
from facade.auth.verify import authenticate
from facade.http import discovery, respond
from facade.http.admission import Admission
from facade.http.negotiate import Form, form, handling
from facade.http.params import parse_search
from facade.interactions.asking import Asking
from facade.interactions.cursors import Cursor
from facade.interactions.read import read
from facade.interactions.search import search
from facade.services import Services

FORM = "application/x-www-form-urlencoded"
MOST_PAIRS = 1_000
CONTROL = frozenset({"_format", "_pretty"})
SYSTEM = frozenset({"", "_search", "_history"})  # batch, transaction, search and history of everything at once
Pairs = list[tuple[str, str]]


class FHIR:
    """ASGI: one FHIR base, a tenant's or a practice's. What it raises becomes an OperationOutcome in the gateway."""

    def __init__(self, services: Services, admission: Admission) -> None:
        self._services = services
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        params = request.path_params
        tenant, practice = params["tenant"], params.get("practice")
        base = self._services.base(tenant, practice)
        request.state.tenant, request.state.practice = base.tenant.key, practice
        segments = tuple(params.get("path", "").removesuffix("/").split("/"))
        public = discovery.endpoint(segments)
        if public is not None:
            request.state.route = segments[-1]
            _allow(request, "GET")
            pairs = _pairs(request.scope["query_string"])
            return public(base, self._services, request.headers, pairs)
        principal = authenticate(request.headers.get("authorization"), base.tenant, practice, self._services.tokens)
        request.state.client = principal.client
        asking = Asking(base, principal, _call(request), request.headers.get("x-facade-partial") == "refuse")
        try:
            with self._admission.share(base.tenant.key, principal.client):
                return await self._fhir(asking, request, segments)
        finally:
            request.state.upstream = sum(not made.cached for made in asking.call.made)

    async def _fhir(self, asking: Asking, request: Request, segments: Sequence[str]) -> Response:
        pairs = _pairs(request.scope["query_string"])
        answer = form(request.headers, pairs)
        type_ = segments[0]
        if type_ in SYSTEM and len(segments) == 1:
            raise MethodNotAllowed("this base is asked type by type, one request at a time", headers={"Allow": ""})
        declared = asking.base.declared.get(type_)
        if declared is None:
            raise NotFound(
                f"this base does not serve {type_[:64]!r}; GET {asking.base.url}/metadata lists what it serves"
            )
        match segments:
            case [_]:
                request.state.route = f"{type_}?"
                _offered(request, "search-type" in declared.interactions, "GET")
                return await self._search(asking, request, type_, pairs, answer)
            case [_, "_search"]:
                request.state.route = f"{type_}/_search"
                _offered(request, "search-type" in declared.interactions, "POST")
                body = await _form_pairs(request)
                return await self._search(
                    asking, request, type_, [*pairs, *body], form(request.headers, [*pairs, *body])
                )
            case [_, id_] if not id_.startswith("$"):
                request.state.route = f"{type_}/:id"
                _offered(request, "read" in declared.interactions, "GET")
                _only_control(pairs)
                return respond.resource(await read(asking, type_, id_), answer)
            case [_, _, "_history", *_]:
                raise MethodNotAllowed("history and version reads are not offered here", headers={"Allow": ""})
        raise NotFound(f"nothing is served at this address; GET {asking.base.url}/metadata lists what is")

    async def _search(self, asking: Asking, request: Request, type_: str, pairs: Pairs, answer: Form) -> Response:
        base, declared = asking.base, asking.base.declared[type_]
        text, pairs = _take_cursor(pairs)
        resume: Cursor | None = None
        if text is not None:
            resume = await base.cursors.open(text, asking.binding)
            if resume.type != type_ or not {pair for pair in pairs if pair[0] not in CONTROL} <= set(resume.pairs):
                raise Invalid("a paging link is used as it was given; run the search again", parameter="_cursor")
            pairs = list(resume.pairs)
        lenient = (handling(request.headers) or ("lenient" if base.tenant.lenient else "strict")) == "lenient"
        parsed = parse_search(
            type_,
            pairs,
            parameters=declared.parameters,
            includes=declared.includes,
            revincludes=declared.revincludes,
            bases=self._services.bases(base.tenant),
            lenient=lenient,
            requires=declared.requires,
            max_count=self._services.limits.page_max,
        )
        result = await search(asking, parsed, self._services.limits, resume)
        return respond.searchset(base.url, result, parsed.applied, parsed.ignored, text, answer)


def _call(request: Request) -> Call:
    fresh = "no-cache" in request.headers.get("cache-control", "")
    return Call(request_id=request.state.request_id, deadline=request.state.deadline, fresh=fresh)


def _allow(request: Request, *methods: str) -> None:
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)
    if request.method not in allowed:
        raise MethodNotAllowed(
            f"this address takes {' or '.join(methods)}", headers={"Allow": ", ".join(sorted(allowed))}
        )


def _offered(request: Request, offered: bool, *methods: str) -> None:
    if not offered:
        raise MethodNotAllowed("this interaction is not offered for this type here", headers={"Allow": ""})
    _allow(request, *methods)


def _pairs(query: bytes) -> Pairs:
    """The pairs of a query string or form body, in order. Raises Invalid where it is not UTF-8 or has too many."""
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_PAIRS,
        )
    except UnicodeDecodeError as exc:
        raise Invalid("the query is not percent-encoded UTF-8") from exc
    except ValueError as exc:
        raise Invalid(f"the query has more than {MOST_PAIRS} parameters") from exc


async def _form_pairs(request: Request) -> Pairs:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if media != FORM and (body or media):
        raise UnsupportedMedia(f"POST _search takes a body of type {FORM}")
    return _pairs(body)


def _only_control(pairs: Pairs) -> None:
    for name, _ in pairs:
        if name not in CONTROL:
            raise Invalid("a read takes no search parameter; search for it instead", parameter=name[:64])


def _take_cursor(pairs: Pairs) -> tuple[str | None, Pairs]:
    found = [value for name, value in pairs if name == "_cursor"]
    if len(found) > 1:
        raise Invalid("a paging link is used as it was given", parameter="_cursor")
    return (found[0] if found else None), [pair for pair in pairs if pair[0] != "_cursor"]
