"""Vital signs: flowsheet rows. Source: Epic vitals and blood pressure, captures 2024 to 2026.

One row, one Observation; nothing but values comes with it: no site, no method, no position.
"""

from __future__ import annotations

from typing import Any

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, coding, concept

PANEL = "8716-3"
BLOOD_PRESSURE = "85354-9"
UCUM = "http://unitsofmeasure.org"
_PRESSURES = ("8480-6", "8462-4")
_PERCENTILES = frozenset({"8303-0", "8336-0", "8289-1", "59576-9"})

# LOINC: row, its name for the backend, its name for the patient, other LOINC codes beside it
ROWS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "85354-9": ("5", "BP", "Blood Pressure", ("55284-4",)),
    "8310-5": ("6", "Temp", "Temperature", ()),
    "8867-4": ("8", "Pulse", "Pulse", ()),
    "9279-1": ("9", "Resp", "Respiratory Rate", ()),
    "59408-5": ("10", "SpO2", "Oxygen Saturation", ()),
    "8302-2": ("11", "Height", "Height", ("3137-7",)),
    "29463-7": ("14", "Weight", "Weight", ("3141-9",)),
    "39156-5": ("301070", "BMI (Calculated)", "Body Mass Index", ()),
    "9843-4": ("16", "Head Circumference", "Head Circumference", ()),
    "72514-3": ("301060", "Pain Score", "Pain Score", ()),
}
_KEPT = frozenset(
    "resourceType id status category subject encounter effectiveDateTime issued dataAbsentReason note".split()
)


def vital_sign(resource: Resource, writing: Writing) -> Resource:
    made = {key: value for key, value in resource.items() if key in _KEPT or key.startswith("value")}
    known = [one["code"] for one in resource["code"].get("coding", ()) if one["system"] == oids.LOINC]
    made["category"] = [{**one, "text": "Vital Signs"} for one in resource["category"]]
    if _PERCENTILES & set(known):
        return _percentile(made, resource, writing)
    made["extension"] = [
        {
            "url": f"{oids.OPEN_EPIC}/extension/template-id",
            "valueIdentifier": {"system": oids.FLOWSHEET_TEMPLATE, "value": "0"},
        }
    ]
    made["code"] = _code(known, resource["code"].get("text", ""), writing)
    if "component" in resource:
        parts = (one for one in resource["component"] if BLOOD_PRESSURE not in known or _code_of(one) in _PRESSURES)
        made["component"] = [_part(one) for one in parts]
    if "valueQuantity" in made:
        made["valueQuantity"] = _unit(made["valueQuantity"])
    if "8310-5" in known and "valueQuantity" in made:
        _in_celsius(made)
    return made


def _percentile(made: Resource, resource: Resource, writing: Writing) -> Resource:
    """LOINC alone, and not always a value."""
    made["code"] = resource["code"]
    if "valueQuantity" in made and writing.odd("percentile without value", 2):
        del made["valueQuantity"]
        unknown = coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown")
        made["dataAbsentReason"] = concept(unknown, text="Unknown")
        made["note"] = [{"text": "Growth percentile could not be calculated."}]
    return made


def _code(known: list[str], text: str, writing: Writing) -> Element:
    row, backend, patient, more = ROWS.get(known[0] if known else "", (_row(text), text, text, ()))
    name = patient if writing.context == "patient" else backend
    parts = list(_PRESSURES)[::-1] if BLOOD_PRESSURE in known else known
    return concept(
        coding(oids.FLOWSHEET_ROW, row, name),
        coding(f"{oids.OPEN_EPIC}/observation-flowsheet-id", f"t{int(row):011X}A0", name),
        *(coding(oids.LOINC_OID, code) for code in parts),
        *(coding(oids.LOINC, code) for code in (*more, *known, PANEL)),
        text=name,
    )


def _row(text: str) -> str:
    return str(3_040_000_000 + sum(place * ord(letter) for place, letter in enumerate(text, 1)))


def _code_of(component: Element) -> str:
    return str(component["code"]["coding"][0]["code"])


def _part(component: Element) -> Element:
    if "valueQuantity" not in component:
        return component
    return {**component, "valueQuantity": _unit(component["valueQuantity"])}


def _unit(quantity: Element) -> Element:
    """The unit in words is UCUM's code."""
    return {**quantity, "unit": quantity["code"]} if "code" in quantity else quantity


def _in_celsius(made: dict[str, Any]) -> None:
    measured = made["valueQuantity"]
    if measured.get("code") != "[degF]":
        return
    made["extension"] = [
        *made["extension"],
        {"url": f"{oids.OPEN_EPIC}/extension/temperature-in-fahrenheit", "valueQuantity": measured},
    ]
    celsius = round((float(measured["value"]) - 32) * 5 / 9, 1)
    made["valueQuantity"] = {"value": celsius, "unit": "Cel", "system": UCUM, "code": "Cel"}
