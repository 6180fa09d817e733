"""MedicationRequest, MedicationDispense and the Medication they point to.

Source: Epic medications, captures 2024 to 2026. A Medication is always a resource of its own: one of the formulary, or
of the chart where a prescription has only words for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, coding, concept

RATES = ("calculated", "admin-amount", "ordered")
_RATE_TYPE = "http://epic.com/CodeSystem/dose-rate-type"
_UNSEEN = frozenset({"reportedBoolean", "reportedReference", "reasonCode", "reasonReference"})


def medication_request(resource: Resource, writing: Writing) -> Iterator[Resource]:
    yield from _medication(resource, writing)
    made = {key: value for key, value in resource.items() if key not in _UNSEEN}
    if "authoredOn" in made:
        made["authoredOn"] = made["authoredOn"][:10]
    if "dosageInstruction" in made:
        made["dosageInstruction"] = [_dosage(one) for one in made["dosageInstruction"]]
    if "dispenseRequest" in made:
        made["dispenseRequest"] = _unsystematic(made["dispenseRequest"])
    yield _referring(made)


def medication_dispense(resource: Resource, writing: Writing) -> Iterator[Resource]:
    yield from _medication(resource, writing)
    made = _unsystematic(resource)
    if "dosageInstruction" in made:
        made["dosageInstruction"] = [_dosage(one) for one in made["dosageInstruction"]]
    yield _referring(made)


def medication(resource: Resource, writing: Writing) -> Iterator[Resource]:
    """Codings of Epic's and of drug files before the standard ones, which have no display."""
    number = str(crc32(resource["id"].encode()) % 1_000_000)
    standard = [{"system": one["system"], "code": one["code"]} for one in resource["code"].get("coding", ())]
    drug_files = (coding(oids.GPI_OID, f"{int(number):014d}"), coding(oids.DRUGS_OID, number))
    yield {
        **resource,
        "identifier": [{"use": "usual", "system": oids.MEDICATION, "value": number}],
        "code": concept(*drug_files, *standard, text=resource["code"].get("text")),
    }


def _medication(resource: Resource, writing: Writing) -> Iterator[Resource]:
    code = resource.get("medicationCodeableConcept")
    if code is not None and (id_ := _id(code)) not in writing.medications:
        writing.medications.add(id_)
        yield from medication({"resourceType": "Medication", "id": id_, "code": code}, writing)


def _referring(made: Resource) -> Resource:
    code = made.pop("medicationCodeableConcept", None)
    if code is not None:
        made["medicationReference"] = {"reference": f"Medication/{_id(code)}"} | (
            {"display": code["text"]} if "text" in code else {}
        )
    return made


def _id(code: Element) -> str:
    """Plain id of a drug, by its first code and its words."""
    first = (code.get("coding") or [{}])[0].get("code", "")
    return f"medication-{first}-{crc32(code.get('text', '').encode()):x}"


def _dosage(one: Element) -> Element:
    rates = one.get("doseAndRate")
    if not rates:
        return one
    rate = {key: value for key, value in _unsystematic(rates[0]).items() if key != "type"}
    return {**one, "doseAndRate": [{"type": _rate_type(name), **rate} for name in RATES]}


def _rate_type(name: str) -> Element:
    return concept(coding(_RATE_TYPE, name, name), text=name)


def _unsystematic(element: Element) -> Element:
    """Quantities keep value and unit."""
    made = dict(element)
    for key, value in element.items():
        if key.lower().endswith("quantity") and isinstance(value, dict):
            made[key] = {name: value[name] for name in ("value", "unit") if name in value}
    return made
