"""FHIR's XML, written from FHIR's JSON without a schema: what Epic answers to whoever doesn't ask for JSON.

https://hl7.org/fhir/R4/xml.html and json.html. Elements keep the order of the JSON. What needs no schema is enough: an
element's id and an extension's url are attributes, a `div` is XHTML as it is, a resource inside stands in an element
of its type's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import zip_longest
from typing import Any

_BREAKS = {13: "&#13;", 10: "&#10;", 9: "&#9;"}


def written(resource: Mapping[str, Any]) -> bytes:
    """`resource` as an XML document in UTF-8."""
    text = "".join(_resource(resource, ' xmlns="http://hl7.org/fhir"'))
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _resource(resource: Mapping[str, Any], attributes: str = "") -> Iterator[str]:
    name = resource["resourceType"]
    yield f"<{name}{attributes}>"
    for key, value in resource.items():
        if key == "id":
            yield from _primitive("id", value, None)
        elif key != "resourceType":
            yield from _elements(key, value, resource.get(f"_{key}"))
    yield f"</{name}>"


def _elements(key: str, value: Any, beside: Any) -> Iterator[str]:
    """`beside` is the `_key` of a primitive: its id and extensions."""
    if key.startswith("_"):
        return
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield from _element(key, value, beside)
        return
    for one, other in zip_longest(value, beside or ()):
        yield from _element(key, one, other)


def _element(key: str, value: Any, beside: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield value if key == "div" else "".join(_primitive(key, value, beside))
    elif "resourceType" in value:
        yield f"<{key}>"
        yield from _resource(value)
        yield f"</{key}>"
    else:
        yield f"<{key}{_attribute('id', value.get('id'))}{_attribute('url', _url(key, value))}>"
        for inner, each in value.items():
            if inner != "id" and not (inner == "url" and _url(key, value)):
                yield from _elements(inner, each, value.get(f"_{inner}"))
        yield f"</{key}>"


def _url(key: str, value: Mapping[str, Any]) -> Any:
    return value.get("url") if key in ("extension", "modifierExtension") else None


def _primitive(key: str, value: Any, beside: Any) -> Iterator[str]:
    yield f"<{key}{_attribute('id', (beside or {}).get('id'))}{_attribute('value', value)}"
    if beside and "extension" in beside:
        yield ">"
        yield from _elements("extension", beside["extension"], None)
        yield f"</{key}>"
    else:
        yield "/>"


def _attribute(name: str, value: Any) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f' {name}="{escape(text).translate(_BREAKS)}"'
