"""MedicationRequest, MedicationDispense and Immunization as Millennium writes them; there is no Medication to fetch.

Source: Millennium FHIR R4, captured resources. The drug is a concept (`/synonym`, RxNorm on some) or, for mixtures,
contained; what people say they take is a plan of theirs; tablets are counted in {tbl}; a dose nobody knows is 0.0.
"""

from __future__ import annotations

from adapters.cerner.sandbox.dialect.shapes import (
    EXTENSIONS,
    TERMINOLOGY,
    About,
    Element,
    Resource,
    absent,
    dual,
    every,
    hl7,
    respelled,
    words_of,
)

CLINICAL_INSTRUCTION = EXTENSIONS + "clinical-instruction"
TABLETS = frozenset({"tab", "tablet", "tablets", "tablet(s)", "tab(s)"})
UNKNOWN_DOSE = {"value": 0.0, "unit": "unknown unit", "code": "{unknownunit}"}
CVX = "http://hl7.org/fhir/sid/cvx"


def without_rxnorm(serial: int) -> bool:
    """Eleven of twenty-five."""
    return serial * 7 % 25 < 11


def medication_request(plain: Resource, serial: int, about: About) -> Resource:
    made = _with_drug(plain, serial, about)
    if "requester" not in plain or every(serial, 6, 4):
        made["requester"] = absent()
    if plain.get("reportedBoolean"):
        own = {"system": TERMINOLOGY + "medication-statement-category", "code": "patientspecified"}
        community = hl7("medicationrequest-category", "community", "Community")
        made["category"] = [{"coding": [community, {**own, "display": "Patient Specified"}]}]
    made["dosageInstruction"] = [_dosage(one, about) for one in plain.get("dosageInstruction", ())[:1]]
    respelled(made, serial, "authoredOn")
    return made


def dispense(plain: Resource, serial: int, about: About) -> Resource:
    made = _with_drug(plain, serial, about)
    made["dosageInstruction"] = [_dosage(one, about) for one in plain.get("dosageInstruction", ())[:1]]
    if isinstance(quantity := plain.get("quantity"), dict):
        made["quantity"] = _counted(quantity)
    respelled(made, serial, "whenHandedOver", "whenPrepared")
    return made


def _with_drug(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    reference = made.pop("medicationReference", {}).get("reference", "")
    drug = about.medications.get(reference, {})
    concept = made.pop("medicationCodeableConcept", None) or drug.get("code") or {"text": "Unknown"}
    coded = dual(concept, about.vocabulary("synonym"), only=without_rxnorm(serial), bare=every(serial, 9, 1))
    if every(serial, 8, 5):
        made["contained"] = [
            {
                "resourceType": "Medication",
                "id": str(serial),
                "code": {"text": f"{coded['text']} + Sodium Chloride 0.9%"},
                "ingredient": [
                    {"itemCodeableConcept": coded},
                    {"itemCodeableConcept": {"text": "Sodium Chloride 0.9%"}},
                ],
            }
        ]
        made["medicationReference"] = {"reference": f"#{serial}"}
    else:
        made["medicationCodeableConcept"] = coded
    return made


def _dosage(one: Element, about: About) -> Element:
    made = dict(one)
    made["extension"] = [{"url": CLINICAL_INSTRUCTION, "valueString": one.get("text", "See Instructions")}]
    if "route" in one:
        made["route"] = dual(one["route"], about.code_set(4001))
    if code := one.get("timing", {}).get("code"):
        made["timing"] = {**one["timing"], "code": dual(code, about.code_set(4003))}
    made["doseAndRate"] = [
        {**each, "doseQuantity": _counted(each["doseQuantity"])} if "doseQuantity" in each else each
        for each in one.get("doseAndRate", ())
    ]
    return made


def _counted(quantity: Element) -> Element:
    if str(quantity.get("unit", "")).lower() not in TABLETS:
        return quantity
    return {**quantity, "unit": "tab", "system": "http://unitsofmeasure.org", "code": "{tbl}"}


def immunization(plain: Resource, serial: int, about: About) -> Resource:
    made = dict(plain)
    made["vaccineCode"] = dual(plain["vaccineCode"], about.vocabulary("synonym"), bare=every(serial, 4, 1))
    if "doseQuantity" not in plain or every(serial, 5, 3):
        made["doseQuantity"] = dict(UNKNOWN_DOSE)
    diseases = [one for one in plain["vaccineCode"].get("coding", ()) if one.get("system") == CVX]
    made["protocolApplied"] = [
        {"targetDisease": [{"coding": diseases, "text": words_of(plain["vaccineCode"])}], "doseNumberString": "Unknown"}
    ]
    made["performer"] = [{"actor": {"reference": about.practice}}]
    if every(serial, 5, 1):
        made["contained"] = [{"resourceType": "Location", "id": f"{serial}", "name": "Vaccination room"}]
        made["location"] = {"reference": f"#{serial}"}
    respelled(made, serial, "occurrenceDateTime", "recorded")
    return made
