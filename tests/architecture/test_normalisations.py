"""docs/normalisations.md: every number of the catalogue has a row, and what a row names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "normalisations.md"
ROW = re.compile(r"\| (\d+) \| ([ECFN, ]+) \| (.+) \| (yes|in part|no: .+) \| (.+) \| (.+) \|")
LAST = 68
NAME = re.compile(r"`([^`]+)`")
NOTHING = "–"


@cache
def rows() -> tuple[re.Match[str], ...]:
    return tuple(found for line in DOCUMENT.read_text("utf-8").splitlines() if (found := ROW.fullmatch(line)))


def of(*folders: str) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        yield from ((path, path.read_text("utf-8")) for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def defined() -> frozenset[str]:
    """What our code defines: functions, classes and constants, and a class's elements as `Class.name`."""
    found: set[str] = set()
    for path, text in of("adapters", "mappings", "facade"):
        if "sandbox" in path.parts:
            continue
        within = ""
        for line in text.splitlines():
            if made := re.match(r"(?:async )?def (\w+)|class (\w+)|(\w+)(?:: [^=]+)? = ", line):
                within = made[2] or ""
                found.add(made[1] or made[2] or made[3])
            elif within and (made := re.match(r"    (?:async )?(?:def )?(\w+)[:(]", line)):
                found |= {f"{within}.{made[1]}", made[1]}
    return frozenset(found)


@cache
def proofs() -> frozenset[str]:
    """Tests by name, folders of golden pairs by the last two parts of their path."""
    names = {made for _, text in of("tests") for made in re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE)}
    folders = {path.parent for path in (ROOT / "tests" / "mappings").rglob("expected.json")}
    return frozenset(names | {"/".join(one.parts[-2:]) for one in folders} | {one.parent.name for one in folders})


def test_every_number_of_the_catalogue_has_a_row() -> None:
    assert list(range(1, LAST + 1)) == sorted({int(row[1]) for row in rows()})


def test_every_row_of_the_document_is_read() -> None:
    written = [line for line in DOCUMENT.read_text("utf-8").splitlines() if re.match(r"\| \d", line)]

    assert written == [row[0] for row in rows()]


@pytest.mark.parametrize(("column", "known"), [(5, defined), (6, proofs)], ids=["where", "test"])
def test_what_a_row_names_exists(column: int, known: object) -> None:
    assert callable(known)
    there: frozenset[str] = known()
    named = [(row[1], one) for row in rows() for one in NAME.findall(row[column])]

    assert [] == [(number, one) for number, one in named if one not in there and not (ROOT / one).is_file()]


def test_what_is_done_names_where_and_how_it_is_tested() -> None:
    assert [] == [row[1] for row in rows() if (row[4].startswith("no: ")) != (row[5] == row[6] == NOTHING)]
    assert [] == [row[1] for row in rows() if row[5] != NOTHING and not (NAME.search(row[5]) and NAME.search(row[6]))]
