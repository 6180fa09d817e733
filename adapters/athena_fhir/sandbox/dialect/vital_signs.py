"""Observation, vital signs: good LOINC and UCUM, days without an hour. Source: recorded Observations (preview, November
2024). Values come in the units that the REST API keeps: grams, centimetres, Fahrenheit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, mistaken, numbered, share

UCUM = "http://unitsofmeasure.org"
# UCUM as measured: (UCUM as kept, factor)
_KEPT = {
    "[lb_av]": ("g", Decimal("453.59237")),
    "kg": ("g", Decimal(1000)),
    "[in_i]": ("cm", Decimal("2.54")),
}
_WORDS = {
    "mm[Hg]": "millimeter of mercury",
    "/min": "Beats / minute",
    "kg/m2": "kg/m2",
    "[degF]": "degrees Fahrenheit",
    "g": "g",
    "cm": "cm",
    "%": "%",
}
_LEFT_OUT = ("issued", "performer")
_TWIN = 60


def vital_sign(here: Here, made: Resource) -> list[Resource]:
    for name in _LEFT_OUT:
        made.pop(name, None)
    taken = str(made.get("effectiveDateTime", ""))
    made["effectiveDateTime"] = here.day(taken)
    refused = False
    for one in (made, *made.get("component", ())):
        if "valueQuantity" in one:
            one["valueQuantity"] = _native(one["valueQuantity"])
        codes = {code["code"] for code in one.get("dataAbsentReason", {}).get("coding", ())}
        refused = refused or bool(codes & {"not-performed", "asked-declined"})
    if refused:
        made["status"] = "amended"
    return [made, *_mistake(here, made)]


def _native(quantity: dict[str, Any]) -> dict[str, Any]:
    code = quantity.get("code")
    value: int | float = quantity["value"]
    if code in _KEPT:
        code, factor = _KEPT[code]
        exact = (Decimal(str(value)) * factor).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
        value = int(exact) if exact == exact.to_integral_value() else float(exact)
    if code is None:
        return quantity
    return {"value": value, "unit": _WORDS.get(code, quantity["unit"]), "system": UCUM, "code": code}


def _mistake(here: Here, made: Resource) -> list[Resource]:
    """About every sixth."""
    if not share(made["id"], 6):
        return []
    first, *rest = numbered(made["id"])
    kind = "pressure" if rest else "percentile" if "percentile" in made["id"] else "vital"
    return [mistaken(made, here.names.made(kind, *(one + _TWIN for one in (first, *rest))))]
