"""Observation as Millennium writes it: vital signs, pairs of pressures, laboratory, social history.

Source: Millennium FHIR R4, captured Observations. codeSet/72 beside LOINC, sometimes alone; a component of a pressure
carries the panel's code too; category may be only what stands for the absent; quantities without unit, or with a list
of translations; control text in notes; a status with a blank at its end.
"""

from __future__ import annotations

from decimal import Decimal

from adapters.cerner.sandbox.dialect.shapes import (
    LOINC,
    TERMINOLOGY,
    About,
    Element,
    Resource,
    absent,
    dual,
    every,
    proprietary,
    respelled,
    words_of,
)
from adapters.cerner.sandbox.ids import PARTNER, SYSTEM_USER, categories

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation"
PERFORMER_FUNCTION = "http://hl7.org/fhir/StructureDefinition/event-performerFunction"
PANEL = {"system": LOINC, "code": "85354-9"}
PERCENTILES = frozenset({"8289-1", "59576-9", "77606-2"})
CONTROL_TEXT = "^~:!PDF"
_NAMES = {"vital-signs": "Vital Signs", "laboratory": "Laboratory", "social-history": "Social History"}
_MASSES = (("ng", "1e12"), ("ug", "1e9"), ("mg", "1e6"), ("cg", "1e5"), ("g", "1e3"), ("kg", "1"))
_PER_KG = {"kg": Decimal(1), "g": Decimal("0.001"), "[lb_av]": Decimal("0.45359237")}


def observation(plain: Resource, serial: int, about: About) -> Resource:
    found = categories(plain)
    made = dict(plain)
    made["identifier"] = [{"system": "https://fhir.cerner.com/ceuuid", "value": f"CE{about.person:04x}-{serial}-2026"}]
    made["category"] = _category(plain, serial, lab="laboratory" in found)
    respelled(made, serial, "effectiveDateTime", "effectivePeriod", "issued")
    if plain["id"].startswith("BP-"):
        return _pressures(made, serial, about)
    only = _proprietary_only(serial, found)
    made["code"] = dual(plain["code"], about.code_set(72), only=only, bare=every(serial, 9, 5))
    if "valueQuantity" in made:
        percentile = any(one["code"] in PERCENTILES for one in _loinc(plain["code"]))
        made["valueQuantity"] = _quantity(made["valueQuantity"], serial, "laboratory" in found, percentile)
    if "valueCodeableConcept" in made and "social-history" not in found:
        made["valueCodeableConcept"] = dual(made["valueCodeableConcept"], about.code_set(1))
    if "interpretation" in made:
        made["interpretation"] = [dual(one, about.code_set(52)) for one in made["interpretation"]]
    made["performer"] = _performers(plain, function="vital-signs" in found)
    if every(serial, 10, 3):
        made["note"] = [*made.get("note", ()), {"text": CONTROL_TEXT}]
    if "component" in made:
        made["component"] = [{**one, "code": dual(one["code"], about.code_set(72))} for one in made["component"]]
    if "laboratory" in found:
        made.pop("specimen", None)
        if made["status"] == "entered-in-error":
            _mask(made)
    return made


def _proprietary_only(serial: int, found: set[str]) -> bool:
    return ("laboratory" in found and every(serial, 7, 3)) or ("survey" in found and every(serial, 3, 1))


def _category(plain: Resource, serial: int, *, lab: bool) -> list[Element]:
    if lab and every(serial, 7, 1):
        return [{"coding": [absent()]}]
    system = TERMINOLOGY + "observation-category"
    kept = []
    for concept in plain.get("category", ()):
        codings = [one for one in concept.get("coding", ()) if one.get("system") == system]
        text = next((_NAMES.get(one["code"], one.get("display", one["code"])) for one in codings), None)
        kept.append({"coding": [{**one, "userSelected": False} for one in codings], "text": text} if text else concept)
    return kept


def _pressures(made: Resource, serial: int, about: About) -> Resource:
    """A pair has both results' identifiers, and the panel's code stands wrongly in each component."""
    made["identifier"] = [
        {"system": "https://fhir.cerner.com/ceuuid", "value": f"CE{about.person:04x}-{number}-2026"}
        for number in (serial, serial + PARTNER)
    ]
    made["code"] = {"coding": [dict(PANEL)], "text": "Blood pressure"}
    made["component"] = [
        {**one, "code": {"coding": [_own(one["code"], about), *_loinc(one["code"]), dict(PANEL)]}}
        for one in made["component"]
    ]
    if every(serial, 2) and len(made["component"]) > 1:
        made["component"] = [one for one in made["component"] if "dataAbsentReason" not in one]
    made["performer"] = _performers(made, function=True)
    return made


def _own(concept: Element, about: About) -> Element:
    return {key: value for key, value in proprietary(about.code_set(72), words_of(concept)).items() if key != "display"}


def _loinc(concept: Element) -> list[Element]:
    return [{"system": LOINC, "code": one["code"]} for one in concept.get("coding", ()) if one["system"] == LOINC]


def _performers(plain: Resource, *, function: bool) -> list[Element]:
    """Who took a vital sign has a function; who has no record in the directory is the system user."""
    found = [{"reference": f"Practitioner/{SYSTEM_USER}", **one} for one in plain.get("performer", ())]
    role = {"system": TERMINOLOGY + "v3-ParticipationType", "code": "LA"}
    extension = [{"url": PERFORMER_FUNCTION, "valueCodeableConcept": {"coding": [role]}}]
    nobody = [{"reference": f"Practitioner/{SYSTEM_USER}"}]
    return [{"extension": extension, **one} for one in found or nobody] if function else found


def _quantity(quantity: Element, serial: int, lab: bool, percentile: bool) -> Element:
    """A weight repeats itself in every unit of mass; a laboratory's unit may be mere words, a percentile has none."""
    found = {"id": f"CA-{serial % 10}", **quantity}
    if percentile and every(serial, 2):
        return {"value": found["value"]}
    if lab and every(serial, 4, 2):
        return {key: value for key, value in found.items() if key not in ("system", "code")}
    if (per := _PER_KG.get(found.get("code", ""))) is not None and not lab:
        kilograms = Decimal(str(found["value"])) * per
        found["extension"] = [
            {"url": TRANSLATION, "valueQuantity": {"value": _plain(kilograms * Decimal(times)), "unit": unit}}
            for unit, times in _MASSES
        ]
    return found


def _plain(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.001")))


def _mask(made: Resource) -> None:
    """What was entered in error has a blank behind its status, and no value that anybody may see."""
    made["status"] = "entered-in-error "
    for name in ("valueQuantity", "valueString", "valueCodeableConcept", "interpretation", "referenceRange"):
        made.pop(name, None)
    masked = {"system": TERMINOLOGY + "data-absent-reason", "code": "masked", "display": "Masked"}
    made["dataAbsentReason"] = {"coding": [masked]}
