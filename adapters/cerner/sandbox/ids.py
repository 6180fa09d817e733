"""Millennium's ids: numbers and prefixes that tell the source, each of which leads back to a person's chart.

Source: Millennium FHIR R4, ids of captured resources. Numbers stand alone for most types; p problem, d diagnosis, a
UUID for a health concern; VS-, L-, SH-, BP- Observation; M, HM Immunization; CARE_TEAM- (its `_` is outside FHIR's
grammar); PH-, PHP- Coverage; all-, vit-, med-, doc-, ptntdemo- Provenance; XR-, XML-, TR-, R- Binary.

A record's number is the person's times BLOCK plus its place in the chart: what is asked for by id is found without
looking through everybody.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BLOCK = 10_000
PARTNER = 5_000
"""From the number of a systolic pressure to that of its diastolic."""
PATIENT = 12_724_000
"""Patient ids begin after this; a person's own is this plus their number."""
STAFF = 4_122_600
"""Ids of Practitioner, Organization and Location begin after this."""
SYSTEM_USER = "1"
PANEL = "85354-9"
RANKS = {"8303-0", "8336-0", "8289-1", "59576-9"}
"""Percentiles: vital signs under the laboratory's prefix."""

PROVENANCE = {  # target: prefix; [assumed] where none of these was seen
    "AllergyIntolerance": "all-",
    "DocumentReference": "doc-",
    "MedicationRequest": "med-",
    "Observation": "vit-",
    "Patient": "ptntdemo-",
}
FILES = {"application/pdf": "XR-", "application/xml": "XML-", "text/html": "TR-", "text/plain": "R-"}
_DIGITS = re.compile(r"\d+")
_UUID_TAIL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-(\d{12})")

Resource = Mapping[str, Any]


def person_of(type_: str, id_: str) -> int | None:
    """Whose chart a record would be in; None where no record can have such an id."""
    if type_ == "Patient":
        return int(id_) - PATIENT if id_.isdecimal() and len(id_) < 12 else None
    found = _UUID_TAIL.fullmatch(id_)
    digits = found[1] if found else (match[0] if (match := _DIGITS.search(id_)) else None)
    return int(digits) // BLOCK if digits and len(digits) <= 12 else None


def patient(number: int) -> str:
    return str(PATIENT + number)


def record(resource: Resource, serial: int) -> str:
    """The id of one record of a chart, by what the plain resource says of itself."""
    named = _NAMED.get(resource["resourceType"])
    return named(resource, serial) if named else str(serial)


def opaque(serial: int, salt: str) -> str:
    """A UUID that carries the number in its last twelve digits."""
    head = uuid.uuid5(uuid.NAMESPACE_OID, f"{salt}/{serial}").hex
    return f"{head[:8]}-{head[8:12]}-4{head[13:16]}-8{head[17:20]}-{serial:012d}"


def categories(resource: Resource) -> set[str]:
    return {coding.get("code", "") for one in resource.get("category", ()) for coding in one.get("coding", ())}


def _condition(resource: Resource, serial: int) -> str:
    found = categories(resource)
    if "encounter-diagnosis" in found:
        return f"d{serial}"
    return opaque(serial, "health-concern") if "health-concern" in found else f"p{serial}"


def _observation(resource: Resource, serial: int) -> str:
    found = categories(resource)
    if "vital-signs" in found:
        coded = {coding.get("code") for coding in resource["code"].get("coding", ())}
        if PANEL in coded:
            return f"BP-{serial}-{serial + PARTNER}"
        if coded & RANKS:
            return f"L-{serial}"
        return f"VS-CV-{serial}" if serial % 11 == 0 else f"VS-{serial}"
    if "laboratory" in found:
        return f"L-{serial}-SECT-1" if serial % 11 == 0 else f"L-{serial}"
    return f"SH-{serial}" if "social-history" in found else f"L-{serial}"  # [assumed] prefix of surveys


def _immunization(resource: Resource, serial: int) -> str:
    """HM: told, not given here (Health Maintenance)."""
    return f"M{serial}" if resource.get("primarySource", True) else f"HM{serial}"


def _care_team(_resource: Resource, serial: int) -> str:
    return f"LIFETIME_PROVIDER-{serial}" if serial % 3 == 0 else f"CARE_TEAM-{serial}-0"


def _coverage(_resource: Resource, serial: int) -> str:
    return f"PHP-{serial}" if serial % 2 else f"PH-{serial}"


def _provenance(resource: Resource, serial: int) -> str:
    target = resource["target"][0]["reference"].split("/")[0]
    return f"{PROVENANCE.get(target, '')}{serial}"


_NAMED = {
    "Condition": _condition,
    "Observation": _observation,
    "Immunization": _immunization,
    "CareTeam": _care_team,
    "Coverage": _coverage,
    "Provenance": _provenance,
}


def utc(spelled: str) -> str:
    """An instant or part of a date, so that texts compare as times do."""
    if "T" not in spelled:
        return spelled
    at = datetime.fromisoformat(spelled.replace("Z", "+00:00")).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")


def attachment(content_type: str, serial: int, report: bool = False) -> str:
    """The id of a Binary; those of reports are told from those of documents by their last letter."""
    return f"{FILES[content_type]}{serial}{'-R' if report else ''}"


def referrer(id_: str) -> str:
    """The type that a Binary is an attachment of."""
    return "DiagnosticReport" if id_.endswith("-R") else "DocumentReference"
