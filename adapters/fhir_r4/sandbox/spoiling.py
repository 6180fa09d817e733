"""True answers made wrong: what a fault rule does to the body of a 200."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit


def _malformed(resource: Any) -> Any:
    """Its type and id, and of every other element a value of a kind that it never has."""
    if not isinstance(resource, dict):
        return 7
    return {name: value if name in ("resourceType", "id") else _nonsense(value) for name, value in resource.items()}


def _nonsense(value: Any) -> Any:
    match value:
        case dict():
            return 17
        case list():
            return {"oops": [1, 2]}
        case _:
            return [3]


def _document(body: bytes) -> Any:
    """None of what is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _spoil(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """The first resource of a Bundle is changed, or the one resource that was read; what is no JSON stays."""
    document = _document(body)
    if document is None:
        return body
    entries = document.get("entry", ()) if isinstance(document, dict) else ()
    if entries:
        entries[0]["resource"] = change(entries[0]["resource"])
    elif not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        document = change(document)
    return json.dumps(document).encode()


def _led_away(body: bytes) -> bytes:
    document = _document(body)
    for link in document.get("link", ()) if isinstance(document, dict) else ():
        if link["relation"] == "next":
            link["url"] = urlsplit(link["url"])._replace(scheme="https", netloc=ELSEWHERE).geturl()
    return body if document is None else json.dumps(document).encode()


ELSEWHERE = "elsewhere.example"
ALTERED: Mapping[str, Callable[[bytes], bytes]] = {
    "malformed_record": lambda body: _spoil(body, _malformed),
    "alien_record": lambda body: _spoil(body, lambda _: 7),
    "foreign_page": _led_away,
}
