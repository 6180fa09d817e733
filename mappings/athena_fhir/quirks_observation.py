"""Results and what patients tell: what athena's Observations need.

Evidence: [seen: FAST], 491 Observations of one person, recorded in November 2024 in athena's sandbox. Vital signs come
with LOINC and UCUM, and need nothing.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mappings import fhir
from mappings.athena_fhir.codes import INTERPRETATION, UNIT
from mappings.athena_fhir.loinc_names import code_of
from mappings.athena_fhir.words import coded
from mappings.check_digits import is_loinc
from mappings.fhir_r4.repair import Standing, Told
from mappings.fhir_r4.shapes import Element, codings, each, text_of
from mappings.mapped import Resource, Unmapped

ANALYTE = "https://fhir.athena.io/CodeSystem/analyte"
"""[assumed] the name of the system of athena's own numbers of analytes: it has none of its own."""

LABORATORY = "laboratory"
SMOKING = frozenset({"72166-2", "11367-0", "39240-7", "63638-1", "63639-9"})

_NUMBER = re.compile(r"\s*([<>]=?)?\s*([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*-\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)", re.ASCII)
_CALCULATED = re.compile(r"\(calc\)$", re.IGNORECASE)


def is_laboratory(resource: Resource) -> bool:
    return any(one.get("code") == LABORATORY for one in codings(resource.get("category")))


def false_loinc(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] `{"system": "http://loinc.org", "code": "12809", "display": <a name of LOINC's>}` -> LOINC's code
    where the display proves it, and athena's number in a system of its own. A code whose check digit is right stays."""
    made = _with_code(resource)
    return each(made, "component", _with_code)


def _with_code(holder: Element) -> Element:
    code = holder.get("code")
    if not isinstance(code, dict) or not any(_is_false(one) for one in codings(code)):
        return holder
    proven: list[Element] = []
    own: list[Element] = []
    for one in code["coding"]:
        if not isinstance(one, dict) or not _is_false(one):
            own.append(one)
            continue
        display = text_of(one, "display")
        if display is not None and (found := code_of(display)) is not None:
            proven.append({"system": fhir.LOINC, "code": found, "display": display})
        own.append({**one, "system": ANALYTE})
    return {**holder, "code": {**code, "coding": [*proven, *own]}}


def _is_false(coding: Element) -> bool:
    code = text_of(coding, "code")
    return coding.get("system") == fhir.LOINC and code is not None and not is_loinc(code)


def number_in_text(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] `"valueString": "27"`, "2.0", ">60" of a laboratory -> valueQuantity with the same digits, without a
    unit: none is sent. What is no number (`np`, `comment`, `1:80`) stays."""
    text = resource.get("valueString")
    if not isinstance(text, str) or not is_laboratory(resource) or (found := _NUMBER.fullmatch(text)) is None:
        return resource
    comparator = {"comparator": found[1]} if found[1] else {}
    rest = {name: value for name, value in resource.items() if name not in ("valueString", "_valueString")}
    return {**rest, "valueQuantity": {"value": Decimal(found[2]), **comparator}}


def units(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] `{"value": 5.9, "unit": "mmol/L"}` -> with UCUM, where a row has the unit; else as is, counted."""
    quantity = resource.get("valueQuantity")
    if not isinstance(quantity, dict) or not is_laboratory(resource):
        return resource
    made = in_ucum(quantity, standing, told)
    return resource if made is quantity else {**resource, "valueQuantity": made}


def in_ucum(quantity: Element, standing: Standing, told: Told) -> Element:
    """A Quantity with UCUM's code beside its own words; the same where it has a code, or no row knows the unit."""
    unit = text_of(quantity, "unit")
    if unit is None or "code" in quantity:
        return quantity
    found = UNIT.look_up(_CALCULATED.sub("", "".join(unit.split())), standing.concepts)
    if isinstance(found, Unmapped):
        told.unmapped.append(found)
        return quantity
    return {**quantity, "system": found.system, "code": found.code}


def interpretation(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] `[{"text": "above high normal"}]` -> the code, and the text; words that no row has stay, counted."""
    return each(resource, "interpretation", lambda concept: coded(concept, INTERPRETATION, standing, told))


def ranges(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] a text alone, padded with blanks -> trimmed, with `low` and `high` in the value's unit where it says
    both (`3.5-5.1`). `>59` has no such bounds: whether 59 is among them it doesn't say in FHIR's terms."""
    quantity = resource.get("valueQuantity")
    named = quantity if isinstance(quantity, dict) else {}
    unit = {name: named[name] for name in ("unit", "system", "code") if name in named}

    def parsed(one: Element) -> Element:
        text = text_of(one, "text")
        if text is None:
            return one
        bounds = {}
        if "low" not in one and "high" not in one and (found := _RANGE.fullmatch(text.strip())) is not None:
            low, high = Decimal(found[1]), Decimal(found[2])
            if low <= high:
                bounds = {"low": {"value": low, **unit}, "high": {"value": high, **unit}}
        return {**bounds, **one, "text": text.strip()} if bounds or text != text.strip() else one

    return each(resource, "referenceRange", parsed)


def notes(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] notes of laboratories with newlines about them -> without those at the ends; those within stay."""

    def trimmed(note: Element) -> Element:
        text = text_of(note, "text")
        return note if text is None or text == text.strip() else {**note, "text": text.strip()}

    return each(resource, "note", trimmed) if is_laboratory(resource) else resource


def day_of_midnight(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] a laboratory's effectiveDateTime at local midnight, which stands for a mere day -> the day."""
    if resource.get("resourceType") == "Observation" and not is_laboratory(resource):
        return resource
    day = day_alone(resource.get("effectiveDateTime"), standing.zone)
    return resource if day is None else {**resource, "effectiveDateTime": day}


def day_alone(moment: Any, zone: ZoneInfo) -> str | None:
    """The day of an instant that is midnight by its own offset, or where it is in UTC by `zone`; None for others."""
    local = _local(moment, zone)
    return None if local is None or local.time().replace(tzinfo=None).isoformat() != "00:00:00" else _day(local)


def _local(moment: Any, zone: ZoneInfo) -> datetime | None:
    if not isinstance(moment, str) or "T" not in moment:
        return None
    try:
        found = datetime.fromisoformat(moment)
        in_utc = moment.endswith("Z") or moment.endswith("+00:00")
        return found if found.tzinfo is None or not in_utc else found.astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _day(local: datetime) -> str:
    return local.date().isoformat()


def smoking_status_as_of(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: FAST] a smoking status with `issued` and without `effective[x]`, which US Core requires -> the day of
    `issued` as effectiveDateTime; `issued` stays."""
    if any(name.startswith(("effective", "_effective")) for name in resource):
        return resource
    if not any(one.get("system") == fhir.LOINC and one.get("code") in SMOKING for one in codings(resource.get("code"))):
        return resource
    local = _local(resource.get("issued"), standing.zone)
    return resource if local is None else {**resource, "effectiveDateTime": _day(local)}
