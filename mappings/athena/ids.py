"""Local id <-> athena keys, one row per kind. The whole vendor family gives the same id to the same record.

Shape   [<kind>-]key[-key]; Patient has no kind. A character of a key outside A-Z, a-z, 0-9 is `.hh`, the hex of its
        UTF-8 bytes, so that `-` only ever separates. `prov-` is followed by the target's whole local id, `file-<n>-` by
        that of the resource whose attachment n it is, from 0. `fhir-<FHIR type>-<key>` is a record of the FHIR server
        whose id is of no pattern that we know, so that nothing joins it with one of the REST API.
Owners  each kind names the adapters that can read it. Those with two are records that both APIs give the same numbers.
Length  not limited here: what FHIR's 64 characters cannot hold is the facade's to alias.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

REST, FHIR = "athenanet", "athena_fhir"
BOTH = frozenset({REST, FHIR})


@dataclass(frozen=True, slots=True)
class Kind:
    """`patient` is whether the first key is the patient's id; `by` the names of the adapters that can read it."""

    name: str
    type: str
    keys: int
    patient: bool = False
    by: frozenset[str] = frozenset({REST})


def _fhir(name: str, type_: str, keys: int = 1) -> Kind:
    """A kind that the FHIR server alone has."""
    return Kind(name, type_, keys, by=frozenset({FHIR}))


KINDS = (
    Kind("", "Patient", keys=1, patient=True, by=BOTH),  # patientid
    Kind("provider", "Practitioner", keys=1, by=BOTH),  # providerid
    Kind("department", "Location", keys=1, by=BOTH),  # departmentid
    Kind("practice", "Organization", keys=1, by=BOTH),  # practiceid
    Kind("site", "Organization", keys=1, by=BOTH),  # departmentid
    Kind("encounter", "Encounter", keys=2, patient=True, by=BOTH),  # patientid, encounterid
    Kind("problem", "Condition", keys=2, patient=True, by=BOTH),  # patientid, problemid
    Kind("noproblems", "Condition", keys=1, patient=True),  # patientid
    Kind("allergy", "AllergyIntolerance", keys=2, patient=True),  # patientid, allergenid
    Kind("nkda", "AllergyIntolerance", keys=1, patient=True),  # patientid
    Kind("vital", "Observation", keys=2, patient=True),  # patientid, least vitalid of the act
    Kind("percentile", "Observation", keys=2, patient=True),  # patientid, vitalid of the value it ranks
    # --- people around a patient
    Kind("role", "PractitionerRole", keys=1),  # providerid
    Kind(
        "directory", "Practitioner", keys=1, by=BOTH
    ),  # clinicalproviderid of a person in athena's nationwide directory
    Kind(
        "facility", "Organization", keys=1, by=BOTH
    ),  # clinicalproviderid of a laboratory, pharmacy or other facility there
    Kind("related", "RelatedPerson", keys=2, patient=True),  # patientid, contact | nextkin | guardian | guarantor
    Kind("careteam", "CareTeam", keys=1, patient=True),  # patientid: one team over all of the patient's charts
    # --- visits
    Kind("diagnosis", "Condition", keys=3, patient=True, by=BOTH),  # patientid, encounterid, diagnosisid
    Kind("goal", "Goal", keys=3, patient=True),  # patientid, encounterid, place in the list
    Kind("plan", "CarePlan", keys=2, patient=True),  # patientid, encounterid
    Kind("order", "ServiceRequest", keys=3, patient=True),  # patientid, encounterid, orderid
    Kind("service", "Procedure", keys=3, patient=True),  # patientid, encounterid, serviceid
    Kind("surgery", "Procedure", keys=2, patient=True),  # patientid, procedureid
    # --- medicines
    Kind("medication", "MedicationRequest", keys=2, patient=True),  # patientid, medicationentryid
    Kind("drug", "Medication", keys=2, patient=True),  # patientid, medicationentryid
    Kind("vaccine", "Immunization", keys=2, patient=True, by=BOTH),  # patientid, vaccineid
    # --- results and documents
    Kind("labresult", "DiagnosticReport", keys=2, patient=True, by=BOTH),  # patientid, labresultid
    Kind("analyte", "Observation", keys=3, patient=True),  # patientid, labresultid, analyteid
    Kind("imaging", "DiagnosticReport", keys=2, patient=True, by=BOTH),  # patientid, imagingresultid
    Kind("document", "DocumentReference", keys=3, patient=True),  # patientid, class as in the path, documentid
    Kind("visitnote", "DocumentReference", keys=2, patient=True),  # patientid, encounterid
    Kind("ccda", "DocumentReference", keys=1, patient=True),  # patientid
    # --- what a patient tells
    Kind("social", "Observation", keys=2, patient=True),  # patientid, key of the question
    Kind("earlier", "Observation", keys=3, patient=True),  # patientid, key, day: what else charts say of a question
    Kind("orientation", "Observation", keys=1, patient=True),  # patientid
    Kind("occupation", "Observation", keys=1, patient=True, by=BOTH),  # patientid
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
    # --- of the FHIR server alone: the number in its id, which the REST API has not, or has for something else
    _fhir("concern", "Condition"),  # AmbulatoryPlanProblem-n
    _fhir("intolerance", "AllergyIntolerance"),  # pa-n; the REST API tells allergens of a chart apart, not records
    _fhir("result", "Observation"),  # resultamb-n: which report an analyte is of, it doesn't say
    _fhir("reading", "Observation"),  # vitalamb-n; the REST API's ids are of acts, by the least of their vitalids
    _fhir("pressure", "Observation", keys=2),  # vitalamb-bp-n-n: systolic, diastolic
    _fhir("smoking", "Observation"),  # smokingStatus-n, the number of the chart
    _fhir("hpi", "DocumentReference"),  # hpiNote-n: a section of the visit's note, which is `visitnote`
    _fhir("hpitemplate", "DocumentReference"),  # hpiTemplate-n
    _fhir("labreport", "DocumentReference"),  # laboratoryReport-n; in the REST API a file of `labresult`
    _fhir("documented", "Procedure", keys=2),  # prda.encounter.n; that n is a serviceid, nothing says
    _fhir("surgical", "Procedure", keys=2),  # shb.chart.n; the REST API names no chart
    _fhir("device", "Device"),  # implantabledevice-n
    _fhir("orderdocument", "ServiceRequest"),  # ambulatoryorder-n; reports that name it don't name its encounter
    _fhir("careplan", "CarePlan"),  # AmbulatoryCarePlan-n
    _fhir("chartteam", "CareTeam"),  # AmbulatoryCareTeam-n: one for each chart
    _fhir("plangoal", "Goal"),  # AmbulatoryPlanGoal-n
    _fhir("visitgoal", "Goal"),  # ClinicalEncounterGoal-n
    _fhir("localprovider", "Organization"),  # LCP-n
    _fhir("chartgroup", "Organization"),  # CSG-n
    _fhir("providergroup", "Organization"),  # PG-n
)
PROVENANCE = "prov"
FILE = "file"
OTHER = "fhir"

_BY_NAME = {kind.name: kind for kind in KINDS}
_KEY = re.compile(r"(?:[A-Za-z0-9]|\.[0-9a-f]{2})+")
_ESCAPED = re.compile(r"((?:\.[0-9a-f]{2})+)")
_UNSAFE = re.compile(r"[^A-Za-z0-9]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")
_TYPE = re.compile(r"[A-Z][A-Za-z]{2,40}")


@dataclass(frozen=True, slots=True)
class LocalId:
    """`kind` is "" for Patient. The last key of `prov` and `file` is the local id of whose they are; those of `fhir`
    are the FHIR type and the rest of the server's id."""

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
    if kind == OTHER and len(keys) == 2 and _TYPE.fullmatch(keys[0]) and keys[1]:
        return "-".join((kind, keys[0], _escaped(keys[1])))
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


def types_of(local_id: str, by: str | None = None) -> frozenset[str]:
    """The FHIR type that such an id can name; empty where it is malformed, or the adapter `by` can't read it."""
    try:
        found = parse(local_id)
    except ValueError:
        return frozenset()
    return frozenset({_type(found)}) if by is None or by in _readers(found) else frozenset()


def patient_of(local_id: str) -> str | None:
    """The patient's own key (patientid) that the id carries; None where it carries none or is malformed."""
    try:
        found = parse(local_id)
    except ValueError:
        return None
    if found.kind in (PROVENANCE, FILE):
        return patient_of(found.keys[-1])
    return found.keys[0] if found.kind != OTHER and _BY_NAME[found.kind].patient else None


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
    return _type(parse(owner)), owner, int(number)


def _type(found: LocalId) -> str:
    if found.kind == OTHER:
        return found.keys[0]
    return {PROVENANCE: "Provenance", FILE: "Binary"}.get(found.kind) or _BY_NAME[found.kind].type


def _readers(found: LocalId) -> frozenset[str]:
    """Names of the adapters that can read it. A derived Provenance is of what the REST API tells."""
    match found.kind:
        case "prov":
            return _readers(parse(found.keys[0])) & {REST}
        case "file":
            return _readers(parse(found.keys[-1]))
        case "fhir":
            return frozenset({FHIR})
        case kind:
            return _BY_NAME[kind].by


def _escaped(key: str) -> str:
    return _UNSAFE.sub(lambda found: "".join(f".{byte:02x}" for byte in found[0].encode()), key)


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError("not a key of a local id")
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].replace(".", "")).decode(), text)
