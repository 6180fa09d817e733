"""The differences that may be, and why: differences.yaml, and docs/parity.md for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.parity.comparing import NOT_SERVED, Differs

TABLE = Path(__file__).with_name("differences.yaml")

TITLE = """# The same patient from four EHRs

One synthetic patient, held by the sandboxes of all four EHRs in each one's dialect, is read through the facade and
reduced to plain US Core facts: codes, statuses, days, values in base units. Whatever is not in these tables is the same
from all of them. `tests/parity` checks that: a difference that is not listed fails, and so does one that is listed and
no longer occurs. Rows in brackets are those of [normalisations.md](normalisations.md).

What an EHR differs from is what most of the others have.

The tables are written by `python -m tests.parity` from `tests/parity/differences.yaml`.
"""

NAMES = {
    "athenanet": "athenaNet REST",
    "athena_fhir": "athena FHIR",
    "epic": "Epic",
    "cerner": "Oracle Health (Cerner)",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`rows` and `rare` ones, which show with none of the few people of the short run."""

    vendor: str
    why: str
    rows: tuple[Differs, ...]
    rare: tuple[Differs, ...]


def reasons(path: Path = TABLE) -> Iterator[Reason]:
    for one in yaml.safe_load(path.read_text("utf-8")):
        vendor = one["vendor"]
        rows, rare = (tuple(_differs(vendor, row) for row in one.get(name, ())) for name in ("rows", "rare"))
        yield Reason(vendor, one["why"], rows, rare)


def _differs(vendor: str, row: str) -> Differs:
    kind, fact, way = row.split(" | ")
    return Differs(kind, fact, vendor, way)


REASONS = tuple(reasons())
RARE = frozenset(row for reason in REASONS for row in reason.rare)
DIFFERENCES: Mapping[Differs, str] = {row: one.why for one in REASONS for row in (*one.rows, *one.rare)}
"""Every difference that may be, and its reason."""


def document(known: Iterable[Reason] = REASONS) -> str:
    """docs/parity.md."""
    held = list(known)
    parts = [TITLE]
    for vendor, called in NAMES.items():
        parts.append(f"\n## {called}\n\n| What | How it differs | Why |\n|---|---|---|\n")
        for reason in held:
            if reason.vendor == vendor:
                parts += [f"| {what} | {how} | {reason.why} |\n" for what, how in _told((*reason.rows, *reason.rare))]
    return "".join(parts)


def _told(rows: Iterable[Differs]) -> Iterator[tuple[str, str]]:
    """By kind of record: its facts, and the ways in which they differ."""
    by_kind: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, {}).setdefault(row.way, []).append(row.fact)
    for kind, ways in by_kind.items():
        told = [way if way == NOT_SERVED else f"{', '.join(facts)}: {way}" for way, facts in ways.items()]
        yield kind, "; ".join(told)
