"""How Millennium writes: each oddity is seen at least once among 25 people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.cerner.sandbox import ODDITIES, TENANT
from tests.adapters.cerner.sandbox.server import FIRST, ORIGIN, Millennium, anonymous, opened, resources

Resource = dict[str, Any]
Test = Callable[[Resource], bool]
TYPES = (
    "AllergyIntolerance CareTeam Condition DiagnosticReport DocumentReference Encounter Immunization MedicationRequest"
    " Observation Procedure".split()
)


def codings(concept: Any) -> list[Resource]:
    return list(concept.get("coding", ())) if isinstance(concept, dict) else []


def proprietary_only(one: Resource) -> bool:
    systems = [each.get("system", "") for each in codings(one.get("code") or one.get("medicationCodeableConcept"))]
    return len(systems) == 1 and systems[0].startswith(f"https://fhir.cerner.com/{TENANT}/")


def of(type_: str, test: Test) -> Test:
    return lambda one: one["resourceType"] == type_ and test(one)


def has(text: str) -> Test:
    return lambda one: text in one["as text"]


def translated(one: Resource) -> bool:
    extensions = one.get("valueQuantity", {}).get("extension", ())
    return ["ng", "ug", "mg", "cg", "g", "kg"] == [each["valueQuantity"]["unit"] for each in extensions]


def percentile(one: Resource) -> bool:
    return one["id"].startswith("L-") and has("vital-signs")(one) and {"value"} == one["valueQuantity"].keys()


SHOWN: dict[str, Test] = {
    "id outside the grammar": lambda one: re.fullmatch(r"CARE_TEAM-\d+-0|LIFETIME_PROVIDER-\d+", one["id"]) is not None,
    "versions": lambda one: one["meta"]["versionId"] == "1-1" or len(one["meta"]["versionId"]) == 8,
    "restricted": has('"code": "R"'),
    "dual coding": lambda one: [True, False] == [each.get("userSelected") for each in codings(one.get("code"))][:2],
    "proprietary only": proprietary_only,
    "code without display": of("Observation", lambda one: "display" not in (codings(one["code"]) or [one])[-1]),
    "site's clock": has("-06:00"),
    "contained": has('"contained"'),
    "identifiers": of("Patient", lambda one: any({"extension"} == each.keys() for each in one["identifier"])),
    "former name": of("Patient", lambda one: any(each.get("use") == "old" for each in one["name"])),
    "bare telephone": of("Patient", has("iso21090-TEL-address")),
    "panel code in components": lambda one: has('"code": "85354-9"}]}')(one) and "component" in one,
    "one-sided pressure": lambda one: one["id"].startswith("BP-") and len(one["component"]) == 1,
    "laboratory prefix on vital signs": percentile,
    "translations": translated,
    "control text": has("^~:!"),
    "absent category": of("Observation", lambda one: "extension" in (codings(one["category"][0]) or [{}])[0]),
    "unit as words": of(
        "Observation", lambda one: "unit" in (found := one.get("valueQuantity", {})) and "code" not in found
    ),
    "blank behind the status": lambda one: one.get("status") == "entered-in-error " and "valueQuantity" not in one,
    "second category": of("Condition", has("74188005")),
    "IMO": has("e-imo.com"),
    "diagnosis without status": lambda one: one["id"].startswith("d") and "clinicalStatus" not in one,
    "health concern": lambda one: has('"health-concern"')(one) and len(one["id"]) == 36,
    "canceled allergy": lambda one: has('"Canceled"')(one) and "clinicalStatus" not in one,
    "trailing dot": of("Encounter", has("urn:oid:5.5.5.5.5.5.")),
    "repeated participants": of("Encounter", lambda one: len(one.get("participant", ())) == 3),
    "requester absent": of("MedicationRequest", lambda one: "extension" in one.get("requester", {})),
    "tablets": has("{tbl}"),
    "unknown dose": of("Immunization", has("{unknownunit}")),
    "report without results": of("DiagnosticReport", lambda one: has('"LAB"')(one) and "result" not in one),
    "end only": lambda one: {"end"} == one.get("effectivePeriod", {}).keys(),
    "CPT as text": of("Procedure", lambda one: re.fullmatch(r"\d{5}", one["code"]["text"]) is not None),
    "open end": of("CareTeam", has("2100-12-31")),
    "system user": has('"Practitioner/1"'),
}


async def everything(server: Millennium) -> list[Resource]:
    found = []
    for number in range(1, 26):
        patient = await server.get(f"Patient/{12_724_000 + number}")
        if patient.status_code == 200:
            found.append(patient.json())
            for type_ in TYPES:
                found += await server.all(f"{type_}?patient={12_724_000 + number}&_count=200")
    for one in found:
        one["as text"] = json.dumps(one)
    return found


async def test_every_oddity_is_seen_and_is_described() -> None:
    async with anonymous() as server:
        found = await everything(server)

    missing = [name for name, test in SHOWN.items() if not any(test(one) for one in found)]
    assert ([], set()) == (missing, SHOWN.keys() - ODDITIES.keys())
    assert {"000Z", "Z", "+00:00"} == {_spelling(one) for one in found}
    for one in found:
        assert "profile" not in one["meta"]
        assert "generated" == one["text"]["status"] or one["resourceType"] == "CarePlan"
        assert "specimen" not in one or one["resourceType"] == "DiagnosticReport"
    assert [] == [each for one in found for each in relative(one)]


def _spelling(one: Resource) -> str:
    spelled = one["meta"]["lastUpdated"]
    return "+00:00" if spelled.endswith("+00:00") else "000Z" if spelled.endswith(".000Z") else "Z"


def relative(value: Any) -> Iterator[str]:
    """Attachments that are not named by this host."""
    if isinstance(value, dict):
        if "contentType" in value and not str(value.get("url", ORIGIN)).startswith(ORIGIN):
            yield value["url"]
        for each in value.values():
            yield from relative(each)
    elif isinstance(value, list):
        for each in value:
            yield from relative(each)


async def test_the_narrative_names_the_patient() -> None:
    async with anonymous() as server:
        name = (await server.json(f"Patient/{FIRST}"))["name"][0]
        (first, *_) = resources(await server.json(f"Condition?patient={FIRST}"))

    assert f"{name['family']}, {name['given'][0]}" in first["text"]["div"]


async def test_a_document_is_pdf_xml_and_html_and_is_had_by_its_own_content_type() -> None:
    async with opened() as server:
        await server.allow("system/DocumentReference.rs system/Binary.rs")
        (first, *_) = resources(await server.json(f"DocumentReference?patient={FIRST}"))
        forms = [one["attachment"] for one in first["content"]]
        own = [await server.client.get(one["url"], headers={"Accept": one["contentType"]}) for one in forms]
        resource = await server.client.get(forms[0]["url"], headers={"Accept": "application/fhir+json"})
        refused = await server.client.get(forms[0]["url"], headers={"Accept": "application/json"})
        await server.allow("system/Binary.rs")
        alone = await server.client.get(forms[0]["url"], headers={"Accept": "application/pdf"})

    assert ["application/pdf", "application/xml", "text/html"] == [one["contentType"] for one in forms]
    assert [f"{ORIGIN}/r4/{TENANT}/Binary/{prefix}-" for prefix in ("XR", "XML", "TR")] == [
        re.sub(r"-\d+$", "-", one["url"]) for one in forms
    ]
    assert [(200, one["contentType"]) for one in forms] == [
        (one.status_code, one.headers["content-type"]) for one in own
    ]
    assert own[0].content.startswith(b"%PDF")
    assert ("Binary", "application/pdf") == (resource.json()["resourceType"], resource.json()["contentType"])
    assert (406, b"") == (refused.status_code, refused.content)
    assert 403 == alone.status_code


@pytest.mark.parametrize("type_", ["Patient", "Encounter", "Condition", "Observation", "MedicationRequest"])
async def test_ten_thousand_people_start_as_quickly_as_any_and_an_id_finds_its_chart(type_: str) -> None:
    async with anonymous(size=10_000) as server:
        wanted = "12734000" if type_ == "Patient" else (await server.all(f"{type_}?patient=12734000"))[0]["id"]

        assert wanted == (await server.json(f"{type_}/{wanted}"))["id"]
