"""Patient. Source: Epic Patient shape, captures 2024 to 2026."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.epic.sandbox import ids, matcher, oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, coding, concept

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
_NEW_SEX = f"{US_CORE}/us-core-sex"
_OLD_SEX = (f"{US_CORE}/us-core-birthsex", f"{US_CORE}/us-core-genderIdentity")
_RACE, _ETHNICITY = f"{US_CORE}/us-core-race", f"{US_CORE}/us-core-ethnicity"
_UNKNOWN_RACE = {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK", "display": "Unknown"}


def patient(resource: Resource, writing: Writing) -> Iterator[Resource]:
    name = {key: value for key, value in resource["name"][0].items() if key in ("family", "given")}
    name = {"text": " ".join([*name.get("given", ()), name["family"]]), **name}
    made = {
        **resource,
        "extension": [*_sexes(resource, writing), *_people(resource, writing)],
        "identifier": list(_identifiers(writing)),
        "name": [{"use": "official", **name}, {"use": "usual", **name}],
        "managingOrganization": {**resource["managingOrganization"], "display": "Sample Health Service Area"},
    }
    made.pop("link", None)  # a merged record is never shown: its address leads to the survivor
    if "deceasedDateTime" not in made:
        made["deceasedBoolean"] = False
    if "maritalStatus" in made:
        made["maritalStatus"] = {"text": made["maritalStatus"].get("text") or "Unknown"}
    if "address" in made:
        made["address"] = [_address(one, writing) for one in made["address"]]
    yield made


def _address(one: Element, writing: Writing) -> Element:
    text = "\r\n".join([*one.get("line", ()), f"{one['city'].upper()} {one['state']} {one['postalCode']}"])
    return {"text": text, **one, "period": {"start": writing.person.registered.isoformat()}}


def _sexes(resource: Resource, writing: Writing) -> Iterator[Element]:
    sex = resource.get("gender", "unknown")
    legal = coding(oids.SEXES, sex)
    yield {
        "url": f"{oids.OPEN_EPIC}/extension/legal-sex",
        "valueCodeableConcept": concept(legal, text=sex.capitalize()),
    }
    yield {"url": f"{oids.OPEN_EPIC}/extension/sex-for-clinical-use", "valueCodeableConcept": concept(legal)}
    kept = (_NEW_SEX,) if writing.release.us_core_sex else _OLD_SEX
    yield from (one for one in resource.get("extension", ()) if one["url"] in kept)


def _people(resource: Resource, writing: Writing) -> Iterator[Element]:
    found = {one["url"]: one for one in resource.get("extension", ())}
    race = found.get(_RACE)
    if race is None or writing.person.race_declined:
        parts = [{"url": "ombCategory", "valueCoding": _UNKNOWN_RACE}, {"url": "text", "valueString": "Unknown"}]
        race = {"url": _RACE, "extension": parts}
    yield race
    ethnicity = found.get(_ETHNICITY) or {
        "url": _ETHNICITY,
        "extension": [{"url": "text", "valueString": "Unknown"}],
    }
    if writing.odd("ethnicity in words", 3):
        ethnicity = {**ethnicity, "extension": [one for one in ethnicity["extension"] if one["url"] == "text"]}
    yield ethnicity


def _identifiers(writing: Writing) -> Iterator[Element]:
    known = matcher.identifiers(writing.person)
    fhir_id = ids.of("Patient", str(writing.number), writing.number, writing.context)
    rows = (
        ("CEID", oids.PATIENT_CEID, known["CEID"]),
        ("EPIC", oids.PATIENT_EPIC, known["EPIC"]),
        ("EXTERNAL", oids.PATIENT_RECORD, known["EXTERNAL"]),
        ("FHIR", f"{oids.OPEN_EPIC}/patient-dstu2-fhir-id", f"T{fhir_id[1:-1]}B"),
        ("FHIR STU3", f"{oids.OPEN_EPIC}/patient-fhir-id", fhir_id),
        ("INTERNAL", oids.PATIENT_RECORD, f"     {known['EXTERNAL']}"),
        ("EPI", oids.PATIENT_EPI, known["EPI"]),
    )
    for text, system, value in rows:
        yield {"use": "usual", "type": {"text": text}, "system": system, "value": value}
    if "SSN" in known:
        yield {"use": "usual", "system": oids.SSN_OID, "value": known["SSN"]}
