"""The tree of a FHIRPath expression, and the error of one that is broken.

`column` counts from 1 and is left out of comparisons: two trees are equal when they mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


class FHIRPathError(Exception):
    """An expression that is broken, unknown or not supported: what is wrong, and the column where (from 1)."""

    def __init__(self, text: str, column: int) -> None:
        super().__init__(f"{text} (column {column})")
        self.text = text
        self.column = column


class EvaluationError(Exception):
    """An expression that has no value on this resource. Its text never holds a value of the resource."""


@dataclass(frozen=True, slots=True)
class Date:
    """`@2020-01`, `@2020-01-05T10:00Z`, `@T12:30`: the text without its `@`."""

    text: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """`5 'mg'` or `3 days`. A calendar word is kept as a word, `ucum` tells the two apart."""

    value: int | Decimal
    unit: str
    ucum: bool


@dataclass(frozen=True, slots=True)
class Literal:
    """`value` None is the empty collection `{}`."""

    value: bool | str | int | Decimal | Date | Quantity | None
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name`"""

    name: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Special:
    """`$this`, `$index` or `$total`"""

    name: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`; without a target an element of `$this`, or a type name at the start of a path."""

    target: Node | None
    name: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`target.name(arguments)`; without a target, a call on `$this`."""

    target: Node | None
    name: str
    arguments: tuple[Node, ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`target[index]`"""

    target: Node
    index: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Sign:
    """`+operand` or `-operand`"""

    sign: str
    operand: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`"""

    operator: str
    left: Node
    right: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class TypeTest:
    """`operand is type`, `operand as type`, and the functions `is()`, `as()`, `ofType()`, by `operator`.

    `operand` None is `$this`; `namespace` is None, "FHIR" or "System".
    """

    operator: str
    operand: Node | None
    type: str
    namespace: str | None
    column: int = field(default=1, compare=False)


Node = Literal | Variable | Special | Member | Call | Index | Sign | Binary | TypeTest


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Member(target=target):
            return () if target is None else (target,)
        case Call(target=target, arguments=arguments):
            return arguments if target is None else (target, *arguments)
        case Index(target=target, index=index):
            return (target, index)
        case Sign(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case TypeTest(operand=subject):
            return () if subject is None else (subject,)
        case Literal() | Variable() | Special():
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for part in parts(node):
        yield from walk(part)


def render(node: Node) -> str:
    """The same expression as text, with every operator in parentheses: no reader's precedence can differ."""
    match node:
        case Literal(value=value):
            return _literal(value)
        case Variable(name=name):
            return f"%`{name}`"
        case Special(name=name):
            return name
        case Member(target=target, name=name):
            return _after(target, _identifier(name))
        case Call(target=target, name=name, arguments=arguments):
            return _after(target, f"{name}({', '.join(render(argument) for argument in arguments)})")
        case Index(target=target, index=index):
            return f"{render(target)}[{render(index)}]"
        case Sign(sign=sign, operand=operand):
            return f"({sign}{render(operand)})"
        case Binary(operator=operator, left=left, right=right):
            return f"({render(left)} {operator} {render(right)})"
        case TypeTest(operator=operator, operand=subject, type=name, namespace=namespace):
            full = f"{namespace}.{name}" if namespace else name
            return _after(subject, f"{operator}({full})")


def _after(target: Node | None, text: str) -> str:
    return text if target is None else f"{render(target)}.{text}"


def _identifier(name: str) -> str:
    return name if name.isidentifier() and name not in KEYWORDS else f"`{name}`"


def _literal(value: bool | str | int | Decimal | Date | Quantity | None) -> str:
    match value:
        case None:
            return "{}"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case Date(text=text):
            return f"@{text}"
        case Quantity(value=number, unit=unit, ucum=ucum):
            return f"{number} {_literal(unit) if ucum else unit}"
        case _:
            return format(value, "f") if isinstance(value, Decimal) else str(value)


KEYWORDS = frozenset({"and", "or", "xor", "implies", "div", "mod", "true", "false", "is", "as", "in", "contains"})
