"""Patient. Source: fasten, the-map, ronin: captures 2024 to 2026."""

from __future__ import annotations

from typing import Any

from mappings.fhir_r4.repair import Standing, Told, with_
from mappings.fhir_r4.shapes import elements, once
from mappings.mapped import Resource

IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"

FHIR_IDS = "http://open.epic.com/FHIR/StructureDefinition/patient-"
"""What systems of a patient's ids in DSTU2, STU3 and R4 begin with: they are addresses of the EHR, and no numbers."""

PORTAL_LOGINS = ("MYCHARTLOGIN", "WPRINTERNAL")
"""`type.text` of the patient portal's accounts. [common knowledge]"""


def identifiers_of_people(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Identifiers have a type in words only, so that the organisation says which system holds its medical record
    numbers (setting `mrn_system`): it becomes v2-0203 MR. INTERNAL is EXTERNAL padded with blanks: told once. FHIR ids
    of other releases and logins of the portal are no identifiers of a person. [seen: fasten, the-map]"""
    sent = resource.get("identifier")
    if not isinstance(sent, list):
        return resource
    made = [_typed(one, standing.options.get("mrn_system")) for one in sent if not _of_no_person(one)]
    kept = once(made, _key)
    if len(kept) == len(sent) and all(one is other for one, other in zip(kept, sent, strict=True)):
        return resource
    return with_(resource, identifier=kept)


def _of_no_person(identifier: Any) -> bool:
    if not isinstance(identifier, dict):
        return False
    type_ = identifier.get("type")
    words = type_.get("text") if isinstance(type_, dict) else None
    return str(identifier.get("system", "")).startswith(FHIR_IDS) or words in PORTAL_LOGINS


def _typed(identifier: Any, mrn_system: Any) -> Any:
    if not isinstance(identifier, dict):
        return identifier
    made = identifier
    value = made.get("value")
    if isinstance(value, str) and value != value.strip():
        made = {**made, "value": value.strip()}
    type_ = made.get("type", {})
    if mrn_system and made.get("system") == mrn_system and isinstance(type_, dict) and "coding" not in type_:
        made = {**made, "type": {"coding": [{"system": IDENTIFIER_TYPE, "code": "MR"}], **type_}}
    return made


def _key(identifier: Any) -> Any:
    if not isinstance(identifier, dict) or not isinstance(identifier.get("value"), str):
        return None
    return identifier.get("system"), identifier["value"]


def each_name_once(resource: Resource, standing: Standing, told: Told) -> Resource:
    """The official and the usual name are equal: the first is told. [seen: fasten, the-map]"""
    sent = resource.get("name")
    if not isinstance(sent, list):
        return resource
    kept = once(sent, lambda one: {**one, "use": None} if isinstance(one, dict) else None)
    return resource if kept is sent else with_(resource, name=kept)


def address_lines(resource: Resource, standing: Standing, told: Told) -> Resource:
    """`address.text` breaks its lines with carriage return and line feed. [seen: fasten, the-map]"""
    if not any("\r" in str(one.get("text", "")) for one in elements(resource.get("address"))):
        return resource
    return with_(resource, address=[_lines(one) for one in resource["address"]])


def _lines(address: Any) -> Any:
    text = address.get("text") if isinstance(address, dict) else None
    return {**address, "text": text.replace("\r\n", "\n").replace("\r", "\n")} if isinstance(text, str) else address


def merged(type_: str, id_: str, survivor: str) -> Resource:
    """What a merged record is now, of which Epic only says by a redirect where it went (4107). [seen: epic-doc]"""
    link = {"other": {"reference": f"{type_}/{survivor}"}, "type": "replaced-by"}
    return {"resourceType": type_, "id": id_, "active": False, "link": [link]}
