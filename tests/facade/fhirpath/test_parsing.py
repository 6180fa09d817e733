"""What is not FHIRPath through and through is refused, with the column."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facade.fhirpath.parse import DEEPEST, LONGEST, parse
from facade.fhirpath.syntax import Binary, Date, FHIRPathError, Index, Literal, Member, Quantity, Sign, TypeTest, render

BROKEN = [  # expression, column of what is wrong
    ("", 1),
    ("Patient..name", 9),
    ("Patient.name )) x", 14),
    ("name where use", 6),
    ("Patient.name.", 14),
    ("name.where(use = 'official'", 28),
    ("name.where(", 12),
    ("name[0", 7),
    ("(name", 6),
    ("name use", 6),
    ("use = ", 7),
    ("use = = 'x'", 7),
    ("a and and b", 7),
    ("use 'official'", 5),
    ("'open", 1),
    ("`open", 1),
    ("``", 1),
    ("@2020-1", 1),
    ("@2020-13", 1),
    ("@20200101", 1),
    ("5mg", 1),
    ("1.", 3),
    ("{name}", 2),
    ("name; use", 5),
    ("name # use", 6),
    ("$that", 1),
    ("name.$this", 6),
    ("% purpose", 1),
    ("%", 1),
    ("name.'given'", 6),
    ("name.ofType()", 13),
    ("name.ofType(HumanName, string)", 22),
    ("name is", 8),
    ("name is System.String.x", 22),
    ("f(a, )", 6),
    ("f(a b)", 5),
    ("a /* never closed", 4),
    ("'\\q'", 2),
    ("name\x00", 5),
    ("näme", 2),
    ("a !! b", 3),
]


@pytest.mark.parametrize(("expression", "column"), BROKEN, ids=[expression for expression, _ in BROKEN])
def test_a_broken_expression_is_refused_where_it_breaks(expression: str, column: int) -> None:
    with pytest.raises(FHIRPathError) as caught:
        parse(expression)

    assert column == caught.value.column


@pytest.mark.parametrize(
    ("loose", "grouped"),
    [
        ("a or b and c", "a or (b and c)"),
        ("a implies b or c", "a implies (b or c)"),
        ("a and b = c", "a and (b = c)"),
        ("a in b and c", "(a in b) and c"),
        ("a = b in c", "(a = b) in c"),
        ("a < b = c", "(a < b) = c"),
        ("a | b = c", "(a | b) = c"),
        ("a | b as Quantity", "a | (b as Quantity)"),
        ("a + b | c", "(a + b) | c"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("-a.b * c", "(-(a.b)) * c"),
        ("a is Patient = b", "(a is Patient) = b"),
        ("a // to the end\n or b", "a or b"),
        ("a /* or c */ or b", "a or b"),
    ],
)
def test_operators_bind_as_the_specification_orders_them(loose: str, grouped: str) -> None:
    assert parse(grouped) == parse(loose)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("true", True),
        ("{}", None),
        ("12", 12),
        ("1.50", Decimal("1.50")),
        (r"'it\'s \u00e9\n'", "it's é\n"),
        ("@2020-02", Date("2020-02")),
        ("@2020-02-01T10:00:00.5+01:00", Date("2020-02-01T10:00:00.5+01:00")),
        ("@T12:30", Date("T12:30")),
        ("5.0 'mg'", Quantity(Decimal("5.0"), "mg", ucum=True)),
        ("3 days", Quantity(3, "days", ucum=False)),
    ],
)
def test_literals_are_read(expression: str, value: object) -> None:
    assert Literal(value) == parse(expression)  # type: ignore[arg-type]  # the table mixes every kind of literal


def test_words_of_the_language_may_name_elements_where_the_grammar_lets_them() -> None:
    assert Member(Member(None, "expansion"), "contains") == parse("expansion.contains")
    assert Member(None, "as") == parse("as")
    assert TypeTest("as", Member(None, "as"), "Quantity", None) == parse("as as Quantity")
    assert Member(None, "div") == parse("`div`")


def test_function_and_operator_of_a_type_are_the_same() -> None:
    assert TypeTest("as", Member(None, "value"), "Quantity", "FHIR") == parse("value.as(FHIR.Quantity)")
    assert parse("value as FHIR.Quantity") == parse("value.as(FHIR.Quantity)")


@pytest.mark.parametrize(
    "expression", ["(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), "-" * 100 + "1", "a" * (LONGEST + 1)]
)
def test_what_would_exhaust_the_reader_is_refused(expression: str) -> None:
    with pytest.raises(FHIRPathError):
        parse(expression)


trees = st.recursive(
    st.sampled_from(
        [
            "a",
            "value",
            "as",
            "`a b`",
            "'x'",
            r"'\\ \' \n'",
            "12",
            "1.5",
            "@2020-01",
            "true",
            "{}",
            "%user",
            "$this",
            "2 'mg'",
        ]
    ).map(parse),
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from(["and", "or", "=", "!=", "<", "|", "in", "+", "implies"]), inner, inner),
        st.builds(lambda target, name: Member(target, name), inner, st.sampled_from(["b", "contains", "is"])),
        st.builds(Index, inner, inner),
        st.builds(Sign, st.sampled_from(["+", "-"]), inner),
        st.builds(lambda operand: TypeTest("ofType", operand, "Quantity", None), inner),
    ),
    max_leaves=8,
)


@given(trees)
def test_a_tree_written_out_reads_as_the_same_tree(tree: object) -> None:
    assert tree == parse(render(tree))  # type: ignore[arg-type]  # `trees` builds nodes
