from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.athenanet.sandbox import create_app
from tests.adapters.athenanet.sandbox_client import Athena, athena


@pytest.fixture
async def wire() -> AsyncIterator[Athena]:
    async with athena() as wire:
        yield wire


async def test_a_read_is_an_array_of_one(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/1")

    assert "1" == patient["patientid"]
    assert "F" == patient["sex"]
    assert patient["emailexists"] is True
    assert patient["ssn"].startswith("*****")
    assert "previouspatientids" not in patient


async def test_the_whole_ssn_is_shown_on_request_only(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/1", showfullssn="true")

    assert 9 == len(patient["ssn"])
    assert patient["ssn"].startswith("000")


async def test_a_merged_id_is_answered_with_the_survivor(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/8", showpreviouspatientids="true")

    assert ("7", ["8"]) == (patient["patientid"], patient["previouspatientids"])


async def test_two_identical_calls_differ_in_the_order_of_keys_only(wire: Athena) -> None:
    texts = {(await wire.get("/patients/1")).text for _ in range(6)}
    documents = [(await wire.json("/patients/1")) for _ in range(3)]

    assert len(texts) > 1
    assert documents[0] == documents[1] == documents[2]


@pytest.mark.parametrize(
    ("path", "query", "status", "body"),
    [
        ("/patients/999", {}, 404, {"error": "The patient does not exist."}),
        ("/patients/0", {}, 400, {"error": "Additional fields are required.", "missingfields": ["patientid"]}),
        (
            "/patients/abc",
            {},
            400,
            {
                "error": "The data provided is invalid.",
                "detailedmessage": "Expecting type integer, but value is abc",
            },
        ),
        ("/patients", {"dob": "1984-06-06"}, 400, {"error": "Improper DOB."}),
        (
            "/patients",
            {"lastname": "x", "limit": "ten"},
            400,
            {
                "error": "The data provided is invalid.",
                "detailedmessage": "Expecting type integer, but value is ten",
            },
        ),
        (
            "/patients",
            {"registrationdate": "01/01/0001"},
            400,
            {
                "error": "The data provided is invalid.",
                "detailedmessage": "Expecting format date, but value is 01/01/0001",
            },
        ),
    ],
)
async def test_errors_come_after_blank_lines(
    wire: Athena, path: str, query: dict[str, str], status: int, body: dict[str, Any]
) -> None:
    answer = await wire.get(path, **query)

    assert (status, body) == (answer.status_code, answer.json())
    assert answer.text.startswith("\n\n{")


async def test_a_search_needs_a_criterion(wire: Athena) -> None:
    queries: list[dict[str, str]] = [{}, {"limit": "5"}, {"showfullssn": "true"}, {"lastname": " "}]
    for query in queries:
        answer = await wire.get("/patients", **query)

        assert (400, "Additional fields are required.") == (answer.status_code, answer.json()["error"])


async def test_pages_are_linked_root_relative_with_upper_case_names(wire: Athena) -> None:
    first = await wire.json("/patients", DepartmentID="1")
    second = await wire.json(first["next"])

    assert 10 == len(first["patients"])
    assert "/v1/195900/patients?DEPARTMENTID=1&limit=10&offset=10" == first["next"]
    assert "/v1/195900/patients?DEPARTMENTID=1&limit=10&offset=0" == second["previous"]
    assert "previous" not in first
    ids = [patient["patientid"] for page in (first, second) for patient in page["patients"]]
    assert len(set(ids)) == len(ids)


async def test_paging_by_offset_walks_everything_once(wire: Athena) -> None:
    page = await wire.json("/patients", departmentid="1,62,150", limit=3)
    seen = [patient["patientid"] for patient in page["patients"]]
    while "next" in page:
        page = await wire.json(page["next"])
        seen += [patient["patientid"] for patient in page["patients"]]

    assert page["totalcount"] == len(seen) == len(set(seen))
    assert {"8", "14", "15"}.isdisjoint(seen)  # merged away, deleted, restricted


FILTERS = {
    "firstname": "firstname",
    "lastname": "lastname",
    "middlename": "middlename",
    "dob": "dob",
    "sex": "sex",
    "assignedsexatbirth": "assignedsexatbirth",
    "zip": "zip",
    "city": "city",
    "state": "state",
    "address1": "address1",
    "email": "email",
    "homephone": "homephone",
    "mobilephone": "mobilephone",
    "workphone": "workphone",
    "anyphone": "mobilephone",
    "preferredname": "preferredname",
    "maritalstatus": "maritalstatus",
    "language6392code": "language6392code",
    "ethnicitycode": "ethnicitycode",
    "primaryproviderid": "primaryproviderid",
    "primarydepartmentid": "primarydepartmentid",
    "registrationdate": "registrationdate",
    "race": "racecode",
    "status": "status",
}


@pytest.mark.parametrize(("name", "key"), FILTERS.items())
async def test_every_demographic_field_filters(wire: Athena, name: str, key: str) -> None:
    (patient,) = await wire.json("/patients/1")
    query = {"departmentid": "1,21,62,150", "limit": "100"}
    everybody = (await wire.json("/patients", **query))["patients"]
    found = (await wire.json("/patients", **{name: patient[key], **query}))["patients"]
    expected = {one["patientid"] for one in everybody if _holds(one, name, key, patient[key])}

    assert "1" in expected
    assert expected == {one["patientid"] for one in found}
    assert len(found) < len(everybody)


def _holds(one: dict[str, Any], name: str, key: str, value: str) -> bool:
    if name == "anyphone":
        return value in (one.get("homephone"), one.get("mobilephone"), one.get("workphone"))
    if name == "race":
        return value in one.get("race", ())
    if name in ("firstname", "lastname"):
        return str(one[key]).casefold().startswith(value.casefold())
    return str(one.get(key, "")).casefold() == value.casefold()


async def test_names_match_from_the_beginning_without_case_or_accents(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/11")
    found = await wire.json("/patients", lastname="NGUYEN" if patient["lastname"] == "Nguyễn" else patient["lastname"])

    assert "11" in [one["patientid"] for one in found["patients"]]


async def test_restricted_patients_are_hidden_unless_asked_for(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/15", ignorerestrictions="true")
    hidden = await wire.json("/patients", lastname=patient["lastname"], dob=patient["dob"])
    shown = await wire.json("/patients", lastname=patient["lastname"], dob=patient["dob"], ignorerestrictions="true")

    assert (404, [], ["15"]) == (
        (await wire.get("/patients/15")).status_code,
        hidden["patients"],
        [one["patientid"] for one in shown["patients"]],
    )


async def test_deleted_patients_are_read_and_found_by_status_only(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/14")
    plain = await wire.json("/patients", lastname=patient["lastname"], dob=patient["dob"])
    asked = await wire.json("/patients", lastname=patient["lastname"], dob=patient["dob"], status="deleted")

    assert ("deleted", [], ["14"]) == (
        patient["status"],
        plain["patients"],
        [one["patientid"] for one in asked["patients"]],
    )


async def test_a_best_match_is_a_bare_array_with_a_score(wire: Athena) -> None:
    (known,) = await wire.json("/patients/1")
    query = {"firstname": known["firstname"], "lastname": known["lastname"], "dob": known["dob"]}
    (match,) = await wire.json("/patients/enhancedbestmatch", **query)

    assert ("1", 23) == (match["patientid"], match["score"])
    assert [] == await wire.json("/patients/enhancedbestmatch", **query, minscore=24)
    assert len(await wire.json("/patients/enhancedbestmatch", **query, returnbestmatches="true")) <= 5


async def test_a_best_match_names_what_is_missing(wire: Athena) -> None:
    answer = await wire.get("/patients/enhancedbestmatch", firstname="Zora")

    assert (400, ["lastname", "dob"]) == (answer.status_code, answer.json()["missingfields"])


async def test_what_was_declined_is_a_word(wire: Athena) -> None:
    (patient,) = await wire.json("/patients/9")

    assert "declined" == patient["email"] == patient["ethnicitycode"] == patient["language6392code"]
    assert ["declined"] == patient["race"]
    assert False is patient["emailexists"]


async def test_missing_values_are_absent_in_strict_mode_and_sometimes_null_in_lax_mode(wire: Athena) -> None:
    (strict,) = await wire.json("/patients/12")
    wire.sandbox.settings.change({"strict": False})
    (lax,) = await wire.json("/patients/12")

    assert None not in strict.values()
    assert {None, ""} <= {value for value in lax.values() if isinstance(value, str | None)}
    assert "address1" not in strict


async def test_lax_mode_speaks_in_strings(wire: Athena) -> None:
    wire.sandbox.settings.change({"strict": False})
    (patient,) = await wire.json("/patients/9")
    found = await wire.json("/patients", departmentid=1)

    assert patient["consenttocall"] in ("true", "false")
    assert ("false", "declined") == (patient["emailexists"], patient["race"])
    assert isinstance(found["totalcount"], str)
    assert not [value for value in patient.values() if isinstance(value, bool | int)]


async def test_scalars_change_their_type_within_one_list(wire: Athena) -> None:
    found = (await wire.json("/patients", departmentid="1,62,150", limit=100))["patients"]
    money = [balance["balance"] for patient in found for balance in patient["balances"]]

    assert {str, int} == {type(patient["zip"]) for patient in found if "zip" in patient}
    assert {str, int} == {type(one) for one in money}


async def test_thousands_start_at_once_and_are_searched_quickly() -> None:
    began = time.perf_counter()
    app = create_app(size=5000)
    started = time.perf_counter() - began
    async with athena(app) as wire:
        assert (await wire.json("/patients", lastname="Sanders"))["totalcount"] > 20
        began = time.perf_counter()
        await wire.json("/patients", lastname="Sand", firstname="Z")
        searched = time.perf_counter() - began

    assert started < 0.5
    assert searched < 0.1
