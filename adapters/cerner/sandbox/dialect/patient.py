"""Patient and RelatedPerson as Millennium writes them.

Source: Millennium FHIR R4, captured Patients. Identifiers typed by codeSet/4 and v2-0203, with the customer's OID or
no system at all; expired and internal ones stay; no SSN; birth sex and race by US Core; punctuation of a telephone
number only in the extension; address.text with line breaks.
"""

from __future__ import annotations

from typing import Any

from adapters.cerner.sandbox.dialect.shapes import EXTENSIONS, About, Element, Resource, absent, dual, every, hl7

OID = "urn:oid:2.16.840.1.113883.6.1000"
"""The customer's medical record numbers."""
COMMUNITY_OID = "urn:oid:2.16.840.1.113883.3.13.6"
RENDERED = "http://hl7.org/fhir/StructureDefinition/rendered-value"
TELEPHONE = "http://hl7.org/fhir/StructureDefinition/iso21090-TEL-address"
_SSN = "http://hl7.org/fhir/sid/us-ssn"


def patient(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["identifier"] = identifiers(serial, about, merged=not plain.get("active", True) and "link" in plain)
    made["name"] = _names(plain, serial)
    made["telecom"] = [telecom(one) for one in plain.get("telecom", ())]
    made["address"] = [address(one) for one in plain.get("address", ())]
    if "maritalStatus" in plain:
        made["maritalStatus"] = dual(plain["maritalStatus"], about.code_set(38))
    for one in made.get("communication", ()):
        one["language"] = dual(one["language"], about.code_set(36))
    made["contact"] = [_contact(one, about) for one in plain.get("contact", ())]
    made["link"] = [one for one in plain.get("link", ()) if one["type"] == "replaced-by"]
    return made


def identifiers(serial: int, about: About, *, merged: bool = False) -> list[Element]:
    """Of one person: the number at this customer, one that expired, the community's, and what is nobody's business."""
    number = f"{about.person:06d}"
    current: Element = {
        "id": f"CI-{serial}-0",
        "use": "usual",
        "type": _kind(about, "10", "MRN", "MR", "Medical record number"),
        "system": OID,
        "value": number,
        "_value": {"extension": [{"url": RENDERED, "valueString": number.zfill(12)}]},
        "period": {"start": "2012-03-05T10:00:00.000Z"},
    }
    if merged:
        current["use"] = "old"
        current["period"]["end"] = "2024-05-06T12:00:00.000Z"
    found = [current]
    if every(serial, 3):
        found.append(_expired(serial, about))
    if every(serial, 2):
        community = _kind(about, "18", "Community Medical Record Number", "MR", "Medical record number")
        found.append(
            {"id": f"CI-{serial}-2", "use": "usual", "type": community, "system": COMMUNITY_OID, "value": f"C{number}"}
        )
    person = {"text": "Federated Person Principal"}
    found.append(
        {"id": f"CI-{serial}-3", "use": "usual", "type": person, "system": OID + ".1", "value": f"fpp{number}"}
    )
    internal = {"text": "Millennium Person Identifier"}
    found.append({"id": f"CI-{serial}-4", "use": "secondary", "type": internal, "value": str(serial)})
    if every(serial, 5):
        found.append(absent())
    return found


def _expired(serial: int, about: About) -> Element:
    return {
        "id": f"CI-{serial}-1",
        "use": "usual",
        "type": _kind(about, "10", "MRN", "MR", "Medical record number"),
        "_system": absent(),
        "value": f"OLD{about.person}",
        "period": {"start": "2004-01-02T06:00:00.000Z", "end": "2012-03-05T10:00:00.000Z"},
    }


def _kind(about: About, code: str, display: str, standard: str, words: str) -> Element:
    own = {"system": about.code_set(4), "code": code, "display": display, "userSelected": True}
    return {"coding": [own, {**hl7("v2-0203", standard, words), "userSelected": False}], "text": display}


def _names(plain: Resource, serial: int) -> list[Element]:
    """What people are called stays; a former name where every fourth had one."""
    names = []
    for place, one in enumerate(plain["name"]):
        text = " ".join([*one.get("given", ()), one.get("family", "")]).strip()
        names.append({"id": f"CI-{serial}-{place}", "text": text, **one})
    if names and every(serial, 4):
        former = {"use": "old", "text": "Former, Known As", "family": "Former", "given": ["Known As"]}
        names.append({**former, "period": {"end": "2015-06-01T05:59:59.000Z"}})
    return names


def telecom(one: Element) -> Element:
    """Digits only; what was typed stands in the extension."""
    if one.get("system") != "phone":
        return one
    digits = "".join(filter(str.isdecimal, one["value"]))
    extension: list[dict[str, Any]] = [{"url": TELEPHONE, "valueUri": f"tel:{one['value']}"}]
    return {**one, "value": digits, "_value": {"extension": extension}}


def address(one: Element) -> Element:
    town = f"{one.get('city', '')}, {one.get('state', '')} {one.get('postalCode', '')}"
    return {**one, "text": "\n".join([*one.get("line", ()), town, one.get("country", "US")])}


def _contact(one: Element, about: About) -> Element:
    kinds = [dual(kind, about.code_set(40)) for kind in one.get("relationship", ())]
    found = {**one, "relationship": kinds}
    if "telecom" in one:
        found["telecom"] = [telecom(each) for each in one["telecom"]]
    return found


def related_person(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["relationship"] = [dual(kind, about.code_set(40)) for kind in plain.get("relationship", ())]
    made["telecom"] = [telecom(one) for one in plain.get("telecom", ())]
    made["address"] = [address(one) for one in plain.get("address", ())]
    level = {"system": about.code_set(351), "code": "1150", "display": "Patient", "userSelected": True}
    made["extension"] = [
        *plain.get("extension", ()),
        {"url": EXTENSIONS + "relationship-level", "valueCodeableConcept": {"coding": [level], "text": "Patient"}},
    ]
    made["period"] = {"start": "2019-01-01T06:00:00.000Z"} if every(serial, 2) else None
    return made
