"""Condition, AllergyIntolerance, Encounter and Appointment as Millennium writes them.

Source: Millennium FHIR R4, captured resources and the reference of 2024. Problems may have a second category from
SNOMED and a code of e-imo.com; a diagnosis has no clinicalStatus where the site does not map it; an allergy entered in
error has none at all, and a text that differs from its code; Encounter.type by codeSet/71, identifiers with a trailing
dot.
"""

from __future__ import annotations

from adapters.cerner.sandbox.dialect.shapes import (
    EXTENSIONS,
    SNOMED,
    TERMINOLOGY,
    About,
    Element,
    Resource,
    dual,
    every,
    hl7,
    millis,
    respelled,
    words_of,
)
from adapters.cerner.sandbox.ids import categories

IMO = "http://e-imo.com/products/problem-it"
MEDICAL = {"system": SNOMED, "code": "74188005", "display": "Medical", "userSelected": False}
PRECISION = EXTENSIONS + "precision"
CUSTOM = EXTENSIONS + "custom-attribute"
FIN_SYSTEM = "urn:oid:5.5.5.5.5.5."
"""As the sandbox has it, with a dot at its end."""
UNMAPPED_STATUS_EVERY = 3  # [assumed] share of diagnoses without clinicalStatus


def condition(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["code"] = dual(plain["code"], about.vocabulary("nomenclature"), only=every(serial, 9, 7))
    if "problem-list-item" in categories(plain):
        if every(serial, 3):
            made["code"]["coding"].append({"system": IMO, "code": str(30_000 + serial % 9999), "userSelected": False})
        if every(serial, 4, 1):
            made["category"] = [*plain["category"], {"coding": [dict(MEDICAL)], "text": "Medical"}]
    elif every(serial, UNMAPPED_STATUS_EVERY, 1):
        made.pop("clinicalStatus", None)
    respelled(made, serial, "recordedDate", "onsetDateTime", "abatementDateTime")
    return made


def allergy(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["code"] = dual(plain["code"], about.vocabulary("nomenclature"), only=every(serial, 8, 3))
    made["reaction"] = [
        {**one, "manifestation": [dual(sign, about.vocabulary("nomenclature")) for sign in one["manifestation"]]}
        for one in plain.get("reaction", ())
    ]
    if onset := plain.get("onsetDateTime"):
        unit = {4: "year", 7: "month"}.get(len(onset), "day")
        made["_onsetDateTime"] = {"extension": [{"url": PRECISION, "valueString": unit}]}
    if every(serial, 6, 1):
        made["contained"] = [
            {
                "resourceType": "RelatedPerson",
                "id": f"{serial}",
                "patient": dict(plain["patient"]),
                "relationship": [{"text": "Mother"}],
            }
        ]
        made["asserter"] = {"reference": f"#{serial}"}
    respelled(made, serial, "recordedDate")
    return made


def encounter(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["identifier"] = [
        _identifier(about, "1077", "FIN NBR", "AN", "Account number", f"{serial:09d}"),
        {"use": "secondary", "type": {"text": "VISIT ID"}, "system": FIN_SYSTEM, "value": str(serial)},
    ]
    made["type"] = [_type(one, about) for one in plain.get("type", ())]
    participants = [_participant(one, serial, about) for one in plain.get("participant", ())]
    made["participant"] = [each for one in participants for each in [one] * (3 if every(serial, 4, 2) else 1)]
    made["location"] = [
        {"id": f"CI-{serial}-{at}", "status": _place(made), **one} for at, one in enumerate(made["location"])
    ]
    source = {"coding": [hl7("admit-source", "outp", "From outpatient department")], "text": "Clinic referral"}
    made["hospitalization"] = {"admitSource": dual(source, about.code_set(2)), **plain.get("hospitalization", {})}
    made["hospitalization"].pop("dischargeDisposition", None)
    made["extension"] = [{"url": CUSTOM, "extension": [{"url": "custom-attribute-name", "valueString": "Clinic Note"}]}]
    made.pop("appointment", None)
    made.pop("reasonReference", None)
    respelled(made, serial, "period")
    return made


def _identifier(about: About, code: str, display: str, standard: str, words: str, value: str) -> Element:
    own = {"system": about.code_set(319), "code": code, "display": display, "userSelected": True}
    kind = {"coding": [own, {**hl7("v2-0203", standard, words), "userSelected": False}], "text": display}
    return {"use": "usual", "type": kind, "system": FIN_SYSTEM, "value": value}


def _type(concept: Element, about: About) -> Element:
    """By the site's own code and HL7 version 2's patient class; no SNOMED here."""
    standard = hl7("v2-0004", "O", "Outpatient")
    return dual({"coding": [standard], "text": words_of(concept)}, about.code_set(71))


def _participant(one: Element, serial: int, about: About) -> Element:
    found = {"id": f"CI-{serial}-0", **one, "type": [dual(kind, about.code_set(333)) for kind in one.get("type", ())]}
    if "period" in found:
        found["period"] = {end: millis(value) for end, value in found["period"].items()}
    return found


def _place(encounter_: Resource) -> str:
    return "completed" if encounter_["status"] == "finished" else "active"


def appointment(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["serviceType"] = [dual({"text": words_of(plain.get("appointmentType", {}))}, about.code_set(14249))]
    made.pop("appointmentType", None)
    kept = [*plain.get("participant", ())]
    for one in kept:
        one["type"] = [
            {"coding": [{"system": TERMINOLOGY + "v3-ParticipationType", "code": "PART"}]}
            if not one.get("type")
            else kind
            for kind in one.get("type") or [{}]
        ]
    made["participant"] = kept
    return made
