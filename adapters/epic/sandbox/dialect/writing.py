"""What the dialect's modules share while one chart is written down: whose it is, and whose turn to be odd."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from adapters.epic.sandbox.dialect.oddities import ODDITIES
from adapters.epic.sandbox.ids import Context
from adapters.epic.sandbox.releases import Release
from adapters.fhir_r4.sandbox.records import File
from adapters.population import Population
from adapters.population.facts import Person

Resource = dict[str, Any]
Element = dict[str, Any]


@dataclass(slots=True)
class Writing:
    """`number` 0 is the directory. `files` by the plain id of their Binary; a dialect may add some."""

    people: Population
    number: int
    context: Context
    release: Release
    files: dict[str, File]
    turns: Counter[str] = field(default_factory=Counter)
    medications: set[str] = field(default_factory=set)

    @property
    def person(self) -> Person:
        return self.people.person(self.number)

    def odd(self, oddity: str, every: int = 7) -> bool:
        """Whether it is this record's turn: every so many records of those the oddity can happen to."""
        if oddity not in ODDITIES:
            raise KeyError(oddity)
        self.turns[oddity] += 1
        return (self.number + self.turns[oddity]) % every == 0


def concept(*codings: Element, text: str | None = None) -> Element:
    made: Element = {"coding": list(codings)} if codings else {}
    return made | ({"text": text} if text else {})


def coding(system: str, code: str, display: str | None = None) -> Element:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def codes(element: Element | None, system: str) -> list[Element]:
    """The codings of one system."""
    return [one for one in (element or {}).get("coding", ()) if one.get("system") == system]
