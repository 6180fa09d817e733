"""What is answered -> bytes: a resource, a searchset Bundle with its links, an OperationOutcome.

`write` is the only writer of FHIR: in what form a client gets its answer is decided there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from adapters.contract import Issue
from facade.http import preconditions
from facade.http.negotiate import Form
from facade.http.page import Page
from facade.interactions.asking import Result
from facade.policy.release import Released
from mappings import fhirjson

VARY = "Accept"
PRIVATE = {"Cache-Control": "no-store", "Vary": f"{VARY}, Authorization"}


def write(
    content: Mapping[str, Any], form: Form, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The response with this resource as its body, in the form that the client takes."""
    kind = Page if form.html else Response
    body = fhirjson.dumps(content, pretty=form.pretty or form.html)
    return kind(body, status, {"Vary": VARY, **(headers or {})}, media_type=form.media_type)


def resource(released: Released, form: Form, asked: Mapping[str, str] | None = None) -> Response:
    """A read's answer, with its version as ETag; 304 where by the headers `asked` the client has it already.

    Raises PreconditionFailed.
    """
    modified = preconditions.last_modified(released)
    headers = {**PRIVATE, "ETag": f'W/"{released["meta"]["versionId"]}"'}
    if modified is not None:
        headers["Last-Modified"] = preconditions.http_date(modified)
    if preconditions.unchanged(asked or {}, released["meta"]["versionId"], modified):
        return _not_modified(headers)
    return write(released, form, headers=headers)


def document(content: Mapping[str, Any], form: Form, asked: Mapping[str, str] | None = None) -> Response:
    """A public document of our own making, such as the CapabilityStatement; 304 as for a resource."""
    version = blake2b(fhirjson.dumps(content), digest_size=9).hexdigest()
    headers = {"Cache-Control": "no-cache", "Vary": VARY, "ETag": f'W/"{version}"'}
    if preconditions.unchanged(asked or {}, version, None):
        return _not_modified(headers)
    return write(content, form, headers=headers)


def _not_modified(headers: Mapping[str, str]) -> Response:
    return Response(None, 304, {**headers, "Vary": f"{headers['Vary']}, Accept-Encoding"})


def searchset(
    base: str,
    result: Result,
    applied: Sequence[tuple[str, str]],
    ignored: Sequence[str],
    cursor: str | None,
    form: Form,
) -> Response:
    """The searchset Bundle of one page; `cursor` is the one that this page was asked with."""
    type_ = result.query.type
    links = [{"relation": "self", "url": address(base, type_, [*applied, *_cursor(cursor)])}]
    if result.next is not None:
        links.append({"relation": "next", "url": address(base, type_, [*form.asked, *_cursor(result.next)])})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if result.total is not None:
        bundle["total"] = result.total
    bundle["link"] = links
    entries = [_entry(base, one, "match") for one in result.matches]
    entries += [_entry(base, one, "include") for one in result.included]
    entries += _outcome([*result.issues, *map(_ignored, ignored)])
    if entries:
        bundle["entry"] = entries
    preferred = {"Preference-Applied": f"handling={form.handling}"} if form.handling else {}
    return write(bundle, form, headers={**PRIVATE, **preferred})


def address(base: str, type_: str, pairs: Sequence[tuple[str, str]]) -> str:
    """`[base]/[type]?...` with the pairs in order, percent-encoded."""
    query = urlencode(pairs, quote_via=quote, safe="/:|,$.")
    return f"{base}/{type_}{'?' + query if query else ''}"


def _cursor(text: str | None) -> list[tuple[str, str]]:
    return [("_cursor", text)] if text else []


def _entry(base: str, released: Released, mode: str) -> dict[str, Any]:
    url = f"{base}/{released['resourceType']}/{released['id']}"
    return {"fullUrl": url, "resource": released, "search": {"mode": mode}}


def _ignored(name: str) -> Issue:
    return Issue("not-supported", f"parameter {name} is not known here and was ignored", parameter=name)


def _outcome(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    if not issues:
        return []
    found = [_issue(issue) for issue in dict.fromkeys(issues)]
    return [{"resource": {"resourceType": "OperationOutcome", "issue": found}, "search": {"mode": "outcome"}}]


def _issue(issue: Issue) -> dict[str, Any]:
    where = {"location": [f"http.{issue.parameter}"]} if issue.parameter is not None else {}
    return {"severity": issue.severity, "code": issue.code, "details": {"text": issue.text}, **where}
