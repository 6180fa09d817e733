"""The common part of FHIRPath as closures: from `$this`, as a list, and the variables to what is found.

Anything else raises Beyond while it is compiled; nothing is left to find out at run time but the values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from facade.fhirpath import steps
from facade.fhirpath.functions import PLAIN, TEXTS, text
from facade.fhirpath.moments import moment
from facade.fhirpath.syntax import (
    Binary,
    Call,
    Date,
    FHIRPathError,
    Index,
    Literal,
    Member,
    Node,
    Quantity,
    Sign,
    Special,
    TypeTest,
    Variable,
    walk,
)
from facade.fhirpath.types import ABSTRACT_RESOURCES, PRIMITIVES, RESOURCE_TYPES
from facade.fhirpath.values import (
    Values,
    boolean,
    compare,
    compare_date,
    compare_quantity,
    contains,
    distinct,
    equal,
    logic,
    single,
)

Variables = Mapping[str, Any]
Run = Callable[[Values, Variables], Values]
Test = Callable[[Any, Variables], bool]

RESOURCES = RESOURCE_TYPES | ABSTRACT_RESOURCES
SAME_ELEMENTS = frozenset({"where", "first", "last", "tail", "skip", "take", "single", "distinct"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Beyond(Exception):
    """Well formed, but not in the part of FHIRPath that is compiled here."""


def closure(node: Node) -> Run:
    """The function that `node` means. Raises Beyond, or FHIRPathError for a broken regular expression."""
    match node:
        case Literal(value=value):
            if isinstance(value, Date | Quantity):
                raise Beyond
            return _always(value)
        case Variable(name=name):
            return lambda this, variables: _given(variables.get(name))
        case Special(name="$this"):
            return _this
        case Sign(sign=sign, operand=Literal(value=number)):
            return _always(_signed(sign, number))
        case Member():
            return _member(node)
        case Call():
            return _call(node)
        case Index(target=target, index=Literal(value=int(at))):
            collection = closure(target)
            return lambda this, variables: collection(this, variables)[at : at + 1]
        case Binary():
            return _binary(node)
        case TypeTest():
            return _type_test(node)
    raise Beyond


def _this(this: Values, variables: Variables) -> Values:
    return this


def _always(value: Any) -> Run:
    values = [] if value is None else [value]
    return lambda this, variables: values


def _given(value: Any) -> Values:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _signed(sign: str, number: Any) -> int | Decimal:
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise Beyond
    return -number if sign == "-" else number


def _or_this(node: Node | None) -> Run:
    return _this if node is None else closure(node)


def _then(target: Run, step: steps.Step) -> Run:
    if target is _this:
        return lambda this, variables: step(this)
    return lambda this, variables: step(target(this, variables))


def _member(node: Member) -> Run:
    if node.target is None and node.name in RESOURCES:
        return _then(_this, steps.resources(node.name))
    if node.name == "extension":
        return _extension(node.target)
    return _then(_or_this(node.target), steps.member(node.name))


def _extension(target: Node | None) -> Run:
    if isinstance(target, Member) and not (target.target is None and target.name in RESOURCES):
        return _then(_or_this(target.target), steps.extensions(target.name))
    if target is not None and not _complex(target):
        raise Beyond  # a primitive's extensions are lost to what sees only its value
    return _then(_or_this(target), steps.member("extension"))


def _complex(node: Node) -> bool:
    """Whether what `node` finds is surely not primitive, as far as its text tells."""
    match node:
        case Member(target=None, name=name) if name in RESOURCES:
            return True
        case Member(name=name):
            return name == "extension"
        case Call(target=target, name=name) if target is not None:
            return name == "extension" or (name in SAME_ELEMENTS and _complex(target))
        case Index(target=target):
            return _complex(target)
        case TypeTest(operator="as" | "ofType", type=type_):
            return type_ not in PRIMITIVES
    return False


def _call(node: Call) -> Run:
    name = node.name
    if name == "extension":
        return _extension_of(node)
    target = _or_this(node.target)
    if name in ("where", "all", "select") or (name == "exists" and node.arguments):
        return _over_each(node, target)
    if name in PLAIN:
        return _then(target, PLAIN[name])
    match name, node.arguments:
        case ("matches", (Literal(value=str(pattern)),)):
            return _matches(target, pattern, node.column)
        case (("startsWith" | "endsWith" | "contains"), (part,)):
            return _with_text(target, name, closure(part))
        case ("skip", (Literal(value=int(number)),)):
            return _then(target, lambda values: values[number:])
        case ("take", (Literal(value=int(number)),)):
            return _then(target, lambda values: values[:number])
    raise Beyond


def _extension_of(node: Call) -> Run:
    found = _extension(node.target)
    url = closure(node.arguments[0])

    def run(this: Values, variables: Variables) -> Values:
        wanted = text(url(this, variables), "extension()")
        return [each for each in found(this, variables) if each.get("url") == wanted]

    return run


def _over_each(node: Call, target: Run) -> Run:
    (argument,) = node.arguments
    if node.target is not None and not _complex(node.target) and _asks_own_extension(argument):
        raise Beyond
    if node.name == "select":
        chosen = closure(argument)
        return lambda this, variables: [
            found for item in target(this, variables) for found in chosen([item], variables)
        ]
    test = criterion(argument)
    match node.name:
        case "where":
            return lambda this, variables: [item for item in target(this, variables) if test(item, variables)]
        case "all":
            return lambda this, variables: [all(test(item, variables) for item in target(this, variables))]
    return lambda this, variables: [any(test(item, variables) for item in target(this, variables))]


def _asks_own_extension(argument: Node) -> bool:
    return any(
        isinstance(part, Member | Call) and part.name == "extension" and part.target in (None, Special("$this"))
        for part in walk(argument)
    )


def criterion(node: Node) -> Test:
    """Whether a condition is true for one item: of an unknown truth, not."""
    match node:
        case Binary(operator="and", left=left, right=right):
            one, other = criterion(left), criterion(right)
            return lambda item, variables: one(item, variables) and other(item, variables)
        case Binary(operator="or", left=left, right=right):
            one, other = criterion(left), criterion(right)
            return lambda item, variables: one(item, variables) or other(item, variables)
        case Binary(operator="=", left=Member(target=None, name=name), right=Literal(value=str(wanted))):
            if name not in RESOURCES:
                return _names(name, wanted, closure(node))
        case Call(target=target, name="exists", arguments=()) if target is not None:
            found = closure(target)
            return lambda item, variables: bool(found([item], variables))
    return truth_of(closure(node))


def truth_of(run: Run) -> Test:
    """What a condition's result says: nothing is not true, any single value but `false` is."""
    return lambda item, variables: boolean(run([item], variables), "a condition") is True


def _names(name: str, wanted: str, general: Run) -> Test:
    """`name = 'wanted'`, by far the most frequent condition."""

    def test(item: Any, variables: Variables) -> bool:
        if item.__class__ is dict:
            value = item.get(name)
            if value.__class__ is str:
                return bool(value == wanted)
        return boolean(general([item], variables), "a condition") is True

    return test


def _matches(target: Run, pattern: str, column: int) -> Run:
    try:
        search = re.compile(pattern, re.DOTALL).search
    except re.error as exc:
        raise FHIRPathError(f"broken regular expression: {exc.msg}", column) from exc

    def run(this: Values, variables: Variables) -> Values:
        value = text(target(this, variables), "matches()")
        return [] if value is None else [search(value) is not None]

    return run


def _with_text(target: Run, name: str, part: Run) -> Run:
    function = TEXTS[name]

    def run(this: Values, variables: Variables) -> Values:
        value = text(target(this, variables), f"{name}()")
        other = text(part(this, variables), f"{name}()")
        return [] if value is None or other is None else [function(value, other)]

    return run


def _binary(node: Binary) -> Run:
    operator = node.operator
    if operator in COMPARISONS:
        return _comparison(node)
    left, right = closure(node.left), closure(node.right)
    match operator:
        case "|":
            return lambda this, variables: distinct([*left(this, variables), *right(this, variables)])
        case "and" | "or" | "xor" | "implies":
            return _logic(operator, left, right)
        case "in" if _plain(node.left) or _plain(node.right):
            return lambda this, variables: contains(right(this, variables), left(this, variables), operator)
        case "contains" if _plain(node.left) or _plain(node.right):
            return lambda this, variables: contains(left(this, variables), right(this, variables), operator)
    raise Beyond


def _logic(operator: str, left: Run, right: Run) -> Run:
    def run(this: Values, variables: Variables) -> Values:
        one = boolean(left(this, variables), operator)
        other = boolean(right(this, variables), operator)
        truth = logic(operator, one, other)
        return [] if truth is None else [truth]

    return run


def _plain(node: Node) -> bool:
    """Whether its values are of the expression or the caller, so that text is text and never half a date."""
    match node:
        case Literal(value=value):
            return not isinstance(value, Date | Quantity)
        case Variable():
            return True
        case Sign(operand=operand):
            return _plain(operand)
        case Binary(operator="|", left=left, right=right):
            return _plain(left) and _plain(right)
    return False


def _comparison(node: Binary) -> Run:
    operator = node.operator
    for literal, other, flipped in ((node.right, node.left, False), (node.left, node.right, True)):
        match literal:
            case Literal(value=Date(text=written)):
                return _with_date(operator, closure(other), written, flipped=flipped)
            case Literal(value=Quantity() as quantity):
                return _with_quantity(operator, closure(other), quantity, flipped=flipped)
    if not _plain(node.left) and not _plain(node.right):
        raise Beyond  # two values of the resource may be dates or quantities, which only their types tell
    left, right = closure(node.left), closure(node.right)
    if operator not in ("=", "!="):
        return lambda this, variables: compare(operator, left(this, variables), right(this, variables))

    def run(this: Values, variables: Variables) -> Values:
        truth = equal(left(this, variables), right(this, variables))
        return [] if truth is None else [truth if operator == "=" else not truth]

    return run


def _with_date(operator: str, values: Run, written: str, *, flipped: bool) -> Run:
    literal = moment(written)
    if literal is None:  # a time of day
        raise Beyond
    return lambda this, variables: compare_date(operator, values(this, variables), literal, flipped=flipped)


def _with_quantity(operator: str, values: Run, literal: Quantity, *, flipped: bool) -> Run:
    if not literal.ucum:
        raise Beyond
    return lambda this, variables: compare_quantity(operator, values(this, variables), literal, flipped=flipped)


def _type_test(node: TypeTest) -> Run:
    operand, type_ = node.operand, node.type
    if isinstance(operand, Call) and operand.name == "resolve":
        return _then(_or_this(operand.target), steps.refers(type_))
    if type_ in RESOURCES:
        if node.operator != "is":
            return _then(_or_this(operand), steps.resources(type_))
        return _then(_or_this(operand), _is_resource(type_))
    if not isinstance(operand, Member) or node.namespace == "System" or not steps.choice_keys(operand.name, type_):
        raise Beyond
    step = steps.is_typed if node.operator == "is" else steps.typed
    return _then(_or_this(operand.target), step(operand.name, type_))


def _is_resource(type_: str) -> steps.Step:
    def step(values: Values) -> Values:
        value = single(values, "is")
        return [] if value is None else [steps.is_resource(value, type_)]

    return step
