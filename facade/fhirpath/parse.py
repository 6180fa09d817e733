"""A strict parser of FHIRPath, normative release N1: what is not wholly understood is refused.

http://hl7.org/fhirpath/N1/#grammar, operator precedence from http://hl7.org/fhirpath/N1/#operator-precedence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from facade.fhirpath.syntax import (
    KEYWORDS,
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
)

LONGEST = 10_000  # characters of an expression
DEEPEST = 60  # nesting; an expression is evaluated by recursion

TOKEN = re.compile(
    r"""
      (?P<space>      \s+ | //[^\n]* | /\*.*?\*/ )
    | (?P<date>       @\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?
                      (?:T(?:(?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:[0-5]\d)?)?)?
                      (?![\w:-]|\.\d) )
    | (?P<time>       @T(?:[01]\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?(?![\w:+-]|\.\d) )
    | (?P<number>     \d+(?:\.\d+)?(?!\w) )
    | (?P<string>     '(?:\\.|[^'\\])*' )
    | (?P<delimited>  `(?:\\.|[^`\\])*` )
    | (?P<word>       [A-Za-z_][A-Za-z0-9_]* )
    | (?P<special>    \$(?:this|index|total)(?!\w) )
    | (?P<symbol>     <=|>=|!=|!~|[-+*/&|<>=~.,()\[\]{}%] )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
ESCAPES = {"'": "'", '"': '"', "`": "`", "r": "\r", "n": "\n", "t": "\t", "f": "\f", "\\": "\\", "/": "/"}

# how tightly an operator binds, http://hl7.org/fhirpath/N1/#operator-precedence; all are left-associative
BINDING = {
    "implies": 1,
    "or": 2,
    "xor": 2,
    "and": 3,
    "in": 4,
    "contains": 4,
    "=": 5,
    "~": 5,
    "!=": 5,
    "!~": 5,
    "<": 6,
    ">": 6,
    "<=": 6,
    ">=": 6,
    "|": 7,
    "is": 8,
    "as": 8,
    "+": 9,
    "-": 9,
    "&": 9,
    "*": 10,
    "/": 10,
    "div": 10,
    "mod": 10,
}
TIGHTEST = 11
CALENDAR = frozenset(
    "year years month months week weeks day days hour hours minute minutes second seconds "
    "millisecond milliseconds".split()
)
TYPE_FUNCTIONS = frozenset({"is", "as", "ofType"})
RESERVED = KEYWORDS - {"is", "as", "in", "contains"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    column: int


def parse(expression: str) -> Node:
    """The tree of `expression`. Raises FHIRPathError with the column of the first thing that is wrong."""
    if len(expression) > LONGEST:
        raise FHIRPathError(f"longer than {LONGEST} characters", LONGEST)
    parser = _Parser(_tokens(expression))
    tree = parser.expression(0)
    parser.end()
    return tree


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise FHIRPathError(f"cannot read from {text[at]!r} on", at + 1)
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found.group(), at + 1))
        at = found.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tokens


def _unescape(token: Token) -> str:
    def one(found: re.Match[str]) -> str:
        code = found.group(1)
        if len(code) == 5:
            return chr(int(code[1:], 16))
        if code not in ESCAPES:
            raise FHIRPathError(f"unknown escape \\{code}", token.column + 1 + found.start())
        return ESCAPES[code]

    return ESCAPE.sub(one, token.text[1:-1])


class _Parser:
    """Precedence climbing over a list of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def sees(self, symbol: str) -> bool:
        return self.next.kind == "symbol" and self.next.text == symbol

    def expect(self, symbol: str) -> None:
        if not self.sees(symbol):
            raise self.unexpected(f"expected {symbol!r}")
        self.at += 1

    def unexpected(self, hint: str) -> FHIRPathError:
        found = "the end" if self.next.kind == "end" else repr(self.next.text)
        return FHIRPathError(f"{hint}, found {found}", self.next.column)

    def end(self) -> None:
        if self.next.kind != "end":
            raise self.unexpected("expected an operator or the end")

    def expression(self, floor: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FHIRPathError(f"nested deeper than {DEEPEST}", self.next.column)
        left = self.signed()
        height = 0
        while self.next.kind in ("symbol", "word") and (binding := BINDING.get(self.next.text, -1)) > floor:
            height += 1
            if height > DEEPEST:
                raise FHIRPathError(f"more than {DEEPEST} operators in a row", self.next.column)
            operator = self.take()
            if operator.text in ("is", "as"):
                type_, namespace = self.type_specifier()
                left = TypeTest(operator.text, left, type_, namespace, operator.column)
            else:
                left = Binary(operator.text, left, self.expression(binding), operator.column)
        self.depth -= 1
        return left

    def signed(self) -> Node:
        if self.sees("+") or self.sees("-"):
            sign = self.take()
            return Sign(sign.text, self.expression(TIGHTEST), sign.column)
        return self.postfix(self.term())

    def postfix(self, node: Node) -> Node:
        height = 0
        while self.sees(".") or self.sees("["):
            height += 1
            if height > DEEPEST:
                raise FHIRPathError(f"a path of more than {DEEPEST} steps", self.next.column)
            opening = self.take()
            if opening.text == "[":
                index = self.expression(0)
                self.expect("]")
                node = Index(node, index, opening.column)
            else:
                node = self.invocation(node)
        return node

    def term(self) -> Node:
        token = self.next
        match token.kind:
            case "number" | "string" | "date" | "time":
                return self.literal()
            case "word" if token.text in ("true", "false"):
                self.at += 1
                return Literal(token.text == "true", token.column)
            case "word" | "delimited" | "special":
                return self.invocation(None)
            case "symbol" if token.text == "(":
                self.at += 1
                inner = self.expression(0)
                self.expect(")")
                return inner
            case "symbol" if token.text == "{":
                self.at += 1
                self.expect("}")
                return Literal(None, token.column)
            case "symbol" if token.text == "%":
                return self.variable()
        raise self.unexpected("expected a path, a literal or '('")

    def literal(self) -> Node:
        token = self.take()
        if token.kind == "string":
            return Literal(_unescape(token), token.column)
        if token.kind in ("date", "time"):
            return Literal(Date(token.text[1:]), token.column)
        number = Decimal(token.text) if "." in token.text else int(token.text)
        if self.next.kind == "string":
            return Literal(Quantity(number, _unescape(self.take()), ucum=True), token.column)
        if self.next.kind == "word" and self.next.text in CALENDAR:
            return Literal(Quantity(number, self.take().text, ucum=False), token.column)
        return Literal(number, token.column)

    def variable(self) -> Node:
        percent = self.take()
        token = self.take()
        if token.column != percent.column + 1 or token.kind not in ("word", "delimited", "string"):
            raise FHIRPathError("expected a variable's name after '%'", percent.column)
        return Variable(token.text if token.kind == "word" else _unescape(token), percent.column)

    def invocation(self, target: Node | None) -> Node:
        token = self.next
        if token.kind == "special" and target is None:
            self.at += 1
            return Special(token.text, token.column)
        name = self.identifier()
        if token.kind != "word" or not self.sees("("):
            return Member(target, name, token.column)
        self.at += 1
        if name in TYPE_FUNCTIONS:
            type_, namespace = self.type_specifier()
            self.expect(")")
            return TypeTest(name, target, type_, namespace, token.column)
        return Call(target, name, self.arguments(), token.column)

    def arguments(self) -> tuple[Node, ...]:
        if self.sees(")"):
            self.at += 1
            return ()
        found = [self.expression(0)]
        while self.sees(","):
            self.at += 1
            found.append(self.expression(0))
        self.expect(")")
        return tuple(found)

    def identifier(self) -> str:
        token = self.next
        if token.kind == "delimited" and len(token.text) > 2:
            self.at += 1
            return _unescape(token)
        if token.kind == "word" and token.text not in RESERVED:
            self.at += 1
            return token.text
        raise self.unexpected("expected a name")

    def type_specifier(self) -> tuple[str, str | None]:
        name = self.identifier()
        if not self.sees("."):
            return name, None
        self.at += 1
        return self.identifier(), name
