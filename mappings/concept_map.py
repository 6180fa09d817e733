"""A table from a vendor's codes to FHIR codes. https://hl7.org/fhir/R4/conceptmap.html

A table has a name, rows, and what a practice puts over them; a look-up gives the concept, or says which code of which
table it did not know, so that nothing is dropped or guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mappings import fhir
from mappings.mapped import Unmapped

Overrides = Mapping[str, Mapping[str, "Concept"]]
"""A practice's own rows: name of the table -> the vendor's code -> concept."""


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
    """`rows` are the default; letter case and surrounding blanks of the vendor's code do not matter."""

    __slots__ = ("_rows", "name")

    def __init__(self, name: str, rows: Mapping[str, Concept]) -> None:
        self.name = name
        self._rows = {_folded(code): concept for code, concept in rows.items()}
        if len(self._rows) != len(rows):
            raise ValueError(f"two rows of {name} differ only in letter case")

    def look_up(self, code: str, overrides: Overrides | None = None) -> Concept | Unmapped:
        """The practice's row first, else the default row, else `Unmapped` with the code as it came."""
        if overrides and (own := overrides.get(self.name)):
            for key, concept in own.items():
                if _folded(key) == _folded(code):
                    return concept
        return self._rows.get(_folded(code)) or Unmapped(self.name, code)

    def rows(self) -> Iterable[tuple[str, Concept]]:
        """The default rows: the vendor's code without its letter case, and its concept."""
        return self._rows.items()

    def concepts(self) -> Iterable[Concept]:
        return self._rows.values()


def codes(name: str, rows: Mapping[str, str]) -> ConceptMap:
    """A table of plain codes: the vendor's code -> the FHIR code."""
    return ConceptMap(name, {key: Concept(code) for key, code in rows.items()})


def codings(name: str, system: str, rows: Mapping[str, tuple[str, str]]) -> ConceptMap:
    """A table into one code system: the vendor's code -> (code, display)."""
    return ConceptMap(name, {key: Concept(code, system, display) for key, (code, display) in rows.items()})


def _folded(code: str) -> str:
    return code.strip().casefold()
