"""How a medicine is taken: athenaNet's sig as a FHIR Dosage. https://hl7.org/fhir/R4/dosage.html"""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.athenanet import codes_medicines as codes
from mappings.athenanet.scalars import as_bool, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Record

AS_NEEDED = "as needed"  # words of dosagefrequencydescription


def dosage(record: Record, period: fhir.Element | None, translation: Translation) -> fhir.Element | None:
    """Dosage of a medication entry; `period` is that of the therapy. None where nothing is said of either."""
    sig: Record = as_record(record["structuredsig"]) if _structured(record) else {}
    words = as_str(sig.get("dosagefrequencydescription"))
    timing = fhir.element(repeat=_repeat(sig, period, translation), code=fhir.codeable(text=words))
    more = fhir.codeable(text=as_str(sig.get("dosageadditionalinstructions")))
    return fhir.element(
        text=as_str(record.get("unstructuredsig")) or _worded(sig),
        additionalInstruction=[more],
        timing=timing,
        asNeededBoolean=True if words and AS_NEEDED in words.casefold() else None,
        route=translation.codeable(codes.ROUTE, sig.get("dosageroute")),
        method=fhir.codeable(text=as_str(sig.get("dosageaction"))),
        doseAndRate=[
            fhir.element(doseQuantity=quantity(sig, "dosagequantityvalue", "dosagequantityunit", translation))
        ],
    )


def quantity(record: Record, value: str, unit: str, translation: Translation) -> fhir.Element | None:
    """The number at key `value` in the unit at key `unit`; None where it is no number, which the sig's text still
    tells. A unit that no table knows is kept in its words."""
    number, words = as_str(record.get(value)), as_str(record.get(unit))
    if number is None:
        return None
    try:
        found = fhir.quantity(number, words)
    except ValueError:
        return None
    known = translation.concept(codes.UNIT, words)
    return {**found, "system": known.system, "code": known.code} if known else found


def duration(record: Record, translation: Translation) -> fhir.Element | None:
    """Duration of what the sig says in dosagedurationvalue and dosagedurationunit."""
    sig: Record = as_record(record["structuredsig"]) if _structured(record) else {}
    unit = translation.concept(codes.DURATION, sig.get("dosagedurationunit"))
    length = _positive(sig.get("dosagedurationvalue"))
    if unit is None or length is None:
        return None
    return fhir.quantity(length, as_str(sig.get("dosagedurationunit")), unit.code)


SAID = ("action", "quantityvalue", "quantityunit", "frequencydescription", "route", "durationvalue", "durationunit")


def _worded(sig: Record) -> str | None:
    """The sig's own words in a row, where nobody wrote it out."""
    return " ".join(filter(None, (as_str(sig.get(f"dosage{key}")) for key in SAID))) or None


def _structured(record: Record) -> bool:
    """Whether there is a structured sig; a flag that cannot be read does not take it away."""
    try:
        said = as_bool(record.get("isstructuredsig"))
    except ValueError:
        said = None
    return said is not False and bool(record.get("structuredsig"))


def _repeat(sig: Record, period: fhir.Element | None, translation: Translation) -> fhir.Element | None:
    unit = translation.concept(codes.PER_TIME, sig.get("dosagefrequencyunit"))
    often = _positive(sig.get("dosagefrequencyvalue"))
    if unit is None or often is None:
        return fhir.element(boundsPeriod=period)
    counts, time = unit.code.split()
    if counts == "every":
        return fhir.element(boundsPeriod=period, frequency=1, period=fhir.decimal(often), periodUnit=time)
    if not often.isdecimal():
        return fhir.element(boundsPeriod=period)
    return fhir.element(boundsPeriod=period, frequency=int(often), period=fhir.decimal("1"), periodUnit=time)


def _positive(value: Any) -> str | None:
    """The digits of a number above zero, None for anything else."""
    text = as_str(value)
    try:
        return text if text is not None and 0 < fhir.decimal(text) < 10_000 else None
    except ValueError:
        return None
