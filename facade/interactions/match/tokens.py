"""Token parameters against code, string, boolean, Coding, CodeableConcept, Identifier and ContactPoint.

Codes and identifier values are compared exactly, case included. A code whose element implies a system
(`systems.IMPLIED`) has that system: `|female` does not find it, `<its system>|female` does.
https://hl7.org/fhir/R4/search.html#token
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from adapters.query import StringValue, TokenValue, TypedValue
from facade.interactions.match.strings import fold
from facade.interactions.match.systems import BOOLEAN

CONTACT_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
"""https://hl7.org/fhir/R4/valueset-contact-point-system.html: not a namespace, so a ContactPoint has no system here."""


def token_test(values: Iterable[TokenValue], implied: str | None) -> Callable[[Any], bool]:
    """Whether one raw element value satisfies any of `values`; `implied` is the system of a bare code."""
    anywhere: set[str] = set()  # code
    exact: set[tuple[str | None, str]] = set()  # system|code, |code
    whole: set[str] = set()  # system|
    for value in values:
        if value.code is None:
            whole.add(value.system or "")
        elif value.system is None:
            anywhere.add(value.code)
        else:
            exact.add((value.system or None, value.code))

    def test(raw: Any) -> bool:
        return any(
            code in anywhere or (system, code) in exact or (system is not None and system in whole)
            for system, code in codes(raw, implied)
        )

    return test


def text_test(values: Iterable[StringValue]) -> Callable[[Any], bool]:
    """`:text`: whether a text beside the code (of the concept, the coding, the identifier's type) begins so."""
    wanted = tuple(text for text in (fold(value.text) for value in values) if text)

    def test(raw: Any) -> bool:
        return any(fold(text).startswith(wanted) for text in _beside(raw))

    return test


def typed_test(values: Iterable[TypedValue]) -> Callable[[Any], bool]:
    """`:of-type`: whether an Identifier has the value and a type with the system and code."""
    wanted = frozenset((value.system, value.code, value.value) for value in values)

    def test(raw: Any) -> bool:
        if not isinstance(raw, dict):
            return False
        value = _text(raw, "value")
        return any((system, code, value) in wanted for system, code in codes(raw.get("type"), None))

    return test


def _beside(raw: Any) -> Iterator[str]:
    """Texts that stand beside the codes of a value."""
    match raw:
        case {"coding": _} | {"text": _}:
            found = [raw.get("text"), *(coding.get("display") for coding in raw.get("coding", ()))]
        case {"type": {} as kind}:
            found = [*_beside(kind)]
        case dict():
            found = [raw.get("display")]
        case _:
            return
    yield from (text for text in found if isinstance(text, str))


def codes(raw: Any, implied: str | None) -> Iterator[tuple[str | None, str | None]]:
    """(system, code) of a value; a Coding without a code still has its system."""
    match raw:
        case bool():
            yield BOOLEAN, "true" if raw else "false"
        case str():
            yield implied, raw
        case {"coding": list(codings)}:
            for coding in codings:
                yield _text(coding, "system"), _text(coding, "code")
        case {"value": str(value), "system": system} if system in CONTACT_SYSTEMS:
            yield None, value
        case {"value": str(value)}:
            yield _text(raw, "system"), value
        case {"code": _} | {"system": _}:
            yield _text(raw, "system"), _text(raw, "code")


def _text(raw: Any, name: str) -> str | None:
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, str) and value else None
