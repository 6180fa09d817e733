"""The server's searches: pages, includes, and what shapes a result."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.requests import Request

from capability.issues import Invalid
from tests.conformance.server.matching import Asked

if TYPE_CHECKING:
    from tests.conformance.server.app import Answer, Server

PAGE = 50
SHAPES = ("_sort", "_elements", "_summary", "_total", "_format", "_page")
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
MANDATORY = ("resourceType", "id", "meta")
Pairs = list[tuple[str, str]]


class Searches:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._queries = server.queries
        self._switches = server.hooks.switches

    def answer(self, request: Request, type_: str, pairs: Pairs, token: str) -> Answer:
        from tests.conformance.server.app import Answer

        for change in self._server.hooks.pairs:
            pairs = change(pairs, request.method)
        shapes = {name: value for name, value in pairs if name in SHAPES}
        filters = [pair for pair in pairs if pair[0] not in SHAPES]

        def seen(of: str) -> list[dict[str, Any]]:
            held = self._server.resources.get(of, {}).values()
            return [one for one in held if self._server.visible(one, token, "search")]

        lenient = "handling=lenient" in request.headers.get("prefer", "") or "always-lenient" in self._switches
        asked = self._queries.ask(type_, filters, seen, lenient=lenient)
        matches = asked.matches
        for narrow in self._server.hooks.found:
            matches = narrow(type_, filters, matches)
        bundle = self._bundle(type_, asked, _sorted(self, matches, shapes.get("_sort")), shapes, token)
        for change_bundle in self._server.hooks.bundle:
            change_bundle(bundle)
        return Answer(200, bundle)

    def first(self, resource: dict[str, Any], code: str) -> datetime:
        return self._queries.first(resource, code)

    def _bundle(
        self, type_: str, asked: Asked, matches: list[dict[str, Any]], shapes: dict[str, str], token: str
    ) -> dict[str, Any]:
        said = [*asked.applied, *((name, value) for name, value in shapes.items() if name not in ("_page", "_format"))]
        begin = self._opened(shapes["_page"], said) if "_page" in shapes else 0
        size = PAGE if asked.count is None else asked.count
        if shapes.get("_summary") == "count":
            size = 0
        page = matches[begin : begin + size]
        entries = [self._entry(self._shaped(one, shapes), "match") for one in page]
        entries += [self._entry(one, "include") for one in self._included(page, asked, token)]
        if asked.ignored:
            entries.append(_ignored(asked.ignored))
        address = f"{self._queries.base}/{type_}"
        links = [{"relation": "self", "url": f"{address}?{urlencode(said)}"}]
        if size and (begin + size < len(matches) or "next-forever" in self._switches):
            step = size + ("next-loses" in self._switches) - ("next-repeats" in self._switches and size > 1)
            following = urlencode([*said, ("_page", _sealed(begin + step, said))])
            links.append({"relation": "next", "url": f"{address}?{following}"})
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(matches), "link": links}
        return {**bundle, "entry": entries} if entries else bundle

    def _opened(self, text: str, said: Pairs) -> int:
        begin, _, seal = text.partition(".")
        if "tampered-accepted" in self._switches:
            return int(begin) if begin.isdigit() else 0
        if not begin.isdigit() or seal != _seal(int(begin), said):
            raise Invalid("use a paging link as it was given", parameter="_page")
        return int(begin)

    def _entry(self, resource: dict[str, Any], mode: str) -> dict[str, Any]:
        url = f"{self._queries.base}/{resource['resourceType']}/{quote(resource['id'])}"
        return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}

    def _shaped(self, resource: dict[str, Any], shapes: dict[str, str]) -> dict[str, Any]:
        kept = set(resource)
        if "_elements" in shapes:
            kept = {*MANDATORY, *shapes["_elements"].split(",")}
        elif shapes.get("_summary") == "text":
            kept = {*MANDATORY, "text"}
        elif shapes.get("_summary") in ("data", "true"):
            kept -= {"text"}
        if kept >= set(resource):
            return resource
        cut = {name: value for name, value in resource.items() if name in kept}
        tags = [] if "subsetted-missing" in self._switches else [SUBSETTED]
        return {**cut, "meta": {**cut["meta"], **({"tag": tags} if tags else {})}}

    def _included(self, page: list[dict[str, Any]], asked: Asked, token: str) -> list[dict[str, Any]]:
        names = {f"{one['resourceType']}/{one['id']}" for one in page}
        found: dict[str, dict[str, Any]] = {}
        for code in asked.includes:
            for one in page:
                for text in self._queries.pointed(one, code):
                    type_, _, id_ = text.partition("/")
                    target = self._server.resources.get(type_, {}).get(id_)
                    if target and text not in names and self._server.visible(target, token, "read"):
                        found[text] = target
        if asked.revincludes and "revinclude-dropped" not in self._switches:
            for one in self._server.resources["Provenance"].values():
                if {each["reference"] for each in one["target"]} & names:
                    found[f"Provenance/{one['id']}"] = one
        return [] if "include-dropped" in self._switches and asked.includes else list(found.values())


def _sorted(searches: Searches, matches: list[dict[str, Any]], wanted: str | None) -> list[dict[str, Any]]:
    if wanted is None:
        return matches
    code = wanted.removeprefix("-")
    return sorted(matches, key=lambda one: searches.first(one, code), reverse=wanted.startswith("-"))


def _ignored(names: tuple[str, ...]) -> dict[str, Any]:
    text = f"ignored: {', '.join(names)}"
    issue = {"severity": "warning", "code": "not-supported", "details": {"text": text}}
    return {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}


def _seal(begin: int, said: Pairs) -> str:
    return hashlib.sha256(f"{begin} {sorted(said)}".encode()).hexdigest()[:10]


def _sealed(begin: int, said: Pairs) -> str:
    return f"{begin}.{_seal(begin, said)}"
