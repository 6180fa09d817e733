"""The number at the end of an id is the REST API's number of the same record, in every practice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from adapters.athenanet.sandbox import create_app as rest_app
from tests.adapters.athena_fhir.sandbox.wire import Wire, wired
from tests.adapters.athenanet.sandbox_client import Athena, athena

Facts = dict[str, str]
"""What is said of a record, in words, by its number."""

# practice, patient, departments whose charts-sharing groups have a chart of the patient
CHARTS = (
    ("195900", 1, (1,)),  # something of everything
    ("195900", 5, (1, 62)),  # two charts
    ("195900", 21, (1,)),  # every vital sign
    ("195901", 2, (62,)),
)


@pytest.fixture
async def both() -> AsyncIterator[tuple[Athena, Wire]]:
    async with AsyncExitStack() as stack:
        rest = await stack.enter_async_context(athena(rest_app()))
        yield rest, await stack.enter_async_context(wired())


async def _rest(rest: Athena, practice: str, path: str, key: str, departments: tuple[int, ...], **query: str) -> Any:
    """Rows of a list, of all charts."""
    found: list[Any] = []
    for department in departments:
        answer = await rest.json(f"/v1/{practice}{path}", departmentid=department, **query)
        found += answer[key]
    return found


async def _fhir(wire: Wire, type_: str, practice: str, patient: int, **query: str) -> list[Any]:
    """Without what was entered in error: the REST API has no such rows, or only where they are asked for."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    rows = await wire.rows(f"{type_}?patient=a-{practice}.E-{patient}{more}")
    states = [[*codes(row.get("verificationStatus", {})), row.get("status")] for row in rows]
    return [row for row, state in zip(rows, states, strict=True) if "entered-in-error" not in state]


def codes(element: Any) -> list[str]:
    return [coding["code"] for coding in element.get("coding", ())]


def numbered(rows: list[Any], prefix: str, words: Any) -> Facts:
    """Of the rows whose id has that prefix after the practice."""
    tails = ((row["id"].partition(".")[2], row) for row in rows)
    return {tail.removeprefix(prefix): words(row) for tail, row in tails if tail.startswith(prefix)}


def text(row: Any) -> str:
    return str(row["code"]["text"])


@pytest.mark.parametrize(("practice", "patient", "departments"), CHARTS)
async def test_problems_visits_and_diagnoses(
    both: tuple[Athena, Wire], practice: str, patient: int, departments: tuple[int, ...]
) -> None:
    rest, wire = both
    path = f"/chart/{patient}"
    problems = await _rest(rest, practice, f"{path}/problems", "problems", departments, showinactive="true")
    every = {"showallstatuses": "true", "showalltypes": "true", "showdiagnoses": "true"}
    visits = await _rest(rest, practice, f"{path}/encounters", "encounters", departments, **every)
    conditions = await _fhir(wire, "Condition", practice, patient)
    encounters = await wire.rows(f"Encounter?patient=a-{practice}.E-{patient}")

    assert {str(one["problemid"]): one["name"] for one in problems} == numbered(conditions, "Problem-", text)
    deleted = [one for one in visits if one["status"] == "DELETED"]
    diagnoses = [one for visit in visits if visit not in deleted for one in visit["diagnoses"]]
    assert {str(one["diagnosisid"]): one["description"] for one in diagnoses} == numbered(
        conditions, "EncounterDx-", text
    )
    known = {str(one["encounterid"]) for one in visits}
    assert known == set(
        numbered([one for one in encounters if one["status"] != "cancelled"], "encounter-", lambda row: row)
    )


@pytest.mark.parametrize(("practice", "patient", "departments"), CHARTS)
async def test_vital_signs(
    both: tuple[Athena, Wire], practice: str, patient: int, departments: tuple[int, ...]
) -> None:
    rest, wire = both
    groups = await _rest(rest, practice, f"/chart/{patient}/vitals", "vitals", departments)
    readings = {
        str(one["vitalid"]): plain(one["value"]) for group in groups for act in group["readings"] for one in act
    }
    rows = await _fhir(wire, "Observation", practice, patient, category="vital-signs")
    told = dict(_measured(rows))

    assert len(told) > 8
    assert {number: readings[number] for number in told} == told


def plain(value: object) -> str:
    """A number without the zeros behind it."""
    try:
        return f"{float(str(value)):.10g}"
    except ValueError:
        return str(value)


def _measured(rows: list[Any]) -> Iterator[tuple[str, str]]:
    for row in rows:
        tail = row["id"].partition(".")[2]
        if tail.startswith("vitalamb-bp-"):
            for number, half in zip(tail.split("-")[2:], row["component"][:2], strict=True):
                if "valueQuantity" in half:
                    yield number, plain(half["valueQuantity"]["value"])
        elif not tail.startswith("vitalamb-percentile-"):
            number = tail.removeprefix("vitalamb-")
            if "valueString" in row:
                yield number, row["valueString"]
            elif "valueQuantity" in row:
                yield number, plain(row["valueQuantity"]["value"])


@pytest.mark.parametrize(("practice", "patient", "departments"), CHARTS)
async def test_results_and_orders(
    both: tuple[Athena, Wire], practice: str, patient: int, departments: tuple[int, ...]
) -> None:
    rest, wire = both
    shown = {"showhidden": "true", "limit": "1000"}
    labs = await _rest(rest, practice, f"/chart/{patient}/labresults", "results", departments, **shown)
    path = f"/patients/{patient}/documents/imagingresult"
    images = await _rest(rest, practice, path, "imagingresults", departments)
    reports = await _fhir(wire, "DiagnosticReport", practice, patient)
    analytes = await _fhir(wire, "Observation", practice, patient, category="laboratory")
    orders = await _fhir(wire, "ServiceRequest", practice, patient)

    titles = {str(one["labresultid"]): one.get("description") or "" for one in labs}
    titles |= {
        str(one["imagingresultid"]): one.get("description") or one.get("documentdescription", "") for one in images
    }
    told = numbered(reports, "clinicalresult-", lambda row: row["code"].get("text", ""))
    assert {number: titles[number] for number in told} == told
    names = {str(one["analyteid"]): one["analytename"].lower() or "unnamed" for lab in labs for one in lab["analytes"]}
    found = numbered(
        analytes, "resultamb-", lambda row: row["code"]["text"].removesuffix(", serum").removesuffix(", urine")
    )
    assert {number: names[number] for number in found} == found
    asked = [await _orders(rest, practice, one["encounter"]["reference"].rpartition("-")[2]) for one in orders]
    every = {number: words for one in asked for number, words in one.items()}
    ordered = numbered(orders, "ambulatoryorder-", text)
    assert {number: every[number] for number in ordered} == ordered


async def _orders(rest: Athena, practice: str, encounter: str) -> Facts:
    path = f"/v1/{practice}/chart/encounter/{encounter}/orders"
    groups = await rest.json(path, showdeclinedorders="true")
    return {str(one["orderid"]): one["description"] for group in groups for one in group["orders"]}


@pytest.mark.parametrize(("practice", "patient", "departments"), CHARTS)
async def test_medicines_vaccines_and_operations(
    both: tuple[Athena, Wire], practice: str, patient: int, departments: tuple[int, ...]
) -> None:
    rest, wire = both
    path, fhir = f"/chart/{patient}", (practice, patient)
    groups = [
        row
        for kind in ("Active", "Historical", "Denied")
        for row in await _rest(
            rest, practice, f"{path}/medications", "medications", departments, medicationtype=kind, showpend="true"
        )
    ]
    given = {
        name: "true" for name in ("showdeleted", "showrefused", "showprescribednotadministered", "showdeclinedorders")
    }
    vaccines = await _rest(rest, practice, f"{path}/vaccines", "vaccines", departments, **given)
    surgeries = await _rest(rest, practice, f"{path}/surgicalhistory", "procedures", departments)

    requests = await _fhir(wire, "MedicationRequest", *fhir, intent="order,plan")
    medicines = {one["medicationentryid"]: one["medication"] for group in groups for one in group}
    told = {f"C{number}": words for number, words in numbered(requests, "prescription-", _drug).items()}
    told |= {f"H{number}": words for number, words in numbered(requests, "medicationentry-", _drug).items()}
    assert {number: medicines[number] for number in told} == told
    rows = await _fhir(wire, "Immunization", *fhir)
    shots = {one["vaccineid"]: one["description"] for one in vaccines}
    known = {f"C{number}": words for number, words in numbered(rows, "clinical-", _vaccine).items()}
    known |= {f"H{number}": words for number, words in numbered(rows, "historical-", _vaccine).items()}
    assert {number: shots[number] for number in known} == known
    done = numbered(await _fhir(wire, "Procedure", *fhir), "shb.", text)
    operations = {str(one["procedureid"]): one["description"] for one in surgeries}
    assert operations == {number.partition(".")[2]: words for number, words in done.items()}


def _drug(row: Any) -> str:
    found = row.get("medicationCodeableConcept") or {"text": row["medicationReference"]["display"]}
    return str(found["text"])


def _vaccine(row: Any) -> str:
    return str(row["vaccineCode"]["text"])


async def test_policies_providers_and_departments(both: tuple[Athena, Wire]) -> None:
    rest, wire = both
    policies = (await rest.json("/patients/1/insurances", showcancelled="true"))["insurances"]
    coverages = await _fhir(wire, "Coverage", "195900", 1)
    providers = (await rest.json("/providers", showdeletedproviders="true"))["providers"]
    ids = ",".join(f"a-195900.Provider-{one['providerid']}" for one in providers)
    people = await wire.rows(f"Practitioner?_id={ids}")
    places = (await rest.json("/departments", showalldepartments="true"))["departments"]
    ids = ",".join(f"a-195900.Department-{one['departmentid']}" for one in places)

    assert {str(one["insuranceid"]) for one in policies if int(one["insurancepackageid"]) >= 0} == set(
        numbered(coverages, "coverage-", lambda row: row)
    )
    assert {str(one["providerid"]): one["lastname"] for one in providers} == numbered(
        people, "Provider-", lambda row: row["name"][0]["family"]
    )
    for type_ in ("Location", "Organization"):
        rows = await wire.rows(f"{type_}?_id={ids}")
        assert {one["departmentid"]: one["patientdepartmentname"] for one in places} == numbered(
            rows, "Department-", lambda row: row["name"]
        )
