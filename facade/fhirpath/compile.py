"""FHIRPath expressions as functions of a JSON node: compiled once, at start.

The usual part of the language becomes closures over plain dicts; an expression that uses anything more is evaluated by
fhirpathpy as a whole (`Expression.fallback`). Both say the same but where fhirpathpy departs from the specification:
lists are compared item by item, a boolean is no number, and a primitive and its extensions are one element. `as` over
several values keeps those that fit, on which FHIR's search parameters rely. http://hl7.org/fhirpath/N1/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facade.fhirpath.closures import RESOURCES, Beyond, Run, Test, Variables, closure, criterion, truth_of
from facade.fhirpath.fallback import Interpreted
from facade.fhirpath.functions import COMPILED, INTERPRETED
from facade.fhirpath.moments import moment
from facade.fhirpath.parse import parse
from facade.fhirpath.syntax import (
    Call,
    Date,
    FHIRPathError,
    Literal,
    Member,
    Node,
    Special,
    TypeTest,
    Variable,
    walk,
)
from facade.fhirpath.types import DATA_TYPES, PRIMITIVES, RESOURCE_TYPES, SYSTEM_TYPES
from facade.fhirpath.values import is_absent

NONE: Variables = {}
RESOLVE = "resolve() can only be asked `resolve() is <resource type>`"


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `constant`: it reads its variables only, never the node."""

    text: str
    tree: Node
    fallback: bool
    constant: bool
    run: Run
    test: Test

    def __call__(self, node: Any, variables: Variables = NONE) -> list[Any]:
        """What the expression finds from `node` on: JSON values, in order, never changed and never copied.

        A variable is a value, a list, or None (as is a missing one) for nothing. Raises EvaluationError, and with
        `fallback` whatever fhirpathpy raises.
        """
        found = self.run([node], variables)
        if any(value.__class__ is dict and is_absent(value) for value in found):
            return [value for value in found if not is_absent(value)]
        return list(found)

    def holds(self, node: Any, variables: Variables = NONE) -> bool:
        """Whether the expression is true; one that finds nothing is not."""
        return self.test(node, variables)


def compile(expression: str, *, variables: frozenset[str] = frozenset()) -> Expression:
    """The expression, ready to run. Raises FHIRPathError with the column of what is broken, unknown or undeclared."""
    tree = parse(expression)
    asked = {id(node.operand) for node in walk(tree) if isinstance(node, TypeTest)}
    for node in walk(tree):
        _check(node, variables)
        if isinstance(node, Call) and node.name == "resolve" and id(node) not in asked:
            raise FHIRPathError(RESOLVE, node.column)
    constant = all(_constant(node) for node in walk(tree))
    try:
        return Expression(expression, tree, False, constant, closure(tree), criterion(tree))
    except Beyond:
        interpreted = Interpreted(tree, variables)
        return Expression(expression, tree, True, constant, interpreted, truth_of(interpreted))


def _check(node: Node, variables: frozenset[str]) -> None:
    match node:
        case Variable(name=name) if name not in variables:
            raise FHIRPathError(f"unknown variable %{name}", node.column)
        case Literal(value=Date(text=text)) if not text.startswith("T") and moment(text) is None:
            raise FHIRPathError("no such date", node.column)
        case Member(target=None, name=name) if name in DATA_TYPES:
            raise FHIRPathError(f"{name} is a data type: start at the element itself", node.column)
        case Member(name=name, target=target) if name[:1].isupper() and not (target is None and name in RESOURCES):
            raise FHIRPathError(f"no element or resource type is named {name!r}", node.column)
        case Call(name=name, arguments=arguments):
            bounds = COMPILED.get(name) or INTERPRETED.get(name)
            if bounds is None:
                raise FHIRPathError(f"unknown or unsupported function {name}()", node.column)
            if not bounds[0] <= len(arguments) <= bounds[1]:
                raise FHIRPathError(f"{name}() does not take {len(arguments)} arguments", node.column)
        case TypeTest():
            _check_type(node)


def _check_type(node: TypeTest) -> None:
    fhir = node.type in RESOURCES or node.type in DATA_TYPES or node.type in PRIMITIVES
    known = {"FHIR": fhir, "System": node.type in SYSTEM_TYPES, None: fhir or node.type in SYSTEM_TYPES}
    if not known.get(node.namespace, False):
        raise FHIRPathError(f"unknown type {node.type!r}", node.column)
    match node.operand:
        case Call(name="resolve") if node.operator != "is" or node.type not in RESOURCE_TYPES:
            raise FHIRPathError(RESOLVE, node.column)


def _constant(node: Node) -> bool:
    match node:
        case Member() | Special() | Call(target=None) | TypeTest(operand=None):
            return False
    return True
