"""Local id <-> athena keys, one row per kind. The whole vendor family gives the same id to the same record.

Shape   [<kind>-]key[-key]; Patient has no kind. A character of a key outside A-Z, a-z, 0-9 is `.hh`, the hex of its
        UTF-8 bytes, so that `-` only ever separates. `prov-` is followed by the target's whole local id, `file-<n>-` by
        that of the resource whose attachment n it is, from 0.
Length  not limited here: what FHIR's 64 characters cannot hold is the facade's to alias.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`patient` is whether the first key is the patient's id."""

    name: str
    type: str
    keys: int
    patient: bool = False


KINDS = (
    Kind("", "Patient", keys=1, patient=True),  # patientid
    Kind("provider", "Practitioner", keys=1),  # providerid
    Kind("department", "Location", keys=1),  # departmentid
    Kind("practice", "Organization", keys=1),  # practiceid
    Kind("site", "Organization", keys=1),  # departmentid
    Kind("encounter", "Encounter", keys=2, patient=True),  # patientid, encounterid
    Kind("problem", "Condition", keys=2, patient=True),  # patientid, problemid
    Kind("noproblems", "Condition", keys=1, patient=True),  # patientid
    Kind("allergy", "AllergyIntolerance", keys=2, patient=True),  # patientid, allergenid
    Kind("nkda", "AllergyIntolerance", keys=1, patient=True),  # patientid
    Kind("vital", "Observation", keys=2, patient=True),  # patientid, least vitalid of the act
    Kind("percentile", "Observation", keys=2, patient=True),  # patientid, vitalid of the value it ranks
    # --- people around a patient
    Kind("role", "PractitionerRole", keys=1),  # providerid
    Kind("directory", "Practitioner", keys=1),  # clinicalproviderid of a person in athena's nationwide directory
    Kind("facility", "Organization", keys=1),  # clinicalproviderid of a laboratory, pharmacy or other facility there
    Kind("related", "RelatedPerson", keys=2, patient=True),  # patientid, contact | nextkin | guardian | guarantor
    Kind("careteam", "CareTeam", keys=1, patient=True),  # patientid: one team over all of the patient's charts
    # --- visits
    Kind("diagnosis", "Condition", keys=3, patient=True),  # patientid, encounterid, diagnosisid
    Kind("goal", "Goal", keys=3, patient=True),  # patientid, encounterid, place in the list
    Kind("plan", "CarePlan", keys=2, patient=True),  # patientid, encounterid
    Kind("order", "ServiceRequest", keys=3, patient=True),  # patientid, encounterid, orderid
    Kind("service", "Procedure", keys=3, patient=True),  # patientid, encounterid, serviceid
    Kind("surgery", "Procedure", keys=2, patient=True),  # patientid, procedureid
    # --- medicines
    Kind("medication", "MedicationRequest", keys=2, patient=True),  # patientid, medicationentryid
    Kind("drug", "Medication", keys=2, patient=True),  # patientid, medicationentryid
    Kind("vaccine", "Immunization", keys=2, patient=True),  # patientid, vaccineid
    # --- results and documents
    Kind("labresult", "DiagnosticReport", keys=2, patient=True),  # patientid, labresultid
    Kind("analyte", "Observation", keys=3, patient=True),  # patientid, labresultid, analyteid
    Kind("imaging", "DiagnosticReport", keys=2, patient=True),  # patientid, imagingresultid
    Kind("document", "DocumentReference", keys=3, patient=True),  # patientid, class as in the path, documentid
    Kind("visitnote", "DocumentReference", keys=2, patient=True),  # patientid, encounterid
    Kind("ccda", "DocumentReference", keys=1, patient=True),  # patientid
    # --- what a patient tells
    Kind("social", "Observation", keys=2, patient=True),  # patientid, key of the question
    Kind("orientation", "Observation", keys=1, patient=True),  # patientid
    Kind("occupation", "Observation", keys=1, patient=True),  # patientid
    Kind("screening", "QuestionnaireResponse", keys=2, patient=True),  # patientid, id of the administered screener
    Kind("score", "Observation", keys=2, patient=True),  # patientid, id of the administered screener
    Kind("relative", "FamilyMemberHistory", keys=3, patient=True),  # patientid, relation, relationkeyid
    # --- schedule and money
    Kind("appointment", "Appointment", keys=1),  # appointmentid
    Kind("slot", "Slot", keys=1),  # appointmentid: slots and bookings share one id space
    Kind("schedule", "Schedule", keys=2),  # providerid, departmentid
    Kind("coverage", "Coverage", keys=2, patient=True),  # patientid, insuranceid
    Kind("claim", "Claim", keys=1),  # claimid
    Kind("charge", "ChargeItem", keys=2),  # claimid, transactionid
    Kind("account", "Account", keys=2, patient=True),  # patientid, providergroupid
)
PROVENANCE = "prov"
FILE = "file"

_BY_NAME = {kind.name: kind for kind in KINDS}
_KEY = re.compile(r"(?:[A-Za-z0-9]|\.[0-9a-f]{2})+")
_ESCAPED = re.compile(r"((?:\.[0-9a-f]{2})+)")
_UNSAFE = re.compile(r"[^A-Za-z0-9]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class LocalId:
    """`kind` is "" for Patient; the last key of `prov` and `file` is the local id of whose they are."""

    kind: str
    keys: tuple[str, ...]


def local(kind: str, *keys: str) -> str:
    """The local id of `keys`; ValueError for an unknown kind, a wrong number of keys or an empty one."""
    if kind in (PROVENANCE, FILE):
        *numbers, target = keys
        if parse(target).kind in (PROVENANCE, FILE):
            raise ValueError("what is derived from a record has neither a Provenance nor a file")
        if len(numbers) != (kind == FILE) or not all(map(_NUMBER.fullmatch, numbers)):
            raise ValueError("not the number of an attachment")
        return "-".join((kind, *numbers, target))
    row = _BY_NAME.get(kind)
    if row is None or len(keys) != row.keys or not all(keys):
        raise ValueError("not the keys of a known kind")
    return "-".join((*((kind,) if kind else ()), *map(_escaped, keys)))


def parse(local_id: str) -> LocalId:
    """The kind and keys that `local` made `local_id` of; ValueError for every other text."""
    kind, dash, rest = local_id.partition("-")
    if not dash:
        found = LocalId("", (_key(local_id),))
    elif kind == PROVENANCE:
        found = LocalId(PROVENANCE, (rest,))
    elif kind == FILE:
        number, _, owner = rest.partition("-")
        found = LocalId(FILE, (number, owner))
    else:
        found = LocalId(kind, tuple(_key(part) for part in rest.split("-")))
    if local(found.kind, *found.keys) != local_id:
        raise ValueError("not a local id")
    return found


def types_of(local_id: str) -> frozenset[str]:
    """The FHIR type that such an id can name; empty where it is malformed."""
    try:
        kind = parse(local_id).kind
    except ValueError:
        return frozenset()
    return frozenset({_type(kind)})


def patient_of(local_id: str) -> str | None:
    """The patient's own key (patientid) that the id carries; None where it carries none or is malformed."""
    try:
        found = parse(local_id)
    except ValueError:
        return None
    if found.kind in (PROVENANCE, FILE):
        return patient_of(found.keys[-1])
    return found.keys[0] if _BY_NAME[found.kind].patient else None


def attachment(owner: str, n: int) -> str:
    """The local id of the Binary that is attachment `n` (from 0) of the resource `owner`; ValueError as `local`."""
    return local(FILE, str(n), owner)


def owner_of(local_id: str) -> tuple[str, str, int] | None:
    """(type, local id, number of the attachment) of the resource whose attachment a Binary is; None for other ids."""
    try:
        found = parse(local_id)
    except ValueError:
        return None
    if found.kind != FILE:
        return None
    number, owner = found.keys
    return _type(parse(owner).kind), owner, int(number)


def _type(kind: str) -> str:
    return {PROVENANCE: "Provenance", FILE: "Binary"}.get(kind) or _BY_NAME[kind].type


def _escaped(key: str) -> str:
    return _UNSAFE.sub(lambda found: "".join(f".{byte:02x}" for byte in found[0].encode()), key)


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError("not a key of a local id")
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].replace(".", "")).decode(), text)
