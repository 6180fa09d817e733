"""Released -> bytes: a resource or a searchset Bundle with its links. The only writer of resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from adapters.contract import Issue
from facade.http.negotiate import Form
from facade.interactions.asking import Result
from facade.policy.release import Released
from mappings import fhirjson

PRIVATE = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}


def resource(released: Released, form: Form) -> Response:
    """A read's answer, with its version as ETag."""
    headers = {**PRIVATE, "ETag": f'W/"{released["meta"]["versionId"]}"'}
    return Response(fhirjson.dumps(released, pretty=form.pretty), 200, headers, media_type=form.media_type)


def document(content: Mapping[str, Any], form: Form) -> Response:
    """A public document of our own making: the CapabilityStatement."""
    return Response(fhirjson.dumps(content, pretty=form.pretty), 200, media_type=form.media_type)


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
        links.append({"relation": "next", "url": address(base, type_, _cursor(result.next))})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if result.total is not None:
        bundle["total"] = result.total
    bundle["link"] = links
    entries = [_entry(base, one, "match") for one in result.matches]
    entries += [_entry(base, one, "include") for one in result.included]
    entries += _outcome([*result.issues, *map(_ignored, ignored)])
    if entries:
        bundle["entry"] = entries
    return Response(fhirjson.dumps(bundle, pretty=form.pretty), 200, PRIVATE, media_type=form.media_type)


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
