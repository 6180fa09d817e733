"""The translation of one record: looks up, reads dates, and collects what could not be translated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mappings import fhir
from mappings.athenanet.codes import DIAGNOSIS_CODESET
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_str
from mappings.concept_map import Concept, ConceptMap
from mappings.mapped import Mapped, Origin, Resource, Unmapped


class Translation:
    __slots__ = ("_unmapped", "practice")

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._unmapped: list[Unmapped] = []

    def concept(self, table: ConceptMap, code: Any, *, typed: bool = False) -> Concept | None:
        """The concept of a vendor code; None without a code, or when no row knows it (which is then noted). `typed`
        where people may have typed it: then it is never noted as a code."""
        text = as_str(code)
        if text is None:
            return None
        found = table.look_up(text, self.practice.overrides)
        if isinstance(found, Concept):
            return found
        self._unmapped.append(replace(found, coded=found.coded and not typed))
        return None

    def codeable(
        self, table: ConceptMap, code: Any, text: Any = None, *, letters: bool = False, typed: bool = False
    ) -> fhir.Element | None:
        """CodeableConcept of a vendor code; its text is `text`, else the code itself, which of a known code that is
        mere `letters` says nothing. None where both miss. `typed` as in `concept`."""
        concept = self.concept(table, code, typed=typed)
        words = as_str(text)
        if concept is None:
            return fhir.codeable(text=words or as_str(code))
        return concept.codeable(words or (None if letters else as_str(code)))

    def date(self, value: Any) -> str | None:
        """As `fhir.us_date`; what is not a date is noted and left out, since one bad date must not lose a record."""
        try:
            return fhir.us_date(as_str(value))
        except ValueError:
            self.unknown("date", as_str(value))
            return None

    def moment(self, value: Any, zone: ZoneInfo | None) -> str | None:
        """As `fhir.us_datetime`, with `date`'s lenience."""
        try:
            return fhir.us_datetime(as_str(value), zone)
        except ValueError:
            self.unknown("datetime", as_str(value))
            return None

    def meta(self, modified: Any) -> fhir.Element | None:
        """Meta with lastUpdated, where the source's stamp is an instant by itself: with its time and its offset."""
        return fhir.element(lastUpdated=fhir.instant(self.moment(modified, None)))

    def code_system(self, codeset: Any) -> str | None:
        """The system of a codeset; one that no table knows is noted, and named after athenaNet's word for it."""
        name = as_str(codeset)
        known = self.concept(DIAGNOSIS_CODESET, name)
        if known or name is None:
            return known.code if known else None
        return f"urn:athenahealth:athenanet:codeset:{quote(name, safe='')}"

    def unknown(self, table: str, code: str | None, *, coded: bool = False) -> None:
        """Notes what was not understood; `coded` where it is one of athenaNet's codes and never what people typed."""
        if code:
            self._unmapped.append(Unmapped(table, code, coded=coded))

    def mapped(self, resource: Resource, origin: Origin) -> Mapped:
        return Mapped(resource, origin, tuple(dict.fromkeys(self._unmapped)))
