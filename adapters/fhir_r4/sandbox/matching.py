"""What a search value means for an element, by the parameter's kind and modifier.

https://hl7.org/fhir/R4/search.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Any

from adapters.fhir_r4.sandbox import dates
from adapters.fhir_r4.sandbox.parameter import Parameter

Resource = dict[str, Any]
Test = Callable[[Resource], bool]
Of = Callable[[Any], bool]
"""A test of one element."""

_COMMA = re.compile(r"(?<!\\),")
_BAR = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([\\,|$])")
_SEEN = ("text", "family", "given", "prefix", "suffix", "line", "city", "district", "state", "postalCode", "country")
_TYPE = re.compile("[A-Z][A-Za-z]+")


def test(parameter: Parameter, modifier: str, value: str, zone: tzinfo) -> Test:
    """`name:modifier=value` as a test of resources; a comma in `value` is OR.

    ValueError: a modifier that the kind does not have, or a value that cannot be read.
    """
    if modifier == "missing":
        return _missing(parameter, value)
    holds = [_of(parameter, modifier, one, zone) for one in _COMMA.split(value)]

    def any_of(resource: Resource) -> bool:
        return any(one(element) for element in parameter.values(resource) for one in holds)

    if parameter.kind == "token" and modifier == "not":
        return lambda resource: not any_of(resource)
    return any_of


def _missing(parameter: Parameter, value: str) -> Test:
    if value not in ("true", "false"):
        raise ValueError("missing is true or false")
    wanted = value == "true"
    return lambda resource: (next(parameter.values(resource), None) is None) is wanted


def _of(parameter: Parameter, modifier: str, value: str, zone: tzinfo) -> Of:
    if not value:
        raise ValueError("an empty value")
    kind = parameter.kind
    if kind == "reference":
        return _reference(value, modifier, parameter.target)
    if kind == "token" and modifier in ("", "not", "text"):
        return _display(value) if modifier == "text" else _token(value)
    if kind == "string" and modifier in ("", "exact", "contains"):
        return _string(_plain(value), modifier)
    if kind == "date" and not modifier:
        return dates.comparison(value, zone)
    if kind == "uri" and not modifier:
        return lambda element: element == value or (isinstance(element, str) and element.partition("|")[0] == value)
    raise ValueError(f"no modifier {modifier} for a {kind}")


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def folded(text: str) -> str:
    """Without case and accents."""
    return "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))


def _texts(element: Any) -> Iterator[str]:
    if isinstance(element, str):
        yield element
    elif isinstance(element, dict):
        for name in _SEEN:
            found = element.get(name, ())
            yield from [found] if isinstance(found, str) else found


def _string(value: str, modifier: str) -> Of:
    if modifier == "exact":
        return lambda element: value in _texts(element)
    wanted = folded(value)
    if modifier == "contains":
        return lambda element: any(wanted in folded(text) for text in _texts(element))
    return lambda element: any(folded(text).startswith(wanted) for text in _texts(element))


def _codes(element: Any) -> Iterator[tuple[str | None, str | None]]:
    """(system, code) of a CodeableConcept, Coding, Identifier or ContactPoint."""
    if "coding" in element:
        for coding in element["coding"]:
            yield coding.get("system"), coding.get("code")
    elif "value" in element:
        yield element.get("system"), element["value"]
    else:
        yield element.get("system"), element.get("code")


def _token(value: str) -> Of:
    parts = [_plain(one) for one in _BAR.split(value)]
    system, code = (None, parts[0]) if len(parts) == 1 else (parts[0], parts[1])

    def holds(element: Any) -> bool:
        if isinstance(element, dict):
            return any(
                (not code or found == code) and (system is None or (where or "") == system)
                for where, found in _codes(element)
            )
        if isinstance(element, bool):
            return code == ("true" if element else "false")
        return bool(element == code)  # a code element's system is implied by its binding: any is taken for it

    return holds


def _display(value: str) -> Of:
    wanted = folded(_plain(value))

    def holds(element: Any) -> bool:
        if not isinstance(element, dict):
            return False
        shown = [
            element.get("text"),
            element.get("display"),
            *(one.get("display") for one in element.get("coding", ())),
        ]
        return any(folded(one).startswith(wanted) for one in shown if one)

    return holds


def _local(reference: str) -> tuple[str | None, str]:
    """(type, id) of `Patient/1`, whatever stands before or behind it; (None, itself) of anything else."""
    parts = reference.partition("/_history/")[0].rsplit("/", 2)
    if len(parts) > 1 and _TYPE.fullmatch(parts[-2]):
        return parts[-2], parts[-1]
    return None, reference


def _reference(value: str, modifier: str, target: str | None) -> Of:
    if modifier == "identifier":
        found = _token(value)
        return lambda element: isinstance(element, Mapping) and "identifier" in element and found(element["identifier"])
    if modifier and not _TYPE.fullmatch(modifier):
        raise ValueError(f"no modifier {modifier} for a reference")
    type_, id_ = _local(_plain(value))
    kinds = {one for one in (type_, modifier, target) if one}

    def holds(element: Any) -> bool:
        if isinstance(element, str):  # a canonical, with a version behind a bar or without
            return value in (element, element.partition("|")[0])
        where, which = _local(element.get("reference", ""))
        return which == id_ and (not kinds or kinds == {where})

    return holds
