"""The sandbox has all that is known to be wrong with athenaNet's data, each kind of it by name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.athenanet.sandbox import create_app
from adapters.population.cast import CAST
from tests.adapters.athenanet.sandbox_client import Athena, athena

pytestmark = pytest.mark.asyncio(loop_scope="module")

Row = dict[str, Any]
FIRST_DEPARTMENT = {1: 1, 2: 62}  # of each chart sharing group
LISTS: dict[str, tuple[str, dict[str, str]]] = {  # of a chart: its key, what shows all of it
    "vitals": ("vitals", {}),
    "medications": ("medications", {}),
    "vaccines": ("vaccines", {}),
    "problems": ("problems", {"showinactive": "true"}),
    "labresults": ("results", {"showhidden": "true"}),
    "encounters": ("encounters", {"showallstatuses": "true", "showdiagnoses": "true"}),
}
DIRT: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "declined race": ("patients", lambda row: row.get("race") in ("declined", ["declined"])),
    "declined ethnicity": ("patients", lambda row: row.get("ethnicitycode") == "declined"),
    "declined language": ("patients", lambda row: row.get("language6392code") == "declined"),
    "declined email": ("patients", lambda row: row.get("email") == "declined"),
    "money in text": ("balances", lambda row: isinstance(row["balance"], str)),
    "money in numbers": ("balances", lambda row: isinstance(row["balance"], int)),
    "member id UNKNOWN": ("insurances", lambda row: row.get("insuranceidnumber") == "UNKNOWN"),
    "package of -500": ("insurances", lambda row: row["insurancepackageid"] == -500),
    "package of 0": ("insurances", lambda row: row["insurancepackageid"] == 0),
    "open end in 9999": ("insurances", lambda row: row.get("expirationdate") == "12/31/9999"),
    "weight in grams": ("readings", lambda row: row.get("unit") == "g" and float(row["value"]) > 1000),
    "36.7 degrees Fahrenheit": ("readings", lambda row: (row.get("unit"), row["value"]) == ("F", "36.7")),
    "heart rate in words": ("readings", lambda row: row["value"] == "72 reg"),
    "analyte without a value": ("analytes", lambda row: "value" not in row),
    "analyte without a LOINC code": ("analytes", lambda row: "loinc" not in row),
    "description LOINC": ("analytes", lambda row: "LOINC" in row.values()),
    "result without a LOINC code": ("labresults", lambda row: "labresultloinc" not in row),
    "snomedcode 0": ("diagnoses", lambda row: row["snomedcode"] == 0),
    "snomedcode in text": ("diagnoses", lambda row: isinstance(row["snomedcode"], str)),
    "encounter TEMP": ("encounters", lambda row: row["status"] == "TEMP"),
    "encounter DELETED": ("encounters", lambda row: row["status"] == "DELETED"),
    "document DELETED": ("documents", lambda row: row["status"] == "DELETED"),
    "document of the year 1": ("documents", lambda row: row.get("documentdate") == "01/01/1"),
    "null in a document": ("documents", lambda row: None in row.values()),
    "empty text in a document": ("documents", lambda row: "" in row.values()),
    "medicine of the year 1": ("medications", lambda row: '"01/01/1"' in _json(row)),
    "medicine until 9999": ("medications", lambda row: '"12/31/9999"' in _json(row)),
    "medicine dated by a month or year": ("medications", lambda row: _partial(row)),
    "vaccine dated by a month or year": ("vaccines", lambda row: _partial(row)),
    "problem dated by a month or year": ("problems", lambda row: _partial(row)),
}
_PARTIAL = re.compile(r'date": ?"(?:\d\d/)?(?:19|20)\d\d"')


def _json(row: Row) -> str:
    return str(row).replace("'", '"')


def _partial(row: Row) -> bool:
    return bool(_PARTIAL.search(_json(row)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire() -> AsyncIterator[Athena]:
    async with athena() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rows(wire: Athena) -> dict[str, list[Row]]:
    """All rows of the cast, by the list that they are in."""
    found: dict[str, list[Row]] = {}
    for number in CAST:
        await _of_person(wire, number, found)
    return found


async def _of_person(wire: Athena, number: int, found: dict[str, list[Row]]) -> None:
    person = wire.sandbox.practices["195900"].people.person(number)
    if person.merged_into is not None:
        return
    patients = await wire.json(f"/patients/{number}") if not person.restricted else []
    _add(found, "patients", patients)
    _add(found, "balances", (each for row in patients for each in row["balances"]))
    _add(found, "insurances", (await wire.json(f"/patients/{number}/insurances"))["insurances"])
    for department in (FIRST_DEPARTMENT[group] for group in person.groups):
        path, flags = f"/patients/{number}/documents", {"showdeleted": "true", "limit": "1000"}
        _add(found, "documents", (await wire.json(path, departmentid=department, **flags))["documents"])
        for name, (key, shown) in LISTS.items():
            _add(found, name, (await wire.json(f"/chart/{number}/{name}", departmentid=department, **shown))[key])


def _add(found: dict[str, list[Row]], name: str, listed: Any) -> None:
    """The rows of a list, those of lists within it by themselves."""
    for row in listed:
        if isinstance(row, list):
            _add(found, name, row)
            continue
        found.setdefault(name, []).append(row)
        for key in ("analytes", "diagnoses"):
            _add(found, key, row.get(key) or ())
        for act in row.get("readings") or ():
            _add(found, "readings", act)


@pytest.mark.parametrize("name", DIRT)
async def test_it_occurs_and_not_everywhere(rows: dict[str, list[Row]], name: str) -> None:
    of, is_so = DIRT[name]
    met = [is_so(row) for row in rows[of]]

    assert any(met)
    assert not all(met)


async def test_patients_are_merged_and_restricted(wire: Athena) -> None:
    people = wire.sandbox.practices["195900"].people
    merged = [one for one in people if one.merged_into is not None]
    restricted = [one for one in people if one.restricted]

    assert merged
    assert restricted
    assert [str(one.merged_into) for one in merged] == [
        (await wire.json(f"/patients/{one.number}"))[0]["patientid"] for one in merged
    ]
    assert {404} == {(await wire.get(f"/patients/{one.number}")).status_code for one in restricted}


async def test_a_refusal_begins_with_blank_lines_and_a_list_may_not_say_how_long_it_is(wire: Athena) -> None:
    refused = await wire.get("/patients/1/documents")
    days = {"startdate": "01/01/2026", "enddate": "12/31/2026", "departmentid": "1"}

    assert b"\n\n{" == refused.content[:3]
    assert "totalcount" not in await wire.json("/appointments/booked/multipledepartment", **days)
    assert "totalcount" in await wire.json("/patients/1/insurances")


def _visits(wire: Athena) -> Iterator[Any]:
    people = wire.sandbox.practices["195900"].people
    return (visit for person in people for visit in people.visits(person.number))


async def test_clocks_change_in_the_department_while_stamps_are_eastern(wire: Athena) -> None:
    """Seen on the mornings of both changes in Mountain time; booked within the hours that Eastern clocks skip or show
    twice. Arizona, which changes none, has its patients, too."""
    days = {f"{visit.start:%Y-%m-%d}": visit for visit in _visits(wire) if visit.title == "Weekend Clinic"}
    (patient,) = {visit.person for visit in days.values()}
    rows = (await wire.json(f"/patients/{patient}/appointments", showpast="true"))["appointments"]
    stamps = {row["date"]: (row["starttime"], row["scheduleddatetime"]) for row in rows}

    assert ("08:00", "03/08/2026 03:30:00") == stamps["03/08/2026"]
    assert ("09:15", "11/02/2025 01:30:00") == stamps["11/02/2025"]
    assert any(visit.department == 150 for visit in _visits(wire))


async def test_people_beyond_the_cast_are_examples_too() -> None:
    found: dict[str, list[Row]] = {}
    async with athena(create_app(size=117)) as wire:
        for number in (34, 35, 56, 63, 70, 78, 91, 98, 104, 117):
            await _of_person(wire, number, found)
        evening = [visit for visit in _visits(wire) if visit.start.hour in (0, 1, 2, 3)]

    for name in ("medicine until 9999", "heart rate in words", "36.7 degrees Fahrenheit"):
        assert any(map(DIRT[name][1], found[DIRT[name][0]])), name
    assert {"CLOSED", "OPEN", "TEMP", "DELETED"} <= {row["status"] for row in found["encounters"]}
    assert evening
