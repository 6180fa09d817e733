"""One record comes in an array of one or bare, a list under a key that is not its plural, vital signs in lists of
lists: what is served is what is in them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.query import Query
from mappings.mapped import Resource
from tests.adapters.athenanet.sandbox_client import Athena, athena
from tests.adapters.athenanet.world import World, of_patient, token, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(there: World) -> AsyncIterator[Athena]:
    async with athena(there.sandbox) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "whole"), [("/patients/1", list), ("/claims/2000102", dict), ("/departments/1", list)]
)
async def test_trap_05_a_record_alone_is_in_an_array_or_bare(
    there: World, wire: Athena, path: str, whole: type
) -> None:
    type_, local_id = {"patients": ("Patient", "1"), "claims": ("Claim", "claim-2000102")}.get(
        path.split("/")[1], ("Location", "department-1")
    )

    assert whole is type(await wire.json(path))
    assert local_id == (await there.one(type_, local_id) or {}).get("id")


@pytest.mark.parametrize(
    ("path", "key", "type_", "prefix"),
    [
        ("/chart/1/labresults?showhidden=true", "results", "DiagnosticReport", "labresult-"),
        ("/patients/1/documents/imagingresult?showdeleted=true", "imagingresults", "DiagnosticReport", "imaging-"),
        ("/chart/1/surgicalhistory?", "procedures", "Procedure", "surgery-"),
    ],
)
async def test_trap_05_a_list_stands_under_a_key_of_its_own(
    there: World, wire: Athena, path: str, key: str, type_: str, prefix: str
) -> None:
    path, _, flags = path.partition("?")
    query = dict(pair.split("=") for pair in flags.split("&") if pair)
    envelope = await wire.json(path, departmentid=1, **query)
    made = await _made(there, type_, prefix)

    assert envelope[key]
    # neither an exact copy of a result nor what a newer version replaced is served
    replaced = {row["supersededdocumentid"] for row in envelope[key] if "supersededdocumentid" in row}
    copies = [row for row in envelope[key] if row.get("exactduplicatedocumentid")]
    assert len(envelope[key]) - len(copies) - len(replaced) == len(made)


async def test_trap_05_each_inner_list_of_vital_signs_is_one_act(there: World, wire: Athena) -> None:
    groups = (await wire.json("/chart/1/vitals", departmentid=1))["vitals"]
    pressures = next(group["readings"] for group in groups if group["key"] == "BLOODPRESSURE")
    found = await there.every(Query("Observation", (of_patient("1"), token("category", "vital-signs"))))
    made = [one for one in found if any(each.get("code") == "85354-9" for each in one["code"].get("coding", ()))]

    assert all(isinstance(act, list) and len(act) > 1 for act in pressures)
    assert len(pressures) == len(made)


async def _made(there: World, type_: str, prefix: str) -> list[Resource]:
    return [one for one in await there.every(Query(type_, (of_patient("1"),))) if one["id"].startswith(prefix)]
