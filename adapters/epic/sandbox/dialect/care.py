"""Immunization, Procedure, CareTeam, Goal, CarePlan, ServiceRequest. Source: Epic shapes, captures 2024 to 2026."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, codes, coding, concept

LONGITUDINAL = coding(oids.SNOMED, "38717003", "Longitudinal care plan")
ASSESS_PLAN = coding("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan", "Assess & Plan")
LOCAL_ORDER = "LAB10052"


def immunization(resource: Resource, writing: Writing) -> Iterator[Resource]:
    made = {key: value for key, value in resource.items() if key != "statusReason"}
    standard = [{"system": one["system"], "code": one["code"]} for one in resource["vaccineCode"].get("coding", ())]
    made["vaccineCode"] = concept(*standard, text=resource["vaccineCode"].get("text"))
    if "doseQuantity" in made:
        dose = made["doseQuantity"]
        made["doseQuantity"] = {"value": dose["value"], "unit": dose.get("unit", "mL")} | {
            "system": oids.DOSE_UNIT,
            "code": "1",
        }
    for name in ("location", "manufacturer"):
        if name in made:
            made[name] = {"display": made[name].get("display", "Unknown")}
    if "occurrenceDateTime" in made:
        made["occurrenceDateTime"] = made["occurrenceDateTime"][:10]
    yield made


def procedure(resource: Resource, writing: Writing) -> Iterator[Resource]:
    text = resource["code"].get("text", "Procedure")
    number = str(crc32(text.encode()) % 100_000)
    local = coding(oids.PROCEDURE_CODE, number, text)
    standard = () if writing.odd("procedure of Epic's own", 3) else resource["code"].get("coding", ())
    plain = f"{crc32(resource['id'].encode()) % 10_000_000}"
    yield {
        **resource,
        "identifier": [
            {"use": "usual", "type": {"text": kind}, "system": oids.ORDER, "value": f"{plain}{place}"}
            for place, kind in enumerate(("ORD", "EAP"))
        ],
        "code": concept(local, *standard, text=text),
    }


def care_team(resource: Resource, writing: Writing) -> Iterator[Resource]:
    made = dict(resource)
    made["participant"] = [_member(one) for one in resource.get("participant", ())]
    yield {key: value for key, value in made.items() if value}


def _member(one: Element) -> Element:
    names = [role.get("text") or next((code.get("display") for code in role.get("coding", ())), None)
             for role in one.get("role", ())]  # fmt: skip
    roles = [
        concept(coding(oids.CARE_ROLE, str(crc32(name.encode()) % 100), name), text=name) for name in names if name
    ]
    return {**one, "role": roles} if roles else one


def goal(resource: Resource, writing: Writing) -> Iterator[Resource]:
    yield {**resource, "category": [concept(coding(oids.GOAL_CATEGORY, "1", "General"), text="General")]}


def care_plan(resource: Resource, writing: Writing) -> Iterator[Resource]:
    category = [concept(LONGITUDINAL, text="Longitudinal"), concept(ASSESS_PLAN, text="Assess & Plan")]
    yield {**resource, "category": category}


def service_request(resource: Resource, writing: Writing) -> Iterator[Resource]:
    text = resource["code"].get("text", "Order")
    found = list(resource["code"].get("coding", ()))
    if writing.odd("local code under CPT", 3):
        found = [coding(oids.CPT_OID, LOCAL_ORDER, text), *found]
    elif not codes(resource["code"], oids.CPT):
        found = [coding(oids.PROCEDURE_CODE, str(crc32(text.encode()) % 100_000), text), *found]
    made = {key: value for key, value in resource.items() if key not in ("reasonCode", "reasonReference")}
    made["intent"] = "filler-order"
    made["code"] = concept(*found, text=text)
    made["category"] = [_order_category(resource), *resource.get("category", ())]
    if "authoredOn" in made:
        made["authoredOn"] = made["authoredOn"][:10]
    yield made


def _order_category(resource: Resource) -> Element:
    first: Element = (resource.get("category") or [{}])[0]
    name = first.get("text") or next((one.get("display") for one in first.get("coding", ())), None) or "Order"
    return concept(coding(oids.ORDER_CATEGORY, str(crc32(name.encode()) % 1000), name), text=name)
