"""A served resource -> the plain US Core facts in it, and the key under which another EHR has the same record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tests.parity.readings import (
    SYSTEMS,
    THO,
    US_CORE,
    Facts,
    Resource,
    coded,
    codes,
    concepts,
    day,
    name,
    quantity,
    start,
    status,
    text,
    texts,
)


class Record(NamedTuple):
    """What a resource says.

    `kind`   its type, of some in two
    `names`  what it is called by its codes and its words: another EHR's record that shares one is the same
    `when`   the day that both have to have, "" where a person has but one of these, or a day of their own
    """

    kind: str
    names: frozenset[str]
    when: str
    facts: Facts


def facts_of(resource: Resource, beside: Mapping[str, Resource]) -> Record:
    """`beside`: what came with it, by the reference to it."""
    kind, names, when, found = MAKERS[str(resource["resourceType"])](resource, beside)
    named = frozenset(each for each in names if each) or frozenset({""})
    return Record(kind, named, when or "", {fact: value for fact, value in found.items() if value not in NOTHING})


NOTHING: tuple[Any, ...] = (None, frozenset(), (), "", (None, None))

Made = tuple[str, Iterable[str | None], str | None, Facts]


def called(concept: Any) -> frozenset[str]:
    return frozenset({*codes(concept, *SYSTEMS), text(concept) or ""})


def patient(one: Resource, beside: Mapping[str, Resource]) -> Made:
    names = {each.get("use"): each for each in one.get("name", ())}
    home: Mapping[str, Any] = next(iter(one.get("address", ())), {})
    found = {
        "official name": name(names["official"]),
        "nickname": name(names.get("nickname", {})),
        "birth date": one.get("birthDate"),
        "gender": one.get("gender"),
        "active": one.get("active"),
        "deceased": day(one.get("deceasedDateTime")) or one.get("deceasedBoolean") or None,
        "marital status": codes(one.get("maritalStatus"), THO),
        "language": codes([each["language"] for each in one.get("communication", ())], "urn:ietf:bcp:47"),
        "phones": frozenset(_digits(each) for each in one.get("telecom", ()) if each.get("system") == "phone"),
        "email": frozenset(each.get("value") for each in one.get("telecom", ()) if each.get("system") == "email"),
        "street": tuple(home.get("line", ())),
        "city": home.get("city"),
        "state and postal code": (home.get("state"), home.get("postalCode")),
        "kinds of identifiers": codes([each.get("type") for each in one.get("identifier", ())], THO),
        "contacts": frozenset(name(each.get("name", {})) for each in one.get("contact", ())),
    }
    return "Patient", (), None, found | _extensions(one)


def _digits(telecom: Mapping[str, Any]) -> str:
    return f"{telecom.get('use')} {''.join(filter(str.isdigit, str(telecom.get('value'))))}"


def _extensions(one: Resource) -> Facts:
    held = {
        each["url"].removeprefix(f"{US_CORE}StructureDefinition/us-core-"): each for each in one.get("extension", ())
    }
    inner = {
        url: frozenset(
            part["valueCoding"]["code"] for part in held.get(url, {}).get("extension", ()) if "valueCoding" in part
        )
        for url in ("race", "ethnicity")
    }
    return {
        **inner,
        "birth sex": held.get("birthsex", {}).get("valueCode"),
        "sex": held.get("sex", {}).get("valueCode"),
        "gender identity": codes(held.get("genderIdentity", {}).get("valueCodeableConcept"), "http://snomed.info", THO),
    }


def allergy(one: Resource, beside: Mapping[str, Resource]) -> Made:
    reactions = [sign for each in one.get("reaction", ()) for sign in each.get("manifestation", ())]
    found = {
        **coded("code", one.get("code")),
        "clinical status": status(one.get("clinicalStatus")),
        "verification status": status(one.get("verificationStatus")),
        "category": frozenset(one.get("category", ())),
        "criticality": one.get("criticality"),
        "onset": start(one, "onset"),
        "reactions": codes(reactions, "http://snomed.info"),
        "severities": frozenset(each.get("severity") for each in one.get("reaction", ()) if "severity" in each),
    }
    return "AllergyIntolerance", called(one.get("code")), None, found


def care_plan(one: Resource, beside: Mapping[str, Resource]) -> Made:
    found = {
        "status": one.get("status"),
        "intent": one.get("intent"),
        "category": codes(one.get("category"), US_CORE),
        "narrative": "text" in one,
    }
    return "CarePlan", (one.get("title"),), day(one.get("period", {}).get("start")), found


def care_team(one: Resource, beside: Mapping[str, Resource]) -> Made:
    members = one.get("participant", ())
    found = {
        "status": one.get("status"),
        "members": len(members),
        "roles": texts([role for each in members for role in each.get("role", ())]),
        "role codes": codes([role for each in members for role in each.get("role", ())], "http://snomed.info"),
    }
    return "CareTeam", (), None, found


def condition(one: Resource, beside: Mapping[str, Resource]) -> Made:
    category = codes(one.get("category"), f"{THO}condition-category", f"{US_CORE}CodeSystem/condition-category")
    found = {
        **coded("code", one.get("code")),
        "clinical status": status(one.get("clinicalStatus")),
        "verification status": status(one.get("verificationStatus")),
        "category": codes(one.get("category"), THO, US_CORE),
        "onset": start(one, "onset"),
        "abatement": start(one, "abatement"),
        "recorded": day(one.get("recordedDate")),
    }
    kind = "diagnosis" if "encounter-diagnosis" in category else "problem"
    return f"Condition, {kind}", called(one.get("code")), None, found


def coverage(one: Resource, beside: Mapping[str, Resource]) -> Made:
    payors = [_named(each, one) for each in one.get("payor", ())]
    found = {
        "status": one.get("status"),
        "type": text(one.get("type")),
        "relationship": status(one.get("relationship")),
        "period": (one.get("period", {}).get("start"), one.get("period", {}).get("end")),
        "payor": tuple(payors),
        "classes": frozenset(f"{status(each.get('type'))} {each.get('value')}" for each in one.get("class", ())),
        "kinds of identifiers": codes([each.get("type") for each in one.get("identifier", ())], THO),
    }
    return "Coverage", (one.get("subscriberId"),), None, found


def _named(reference: Mapping[str, Any], one: Resource) -> str:
    contained = {f"#{each['id']}": each for each in one.get("contained", ())}
    return str(reference.get("display") or contained.get(reference.get("reference", ""), {}).get("name"))


def device(one: Resource, beside: Mapping[str, Resource]) -> Made:
    carrier: Mapping[str, Any] = next(iter(one.get("udiCarrier", ())), {})
    found = {
        **coded("type", one.get("type")),
        "status": one.get("status"),
        "device identifier": carrier.get("deviceIdentifier"),
        "lot and serial numbers": (one.get("lotNumber"), one.get("serialNumber")),
        "expires": day(one.get("expirationDate")),
    }
    return "Device", called(one.get("type")), None, found


def report(one: Resource, beside: Mapping[str, Resource]) -> Made:
    laboratory = "LAB" in codes(one.get("category"), f"{THO}v2-0074")
    found = {
        **coded("code", one.get("code")),
        "status": one.get("status"),
        "category": codes(one.get("category"), f"{THO}v2-0074", "http://loinc.org"),
        "effective": start(one, "effective"),
        "issued": day(one.get("issued")),
        "results": len(one.get("result", ())),
        "presented forms": frozenset(each.get("contentType") for each in one.get("presentedForm", ())),
    }
    kind = "laboratory" if laboratory else "imaging and notes"
    return f"DiagnosticReport, {kind}", called(one.get("code")), None, found


def document(one: Resource, beside: Mapping[str, Resource]) -> Made:
    found = {
        "status": one.get("status"),
        "document status": one.get("docStatus"),
        "date": day(one.get("date")),
        "category": codes(one.get("category"), US_CORE),
        "media types": frozenset(each["attachment"].get("contentType") for each in one.get("content", ())),
        "encounter": bool(one.get("context", {}).get("encounter")) or None,
    }
    return "DocumentReference", called(one.get("type")), None, found


def encounter(one: Resource, beside: Mapping[str, Resource]) -> Made:
    period = one.get("period", {})
    found = {
        "status": one.get("status"),
        "class": one.get("class", {}).get("code"),
        "ends": day(period.get("end")),
        "attender": frozenset(name(each.get("individual", {})) for each in one.get("participant", ())),
        "diagnoses": len(one.get("diagnosis", ())),
        "type": texts(one.get("type")),
        "begins at a time of day": "T" in str(period.get("start")),
    }
    return "Encounter", (), day(period.get("start") or period.get("end")), found


def goal(one: Resource, beside: Mapping[str, Resource]) -> Made:
    targets = [each.get("detailString") or quantity(each.get("detailQuantity"))[0] for each in one.get("target", ())]
    found = {
        "lifecycle status": one.get("lifecycleStatus"),
        "start": day(one.get("startDate")),
        "targets": frozenset(str(each) for each in targets if each is not None),
        "due": frozenset(each.get("dueDate") for each in one.get("target", ()) if "dueDate" in each),
    }
    return "Goal", called(one.get("description")), None, found


def immunization(one: Resource, beside: Mapping[str, Resource]) -> Made:
    found = {
        **coded("code", one.get("vaccineCode")),
        "status": one.get("status"),
        "reason": codes(one.get("statusReason"), THO, "http://snomed.info"),
        "day": start(one, "occurrence") or one.get("occurrenceString"),
        "primary source": one.get("primarySource"),
        "lot": one.get("lotNumber"),
        "dose": quantity(one.get("doseQuantity")),
        "route": codes(one.get("route"), "http://snomed.info"),
    }
    return "Immunization", called(one.get("vaccineCode")), None, found


def medication_request(one: Resource, beside: Mapping[str, Resource]) -> Made:
    drug, words = _drug(one, beside)
    dosage: Mapping[str, Any] = next(iter(one.get("dosageInstruction", ())), {})
    rates = [each for each in dosage.get("doseAndRate", ())]
    found = {
        **coded("drug", drug),
        "status": one.get("status"),
        "intent": one.get("intent"),
        "reported": one.get("reportedBoolean"),
        "category": codes(one.get("category"), THO),
        "sig": dosage.get("text"),
        "dose": frozenset(quantity(each.get("doseQuantity"))[0] or "" for each in rates),
        "route": codes(dosage.get("route"), "http://snomed.info"),
        "refills": one.get("dispenseRequest", {}).get("numberOfRepeatsAllowed"),
        "drug as a resource": "medicationReference" in one,
    }
    return "MedicationRequest", (words, (words or "").partition(" + ")[0]), day(one.get("authoredOn")), found


def medication_dispense(one: Resource, beside: Mapping[str, Resource]) -> Made:
    drug, words = _drug(one, beside)
    found = {**coded("drug", drug), "status": one.get("status"), "quantity": quantity(one.get("quantity"))[0]}
    return "MedicationDispense", (words,), day(one.get("whenHandedOver")), found


def _drug(one: Resource, beside: Mapping[str, Resource]) -> tuple[Any, str | None]:
    reference = one.get("medicationReference", {})
    if not reference:
        return one.get("medicationCodeableConcept"), text(one.get("medicationCodeableConcept"))
    contained = {f"#{each['id']}": each for each in one.get("contained", ())}
    named = {**beside, **contained}.get(reference.get("reference", ""), {})
    return named.get("code"), text({"text": reference.get("display")}) or text(named.get("code"))


def observation(one: Resource, beside: Mapping[str, Resource]) -> Made:
    parts = [(codes(each["code"], "http://loinc.org"), _value(each)) for each in one.get("component", ())]
    found = {
        "LOINC": codes(one.get("code"), "http://loinc.org"),
        "status": one.get("status"),
        "category": codes(one.get("category"), f"{THO}observation-category"),
        "US Core categories": codes(one.get("category"), US_CORE),
        "value": _value(one)[0],
        "unit": _value(one)[1],
        "absent": codes(one.get("dataAbsentReason"), THO),
        "interpretation": codes(one.get("interpretation"), THO),
        "components": frozenset(f"{loinc} {value}" for each, value in parts for loinc in each),
    }
    names = called(one.get("code")) - OF_EVERY_MEASUREMENT
    if not found["category"] & OF_A_DAY and found["category"]:
        return "Observation", names, None, found | {"day": start(one, "effective")}
    return "Observation", {name.removesuffix(", serum") for name in names}, start(one, "effective"), found


OF_A_DAY = frozenset({"vital-signs", "laboratory"})
"""Categories of which there may be one of a name each day; of others an EHR may not tell the day."""


OF_EVERY_MEASUREMENT = frozenset({"8716-3", "85353-1", "3141-9"})
"""LOINC of panels and of the method: they name more than one measurement of a day."""


def _value(one: Mapping[str, Any]) -> tuple[Any, str | None]:
    if "valueQuantity" in one:
        return quantity(one["valueQuantity"])
    if "valueCodeableConcept" in one:
        held = one["valueCodeableConcept"]
        return tuple(sorted(codes(held, "http://snomed.info", "http://loinc.org", THO))) or text(held), None
    plain = next((one[each] for each in ("valueString", "valueInteger", "valueBoolean") if each in one), None)
    return (str(plain).casefold() if plain is not None else None), None


def procedure(one: Resource, beside: Mapping[str, Resource]) -> Made:
    found = {**coded("code", one.get("code")), "status": one.get("status")}
    return "Procedure", called(one.get("code")), start(one, "performed"), found


def questionnaire_response(one: Resource, beside: Mapping[str, Resource]) -> Made:
    found = {
        "status": one.get("status"),
        "answers": len(one.get("item", ())),
        "source": bool(one.get("source")) or None,
    }
    return "QuestionnaireResponse", (), day(one.get("authored")), found


def related_person(one: Resource, beside: Mapping[str, Resource]) -> Made:
    names = [name(each) for each in one.get("name", ())]
    found = {
        "active": one.get("active"),
        "relationship": codes(one.get("relationship"), THO),
        "phones": frozenset(_digits(each) for each in one.get("telecom", ()) if each.get("system") == "phone"),
    }
    return "RelatedPerson", names, None, found


def service_request(one: Resource, beside: Mapping[str, Resource]) -> Made:
    found = {
        **coded("code", one.get("code")),
        "status": one.get("status"),
        "intent": one.get("intent"),
        "category": codes(one.get("category"), "http://snomed.info", US_CORE, THO),
        "reasons": len(list(concepts(one.get("reasonCode")))) + len(one.get("reasonReference", ())),
    }
    return "ServiceRequest", called(one.get("code")), day(one.get("authoredOn")), found


MAKERS: Mapping[str, Callable[[Resource, Mapping[str, Resource]], Made]] = {
    "Patient": patient,
    "AllergyIntolerance": allergy,
    "CarePlan": care_plan,
    "CareTeam": care_team,
    "Condition": condition,
    "Coverage": coverage,
    "Device": device,
    "DiagnosticReport": report,
    "DocumentReference": document,
    "Encounter": encounter,
    "Goal": goal,
    "Immunization": immunization,
    "MedicationRequest": medication_request,
    "MedicationDispense": medication_dispense,
    "Observation": observation,
    "Procedure": procedure,
    "QuestionnaireResponse": questionnaire_response,
    "RelatedPerson": related_person,
    "ServiceRequest": service_request,
}
