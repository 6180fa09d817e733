"""What a person with a browser sees of an answer: the same document, laid out, highlighted and linked.

Nothing on a page runs: no script, no style but the stylesheet, no form, no frame. All text is escaped by the template.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from facade.http.highlight import Piece, link, pieces, read
from facade.http.view import ENVIRONMENT, GUARDED

STYLESHEET = "/static/fhir.css"
HIGHLIGHTED_MAX = 300_000  # bytes of JSON, some 50 ms of work; more is shown plain, which costs next to nothing
TEMPLATE = ENVIRONMENT.get_template("answer.html")


class Page(Response):
    """An answer whose body is indented JSON and which goes out as a page: what only the request tells is on it too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        html = await asyncio.to_thread(_rendered, bytes(self.body), self.status_code, dict(self.headers), scope)
        kept = {name: value for name, value in self.headers.items() if name != "content-length"}
        await Response(html, self.status_code, {**kept, **GUARDED})(scope, receive, send)


def _rendered(body: bytes, status: int, headers: Mapping[str, str], scope: Scope) -> str:
    content: dict[str, Any] = read(body)
    state: Mapping[str, Any] = scope.get("state", {})
    base = state.get("base")
    small = len(body) <= HIGHLIGHTED_MAX
    return TEMPLATE.render(
        stylesheet=STYLESHEET,
        title=_title(content, status),
        status=f"{status} {HTTPStatus(status).phrase}",
        failed=status >= HTTPStatus.BAD_REQUEST,
        base=base,
        origin=_origin(base),
        request_id=state.get("request_id"),
        facts=_facts(content, headers),
        issues=_issues(content),
        unauthorized=status == HTTPStatus.UNAUTHORIZED,
        links=_links(content),
        entries=_entries(content, base),
        as_json=_as_json(scope),
        pieces=pieces(content, base) if small else (Piece("", body.decode()),),
    )


def _title(content: Mapping[str, Any], status: int) -> str:
    if status >= HTTPStatus.BAD_REQUEST:
        return HTTPStatus(status).phrase
    if isinstance(content.get("title"), str):
        return str(content["title"])
    return "/".join(str(content[key]) for key in ("resourceType", "id") if key in content)


def _facts(content: Mapping[str, Any], headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """What stands on top, as (name, value)."""
    meta = content.get("meta") or {}
    found = (
        ("type", content.get("resourceType")),
        ("kind", content.get("type") if content.get("resourceType") == "Bundle" else None),
        ("total", content.get("total")),
        ("version", meta.get("versionId")),
        ("changed", headers.get("last-modified")),
        ("try again after", headers.get("retry-after")),
        ("allowed here", headers.get("allow")),
    )
    return [(name, str(value)) for name, value in found if value is not None]


def _issues(content: Mapping[str, Any]) -> list[dict[str, str]]:
    """An OperationOutcome's issues, for people."""
    if content.get("resourceType") != "OperationOutcome":
        return []
    return [
        {
            "severity": str(issue.get("severity", "")),
            "code": str(issue.get("code", "")),
            "text": str((issue.get("details") or {}).get("text", issue.get("diagnostics", ""))),
            "where": ", ".join([*issue.get("location", ()), *issue.get("expression", ())]),
        }
        for issue in content.get("issue", ())
    ]


def _links(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A Bundle's paging links as (relation, URL), without the page itself."""
    return [
        (str(each["relation"]), url)
        for each in _bundled(content, "link")
        if each["relation"] != "self" and (url := link(each["url"], None)) is not None
    ]


def _entries(content: Mapping[str, Any], base: str | None) -> list[dict[str, str | None]]:
    """A Bundle's entries as name, URL and why each is there."""
    found: list[dict[str, str | None]] = []
    for entry in _bundled(content, "entry"):
        resource = entry.get("resource") or {}
        name = "/".join(str(resource[key]) for key in ("resourceType", "id") if key in resource)
        mode = (entry.get("search") or {}).get("mode") or (entry.get("response") or {}).get("status")
        found.append({"name": name, "url": link(entry.get("fullUrl") or name, base), "mode": mode})
    return found


def _bundled(content: Mapping[str, Any], key: str) -> Sequence[dict[str, Any]]:
    return content.get(key, ()) if content.get("resourceType") == "Bundle" else ()


def _as_json(scope: Scope) -> str | None:
    """The same address as JSON; None where it can't be followed by a link."""
    if scope["method"] not in ("GET", "HEAD"):
        return None
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, encoding="utf-8")
    kept = [pair for pair in pairs if pair[0] not in ("_format", "_pretty")]
    return f"?{urlencode([*kept, ('_format', 'json'), ('_pretty', 'true')])}"


def _origin(base: str | None) -> str | None:
    if base is None:
        return None
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}/"
