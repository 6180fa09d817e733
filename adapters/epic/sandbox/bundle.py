"""A page of a search as Epic writes it. Source: Epic paging and Bundle, captures 2024 to 2026.

No id, no meta, no timestamp; a link in each entry; the outcome entry last, on every page, and only where there is
something to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from adapters.epic.sandbox.outcomes import Issue, outcome
from adapters.epic.sandbox.paging import Page

Resource = dict[str, Any]


def searchset(page: Page, base: str, included: Iterable[Resource], *, patient_context: bool, bare: bool) -> Resource:
    """`bare`: a next link without the parameters of the search."""
    session = page.session
    at = f"{base}/{session.type_}"
    query = "" if bare or not session.echo else f"{session.echo}&"
    links = [{"relation": "next", "url": f"{at}?{query}sessionID={page.next}"}] if page.next else []
    links.append({"relation": "self", "url": f"{at}?{session.echo}" if session.echo else at})
    entries = [_entry(base, one, "match") for one in page.matches]
    entries += [_entry(base, one, "include") for one in included]
    issues = list(session.issues)
    if not page.matches and not page.next and not session.start:
        issues.append(Issue("4101"))
    if patient_context:
        issues.append(Issue("4119"))
    if issues:
        entries.append({"fullUrl": f"urn:uuid:{uuid4()}", "resource": outcome(issues), "search": {"mode": "outcome"}})
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(page.matches),
        "link": links,
        "entry": entries,
    }


def count(total: int, base: str, type_: str, echo: str) -> Resource:
    """`_summary=count`: the one total that is true."""
    link = [{"relation": "self", "url": f"{base}/{type_}?{echo}"}]
    return {"resourceType": "Bundle", "type": "searchset", "total": total, "link": link}


def _entry(base: str, resource: Resource, mode: str) -> Resource:
    url = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {
        "link": [{"relation": "self", "url": url}],
        "fullUrl": url,
        "resource": resource,
        "search": {"mode": mode},
    }
