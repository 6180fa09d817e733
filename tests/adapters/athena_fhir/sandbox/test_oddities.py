"""Every oddity of the table occurs among the sandbox's people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from adapters.athena_fhir.sandbox.oddities import ODDITIES
from tests.adapters.athena_fhir.sandbox.wire import Wire, wired

Resource = dict[str, Any]

PEOPLE = ",".join(f"a-195900.E-{number}" for number in range(1, 26))
OF_PATIENTS = (
    "AllergyIntolerance", "CarePlan", "CareTeam", "Condition", "Device", "DiagnosticReport", "DocumentReference",
    "Encounter", "Goal", "Immunization", "Observation", "Procedure",
)  # fmt: skip
SPECIALTIES = "https://fhir.athena.io/CodeSystem/ah-specialty"
ROOM = {"url": "isPerson", "valueBoolean": False}
DIRECTORY = (71, 86, 101, 110)


async def everything(wire: Wire) -> list[Resource]:
    found = [row for type_ in OF_PATIENTS for row in await wire.every(f"{type_}?patient={PEOPLE}&_count=1000")]
    found += await wire.every(f"MedicationRequest?patient={PEOPLE}&intent=order,plan&_count=1000")
    found += await wire.rows("Patient?name=a,e,i,o,u,s,m,d,k,j")
    ids = ",".join(f"a-195900.Provider-{number}" for number in DIRECTORY)
    return found + await wire.rows(f"Practitioner?_id={ids}") + await wire.rows("Location?_id=a-195900.Department-1")


def codes(element: Resource) -> list[str]:
    return [coding["code"] for coding in element.get("coding", ())]


def within(value: Any) -> Iterator[str]:
    """Every text of a resource."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from within(one)


def category(one: Resource, code: str) -> bool:
    found = one.get("category", ())
    return any(isinstance(each, dict) and code in codes(each) for each in found)


def laboratory(one: Resource) -> bool:
    return one["resourceType"] == "Observation" and category(one, "laboratory")


def vital(one: Resource) -> bool:
    return one["resourceType"] == "Observation" and category(one, "vital-signs")


def ended(rows: list[Resource], use: str) -> bool:
    return len([row for row in rows if row.get("use") == use]) == 2 and any(
        "end" in row.get("period", {}) for row in rows
    )


def extended(one: Resource, name: str) -> bool:
    return any(each["url"].endswith(name) for each in one.get("extension", ()))


def before(earlier: str, later: str | None) -> bool:
    return later is not None and datetime.fromisoformat(earlier) < datetime.fromisoformat(later)


def notes(one: Resource) -> str:
    return "|".join(note["text"] for note in one.get("note", ()))


def attachment(one: Resource) -> Resource:
    found: Resource = one["content"][0]["attachment"]
    return found


def numeric(text: str) -> bool:
    return text.lstrip("<>= ").replace(".", "", 1).isdigit()


# name: type, what such a record looks like
SEEN: dict[str, tuple[str, Callable[[Resource], Any]]] = {
    "no meta": ("Observation", lambda r: "meta" not in r),
    "retired profile": ("Condition", lambda r: r.get("meta", {}).get("profile", [""])[0].endswith("us-core-condition")),
    "updated at midnight": ("Encounter", lambda r: "T00:00:00-0" in r.get("meta", {}).get("lastUpdated", "")),
    "updated before it was recorded": (
        "Condition",
        lambda r: "recordedDate" in r and r.get("meta", {}).get("lastUpdated", "9")[:10] < r["recordedDate"][:10],
    ),
    "offsets": ("Encounter", lambda r: r.get("period", {}).get("start", "")[-6:] in ("-05:00", "-04:00")),
    "entered in error": ("Observation", lambda r: r["status"] == "entered-in-error"),
    "identifier without system": ("Condition", lambda r: [{"value": r["id"]}] == r["identifier"]),
    "former name": ("Patient", lambda r: ended(r["name"], "official")),
    "former address": ("Patient", lambda r: ended(r.get("address", []), "home")),
    "billing address": ("Patient", lambda r: any(one.get("use") == "billing" for one in r.get("address", ()))),
    "retired gender identity": ("Patient", lambda r: "http://hl7.org/fhir/gender-identity" in within(r)),
    "SSN in clear": ("Patient", lambda r: "http://hl7.org/fhir/sid/us-ssn" in within(r["identifier"])),
    "tax number": ("Practitioner", lambda r: "urn:oid:2.16.840.1.113883.4.4" in within(r)),
    "inactive practitioner": ("Practitioner", lambda r: r["active"] is False),
    "room": (
        "Practitioner",
        lambda r: any(ROOM in one.get("extension", ()) for one in r["extension"]),
    ),
    "athena's qualifications": ("Practitioner", lambda r: SPECIALTIES in within(r)),
    "time zone in meta": ("Location", lambda r: r["meta"]["extension"][0]["valueCode"] == "America/New_York"),
    "member as an organization": ("CareTeam", lambda r: ".LCP-" in r["participant"][0]["member"]["reference"]),
    "role in words": ("CareTeam", lambda r: [{"text": "Primary Care Provider"}] == r["participant"][0]["role"]),
    "member no longer": ("CareTeam", lambda r: "period" in r["participant"][-1]),
    "diagnosis without clinical status": (
        "Condition",
        lambda r: category(r, "encounter-diagnosis") and "clinicalStatus" not in r,
    ),
    "unconfirmed": ("Condition", lambda r: codes(r["verificationStatus"]) == ["unconfirmed"]),
    "health concern": ("Condition", lambda r: category(r, "health-concern") and "AmbulatoryPlanProblem" in r["id"]),
    "HTML in a note": ("Condition", lambda r: "<p>" in notes(r)),
    "diagnosis without ICD": ("Condition", lambda r: "EncounterDx" in r["id"] and len(codes(r["code"])) == 1),
    "pseudo disposition": (
        "Encounter",
        lambda r: codes(r["hospitalization"]["dischargeDisposition"]) == ["not-applicable"],
    ),
    "participant twice": (
        "Encounter",
        lambda r: [codes(one["type"][0]) for one in r.get("participant", ())] == [["ATND"], ["PPRF"]],
    ),
    "visit in words": ("Encounter", lambda r: list(r["type"][0]) == ["text"]),
    "orders only": ("Encounter", lambda r: r["class"]["code"] == "VR" and codes(r["type"][0]) == ["185316007"]),
    "no beginning": ("Encounter", lambda r: "start" not in r.get("period", {})),
    "no end": ("Encounter", lambda r: r["status"] == "in-progress" and "end" not in r.get("period", {})),
    "cancelled": ("Encounter", lambda r: r["status"] == "cancelled"),
    "food and medication": ("AllergyIntolerance", lambda r: r.get("category") == ["food", "medication"]),
    "bare manifestation": (
        "AllergyIntolerance",
        lambda r: any(list(one["manifestation"][0]) == ["coding"] for one in r.get("reaction", ())),
    ),
    "class of drugs": ("AllergyIntolerance", lambda r: codes(r["code"]) == ["6369005"]),
    "false LOINC": ("Observation", lambda r: laboratory(r) and any("-" not in code for code in codes(r["code"]))),
    "words for a code": ("Observation", lambda r: laboratory(r) and not codes(r["code"])),
    "number as text": ("Observation", lambda r: laboratory(r) and numeric(r.get("valueString", "x"))),
    "no result": ("Observation", lambda r: r.get("valueString") in ("np", "comment")),
    "unit in words": ("Observation", lambda r: laboratory(r) and list(r.get("valueQuantity", {})) == ["value", "unit"]),
    "interpretation in words": (
        "Observation",
        lambda r: {"text": "above high normal"} in r.get("interpretation", ()),
    ),
    "interpretation with a version": ("Observation", lambda r: "2.1.0" in within(r.get("interpretation", ()))),
    "padded range": ("Observation", lambda r: any(one["text"].startswith(" ") for one in r.get("referenceRange", ()))),
    "line breaks in a note": ("Observation", lambda r: laboratory(r) and "\n" in notes(r)),
    "unknown status": ("Observation", lambda r: laboratory(r) and r["status"] == "unknown"),
    "midnight for a day": ("Observation", lambda r: laboratory(r) and "T00:00:00-0" in r.get("effectiveDateTime", "")),
    "report issued before": ("DiagnosticReport", lambda r: before(r["issued"], r.get("effectiveDateTime"))),
    "report in plain text": (
        "DiagnosticReport",
        lambda r: [one["contentType"] for one in r.get("presentedForm", ())] == ["text/plain"],
    ),
    "imaging in words": (
        "DiagnosticReport",
        lambda r: category(r, "LP29684-5") and list(r["code"]) == ["text"] and r["status"] == "unknown",
    ),
    "report without encounter": ("DiagnosticReport", lambda r: "encounter" not in r),
    "day for a time": ("Observation", lambda r: vital(r) and len(r["effectiveDateTime"]) == 10),
    "refused": ("Observation", lambda r: vital(r) and r["status"] == "amended"),
    "wrong words for a unit": (
        "Observation",
        lambda r: "9279-1" in codes(r["code"]) and r.get("valueQuantity", {}).get("unit") == "Beats / minute",
    ),
    "oximetry twice": ("Observation", lambda r: {"2708-6", "59408-5"} == set(codes(r["code"]))),
    "oxygen concentration": ("Observation", lambda r: "3150-0" in within(r.get("component", ()))),
    "smoking without effective": (
        "Observation",
        lambda r: "72166-2" in codes(r["code"]) and "issued" in r and "effectiveDateTime" not in r,
    ),
    "occupation in words": (
        "Observation",
        lambda r: ".occupation-" in r["id"] and list(r["valueCodeableConcept"]) == ["text"],
    ),
    "page as a system": (
        "DocumentReference",
        lambda r: "https://hl7.org/fhir/valueset-doc-section-codes.html" in within(r["type"]),
    ),
    "paper without content": (
        "DocumentReference",
        lambda r: "_data" in attachment(r) and not {"data", "url"} & set(attachment(r)),
    ),
    "plan without content": ("CarePlan", lambda r: r["text"]["status"] == "additional"),
    "goal without start": ("Goal", lambda r: "startDate" not in r and "achievementStatus" in r),
    "active though stopped": (
        "MedicationRequest",
        lambda r: r["status"] == "active" and extended(r, "ah-stop-date"),
    ),
    "deactivated": ("MedicationRequest", lambda r: r["status"] == "active" and extended(r, "ah-deactivated-date")),
    "medication in words": ("MedicationRequest", lambda r: "coding" in r.get("medicationCodeableConcept", {})),
    "never primary": ("Immunization", lambda r: ".clinical-" in r["id"] and r["primarySource"] is False),
    "notes with a label": ("Immunization", lambda r: "(Sig) " in notes(r) and "(Administer User) " in notes(r)),
    "dose without UCUM": ("Immunization", lambda r: ["value", "unit"] == list(r.get("doseQuantity", ()))),
    "objection": ("Immunization", lambda r: "PATOBJ" in within(r) and "occurrenceDateTime" not in r),
    "CPT without display": ("Procedure", lambda r: ["system", "code"] == list(r["code"].get("coding", [{}])[0])),
    "as long as the visit": ("Procedure", lambda r: "end" in r.get("performedPeriod", {})),
    "in progress": ("Procedure", lambda r: r["status"] == "in-progress"),
    "device in words": ("Device", lambda r: list(r["type"]) == ["text"] and "value" in r["version"][0]),
}  # fmt: skip


async def test_every_oddity_occurs_among_the_first_people() -> None:
    async with wired() as wire:
        rows = await everything(wire)

    seen = {name for name, (type_, test) in SEEN.items() if any(r["resourceType"] == type_ and test(r) for r in rows)}
    assert sorted(ODDITIES) == sorted(seen)
