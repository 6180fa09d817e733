"""How values are written for Epic, where that is not as FHIR has it: each an `Ask` (adapters/fhir_r4/declare.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Ask, Pushed, Writing
from adapters.query import Clause, TokenValue
from mappings.epic.systems import ALSO

PATIENT = Pushed(asks.reference("Patient"), one_each=True)
"""One patient a request: Observation takes no list, others do at some customers. Source: ronin."""


def codes(clause: Clause, writing: Writing) -> list[str] | None:
    """`system|code`, under every name that Epic may know the system by. [assumed] It compares systems as texts."""
    if clause.modifier is not None:
        return None
    tokens = [value for value in clause.values if isinstance(value, TokenValue)]
    if not all(token.code for token in tokens):
        return None
    return [",".join(asks.escape(text) for token in tokens for text in _written(token))]


def _written(token: TokenValue) -> Iterable[str]:
    if token.system is None:
        return [token.code or ""]
    return [f"{name}|{token.code}" for name in ALSO.get(token.system, (token.system,))]


def within(setting: str) -> Ask:
    """As `codes`, of a parameter that Epic only takes with a code system: a code without one is asked for in those that
    the connection's `setting` lists."""

    def ask(clause: Clause, writing: Writing) -> list[str] | None:
        tokens = [value for value in clause.values if isinstance(value, TokenValue)]
        named = [
            TokenValue(system, token.code)
            for token in tokens
            for system in ((token.system,) if token.system else writing.options[setting])
        ]
        return codes(replace(clause, values=tuple(named)), writing) if named else None

    return ask


def one_of(known: Iterable[str], by: dict[str, str] | None = None) -> Ask:
    """Codes without their system, of a parameter whose unknown values Epic refuses (59111): asked for where all are
    known. `by`: our code -> Epic's."""
    allowed, ours = frozenset(known), by or {}

    def ask(clause: Clause, writing: Writing) -> list[str] | None:
        found = [ours.get(value.code or "", value.code) for value in clause.values if isinstance(value, TokenValue)]
        if clause.modifier is not None or not all(code in allowed for code in found):
            return None
        return [",".join(dict.fromkeys(code for code in found if code))]

    return ask


def spans(clause: Clause, writing: Writing) -> list[str] | None:
    """A date's interval as instants with a zone, wide enough for records that have a date only, which Epic reads in its
    server's own time. Prefixes are eq, lt, le, gt, ge. Source: epic-doc."""
    found = asks.interval(clause, writing)
    if found is None:
        return None
    low, high = found
    slack = asks.ANY_ZONE
    try:
        ends = [f"ge{asks.instant(low - slack)}"] if low else []
        return [*ends, *([f"lt{asks.instant(high + slack)}"] if high else [])]
    except OverflowError:
        return None
