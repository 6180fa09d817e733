"""The server's HTTP side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from capability.issues import (
    FHIRError,
    Invalid,
    LoginRequired,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    UnsupportedMedia,
)
from tests.conformance.chart import resources
from tests.conformance.server.matching import queries
from tests.conformance.server.searchset import Searches
from tests.conformance.server.statement import smart_configuration, statement

ORIGIN = "https://fhir.example.org"
BASE = f"{ORIGIN}/r4"
TOKEN = "sees-everything"
LIMITED = "sees-ana"
GRANULAR = {
    "narrow-1": {"Condition": ("encounter-diagnosis",), "Observation": ("laboratory", "social-history")},
    "narrow-2": {
        "Condition": ("problem-list-item", "health-concern"),
        "Observation": ("vital-signs", "survey", "sdoh"),
    },
}
FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
JSON_NAMES = frozenset({FHIR_JSON, "application/json", "text/json", "json", "*/*", "application/*"})
Pairs = list[tuple[str, str]]


@dataclass
class Answer:
    """A response before it is bytes. `body` None: no body; text is sent as it is."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Hooks:
    """Where faults come in, each a list of functions that are called in turn.

    `pairs(pairs, method)` before parameters are read; `found(type, pairs, matches)` on what matched; `bundle(bundle)`
    on a searchset; `answer(request, answer)` last of all; `statement(document)` and `chart(resources)` once, at start.
    `switches`: names that the server itself looks at.
    """

    pairs: list[Callable[[Pairs, str], Pairs]] = field(default_factory=list)
    found: list[Callable[[str, Pairs, list[dict[str, Any]]], list[dict[str, Any]]]] = field(default_factory=list)
    bundle: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    statement: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    answer: list[Callable[[Request, Answer], Answer]] = field(default_factory=list)
    chart: list[Callable[[list[dict[str, Any]]], None]] = field(default_factory=list)
    switches: set[str] = field(default_factory=set)


class Server:
    """ASGI. `version`: the edition of US Core that it follows; `types`: those served, all that there are by default."""

    def __init__(
        self, hooks: Hooks | None = None, version: str = "6.1.0", types: Collection[str] = (), origin: str = ORIGIN
    ) -> None:
        self.hooks = hooks or Hooks()
        self.origin = origin
        self.queries = queries(version, f"{origin}/r4")
        held = resources()
        for change in self.hooks.chart:
            change(held)
        self.resources: dict[str, dict[str, dict[str, Any]]] = {type_: {} for type_ in sorted(self.queries.parameters)}
        for one in held:
            one.setdefault("meta", {})["versionId"] = _version(one)
            self.resources[one["resourceType"]][one["id"]] = one
        self.resources = {
            type_: held_ for type_, held_ in self.resources.items() if held_ and (not types or type_ in types)
        }
        self.statement = statement(self.queries, self.resources, self.queries.base)
        for describe in self.hooks.statement:
            describe(self.statement)
        self._searches = Searches(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except FHIRError as exc:
            answer = Answer(exc.status, {"resourceType": "OperationOutcome", "issue": [exc.issue()]}, dict(exc.headers))
        for change in self.hooks.answer:
            answer = change(request, answer)
        await _response(request, answer)(scope, receive, send)

    def visible(self, resource: dict[str, Any], token: str, how: str) -> bool:
        """Whether a token sees a resource; `how` is search or read."""
        if token in GRANULAR and f"scopes-ignored-on-{how}" not in self.hooks.switches:
            wanted = GRANULAR[token].get(resource["resourceType"])
            codes = (
                {each["code"] for one in resource.get("category", ()) for each in one["coding"]} if wanted else set()
            )
            return wanted is None or bool(codes & set(wanted))
        if token == LIMITED and "compartment-ignored" not in self.hooks.switches:
            text = json.dumps(resource)
            return (resource["resourceType"] != "Patient" and "Patient/ben" not in text) or resource["id"] == "ana"
        return True

    async def _answer(self, request: Request) -> Answer:
        if request.method == "OPTIONS":
            return Answer(
                204,
                None,
                {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "authorization"},
            )
        path = request.url.path.removeprefix("/r4/").rstrip("/")
        if path == ".well-known/smart-configuration":
            return Answer(200, smart_configuration(self.origin), {"Content-Type": "application/json"})
        _negotiate(request)
        if path == "metadata":
            return Answer(200, self.statement)
        token = TOKEN if "token-ignored" in self.hooks.switches else _token(request)
        if path in ("", "/r4") and request.method == "POST":
            return self._batch(await request.json(), token)
        type_, *rest = path.split("/")
        if type_ not in self.resources:
            raise NotFound("this server does not serve that")
        return await self._typed(request, type_, rest, token)

    async def _typed(self, request: Request, type_: str, rest: list[str], token: str) -> Answer:
        pairs = _pairs(request.url.query)
        searched = type_ != "Provenance"
        match rest:
            case [] if request.method in ("GET", "HEAD") and searched:
                return self._searches.answer(request, type_, pairs, token)
            case ["_search"] if request.method == "POST" and searched:
                if request.headers.get("content-type", "").partition(";")[0] != FORM:
                    raise UnsupportedMedia("a search takes a form")
                return self._searches.answer(request, type_, [*pairs, *_pairs((await request.body()).decode())], token)
            case [id_] if request.method in ("GET", "HEAD") and id_ != "_search":
                return self._read(request, type_, id_, token)
            case [id_, "_history", version] if request.method in ("GET", "HEAD"):
                answer = self._read(request, type_, id_, token)
                current = self.resources[type_][id_]["meta"]["versionId"] == version
                if not current and "vread-any" not in self.hooks.switches:
                    raise NotFound("no such version")
                return answer
        raise MethodNotAllowed("not offered here", headers={"Allow": "GET"})

    def _batch(self, bundle: dict[str, Any], token: str) -> Answer:
        if bundle["type"] != "batch":
            raise Invalid("only batches are taken")
        return Answer(
            200, {"resourceType": "Bundle", "type": "batch-response", "entry": [*self._answered(bundle, token)]}
        )

    def _answered(self, bundle: dict[str, Any], token: str) -> Iterator[dict[str, Any]]:
        for entry in bundle["entry"]:
            path, _, query = entry["request"]["url"].partition("?")
            request = Request(
                {"type": "http", "method": "GET", "headers": [], "path": path, "query_string": query.encode()}
            )
            type_, _, id_ = path.partition("/")
            try:
                one = (
                    self._read(request, type_, id_, token)
                    if id_
                    else self._searches.answer(request, type_, _pairs(query), token)
                )
                yield {"resource": one.body, "response": {"status": str(one.status)}}
            except FHIRError as exc:
                yield {"response": {"status": str(exc.status), "outcome": {"resourceType": "OperationOutcome"}}}

    def _read(self, request: Request, type_: str, id_: str, token: str) -> Answer:
        one = self.resources[type_].get(id_)
        if one is None or not self.visible(one, token, "read"):
            raise NotFound("no such resource")
        tag = f'W/"{one["meta"]["versionId"]}"'
        if request.headers.get("if-none-match") == tag and "condition-ignored" not in self.hooks.switches:
            return Answer(304, None, {"ETag": tag})
        return Answer(200, one, {"ETag": tag})


def _version(resource: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()[:12]


def _pairs(text: str) -> Pairs:
    return parse_qsl(text, keep_blank_values=True)


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        raise LoginRequired("send a token", headers={"WWW-Authenticate": "Bearer"})
    if scheme.lower() != "bearer" or token not in (TOKEN, LIMITED, *GRANULAR):
        raise LoginRequired("this token is not known", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return token


def _negotiate(request: Request) -> None:
    wanted = dict(_pairs(request.url.query)).get("_format")
    names = (
        [wanted]
        if wanted
        else [each.partition(";")[0].strip() for each in request.headers.get("accept", "*/*").split(",")]
    )
    if not JSON_NAMES & set(names):
        raise NotAcceptable("only JSON is offered")


def _response(request: Request, answer: Answer) -> Response:
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body, ensure_ascii=False)
    headers = {"Content-Type": FHIR_JSON, "Access-Control-Allow-Origin": "*", **answer.headers}
    headers = {name: value for name, value in headers.items() if value}
    empty = answer.body is None or request.method == "HEAD"
    return Response(b"" if empty else text.encode(), answer.status, headers)
