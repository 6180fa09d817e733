"""Profiles that more resources meet than they are meant for, since what tells them is optional or left open in them.

Without these rows every laboratory result would be named a simple observation too, and every social history a smoking
status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capability.uscore.value_sets import LOINC, SNOMED, US_VS, VALUE_SETS, Codes, ValueSet


@dataclass(frozen=True, slots=True)
class Telling:
    """How a profile's resources are told from others that meet it.

    `element`  a CodeableConcept of the resource, or a list of them, with a coding of `codes`; None: nothing has to be
    `general`  named only where no profile of the type is that is not general too, but for those that derive from it
    """

    element: str | None = None
    codes: ValueSet | None = None
    general: bool = False

    def tells(self, resource: Mapping[str, Any]) -> bool:
        if self.element is None or self.codes is None:
            return True
        found = resource.get(self.element, ())
        for concept in found if isinstance(found, list) else (found,):
            for coding in concept.get("coding", ()):
                if self.codes.allows(coding.get("system"), coding.get("code")):
                    return True
        return False


ADVANCE_DIRECTIVES = ValueSet(
    # of the category's binding, and the class that the guide's examples have
    "http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113883.11.20.9.69.4",
    (Codes(LOINC, frozenset({"42348-3", "64298-3", "81334-5", "86533-7", "92664-2"})),),
)
SMOKING = ValueSet(
    # [assumed] the members of the extensible binding, which VSAC keeps, that the guide's pages and examples name
    "http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113762.1.4.1267.6",
    (Codes(LOINC, frozenset({"72166-2", "11367-0"})), Codes(SNOMED, frozenset({"401201003", "782516008"}))),
)

TELLING: Mapping[str, Telling] = {
    "us-core-observation-clinical-result": Telling(
        "category", VALUE_SETS[US_VS + "us-core-clinical-result-observation-category"], general=True
    ),
    "us-core-simple-observation": Telling(general=True),
    "us-core-smokingstatus": Telling("code", SMOKING),
    "us-core-diagnosticreport-note": Telling(general=True),
    "us-core-adi-documentreference": Telling("category", ADVANCE_DIRECTIVES),
}

UNTOLD = Telling()
