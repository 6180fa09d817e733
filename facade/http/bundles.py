"""What a search or an operation found, as a searchset Bundle. https://hl7.org/fhir/R4/bundle.html#searchset"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from adapters.contract import Issue
from capability.matching import GRADE
from facade.http import respond
from facade.http.inputs import Inputs
from facade.http.negotiate import Form
from facade.interactions.searchset import Entry, Searchset

Pairs = Sequence[tuple[str, str]]


def searchset(
    base: str, path: str, found: Searchset, *, applied: Pairs, ignored: Iterable[str], cursor: str | None, form: Form
) -> Response:
    """The Bundle of one page. `path` is what was asked below the base, by the pairs `applied`, some names `ignored`.

    `cursor` is the one that this page was asked with.
    """
    links = [{"relation": "self", "url": respond.address(base, path, [*applied, *_cursor(cursor)])}]
    if found.next is not None:
        url = respond.address(base, path, [*form.asked, *_cursor(found.next)])
        links.append({"relation": "next", "url": url})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if found.total is not None:
        bundle["total"] = found.total
    bundle["link"] = links
    entries = [*(_entry(base, one) for one in found.entries), *_outcome([*found.issues, *map(_ignored, ignored)])]
    if entries:
        bundle["entry"] = entries
    preferred = {"Preference-Applied": f"handling={form.handling}"} if form.handling else {}
    return respond.write(bundle, form, headers={**respond.PRIVATE, **preferred})


def of_operation(
    base: str, path: str, found: Searchset, given: Inputs, *, form: Form, cursor: str | None = None
) -> Response:
    """The same for an operation, whose in-parameters are `given`."""
    applied = [*given.applied, *form.asked]
    return searchset(base, path, found, applied=applied, ignored=given.ignored, cursor=cursor, form=form)


def _cursor(text: str | None) -> list[tuple[str, str]]:
    return [("_cursor", text)] if text else []


def _entry(base: str, one: Entry) -> dict[str, Any]:
    search: dict[str, Any] = {"mode": one.mode}
    if one.score is not None:
        search = {"extension": [{"url": GRADE, "valueCode": one.grade}], **search, "score": one.score}
    url = f"{base}/{one.resource['resourceType']}/{one.resource['id']}"
    return {"fullUrl": url, "resource": one.resource, "search": search}


def _ignored(name: str) -> Issue:
    return Issue("not-supported", f"parameter {name} is not known here and was ignored", parameter=name)


def _outcome(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    if not issues:
        return []
    told = [_issue(issue) for issue in dict.fromkeys(issues)]
    return [{"resource": {"resourceType": "OperationOutcome", "issue": told}, "search": {"mode": "outcome"}}]


def _issue(issue: Issue) -> dict[str, Any]:
    where = {"location": [f"http.{issue.parameter}"]} if issue.parameter is not None else {}
    return {"severity": issue.severity, "code": issue.code, "details": {"text": issue.text}, **where}
