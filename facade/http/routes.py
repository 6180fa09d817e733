"""FHIR URL grammar -> endpoint; an endpoint is parse, interaction, respond.

[base]/metadata                          capabilities                 (no token)
[base]/.well-known/smart-configuration   SMART discovery              (no token)
[base]/[type]?...                        search-type
[base]/[type]/_search                    search-type by POST form
[base]/[type]/[id]                       read; of Binary the bytes themselves, or the resource
[base]/[type]/[id]/_history/[vid]        vread of the current version
[base]                                   batch
[base]/[type]/$[operation]               operation
[base]/[type]/[id]/$[operation]          operation on one
[base]/Patient/[id]/[type]?...           search-type within the patient's compartment, also by POST .../_search

OPTIONS of any of them needs no token.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.contract import Call
from capability.declare import BINARY
from capability.declared import DeclaredType
from capability.issues import MethodNotAllowed, NotFound
from capability.operations import DOCREF, EVERYTHING, MATCH
from facade.auth.verify import authenticate
from facade.http import discovery
from facade.http.admission import Admission
from facade.http.endpoints import batch, binary, compartment, docref, everything, patient_match, read, search
from facade.http.negotiate import form
from facade.http.rest import Endpoint, Handle, RestRequest, allow, endpoint, query_pairs
from facade.interactions.asking import Asking, Base
from facade.services import Services

SYSTEM = frozenset({"_search"})  # search of everything at once
NO_HISTORY = (
    "no history is kept here: read the resource for its current version; to see what changed, keep the ETag and ask "
    "again with If-None-Match"
)
COMPARTMENT = "Patient"  # the one that there is

OPERATIONS: dict[str, Handle] = {
    EVERYTHING.name: everything.answer,
    MATCH.name: patient_match.answer,
    DOCREF.name: docref.answer,
}


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
        request.state.base = base.url
        segments = tuple(params.get("path", "").removesuffix("/").split("/"))
        public = discovery.endpoint(segments)
        if public is not None:
            request.state.route = segments[-1]
            allow(request.method, frozenset({"GET"}))
            return public(base, self._services, request.headers, query_pairs(request.scope["query_string"]))
        if request.method == "OPTIONS":
            locate(base, segments).check(request.method)  # refused; what is allowed instead is the answer
        principal = authenticate(request.headers.get("authorization"), base.tenant, practice, self._services.tokens)
        request.state.client = principal.client
        asking = Asking(
            base,
            principal,
            _call(request),
            refuse_partial=base.tenant.refuse_partial or request.headers.get("x-facade-partial") == "refuse",
            explain=principal.debug or request.headers.get("x-facade-explain", "").lower() == "true",
        )
        try:
            with self._admission.share(base.tenant.key, principal.client):
                pairs = query_pairs(request.scope["query_string"])
                gone = partial(_gone, request)
                return await self._fhir(
                    asking, request, RestRequest(request.method, segments, pairs, request.headers, request.body, gone)
                )
        finally:
            request.state.upstream = sum(not made.cached for made in asking.call.made)

    async def _fhir(self, asking: Asking, request: Request, asked: RestRequest) -> Response:
        found = locate(asking.base, asked.path)
        if asked.method != "POST" and not found.negotiates:  # a POST's body may say the form
            form(asked.headers, asked.pairs)  # what can't be answered in a form the client takes is not begun
        request.state.route = found.route
        found.check(asked.method)
        return await found.handle(self._services, asking, asked)


def locate(base: Base, path: Sequence[str]) -> Endpoint:
    """The endpoint of an address below the base. Raises NotFound, MethodNotAllowed."""
    type_ = path[0]
    if tuple(path) == ("_history",):
        raise MethodNotAllowed(NO_HISTORY, headers={"Allow": ""})
    if len(path) == 1 and not type_:
        return endpoint("batch", partial(batch.answer, locate=locate), "POST")
    if len(path) == 1 and type_ in SYSTEM:
        raise MethodNotAllowed("this base is asked type by type, one request at a time", headers={"Allow": ""})
    declared = base.declared.get(type_)
    if declared is None:
        raise NotFound(f"this base does not serve {type_[:64]!r}; GET {base.url}/metadata lists what it serves")
    found = _of_type(declared, path) or _operation(declared, path) or _compartment(base, path)
    if found is None:
        raise NotFound(f"nothing is served at this address; GET {base.url}/metadata lists what is")
    return found


def _of_type(declared: DeclaredType, path: Sequence[str]) -> Endpoint | None:
    type_ = declared.type
    searched = "search-type" in declared.interactions
    by_get = frozenset({"GET"} if "read" in declared.interactions else ())
    one, versioned = (binary.current, binary.version) if type_ == BINARY else (read.current, read.version)
    match path:
        case [_]:
            return endpoint(f"{type_}?", search.by_query, *(["GET"] if searched else ()))
        case [_, "_search"]:
            return endpoint(f"{type_}/_search", search.by_form, *(["POST"] if searched else ()))
        case [_, "_history"] | [_, _, "_history"]:
            raise MethodNotAllowed(NO_HISTORY, headers={"Allow": ""})
        case [_, id_] if not id_.startswith("$"):
            return Endpoint(f"{type_}/:id", by_get, one, negotiates=type_ == BINARY)
        case [_, _, "_history", _]:
            return Endpoint(f"{type_}/:id/_history/:vid", by_get, versioned, negotiates=type_ == BINARY)
    return None


def _operation(declared: DeclaredType, path: Sequence[str]) -> Endpoint | None:
    if len(path) not in (2, 3) or not path[-1].startswith("$"):
        return None
    for row in declared.operations:
        if path[-1] == f"${row.name}" and row.instance is (len(path) == 3):
            route = f"{declared.type}/:id/${row.name}" if row.instance else f"{declared.type}/${row.name}"
            return endpoint(route, OPERATIONS[row.name], *(("GET", "POST") if row.by_get else ("POST",)))
    return None


def _compartment(base: Base, path: Sequence[str]) -> Endpoint | None:
    """Raises NotFound for all types at once, which is what $everything is for."""
    if path[0] != COMPARTMENT or len(path) < 3:
        return None
    if path[2] == "*":
        raise NotFound("a compartment is searched type by type; Patient/[id]/$everything gives all of it")
    declared = base.declared.get(path[2])
    if declared is None or not declared.compartment:
        return None
    route = f"{COMPARTMENT}/:id/{declared.type}"
    match path:
        case [_, _, _]:
            return endpoint(f"{route}?", compartment.by_query, "GET")
        case [_, _, _, "_search"]:
            return endpoint(f"{route}/_search", compartment.by_form, "POST")
    return None


async def _gone(request: Request) -> None:
    await request.body()
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _call(request: Request) -> Call:
    fresh = "no-cache" in request.headers.get("cache-control", "")
    return Call(request_id=request.state.request_id, deadline=request.state.deadline, fresh=fresh)
