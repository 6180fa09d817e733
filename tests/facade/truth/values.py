"""Resources -> the values that a search must find them by. FHIRPath is evaluated by fhirpathpy, not by our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import fhirpathpy
from fhirpathpy.models import models

from capability import uscore
from capability.uscore.search import SearchParameter

Evaluate = Callable[[Any], list[Any]]


@cache
def _compiled(expression: str) -> Evaluate:
    return partial(fhirpathpy.compile(expression, model=models["r4"]))


def row(version: str, type_: str, code: str) -> SearchParameter:
    found = uscore.edition(version).search_parameter(type_, code)
    if found is None:
        raise LookupError(f"US Core {version} has no {type_}.{code}")
    return found


def elements(version: str, type_: str, code: str, resource: Any) -> list[Any]:
    """What the parameter looks at in the resource: of references those to what it is about."""
    parameter = row(version, type_, code)
    found = _compiled(parameter.expression)(resource)
    return [each for each in found if parameter.kind != "reference" or _about(each, parameter.targets)]


def _about(element: Any, targets: Sequence[str]) -> bool:
    type_, slash, _ = element.get("reference", "").partition("/") if isinstance(element, dict) else ("", "", "")
    return not slash or type_ in targets


def texts(kind: str, element: Any) -> list[str]:
    """Values of a query that the element matches, the plainest first; none where it holds nothing to search for."""
    return [text for text in _texts(kind, element) if text.strip() and text.isprintable()]


def _texts(kind: str, element: Any) -> Iterator[str]:
    match kind, element:
        case "token", {"coding": list(codings)}:
            for coding in codings:
                yield from _texts(kind, coding)
        case "token", {"code": str(code), **rest}:
            yield escaped(code)
            if "system" in rest:
                yield f"{escaped(str(rest['system']))}|{escaped(code)}"
        case "token", {"value": str(value), **rest}:
            yield escaped(value)
            if "system" in rest and ":" in str(rest["system"]):
                yield f"{escaped(str(rest['system']))}|{escaped(value)}"
        case "token", bool(flag):
            yield str(flag).lower()
        case "date", str(words) if not words[:1].isdigit():
            return  # a time told in words
        case "token" | "string" | "uri" | "date", str(text):
            yield escaped(text)
        case "string", dict(parts):
            for name in ("family", "given", "text", "line", "city", "state", "postalCode"):
                for each in parts.get(name, ()) if isinstance(parts.get(name), list) else [parts.get(name)]:
                    if each:
                        yield escaped(each)
        case "date", {"start": str(start)}:
            yield start
        case "reference", {"reference": str(reference)}:
            yield reference.rpartition("/")[2]
            yield reference
        case "quantity" | "number", {"value": value}:
            yield str(value)


def escaped(text: str) -> str:
    r"""`\ , | $` as they stand in a value. https://hl7.org/fhir/R4/search.html#escaping"""
    for sign in "\\,|$":
        text = text.replace(sign, "\\" + sign)
    return text


def whole(kind: str, element: Any) -> bool:
    """Whether a date is one point or day, instead of a period."""
    return not (kind == "date" and isinstance(element, dict))


def codings(element: Any) -> list[Any]:
    """Codings of a concept, of a Coding, or of a code without a system."""
    if isinstance(element, dict):
        found = element.get("coding", [element])
        return list(found)
    return []
