"""The invariants with severity error that the profiles' rows name, by key: element (a dict, or a text) -> does it hold.

A key that means something else on one type of element has a row of its own, with that type after the key.

FHIR's own: https://hl7.org/fhir/R4/<type>-definitions.html; US Core's: each profile's page. A key without a function
stops the start, so that a new edition's invariant can't be overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from capability.uscore.narrative import basic_html, some_content
from capability.uscore.value_sets import TERMINOLOGY, UCUM

Invariant = Callable[[Any], bool]

DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
NPI = re.compile(r"[0-9]{10}")
CLIA = re.compile(r"[0-9]{2}D[0-9]{7}")
NAIC = re.compile(r"[0-9]{5}")


def _coded(concept: Mapping[str, Any] | None, system: str, codes: frozenset[str]) -> bool:
    return any(
        coding.get("system") == system and coding.get("code") in codes for coding in (concept or {}).get("coding", ())
    )


def _chosen(element: Mapping[str, Any], stem: str) -> bool:
    """Whether a choice element `stem[x]` has a value, or an extension in its place (`_stemString`)."""
    for key in element:
        name = key.removeprefix("_")
        if name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper():
            return True
    return False


def _there(element: Mapping[str, Any], *names: str) -> bool:
    """Whether one of the elements has a value, or an extension in its place."""
    return any(name in element or f"_{name}" in element for name in names)


def _absent(element: Mapping[str, Any]) -> bool:
    return any(each.get("url") == DATA_ABSENT_REASON for each in element.get("extension", ()))


def _referred(reference: Mapping[str, Any]) -> str:
    """The type that a reference points at; empty where it doesn't show."""
    path: str = reference.get("reference", "").partition("/_history/")[0]
    return str(reference.get("type") or path.rpartition("/")[0].rpartition("/")[2])


def us_core_6(name: Mapping[str, Any]) -> bool:
    """Either a family or given name, or a reason why there is none; not both."""
    named = any(key in name for key in ("family", "_family", "given", "_given"))
    return bool(named != _absent(name))


def us_core_16(identifier: Mapping[str, Any]) -> bool:
    """An NPI has ten digits."""
    return NPI.fullmatch(identifier.get("value", "")) is not None


def us_core_17(identifier: Mapping[str, Any]) -> bool:
    """The NPI's check digit: Luhn over 80840 and the ten digits, whose prefix adds 24."""
    value: str = identifier.get("value", "")
    if NPI.fullmatch(value) is None:
        return False
    doubled = (int(digit) * 2 - 9 * (digit > "4") for digit in value[0::2])
    return (24 + sum(doubled) + sum(map(int, value[1::2]))) % 10 == 0


def us_core_18(identifier: Mapping[str, Any]) -> bool:
    return CLIA.fullmatch(identifier.get("value", "")) is not None


def us_core_19(identifier: Mapping[str, Any]) -> bool:
    return NAIC.fullmatch(identifier.get("value", "")) is not None


def us_core_23(race: Mapping[str, Any]) -> bool:
    """Unknown or declined stands alone among the OMB categories."""
    parts = [part.get("valueCoding", {}) for part in race.get("extension", ()) if part.get("url") == "ombCategory"]
    return len(parts) <= 1 or all(part.get("code") not in ("ASKU", "UNK") for part in parts)


def valued(component: Mapping[str, Any]) -> bool:
    """vs-3, us-core-26: a component without a value says why."""
    return "dataAbsentReason" in component or _chosen(component, "value")


def vs_1(observation: Mapping[str, Any]) -> bool:
    """A time is known to the day. A Period is no dateTime, so the rule says nothing of it."""
    moment = observation.get("effectiveDateTime")
    return moment is None or len(moment) >= len("2020-01-01")


def vs_2(observation: Mapping[str, Any]) -> bool:
    return "component" in observation or "hasMember" in observation or valued(observation)


def obs_3(reference_range: Mapping[str, Any]) -> bool:
    return any(key in reference_range for key in ("low", "high", "text"))


def obs_6(observation: Mapping[str, Any]) -> bool:
    return "dataAbsentReason" not in observation or not _chosen(observation, "value")


def obs_7(observation: Mapping[str, Any]) -> bool:
    """No component repeats the code of an observation that has a value itself."""
    if "component" not in observation or not _chosen(observation, "value"):
        return True
    codings = observation.get("code", {}).get("coding", ())
    return not any(
        coding in codings for part in observation["component"] for coding in part.get("code", {}).get("coding", ())
    )


ENDED = frozenset({"resolved", "remission", "inactive"})
ERROR = frozenset({"entered-in-error"})


def con_4(condition: Mapping[str, Any]) -> bool:
    """What has abated is not active."""
    return not _chosen(condition, "abatement") or _coded(
        condition.get("clinicalStatus"), TERMINOLOGY + "condition-clinical", ENDED
    )


def con_5(condition: Mapping[str, Any]) -> bool:
    return "clinicalStatus" not in condition or not _coded(
        condition.get("verificationStatus"), TERMINOLOGY + "condition-ver-status", ERROR
    )


def ait_1(allergy: Mapping[str, Any]) -> bool:
    return "clinicalStatus" in allergy or _coded(
        allergy.get("verificationStatus"), TERMINOLOGY + "allergyintolerance-verification", ERROR
    )


def ait_2(allergy: Mapping[str, Any]) -> bool:
    return "clinicalStatus" not in allergy or not _coded(
        allergy.get("verificationStatus"), TERMINOLOGY + "allergyintolerance-verification", ERROR
    )


def not_home(of_an_organization: Mapping[str, Any]) -> bool:
    """org-2, org-3: an organisation has no home."""
    return of_an_organization.get("use") != "home"


def provenance_1(agent: Mapping[str, Any]) -> bool:
    """A practitioner or a device acts on behalf of someone."""
    return _referred(agent.get("who", {})) not in ("Practitioner", "Device") or "onBehalfOf" in agent


def per_1(period: Mapping[str, Any]) -> bool:
    """A period starts before it ends, as far as both are precise."""
    start, end = period.get("start"), period.get("end")
    if start is None or end is None:
        return True
    if "T" in start and "T" in end:
        try:
            return datetime.fromisoformat(start) <= datetime.fromisoformat(end)
        except (ValueError, TypeError):
            return False
    length = min(len(start), len(end), len("2020-01-01"))
    return bool(start[:length] <= end[:length])


ORDERS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
DONE = frozenset({"completed", "in-progress"})
REPORTED = frozenset({"partial", "preliminary", "final", "amended", "corrected", "appended"})


def ctm_1(participant: Mapping[str, Any]) -> bool:
    """Only a practitioner takes part on someone's behalf; of a member whose type isn't shown nothing is said."""
    type_ = _referred(participant.get("member", {}))
    return "onBehalfOf" not in participant or type_ in ("", "Practitioner")


def mdd_1(dispense: Mapping[str, Any]) -> bool:
    """Handed over after it was prepared, as far as both are precise."""
    return per_1({"start": dispense.get("whenPrepared"), "end": dispense.get("whenHandedOver")})


def us_core_3(observation: Mapping[str, Any]) -> bool:
    """A quantity with a system has UCUM's."""
    return bool(observation.get("valueQuantity", {}).get("system", UCUM) == UCUM)


def us_core_15(coverage: Mapping[str, Any]) -> bool:
    """A member's id: an identifier of type MB, or the subscriber's."""
    return _there(coverage, "subscriberId") or any(
        _coded(identifier.get("type"), TERMINOLOGY + "v2-0203", frozenset({"MB"}))
        for identifier in coverage.get("identifier", ())
    )


def us_core_22(reference_range: Mapping[str, Any]) -> bool:
    return all(reference_range.get(end, {}).get("system", UCUM) == UCUM for end in ("low", "high"))


def us_core_24(observation: Mapping[str, Any]) -> bool:
    """A smoking status is a concept; pack years and the like are numbers."""
    codings = observation.get("code", {}).get("coding", ())
    status = any(coding.get("code") in ("72166-2", "11367-0") for coding in codings)
    return not status or "valueCodeableConcept" in observation


def gol_1(target: Mapping[str, Any]) -> bool:
    return not _chosen(target, "detail") or "measure" in target


def qrs_1(item: Mapping[str, Any]) -> bool:
    """Items stand below an item or below its answers, not both; at every depth."""
    if "answer" in item and "item" in item:
        return False
    return all(map(qrs_1, _items(item)))


def sdcqr_2(response: Mapping[str, Any]) -> bool:
    """A question with several answers is one item, so that no answered one is there twice."""
    answered = [
        item.get("linkId")
        for item in response.get("item", ())
        if any(_chosen(answer, "value") for answer in item.get("answer", ()))
    ]
    below = [*response.get("item", ()), *response.get("answer", ())]
    return len(answered) == len(set(answered)) and all(map(sdcqr_2, below))


def _items(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*item.get("item", ()), *(below for answer in item.get("answer", ()) for below in answer.get("item", ()))]


INVARIANTS: Mapping[str, Invariant] = {
    "ait-1": ait_1,
    "ait-2": ait_2,
    "con-1": lambda stage: "summary" in stage or "assessment" in stage,
    "con-2": lambda evidence: "code" in evidence or "detail" in evidence,
    "con-4": con_4,
    "con-5": con_5,
    "cpl-3": lambda activity: "detail" not in activity or "reference" not in activity,
    "cpt-2": lambda point: "value" not in point or "system" in point,
    "ctm-1": ctm_1,
    "gol-1": gol_1,
    "imm-1": lambda education: _there(education, "documentType", "reference"),
    "mdd-1": mdd_1,
    "obs-3": obs_3,
    "obs-6": obs_6,
    "obs-7": obs_7,
    "org-1": lambda organization: "identifier" in organization or "name" in organization,
    "org-2": not_home,
    "org-3": not_home,
    "pat-1": lambda contact: any(key in contact for key in ("name", "telecom", "address", "organization")),
    "pd-1": lambda role: "telecom" in role or "endpoint" in role,
    "per-1": per_1,
    "provenance-1": provenance_1,
    "prr-1": lambda request: "orderDetail" not in request or "code" in request,
    "qty-3": lambda quantity: "code" not in quantity or "system" in quantity,
    "qrs-1": qrs_1,
    "sdcqr-2": sdcqr_2,
    "txt-1": basic_html,
    "txt-2": some_content,
    "us-core-1": vs_1,
    "us-core-2": vs_2,
    "us-core-3": us_core_3,
    "us-core-6": us_core_6,
    # US Core gave one key to two rules
    "us-core-6 Attachment": lambda attachment: _there(attachment, "url", "data"),
    "us-core-7": lambda procedure: procedure.get("status") not in DONE or _chosen(procedure, "performed"),
    "us-core-8": lambda report: report.get("status") not in REPORTED or _chosen(report, "effective"),
    "us-core-9": lambda report: report.get("status") not in REPORTED or _there(report, "issued"),
    "us-core-10": lambda report: report.get("status") not in REPORTED or _chosen(report, "effective"),
    "us-core-13": lambda role: any(
        key in role for key in ("practitioner", "organization", "healthcareService", "location")
    ),
    "us-core-14": lambda person: "name" in person or "relationship" in person,
    "us-core-15": us_core_15,
    "us-core-16": us_core_16,
    "us-core-17": us_core_17,
    "us-core-18": us_core_18,
    "us-core-19": us_core_19,
    "us-core-20": lambda dispense: dispense.get("status") != "completed" or _there(dispense, "whenHandedOver"),
    "us-core-21": lambda request: request.get("intent") not in ORDERS or "requester" in request,
    "us-core-22": us_core_22,
    "us-core-23": us_core_23,
    "us-core-24": us_core_24,
    "us-core-26": valued,
    "vs-1": vs_1,
    "vs-2": vs_2,
    "vs-3": valued,
}
