"""Checks of one value: against a pattern, a required binding, the types that a reference may point at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from capability.uscore.value_sets import VALUE_SETS

Check = Callable[[Any], bool]


def containing(pattern: Any) -> Check:
    """Whether a value has at least what the pattern has. https://hl7.org/fhir/R4/elementdefinition.html#pattern"""
    match pattern:
        case {"coding": [{"system": system, "code": code, **rest}]} if not rest and len(pattern) == 1:
            return lambda concept: _coded(concept.get("coding", ()), system, code)
        case Mapping():
            parts = tuple((key, containing(value)) for key, value in pattern.items())
            return lambda value: (
                isinstance(value, dict) and all(key in value and check(value[key]) for key, check in parts)
            )
        case list():
            wanted = tuple(map(containing, pattern))
            return lambda value: isinstance(value, list) and all(any(map(check, value)) for check in wanted)
        case _:
            return lambda value: bool(value == pattern)


def _coded(codings: Iterable[Mapping[str, Any]], system: str, code: str) -> bool:
    for coding in codings:
        if coding.get("code") == code and coding.get("system") == system:
            return True
    return False


def bound_to(url: str, kind: str | None) -> Check | None:
    """Whether a code, Coding or CodeableConcept is of the value set; None where the set's content isn't known."""
    value_set = VALUE_SETS[url]
    allowed, allows = value_set.codes, value_set.allows
    if not value_set.include:
        return None

    def any_of(concept: Mapping[str, Any]) -> bool:
        for coding in concept.get("coding", ()):
            if allows(coding.get("system"), coding.get("code")):
                return True
        return False

    match kind:
        case "Coding":
            return lambda coding: allows(coding.get("system"), coding.get("code"))
        case "CodeableConcept":
            return any_of
        case _:
            return allowed.__contains__ if allowed is not None else None


def referring_to(targets: tuple[str, ...]) -> Check:
    """Contained and `urn:` references don't show their type; what has none but an identifier names it in `type`."""
    relative = tuple(f"{type_}/" for type_ in targets)

    def check(reference: Mapping[str, Any]) -> bool:
        text = reference.get("reference")
        if text is None:
            return reference.get("type", targets[0]) in targets
        if text.startswith(relative) or text.startswith(("#", "urn:")):
            return True
        # an absolute one; a version may follow
        parts = text.partition("/_history/")[0].split("/")
        return len(parts) > 2 and parts[-2] in targets

    return lambda value: isinstance(value, Mapping) and check(value)
