"""The sandbox's results and orders on the wire, as athenaNet's documentation has them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.adapters.athenanet.sandbox_client import Athena, athena

pytestmark = pytest.mark.asyncio(loop_scope="module")

LABS, SCANS = "/chart/1/labresults", "/patients/1/documents/labresult"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire() -> AsyncIterator[Athena]:
    async with athena() as made:
        yield made


@pytest.mark.parametrize("path", [LABS, SCANS, "/patients/1/documents/imagingresult"])
async def test_lists_of_results_need_a_department(wire: Athena, path: str) -> None:
    refused = await wire.get(path)

    assert 400 == refused.status_code
    assert ["departmentid"] == refused.json()["missingfields"]


async def test_results_are_paged_under_their_odd_key_and_counted_once(wire: Athena) -> None:
    first = await wire.json(LABS, departmentid=1, limit=2)
    second = await wire.json(first["next"])

    assert (2, "results") == (len(first["results"]), next(key for key in first if isinstance(first[key], list)))
    assert "DEPARTMENTID=1" in first["next"]
    assert "totalcount" in first
    assert "totalcount" not in second


async def test_dates_filter_the_order_not_the_result(wire: Athena) -> None:
    every = (await wire.json(LABS, departmentid=1))["results"]
    ordered = next(row for row in every if "orderid" in row and row["createddate"] > row["labresultdate"])

    after = (await wire.json(LABS, departmentid=1, startdate=ordered["createddate"]))["results"]

    assert ordered["labresultid"] not in [row["labresultid"] for row in after]


async def test_flags_show_what_is_hidden_and_what_a_flag_means(wire: Athena) -> None:
    plain = (await wire.json(LABS, departmentid=1))["results"]
    told = (await wire.json(LABS, departmentid=1, showhidden="true", showabnormaldetails="true"))["results"]
    fewer = (await wire.json(LABS, departmentid=1, hideduplicate="true"))["results"]
    codes = {
        a["abnormalflag"]: a.get("abnormalhl7code") for row in told for a in row["analytes"] if "abnormalflag" in a
    }

    assert len(fewer) < len(plain) < len(told)
    assert not any("abnormalhl7code" in analyte for row in plain for analyte in row["analytes"])
    assert "H" == codes["critical high"]


async def test_a_document_has_pages_in_no_order_and_each_is_a_file(wire: Athena) -> None:
    rows = (await wire.json(SCANS, departmentid=1))["labresults"]
    scanned = next(row for row in rows if len(row["pages"]) == 2)
    (one,) = await wire.json(f"{SCANS}/{scanned['labresultid']}")
    page = await wire.get(scanned["pages"][0]["href"])

    assert [2, 1] == [each["pageordering"] for each in scanned["pages"]]
    assert "observations" in one
    assert b"\x89PNG" == page.content[:4]


async def test_an_order_for_two_diagnoses_stands_in_two_groups_of_a_bare_array(wire: Athena) -> None:
    found: list[str] = []
    for person, department in ((1, 1), (2, 62), (5, 1)):
        listed = await wire.json(f"/chart/{person}/encounters", departmentid=department, showallstatuses="true")
        for encounter in listed["encounters"]:
            path = f"/chart/encounter/{encounter['encounterid']}/orders"
            groups = await wire.json(path, showdeclinedorders="true")
            assert isinstance(groups, list)
            found += [order["orderid"] for group in groups for order in group["orders"]]
            assert not any("externalcodes" in order for group in groups for order in group["orders"])

    assert len(set(found)) < len(found)
