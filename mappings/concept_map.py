"""A table from a vendor's codes to FHIR codes. https://hl7.org/fhir/R4/conceptmap.html

A table has a name, rows, and what a practice puts over them; a look-up gives the concept, or says which code of which
table it did not know, so that nothing is dropped or guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from capability.uscore.value_sets import VALUE_SETS
from mappings import fhir
from mappings.check_digits import is_loinc
from mappings.mapped import Unmapped

Overrides = Mapping[str, Mapping[str, "Concept"]]
"""A practice's own rows as `overriding` compiled them: name of the table -> the vendor's code, folded -> concept."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A FHIR code. `system` is empty where the element is a plain `code`; `text` is what a reader sees."""

    code: str
    system: str = ""
    display: str = ""

    def coding(self) -> fhir.Element | None:
        return fhir.coding(self.system, self.code, self.display)

    def codeable(self, text: str | None = None) -> fhir.Element | None:
        """A new CodeableConcept with this coding and the source's own words."""
        return fhir.codeable(self.coding(), text=text)


class ConceptMap:
    """`rows` are the default; letter case and surrounding blanks of the vendor's code do not matter.

    `systems`    code systems that a practice's own row may point into, beside those of `rows`; for a table without
                 rows of its own
    `value_set`  canonical of the required binding of the element that the table fills
    `closed`     a practice's own row may only point to a code that some row has: the mapping decides by it
    `free_text`  what is looked up was typed by people: it may be PHI, and is counted by digest where it is not known
    """

    __slots__ = ("_rows", "closed", "free_text", "name", "systems", "value_set")

    def __init__(
        self,
        name: str,
        rows: Mapping[str, Concept],
        *,
        systems: Iterable[str] = (),
        value_set: str | None = None,
        closed: bool = False,
        free_text: bool = False,
    ) -> None:
        self.name = name
        self._rows = {folded(code): concept for code, concept in rows.items()}
        if len(self._rows) != len(rows):
            raise ValueError(f"two rows of {name} differ only in letter case")
        self.systems = frozenset({*systems, *(concept.system for concept in rows.values())})
        self.value_set = value_set
        self.closed = closed
        self.free_text = free_text

    def look_up(self, code: str, overrides: Overrides | None = None) -> Concept | Unmapped:
        """The practice's row first, else the default row, else `Unmapped` with the code as it came."""
        key = folded(code)
        if overrides and (own := overrides.get(self.name)) and (concept := own.get(key)) is not None:
            return concept
        return self._rows.get(key) or Unmapped(self.name, code, coded=not self.free_text)

    def knows(self, code: str) -> bool:
        """Whether the default rows have it."""
        return folded(code) in self._rows

    def rows(self) -> Iterable[tuple[str, Concept]]:
        """The default rows: the vendor's code without its letter case, and its concept."""
        return self._rows.items()

    def concepts(self) -> Iterable[Concept]:
        return self._rows.values()

    def target(self, code: str, system: str | None = None, display: str | None = None) -> Concept:
        """What a practice's own row may say, as a concept of this table's target. Without `system` that of the table.

        ValueError, which names no value of the row, where the element could not hold it.
        """
        found = Concept(code, self._system(system), display or "")
        known = [each for each in self.concepts() if each.code == code and each.system == found.system]
        if self.closed and not known:
            raise ValueError(f"`code` is none of {', '.join(sorted({each.code for each in self.concepts()}))}")
        if self.value_set is not None and not _bound(self.value_set, found):
            raise ValueError(f"`code` is not in {self.value_set}, to which the element is bound")
        if found.system == fhir.LOINC and not is_loinc(code):
            raise ValueError("`code` is no LOINC code: its form or its check digit is wrong")
        return found if display or not known else known[0]

    def _system(self, system: str | None) -> str:
        choices = sorted(self.systems)
        if system is None and len(choices) != 1:
            raise ValueError(f"say which `system`{': ' if choices else ''}{' or '.join(choices)}")
        if system is None:
            return choices[0]
        if choices and system not in choices:
            told = (
                "leave `system` out: the element is a plain code"
                if choices == [""]
                else f"`system` is none of {', '.join(choices)}"
            )
            raise ValueError(told)
        return system


def _bound(value_set: str, concept: Concept) -> bool:
    """Whether the value set has the concept; True where its content is not known here."""
    known = VALUE_SETS.get(value_set)
    if known is None or concept.system:
        return known is None or known.allows(concept.system, concept.code)
    return known.codes is None or concept.code in known.codes


def codes(name: str, rows: Mapping[str, str], *, value_set: str | None = None, closed: bool = False) -> ConceptMap:
    """A table of plain codes: the vendor's code -> the FHIR code."""
    plain = {key: Concept(code) for key, code in rows.items()}
    return ConceptMap(name, plain, systems=("",), value_set=value_set, closed=closed)


def codings(name: str, system: str, rows: Mapping[str, tuple[str, str]], *, free_text: bool = False) -> ConceptMap:
    """A table into one code system: the vendor's code -> (code, display)."""
    concepts = {key: Concept(code, system, display) for key, (code, display) in rows.items()}
    return ConceptMap(name, concepts, systems=(system,), free_text=free_text)


def overriding(rows: Mapping[str, Mapping[str, Concept]]) -> Overrides:
    """A practice's own rows, ready for look-ups: once at start, so that no look-up folds or scans them."""
    return {table: {folded(code): concept for code, concept in own.items()} for table, own in rows.items() if own}


def folded(code: str) -> str:
    """A vendor's code as look-ups compare it."""
    return code.strip().casefold()
