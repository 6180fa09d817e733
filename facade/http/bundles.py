"""What an operation found, as a searchset Bundle. https://hl7.org/fhir/R4/bundle.html#searchset"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from adapters.contract import Issue
from capability.matching import GRADE
from facade.http import respond
from facade.http.inputs import Inputs
from facade.http.negotiate import Form
from facade.interactions.searchset import Entry, Searchset


def searchset(base: str, path: str, found: Searchset, given: Inputs, cursor: str | None, form: Form) -> Response:
    """`path` is the operation's below the base; `cursor` the one that this page was asked with."""
    own = [*given.applied, *form.asked, *([("_cursor", cursor)] if cursor else ())]
    links = [{"relation": "self", "url": respond.address(base, path, own)}]
    if found.next is not None:
        links.append({"relation": "next", "url": respond.address(base, path, [*form.asked, ("_cursor", found.next)])})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if found.total is not None:
        bundle["total"] = found.total
    bundle["link"] = links
    ignored = (Issue("not-supported", f"parameter {name} is not known here and was ignored") for name in given.ignored)
    entries = [*(_entry(base, one) for one in found.entries), *_outcome([*found.issues, *ignored])]
    if entries:
        bundle["entry"] = entries
    preferred = {"Preference-Applied": f"handling={form.handling}"} if form.handling else {}
    return respond.write(bundle, form, headers={**respond.PRIVATE, **preferred})


def _entry(base: str, one: Entry) -> dict[str, Any]:
    search: dict[str, Any] = {"mode": one.mode}
    if one.score is not None:
        search = {"extension": [{"url": GRADE, "valueCode": one.grade}], **search, "score": one.score}
    url = f"{base}/{one.resource['resourceType']}/{one.resource['id']}"
    return {"fullUrl": url, "resource": one.resource, "search": search}


def _outcome(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    told = [
        {"severity": issue.severity, "code": issue.code, "details": {"text": issue.text}}
        for issue in dict.fromkeys(issues)
    ]
    resource = {"resourceType": "OperationOutcome", "issue": told}
    return [{"resource": resource, "search": {"mode": "outcome"}}] if told else []
