"""Faults of HTTP: reads, statuses, headers, tokens, discovery, the statement against what is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from tests.conformance.faults import fault, switch
from tests.conformance.server import Answer, Hooks

Change = Callable[[Request, Answer], Answer]
CLINICAL = ("Observation",)
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}


def answering(change: Callable[[Request, Answer], object]) -> Callable[[Hooks], None]:
    """A fault of the answer: `change` alters it, or gives another."""

    def altered(request: Request, answer: Answer) -> Answer:
        found = change(request, answer)
        return found if isinstance(found, Answer) else answer

    return lambda hooks: hooks.answer.append(altered)


def _path(request: Request) -> str:
    return request.url.path.removeprefix("/r4/")


def _is_read(request: Request, answer: Answer) -> bool:
    parts = _path(request).split("/")
    return request.method == "GET" and answer.status == 200 and len(parts) == 2 and not parts[0].startswith(".")


def _status(of: int, to: int) -> Callable[[Hooks], None]:
    return answering(lambda request, answer: Answer(to, answer.body, answer.headers) if answer.status == of else None)


# --- reads ---------------------------------------------------------------------------------------------------------

fault("read-another", "a read gives a resource of another id", "read")(
    answering(
        lambda q, a: (
            Answer(200, {**a.body, "id": "another"}, a.headers)
            if _is_read(q, a) and _path(q).startswith("Condition/")
            else None
        )
    )
)
fault("read-differs", "a read lacks what a search gives", "read")(
    answering(
        lambda q, a: (
            Answer(200, {k: v for k, v in a.body.items() if k != "code"}, a.headers) if _is_read(q, a) else None
        )
    )
)
fault("etag-missing", "a read has no ETag", "read")(answering(lambda q, a: a.headers.pop("ETag", None)))
fault("etag-strong", "the ETag is not weak", "read")(
    answering(lambda q, a: a.headers.update(ETag=a.headers["ETag"].removeprefix("W/")) if "ETag" in a.headers else None)
)
switch("condition-ignored", "If-None-Match is overlooked", "read")
switch("vread-any", "any version id gives the current version", "read")
fault("head-refused", "HEAD is refused", "read")(
    answering(lambda q, a: Answer(405, None) if q.method == "HEAD" else None)
)
fault("accept-json-refused", "application/json is not understood", "read")(
    answering(lambda q, a: Answer(406, OUTCOME) if q.headers.get("accept") == "application/json" else None)
)
fault("content-type-json", "FHIR comes as application/json", "read", "statement")(
    answering(lambda q, a: a.headers.update({"Content-Type": "application/json"}))
)

# --- errors --------------------------------------------------------------------------------------------------------

HTML = {"Content-Type": "text/html"}
fault("errors-as-html", "errors are HTML", "errors", "token")(
    answering(lambda q, a: Answer(a.status, "<h1>Error</h1>", {**a.headers, **HTML}) if a.status >= 400 else None)
)
fault("not-found-as-200", "an unknown id is 200", "errors")(_status(404, 200))
fault("not-found-as-400", "an unknown id is 400", "errors")(_status(404, 400))
fault("writes-accepted", "a write that isn't listed is accepted", "errors")(_status(405, 200))
fault("not-allowed-as-404", "a write that isn't listed is 404", "errors")(_status(405, 404))
fault("any-format", "XML is asked for and JSON comes", "errors")(_status(406, 200))
fault("any-body", "a search's body may be anything", "errors")(_status(415, 200))
fault("errors-as-500", "a bad parameter is 500", "parameters")(_status(400, 500))
fault("outcome-without-issue", "an OperationOutcome has no issue", "errors")(
    answering(lambda q, a: a.body.pop("issue") if a.status >= 400 and isinstance(a.body, dict) else None)
)

# --- tokens --------------------------------------------------------------------------------------------------------

fault("challenge-missing", "401 has no WWW-Authenticate", "token")(
    answering(lambda q, a: a.headers.pop("WWW-Authenticate", None))
)
fault("unauthorized-as-403", "no token is 403", "token")(_status(401, 403))
switch("token-ignored", "everything is served without a token", "token")
switch("scopes-ignored-on-search", "granular scopes don't narrow searches", "granular-scopes", types=CLINICAL)
switch("scopes-ignored-on-read", "granular scopes don't narrow reads", "granular-scopes", types=CLINICAL)
switch("compartment-ignored", "a token of one patient sees another", "one-patient")


@fault(
    "scopes-refuse-too-much",
    "a granular scope excludes what has another category too",
    "granular-scopes",
    types=CLINICAL,
)
def _narrower(hooks: Hooks) -> None:
    def change(request: Request, answer: Answer) -> Answer:
        narrow = "narrow" in request.headers.get("authorization", "")
        several = narrow and _is_read(request, answer) and len(answer.body.get("category", ())) > 1
        return Answer(403, OUTCOME) if several else answer

    hooks.answer.append(change)


# --- discovery -----------------------------------------------------------------------------------------------------


def _smart(change: Callable[[Answer], object]) -> Callable[[Hooks], None]:
    return answering(lambda q, a: change(a) if "smart-configuration" in q.url.path else None)


fault("smart-missing", "there is no SMART configuration", "smart")(_smart(lambda a: Answer(404, OUTCOME)))
fault("smart-as-fhir", "the SMART configuration has FHIR's content type", "smart")(
    _smart(lambda a: a.headers.update({"Content-Type": "application/fhir+json"}))
)
fault("pkce-plain", "PKCE may be plain", "smart")(
    _smart(lambda a: Answer(200, {**a.body, "code_challenge_methods_supported": ["S256", "plain"]}, a.headers))
)
fault("endpoint-relative", "the token endpoint is relative", "smart")(
    _smart(lambda a: Answer(200, {**a.body, "token_endpoint": "/auth/token"}, a.headers))
)
fault("cors-missing", "no CORS headers", "smart")(
    answering(lambda q, a: a.headers.update({"Access-Control-Allow-Origin": ""}))
)
fault("preflight-needs-token", "a preflight is 401", "smart")(
    answering(lambda q, a: Answer(401, OUTCOME) if q.method == "OPTIONS" else None)
)

# --- the statement -------------------------------------------------------------------------------------------------


def _stated(change: Callable[[dict[str, Any]], object]) -> Callable[[Hooks], None]:
    return lambda hooks: hooks.statement.append(lambda document: (change(document), None)[1])


def _type(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["rest"][0]["resource"] if each["type"] == name)
    return found


fault("statement-needs-token", "the statement is not public", "statement")(
    answering(
        lambda q, a: Answer(401, OUTCOME) if _path(q) == "metadata" and "authorization" not in q.headers else None
    )
)
fault("statement-of-r5", "the statement says FHIR 5", "statement")(_stated(lambda d: d.update(fhirVersion="5.0.0")))
fault("format-without-json", "the statement's format lacks JSON", "statement")(
    _stated(lambda d: d.update(format=["xml"]))
)
fault("instantiates-nothing", "the statement does not instantiate US Core's", "statement")(
    _stated(lambda d: d.pop("instantiates"))
)
fault("profile-not-listed", "a profile that is served is not listed", "statement")(
    _stated(lambda d: _type(d, "Encounter").pop("supportedProfile"))
)
fault("parameter-not-listed", "a parameter that US Core demands is not listed", "statement")(
    _stated(
        lambda d: _type(d, "Patient").update(
            searchParam=[each for each in _type(d, "Patient")["searchParam"] if each["name"] != "name"]
        )
    )
)
fault("parameter-of-wrong-type", "a parameter is listed with another type", "statement")(
    _stated(lambda d: next(iter(_type(d, "Condition")["searchParam"])).update(type="quantity"))
)
fault("include-listed-not-served", "an include is listed and refused", "include")(
    _stated(lambda d: _type(d, "Patient").update(searchInclude=["Patient:general-practitioner"]))
)


@fault("search-listed-not-served", "a search that is listed is refused", "search")
def _listed(hooks: Hooks) -> None:
    hooks.answer.append(
        lambda q, a: Answer(400, OUTCOME) if "clinical-status=" in q.url.query and a.status == 200 else a
    )


fault("read-listed-not-served", "a read that is listed is refused", "references")(
    answering(lambda q, a: Answer(405, OUTCOME) if _path(q).startswith("Practitioner/") and q.method == "GET" else None)
)
fault("body-not-json", "a search's answer breaks off", "search")(
    answering(
        lambda q, a: (
            Answer(200, json.dumps(a.body)[:80], a.headers)
            if _path(q) == "Condition" and a.status == 200 and "code=" in q.url.query
            else None
        )
    )
)


# --- batches -------------------------------------------------------------------------------------------------------


def _batched(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[Hooks], None]:
    def altered(request: Request, answer: Answer) -> object:
        if not isinstance(answer.body, dict) or answer.body.get("type") != "batch-response":
            return None
        return Answer(200, {**answer.body, "entry": change(answer.body["entry"])}, answer.headers)

    return answering(altered)


fault("batch-entry-dropped", "a batch leaves out what failed", "batch")(
    _batched(lambda entries: [each for each in entries if each["response"]["status"] == "200"])
)
fault("batch-out-of-order", "a batch is answered in another order", "batch")(_batched(lambda entries: entries[::-1]))
