"""Searches: sent, followed page by page, and judged against an evaluation of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from conformance.client import FORM, Exchange
from conformance.lines import Broken, Line
from conformance.matching import Matcher, Pairs

MOST_PAGES = 200
MOST_EMPTY = 20
OK = 200
PARTIAL = frozenset({"forbidden", "incomplete", "suppressed", "throttled", "timeout", "transient"})
"""Issue types of an outcome entry that says that an answer isn't whole."""


@dataclass
class Found:
    """A search and all its pages. `matches` are in the order they came, `included` and `outcomes` beside them."""

    type: str
    pairs: tuple[tuple[str, str], ...]
    pages: list[Exchange] = field(default_factory=list)
    matches: list[dict[str, Any]] = field(default_factory=list)
    included: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        return {str(one.get("id")) for one in self.matches}

    @property
    def first(self) -> Mapping[str, Any]:
        return self.pages[0].resource

    @property
    def partial(self) -> bool:
        """Whether an outcome entry says that something is missing: nobody can count what isn't known then."""
        return any(issue.get("code") in PARTIAL for one in self.outcomes for issue in one.get("issue", ()))

    @property
    def total(self) -> int | None:
        return self.first.get("total")

    @property
    def query(self) -> str:
        return shown(self.type, self.pairs)


def address(type_: str, pairs: Pairs) -> str:
    return f"{type_}?{urlencode(pairs)}" if pairs else type_


def shown(type_: str, pairs: Pairs) -> str:
    """A search as a message names it, values in clear."""
    return f"{type_}?" + "&".join(f"{name}={value}" for name, value in pairs)


def link(bundle: Mapping[str, Any], relation: str) -> str | None:
    return next((each.get("url") for each in bundle.get("link", ()) if each.get("relation") == relation), None)


def bundle_of(exchange: Exchange, what: str) -> dict[str, Any]:
    """The searchset that an answer holds. Raises Broken where it is none."""
    if exchange.status != OK:
        raise Broken(f"{what} is answered with status {exchange.status}{_reason(exchange)}")
    bundle = exchange.resource
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "searchset":
        raise Broken(f"{what} is not answered with a searchset Bundle")
    return bundle


def _reason(exchange: Exchange) -> str:
    issues = exchange.resource.get("issue") or [{}]
    text = issues[0].get("details", {}).get("text") or issues[0].get("diagnostics")
    return f": {text}" if text else ""


async def search(
    line: Line,
    type_: str,
    pairs: Pairs,
    *,
    headers: Mapping[str, str] | None = None,
    token: str | None = "",
    post: bool = False,
    fresh: bool = False,
) -> Found:
    """All pages of a search. Raises Broken where a page is no searchset, or where next links don't come to an end."""
    found = Found(type_, tuple(pairs))
    what = shown(type_, pairs)
    if post:
        form = {**(headers or {}), "Content-Type": FORM}
        page = await line.send("POST", f"{type_}/_search", headers=form, content=urlencode(pairs))
        what = f"POST {type_}/_search of {what}"
    else:
        page = await line.get(address(type_, pairs), headers=headers, token=token, fresh=fresh)
    await follow(line, found, page, what, token=token, fresh=fresh)
    return found


async def follow(
    line: Line, found: Found, page: Exchange, what: str, *, token: str | None = "", fresh: bool = False
) -> None:
    """Adds a first page and all that its next links lead to. Raises Broken as `search` does."""
    seen: set[str] = set()
    empty = 0
    while True:
        bundle = bundle_of(page, what)
        found.pages.append(page)
        take(found, bundle)
        following = link(bundle, "next")
        if following is None:
            return
        empty = 0 if bundle.get("entry") else empty + 1
        if following in seen or len(found.pages) >= MOST_PAGES or empty >= MOST_EMPTY:
            raise Broken(f"the next links of {what} don't come to an end ({len(found.pages)} pages followed)")
        seen.add(following)
        what = f"the next page of {found.query}"
        page = await line.get(following, token=token, fresh=fresh)


def take(found: Found, bundle: Mapping[str, Any]) -> None:
    """Sorts a page's entries. One without `search.mode` is a match where it is of the type searched for."""
    for entry in bundle.get("entry", ()):
        resource = entry["resource"]
        mode = entry.get("search", {}).get("mode")
        if mode == "outcome" or (mode is None and resource["resourceType"] == "OperationOutcome"):
            found.outcomes.append(resource)
        elif mode == "include" or (mode is None and resource["resourceType"] != found.type):
            found.included.append(resource)
        else:
            found.matches.append(resource)


def check_sound(line: Line, matcher: Matcher, found: Found, pairs: Pairs | None = None) -> None:
    """Notes each match that does not satisfy the search (or `pairs`, where those say what was meant)."""
    for one in found.matches:
        if one["resourceType"] != found.type:
            line.expect(False, f"{found.query} gives a {one['resourceType']} as a match")
        elif not matcher.verdict(one, found.pairs if pairs is None else pairs)[1]:
            line.expect(False, f"{found.query} gives {found.type}/{one.get('id')}, which does not match")


def check_complete(
    line: Line, matcher: Matcher, found: Found, pool: Iterable[Mapping[str, Any]], pairs: Pairs | None = None
) -> None:
    """Notes each resource of `pool` that satisfies the search and is not in its result."""
    ids = found.ids
    for one in pool:
        if one["id"] not in ids and matcher.verdict(one, found.pairs if pairs is None else pairs)[0]:
            line.expect(False, f"{found.query} lacks {found.type}/{one['id']}, which matches")
