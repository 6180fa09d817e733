"""Practitioner, Organization and Location as Millennium writes them; there is no PractitionerRole.

Source: Millennium FHIR R4, captured resources. Practitioner 1 is the system user. NPI beside the site's own
identifiers.
"""

from __future__ import annotations

from adapters.cerner.sandbox.dialect.patient import address, telecom
from adapters.cerner.sandbox.dialect.shapes import TERMINOLOGY, About, Element, Resource, dual, every, hl7
from adapters.cerner.sandbox.ids import SYSTEM_USER

PRACTITIONER_OID = "urn:oid:2.16.840.1.113883.6.1001"
BUILDING = {"coding": [{"system": TERMINOLOGY + "location-physical-type", "code": "bu", "display": "Building"}]}


def system_user() -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": SYSTEM_USER,
        "active": True,
        "name": [{"use": "usual", "text": "SYSTEM, SYSTEM Cerner", "family": "SYSTEM", "given": ["SYSTEM Cerner"]}],
    }


def practitioner(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    kept = [one for one in plain.get("identifier", ()) if one["system"].endswith("us-npi")]
    made["identifier"] = [{**one, "type": _kind("NPI", "National provider identifier")} for one in kept]
    made["identifier"].append(
        {"type": _kind("PRN", "Provider number"), "system": PRACTITIONER_OID, "value": str(serial)}
    )
    made["telecom"] = [telecom(one) for one in plain.get("telecom", ())]
    made["address"] = [address(one) for one in plain.get("address", ())]
    made["name"] = [{**one, "text": _written(one)} for one in plain["name"]]
    return made


def organization(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["telecom"] = [telecom(one) for one in plain.get("telecom", ())]
    made["address"] = [address(one) for one in plain.get("address", ())]
    made["type"] = [dual(one, about.code_set(278)) for one in plain.get("type", ())]
    return made


def location(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["type"] = [dual(one, about.code_set(222), bare=every(serial, 2)) for one in plain.get("type", ())]
    made["physicalType"] = dual(BUILDING, about.code_set(222))
    made["telecom"] = [telecom(one) for one in plain.get("telecom", ())]
    if "address" in plain:
        made["address"] = address(plain["address"])
    return made


def _kind(code: str, display: str) -> Element:
    return {"coding": [{**hl7("v2-0203", code, display), "userSelected": False}], "text": display}


def _written(name: Element) -> str:
    return ", ".join(part for part in (name.get("family"), " ".join(name.get("given", ()))) if part)
