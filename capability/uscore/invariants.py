"""The invariants with severity error that the profiles' rows name, by key: element (as a dict) -> does it hold.

FHIR's own: https://hl7.org/fhir/R4/<type>-definitions.html; US Core's: each profile's page. A key without a function
stops the start, so that a new edition's invariant can't be overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from capability.uscore.value_sets import TERMINOLOGY

Invariant = Callable[[Mapping[str, Any]], bool]

DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
NPI = re.compile(r"[0-9]{10}")
CLIA = re.compile(r"[0-9]{2}D[0-9]{7}")
NAIC = re.compile(r"[0-9]{5}")


def _coded(concept: Mapping[str, Any] | None, system: str, codes: frozenset[str]) -> bool:
    return any(
        coding.get("system") == system and coding.get("code") in codes for coding in (concept or {}).get("coding", ())
    )


def _chosen(element: Mapping[str, Any], stem: str) -> bool:
    """Whether a choice element `stem[x]` has a value."""
    return any(key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper() for key in element)


def _absent(element: Mapping[str, Any]) -> bool:
    return any(each.get("url") == DATA_ABSENT_REASON for each in element.get("extension", ()))


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
    reference = agent.get("who", {}).get("reference", "")
    type_ = agent.get("who", {}).get("type") or reference.rpartition("/")[0].rpartition("/")[2]
    return type_ not in ("Practitioner", "Device") or "onBehalfOf" in agent


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


INVARIANTS: Mapping[str, Invariant] = {
    "ait-1": ait_1,
    "ait-2": ait_2,
    "con-1": lambda stage: "summary" in stage or "assessment" in stage,
    "con-2": lambda evidence: "code" in evidence or "detail" in evidence,
    "con-4": con_4,
    "con-5": con_5,
    "cpt-2": lambda point: "value" not in point or "system" in point,
    "obs-3": obs_3,
    "obs-6": obs_6,
    "obs-7": obs_7,
    "org-1": lambda organization: "identifier" in organization or "name" in organization,
    "org-2": not_home,
    "org-3": not_home,
    "pat-1": lambda contact: any(key in contact for key in ("name", "telecom", "address", "organization")),
    "per-1": per_1,
    "provenance-1": provenance_1,
    "qty-3": lambda quantity: "code" not in quantity or "system" in quantity,
    "us-core-6": us_core_6,
    "us-core-16": us_core_16,
    "us-core-17": us_core_17,
    "us-core-18": us_core_18,
    "us-core-19": us_core_19,
    "us-core-23": us_core_23,
    "us-core-26": valued,
    "vs-1": vs_1,
    "vs-2": vs_2,
    "vs-3": valued,
}
