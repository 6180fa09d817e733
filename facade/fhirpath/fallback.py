"""What is not compiled here is evaluated by fhirpathpy: slower by one to two orders of magnitude, but complete.

It reads only text that the strict parser has understood and rendered again: by itself it accepts broken expressions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import fhirpathpy
from fhirpathpy.engine.nodes import FP_Type, TypeInfo
from fhirpathpy.models import models

from facade.fhirpath.syntax import Call, EvaluationError, FHIRPathError, Literal, Member, Node, Quantity, render, walk
from facade.fhirpath.values import Values

R4 = models["r4"]
# a class attribute that only `is` and `as` set: without it ofType() would depend on what ran before
TypeInfo.model = R4  # type: ignore[assignment]  # declared as None, in a library that isn't fully typed

# fhirpathpy undoes the escapes of a string one after the other, so that these come out changed
GARBLED = re.compile(r"""\\[rntf'"`u]""")

OURS = frozenset({"hasValue", "resolve"})  # functions that fhirpathpy doesn't have
# fhirpathpy takes `birthDate` and `_birthDate` for two values, so the second is kept from what doesn't ask for it
LOOKS_AT_TWINS = frozenset({"children", "descendants", "extension"})


class Interpreted:
    """One expression, compiled by fhirpathpy. Errors of its evaluation pass through as they are."""

    def __init__(self, tree: Node, variables: frozenset[str]) -> None:
        for node in walk(tree):
            if isinstance(node, Call) and node.name in OURS:
                raise FHIRPathError(f"{node.name}() is not supported in an expression as rare as this", node.column)
            if isinstance(node, Literal) and isinstance(node.value, str) and GARBLED.search(node.value):
                raise FHIRPathError("this escape is not supported in an expression as rare as this", node.column)
            if isinstance(node, Literal) and isinstance(node.value, Quantity) and "'" in node.value.unit:
                raise FHIRPathError("this unit is not supported", node.column)
        self.variables = variables
        self.extensions = any(isinstance(node, Member | Call) and node.name in LOOKS_AT_TWINS for node in walk(tree))
        self.evaluate = fhirpathpy.compile(render(tree), R4)

    def __call__(self, nodes: Values, variables: Mapping[str, Any]) -> Values:
        given = {name: variables.get(name) for name in self.variables}
        found: Values = []
        for node in nodes:
            try:
                found.extend(self.evaluate(node if self.extensions else _without_twins(node), given))
            except Exception as exc:  # the library raises bare ones, with values of the resource in their text
                raise EvaluationError("an expression could not be evaluated") from exc
        return [str(value) if isinstance(value, FP_Type) else value for value in found]


def _without_twins(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_twins(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_twins(value)
        for key, value in node.items()
        if not (key[:1] == "_" and node.get(key[1:]) is not None)
    }
