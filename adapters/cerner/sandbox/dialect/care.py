"""Procedure, CarePlan, CareTeam, Goal, Coverage and Device as Millennium writes them.

Source: Millennium FHIR R4, captured resources. A procedure's text is its CPT number; a plan is its narrative; a team
that goes on ends on the last day of 2100, and roles are words.
"""

from __future__ import annotations

from adapters.cerner.sandbox.dialect.shapes import (
    EXTENSIONS,
    LOINC,
    About,
    Element,
    Resource,
    dual,
    every,
    respelled,
    without,
    words_of,
)

CPT = "http://www.ama-assn.org/go/cpt"
OPEN_END = "2100-12-31"
LONGITUDINAL = {"system": LOINC, "code": "LA27976-2", "display": "Longitudinal care-coordination focused care team"}


def procedure(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    cpt = next((one["code"] for one in plain["code"].get("coding", ()) if one.get("system") == CPT), None)
    made["code"] = dual(plain["code"], about.vocabulary("nomenclature"), only=every(serial, 7, 2))
    if cpt:
        made["code"]["text"] = cpt
    if every(serial, 6, 3):
        made["contained"] = [{"resourceType": "PractitionerRole", "id": str(serial), "code": [{"text": "Surgeon"}]}]
        made["asserter"] = {"reference": f"#{serial}"}
    respelled(made, serial, "performedDateTime", "performedPeriod")
    return made


def care_plan(plain: Resource, serial: int, about: About) -> Resource:
    made = without(plain, "activity", "goal")
    respelled(made, serial, "period", "created")
    return made


def care_team(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["category"] = [{"coding": [dict(LONGITUDINAL)], "text": "Longitudinal"}]
    made["participant"] = [_member(one) for one in plain.get("participant", ())]
    return made


def _member(one: Element) -> Element:
    made = dict(one)
    made["role"] = [{"text": words_of(role)} for role in one.get("role", ())]
    made["period"] = {"start": "2015-04-01", **one.get("period", {}), "end": OPEN_END}
    return made


def goal(plain: Resource, serial: int, about: About) -> Resource:
    return {**plain, "description": {"text": words_of(plain["description"])}}


def coverage(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    if "type" in plain:
        made["type"] = dual(plain["type"], about.code_set(367))
    amount = {"value": 0.0, "currency": "USD"}
    made["extension"] = [{"url": EXTENSIONS + "estimated-financial-responsibility-amount", "valueMoney": amount}]
    respelled(made, serial, "period")
    return made


def device(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["type"] = dual(plain["type"], about.code_set(11001)) if "type" in plain else None
    respelled(made, serial, "manufactureDate", "expirationDate")
    return made
