"""race[], ethnicitycode and their friends -> the US Core race and ethnicity extensions.

http://hl7.org/fhir/us/core/STU6.1/StructureDefinition-us-core-race.html, -us-core-ethnicity.html
"""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.athenanet import cdc_race
from mappings.athenanet.contacts import DECLINED
from mappings.athenanet.scalars import as_list, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Record

_NAMES = cdc_race.RACE_NAMES | cdc_race.ETHNICITY_NAMES

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


def race(record: Record, translation: Translation) -> fhir.Element | None:
    """Each code as its OMB category, the detailed ones besides; "declined" is ASKU, and only where nothing else is."""
    codes = _codes(record, "race", "racecode")
    omb: list[str] = []
    detailed: list[str] = []
    words: list[str] = []
    for place, code in enumerate(codes):
        category = cdc_race.omb_race(code)
        if category is None and place == 0 and cdc_race.is_code(code):  # the record's hierarchy is the first code's
            root = (as_str(record.get("hierarchicalcode")) or "").split(".")[0]
            category = cdc_race.OMB_RACE_OF_HIERARCHY.get(root)
        name = as_str(record.get("racename")) if place == 0 else None
        words.append(name or cdc_race.RACE_NAMES.get(code, code))
        if category is None:
            if code not in cdc_race.OTHER_RACE:
                translation.unknown("cdc-race", code, coded=cdc_race.is_code(code))
            continue
        omb.append(category)
        if code != category:
            detailed.append(code)
    return _extension("us-core-race", _unique(omb), _unique(detailed), words, _declined(record, "race", "racecode"))


def ethnicity(record: Record, translation: Translation) -> fhir.Element | None:
    """As `race`; US Core takes one OMB category, so of two that contradict the first is coded, the text has both."""
    codes = _codes(record, "ethnicitycode", "ethnicitycodes")
    omb: list[str] = []
    detailed: list[str] = []
    for code in codes:
        category = cdc_race.omb_ethnicity(code)
        if category is None:
            translation.unknown("cdc-ethnicity", code, coded=cdc_race.is_code(code))
            continue
        omb.append(category)
        if code != category:
            detailed.append(code)
    words = [cdc_race.ETHNICITY_NAMES.get(code, code) for code in codes]
    declined = _declined(record, "ethnicitycode", "ethnicitycodes")
    return _extension("us-core-ethnicity", _unique(omb)[:1], _unique(detailed), words, declined)


def _codes(record: Record, *keys: str) -> list[str]:
    """All codes of both keys, once each, in their order."""
    values = [as_str(value) for key in keys for value in as_list(record.get(key))]
    return _unique([value for value in values if value and value.casefold() != DECLINED])


def _declined(record: Record, *keys: str) -> bool:
    values: list[Any] = [value for key in keys for value in as_list(record.get(key))]
    return any((as_str(value) or "").casefold() == DECLINED for value in values)


def _unique(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _extension(name: str, omb: list[str], detailed: list[str], words: list[str], declined: bool) -> fhir.Element | None:
    if not words and not declined:
        return None
    parts = [
        *(fhir.extension("ombCategory", valueCoding=_coding(code)) for code in omb),
        *(fhir.extension("detailed", valueCoding=_coding(code)) for code in detailed),
    ]
    if not words:
        refused = fhir.coding(fhir.NULL_FLAVOR, "ASKU", "asked but unknown")
        parts.append(fhir.extension("ombCategory", valueCoding=refused))
    parts.append(fhir.extension("text", valueString=", ".join(words) or "Declined"))
    return fhir.extension(US_CORE + name, extension=parts)


def _coding(code: str) -> fhir.Element | None:
    return fhir.coding(cdc_race.CDC_RACE, code, _NAMES.get(code))
