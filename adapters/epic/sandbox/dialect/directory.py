"""Practitioner, PractitionerRole, Location: what belongs to no patient. Source: Epic shapes, captures 2024 to 2026."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, coding, concept

TYPES = frozenset({"Location", "Medication", "Organization", "Practitioner", "PractitionerRole"})
"""Types whose records are in nobody's chart."""

LOCATION_TYPE = coding(oids.LOCATION_TYPE, "1", "Department")
_MASKED = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}


def practitioner(resource: Resource, writing: Writing) -> Iterator[Resource]:
    made = {**resource, "identifier": list(_identifiers(resource)), "name": [_name(one) for one in resource["name"]]}
    if writing.context == "patient":
        made["name"] = [_masked(one) for one in made["name"]]
    yield made


def practitioner_role(resource: Resource, writing: Writing) -> Iterator[Resource]:
    specialties = resource.get("specialty", ())
    made = {**resource, "specialty": [_specialty(one) for one in specialties]}
    yield {key: value for key, value in made.items() if value}


def location(resource: Resource, writing: Writing) -> Iterator[Resource]:
    standard = [code for one in resource.get("type", ()) for code in one.get("coding", ())]
    yield {**resource, "type": [concept(LOCATION_TYPE, *standard, text="Department")]}


def _identifiers(resource: Resource) -> Iterator[Element]:
    for one in resource.get("identifier", ()):
        if one["system"] == oids.NPI:
            yield {"use": "usual", "type": {"text": "NPI"}, **one}
        elif one["system"].endswith(("/clinician", "/directory")):
            yield {"use": "usual", "type": {"text": "INTERNAL"}, "system": oids.PROVIDER, "value": f"  {one['value']}"}
            yield {"use": "usual", "type": {"text": "EXTERNAL"}, "system": oids.PROVIDER, "value": one["value"]}


def _name(one: Element) -> Element:
    if "family" not in one:
        return {"use": "usual", **one}
    text = " ".join([*one.get("given", ()), one["family"]])
    return {"use": "usual", "text": text, "family": one["family"], "given": one.get("given", [])}


def _masked(one: Element) -> Element:
    given = [part for part in one.get("given", ()) if part]
    shown = {"use": one["use"], "text": " ".join(given) or "Provider", "_family": _MASKED}
    return shown | ({"given": given} if given else {})


def _specialty(one: Element) -> Element:
    codes = [coding(oids.NUCC_OID, each["code"], each.get("display")) for each in one.get("coding", ())]
    local = coding(oids.SPECIALTY, str(sum(map(ord, one.get("text", "")))), one.get("text"))
    return concept(local, *codes, text=one.get("text"))
