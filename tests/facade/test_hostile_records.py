"""What an EHR says wrong, on purpose or not: it spoils no more than itself, and slips by no policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.facade.scripted import BASE, Scripted, scripted, searchset
from tests.facade.summit import NAMES, network, summit

HIDDEN = "hidden-from-this-client"
SSN = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": HIDDEN}
PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "1", "name": [{"family": "Doe"}], "gender": "female"}
EXTENSION = "http://hl7.org/fhir/StructureDefinition/x"
NO_CACHE = {"Cache-Control": "no-cache"}


def pulse(id_: Any, **elements: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
    subject = {"reference": "Patient/1"}
    return {"resourceType": "Observation", "id": id_, "status": "final", "code": code, "subject": subject, **elements}


def nested(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"url": EXTENSION, "valueString": "deep"}
    for _ in range(depth):
        found = {"url": EXTENSION, "extension": [found]}
    return found


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Scripted]:
    policy = [
        {"name": "no-address", "clients": ["addressless"], "remove": ["Patient.address"]},
        {"name": "no-names", "clients": ["nameless"], "remove": ["Patient.name"]},
    ]
    clients = {key: {"scopes": ["system/*.rs"]} for key in ("system", "addressless", "nameless")}
    async with scripted(tmp_path, policy=policy, clients=clients) as made:
        made.sandbox.has(PATIENT)
        yield made


UNREAD: dict[str, dict[str, Any]] = {
    "meta is a list": pulse("b", meta=[1]),
    "a tag is a number": pulse("b", meta={"tag": 5}),
    "a coding is text": pulse("b", code={"coding": ["8867-4"]}),
    "its id is a list": pulse(["b"]),
    "its id is a number": pulse(5),
    "its id is longer than any": pulse("b" * 1500),
    "its id leads elsewhere": pulse("../Patient/1"),
    "its id holds a line": pulse("b\r\nSet-Cookie: c"),
    "meta is text": pulse("b", meta="lastUpdated"),
    "contained is no list": pulse("b", contained={"resourceType": "Patient", "id": "p"}),
    "contained holds text": pulse("b", contained=["Patient"]),
    "contained has no type": pulse("b", contained=[{"id": "p"}]),
    "contained has a number for a type": pulse("b", contained=[{"resourceType": 5, "id": "p"}]),
    "it is nested too deep": pulse("b", extension=[nested(100)]),
    "it is nested deeper than can be walked": pulse("b", extension=[nested(400)]),
}


@pytest.mark.parametrize("wrong", UNREAD)
async def test_a_record_without_the_shape_of_one_is_left_out_and_told_of(world: Scripted, wrong: str) -> None:
    world.sandbox.said["Observation"] = searchset(pulse("a"), UNREAD[wrong])

    response = await world.client().get("/Observation?patient=rb.1")

    found = [(entry["search"]["mode"], entry["resource"].get("id")) for entry in response.json()["entry"]]
    assert (200, [("match", "rb.a"), ("outcome", None)]) == (response.status_code, found)


async def test_one_reference_where_other_types_have_a_list_is_no_wrong_shape(world: Scripted) -> None:
    subject = {"reference": "Patient/1"}
    related = [{"code": "replaces", "target": {"reference": "DocumentReference/e"}}]
    world.sandbox.has({"resourceType": "DocumentReference", "id": "d", "subject": subject, "relatesTo": related})
    media = [{"link": {"display": "a picture"}}]
    world.sandbox.has({"resourceType": "DiagnosticReport", "id": "r", "subject": subject, "media": media})
    client = world.client()

    shown = [
        (await client.get("/DocumentReference/rb.d")).json().get("relatesTo"),
        (await client.get("/DiagnosticReport/rb.r")).json().get("media"),
    ]

    assert [[{"code": "replaces", "target": {"reference": "DocumentReference/rb.e"}}], media] == shown


async def test_a_number_of_more_than_64_bits_keeps_its_digits(world: Scripted) -> None:
    world.sandbox.has(pulse("a", valueQuantity={"value": 10**30}))

    response = await world.client().get("/Observation/rb.a")

    assert (200, True) == (response.status_code, f'"value":{10**30}' in response.text)


SMUGGLED: dict[str, dict[str, Any]] = {
    "contained in what is contained": pulse(
        "a",
        contained=[
            {
                "resourceType": "RelatedPerson",
                "id": "r",
                "contained": [{"resourceType": "Patient", "id": "p", "identifier": [SSN]}],
            }
        ],
    ),
    "in a contained Bundle": pulse(
        "a",
        contained=[
            {"resourceType": "Bundle", "id": "b", "entry": [{"resource": {**PATIENT, "identifier": [SSN]}}]},
        ],
    ),
    "in a list in a list": {**PATIENT, "resourceType": "Patient", "id": "a", "identifier": [[SSN]]},
    "beside an element that no Reference has": pulse(
        "a", subject={"reference": "Patient/1", "display": HIDDEN, "comment": "odd"}
    ),
    "in an attachment of an extension": pulse(
        "a", extension=[{"url": EXTENSION, "valueAttachment": {"contentType": "text/plain", "data": HIDDEN}}]
    ),
    "in an answer below an answer": {
        "resourceType": "QuestionnaireResponse",
        "id": "a",
        "status": "completed",
        "subject": {"reference": "Patient/1"},
        "item": [{"linkId": "1", "item": [{"linkId": "2", "answer": [{"valueAttachment": {"title": HIDDEN}}]}]}],
    },
    "in a narrative that somebody wrote": {
        "resourceType": "CarePlan",
        "id": "a",
        "subject": {"reference": "Patient/1"},
        "text": {"status": "additional", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{HIDDEN}</div>"},
    },
}


@pytest.mark.parametrize("place", SMUGGLED)
async def test_what_policy_hides_is_not_smuggled_by_it(world: Scripted, place: str) -> None:
    record = SMUGGLED[place]
    world.sandbox.has(record)
    type_ = record["resourceType"]
    by = "identifier=urn:x%7C7" if type_ == "Patient" else "patient=rb.1"

    client = world.client("nameless" if place.startswith("beside") else "addressless")

    read = await client.get(f"/{type_}/rb.a")
    search = await client.get(f"/{type_}?{by}")

    assert HIDDEN not in read.text + search.text
    assert {read.status_code, search.status_code} <= {200, 404}


async def test_a_narrative_of_the_elements_alone_stays_where_names_may_be_seen(world: Scripted) -> None:
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Rest</div>'}
    subject = {"reference": "Patient/1"}
    world.sandbox.has({"resourceType": "CarePlan", "id": "a", "subject": subject, "text": text})

    shown = [(await world.client(one).get("/CarePlan/rb.a")).json().get("text") for one in ("addressless", "nameless")]

    assert [text, None] == shown


@pytest.mark.parametrize("type_", ["Observation", "Provenance"])
async def test_pages_that_run_in_a_circle_end_at_once(world: Scripted, type_: str) -> None:
    world.sandbox.has(pulse("a"))
    world.sandbox.said[type_] = searchset(following=f"{BASE}/{type_}?page=2")
    address = (
        "/Observation?patient=rb.1" if type_ == "Observation" else "/Observation?_id=rb.a&_revinclude=Provenance:target"
    )

    response = await world.client().get(address)

    assert "in a circle" in response.text
    assert 1 == world.sandbox.asked.count(f"{type_}?page=2")


NOT_IDS = (
    ".2e.2e",
    ".2e",
    "a.2fb",
    "a.2f.2e.2e.2fb",
    "a.3fb.3dc",
    "a.23b",
    "a.5cb",
    "a.2cb",
    "a.0d.0ab",
    "a.20b",
    "a.25",
)


async def test_no_id_leads_to_another_address_of_the_ehr(world: Scripted) -> None:
    client = world.client()

    reads = {(await client.get(f"/Patient/rb.{one}")).status_code for one in NOT_IDS}
    totals = {(await client.get(f"/Observation?patient=rb.{one}")).json().get("total") for one in NOT_IDS}

    assert ({404}, {0}) == (reads, totals)
    assert [] == world.sandbox.asked


async def test_a_derived_provenance_is_looked_for_where_one_can_be(world: Scripted) -> None:
    response = await world.client().get("/Provenance/rb.prov-1")

    assert (404, []) == (response.status_code, world.sandbox.asked)


URLS = (
    "Binary/../Patient/1",
    "Binary/..%2fPatient%2f1",
    "Binary/1/../../Patient/1",
    "Binary/1?_format=json",
    "Binary/1#x",
    "Binary/",
    "Binary/%2e%2e",
    "//elsewhere.example/Binary/1",
    "https://user@127.0.0.1:8/r4/Binary/1",
    f"{BASE}/Binary/1/../../Patient/1",
    f"{BASE}.elsewhere.example/Binary/1",
    f"{BASE}/Patient/1",
)


async def test_an_attachment_leads_to_a_binary_of_the_ehr_and_nowhere_else(world: Scripted) -> None:
    content = [{"attachment": {"contentType": "application/json", "url": url}} for url in (*URLS, f"{BASE}/Binary/ok")]
    subject = {"reference": "Patient/1"}
    world.sandbox.has(
        {"resourceType": "DocumentReference", "id": "d", "status": "current", "subject": subject, "content": content}
    )
    world.sandbox.said["Binary/ok"] = b'{"it": "is"}'
    client = world.client()

    shown = (await client.get("/DocumentReference/rb.d")).json()["content"]
    reads = [(await client.get(f"/Binary/rb.file-{n}-DocumentReference-d")).status_code for n in range(len(content))]

    assert [f"Binary/rb.file-{len(URLS)}-DocumentReference-d"] == [
        one["attachment"]["url"].rpartition("r4/")[2] for one in shown if "url" in one["attachment"]
    ]
    assert [404] * len(URLS) + [200] == reads
    assert {"DocumentReference/d", "Binary/ok"} == set(world.sandbox.asked)


async def test_the_values_of_one_search_cannot_be_multiplied_without_bound(tmp_path: Path) -> None:
    families = "&".join("family=" + ",".join(f"n{at}v{n}" for n in range(7)) for at in range(20))
    givens = ",".join(f"x{n}" for n in range(120))
    searches = {"sc": f"/Patient?{families}", "se": f"/Patient?given={givens}&family={givens}&birthdate=1980-01-02"}
    async with network(tmp_path, summit(), names=NAMES[1:], size=1) as here:
        answers = [(await here.client(practice=key).get(address)).json() for key, address in searches.items()]

        assert ["too-costly", "too-costly"] == [answer["issue"][0]["code"] for answer in answers]
        assert [[], []] == [await here.asked(name) for name in NAMES[1:]]


async def test_a_narrative_has_no_client_call_anybody_and_runs_nothing(world: Scripted) -> None:
    div = (
        '<div xmlns="http://www.w3.org/1999/xhtml" onclick="x()"><script>x()</script>'
        '<p style="background:url(//x.example)">'
        'Walk <a href="https://x.example">daily</a><img src="https://x.example/1"/></p></div>'
    )
    plan = {"resourceType": "CarePlan", "id": "a", "subject": {"reference": "Patient/1"}}
    world.sandbox.has({**plan, "text": {"status": "additional", "div": div}})
    world.sandbox.has({**plan, "id": "b", "text": {"status": "additional", "div": f"<div>{BASE.upper()}/x</div>"}})
    world.sandbox.has({**plan, "id": "c", "text": {"status": ["additional"], "div": 5}})

    shown = [(await world.client().get(f"/CarePlan/rb.{one}")).json().get("text") for one in "abc"]

    clean = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Walk daily</p></div>'
    assert [{"status": "additional", "div": clean}, None, None] == shown


@pytest.mark.parametrize("text", [f"{BASE}/x", BASE.upper(), BASE.removeprefix("http:"), f"see {BASE}/x for more"])
async def test_no_spelling_of_the_ehrs_address_leaves(world: Scripted, text: str) -> None:
    world.sandbox.has(pulse("a", note=[{"text": text}], issued="2024-01-01T00:00:00Z"))

    found = (await world.client().get("/Observation/rb.a")).json()

    assert (None, "2024-01-01T00:00:00Z") == (found.get("note"), found["issued"])


async def test_what_an_ehr_refuses_with_is_logged_by_its_number_alone(world: Scripted) -> None:
    coding = [{"code": code} for code in ("59109", "MSG_PARAM_INVALID", "Doe", "123456789", "é", "a\nb")]
    outcome = {"resourceType": "OperationOutcome", "issue": [{"details": {"coding": coding}}, 5]}
    world.sandbox.refused["Observation"] = outcome

    with structlog.testing.capture_logs() as logged:
        response = await world.client().get("/Observation?patient=rb.1")

    (refused,) = [one for one in logged if one["event"] == "ehr.refused"]
    assert (502, ["59109", "MSG_PARAM_INVALID"]) == (response.status_code, refused["codes"])


async def test_an_attachment_of_one_practice_gives_no_document_of_another_on_the_same_server(tmp_path: Path) -> None:
    async with scripted(tmp_path, adapter="athena_fhir", settings={"practiceid": "195900"}) as here:
        attachments = [
            {"url": f"Binary/a-{practice}.note-1", "contentType": "text/plain"} for practice in (195900, 195901)
        ]
        content = [{"attachment": one} for one in attachments]
        subject = {"reference": "Patient/a-195900.E-1"}
        document = {"resourceType": "DocumentReference", "id": "a-195900.hpiNote-1", "subject": subject}
        here.sandbox.has({**document, "status": "current", "content": content})
        note = {"resourceType": "Binary", "contentType": "text/plain", "data": "YSBub3Rl"}
        here.sandbox.said.update({one["url"]: note for one in attachments})

        reads = [(await here.client().get(f"/Binary/rb.file-{n}-hpi-1")).status_code for n in (0, 1)]

        assert ([200, 404], False) == (reads, "Binary/a-195901.note-1" in here.sandbox.asked)


async def test_a_number_that_the_client_may_not_search_by_asks_the_ehr_for_nothing(world: Scripted) -> None:
    world.sandbox.has({**PATIENT, "identifier": [SSN]})
    ssn = f"{SSN['system']}%7C{SSN['value']}"
    client = world.client()

    totals = [
        (await client.get(address)).json()["total"]
        for address in (f"/Patient?identifier={ssn}", f"/Observation?patient.identifier={ssn}")
    ]

    assert ([0, 0], []) == (totals, world.sandbox.asked)


async def test_more_entries_than_are_read_are_refused(world: Scripted) -> None:
    entry = b'{"resource":{"resourceType":"Observation"}}'
    world.sandbox.said["Observation"] = b'{"resourceType":"Bundle","entry":[' + b",".join([entry] * 20_001) + b"]}"

    response = await world.client().get("/Observation?patient=rb.1")

    assert (502, True) == (response.status_code, "more records at once" in response.text)
