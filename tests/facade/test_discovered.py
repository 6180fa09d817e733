"""What an EHR's own statement lacks leaves ours and what we serve, comes back with it, and is told to operators."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog

from adapters.fhir_r4.sandbox.dialect import Dialect
from facade.interactions.drift import Drift, names
from tests.facade.summit import Summit, network, practice
from tests.facade.world import configuration

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHOLE = Dialect()
GOAL = ("patient", "lifecycle-status", "target-date", "description")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Summit]:
    config = configuration(riverbend={"practices": {"rb": practice("fhir_r4"), "other": practice("fhir_r4")}})
    async with network(tmp_path_factory.mktemp("place"), config, names=("fhir_r4",), size=3) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def here(place: Summit) -> AsyncIterator[Summit]:
    """An EHR that says and does all that it should, and is known to."""
    yield place
    await place.misbehave("fhir_r4")
    await thinned(place, WHOLE)


async def thinned(here: Summit, dialect: Dialect) -> tuple[Drift, ...]:
    """The EHR does no more than this any longer, and has been looked at."""
    app: Any = here.sandboxes["fhir_r4"]
    app.sandbox.dialect = dialect
    return await here.services.discover(2)


async def declared(here: Summit, practice: str | None = None) -> dict[str, tuple[set[str], set[str]]]:
    """Interactions and parameters of each type in our statement."""
    statement = (await here.client(None, "riverbend", practice).get("/metadata")).json()
    return {
        one["type"]: (
            {each["code"] for each in one["interaction"]},
            {each["name"] for each in one.get("searchParam", ())},
        )
        for one in statement["rest"][0]["resource"]
    }


async def documented(here: Summit) -> set[str]:
    """Paths of our OpenAPI document."""
    return set((await here.client(None, "riverbend").get("/openapi.json")).json()["paths"])


async def goal(here: Summit) -> str:
    bundle = (await here.client(tenant="riverbend").get("/Goal?patient=rb.1,rb.2,rb.3")).json()
    return str(bundle["entry"][0]["resource"]["id"])


async def test_an_ehr_with_more_than_we_declare_changes_nothing(here: Summit) -> None:
    before = await declared(here)
    found = await thinned(here, WHOLE)

    assert [(set(), (), False)] * 2 == [(set(one.lost), one.remarks, one.failed) for one in found]
    assert before == await declared(here)


@pytest.mark.parametrize(
    ("dialect", "lost", "answers"),
    [
        (Dialect(absent={"Goal"}), ["Goal.read", "Goal.search-type"], (404, 404, 404)),
        (Dialect(parameters={"Goal": ()}), ["Goal.search-type"], (200, 405, 405)),
        (Dialect(unread={"Goal"}), ["Goal.read"], (405, 200, 200)),
        (Dialect(parameters={"Goal": GOAL[:3]}), ["Goal.search-type?description"], (200, 200, 400)),
        (Dialect(parameters={"Goal": GOAL[1:]}), ["Goal.search-type?patient"], (200, 400, 400)),
    ],
    ids=["type", "search", "read", "parameter", "the one that is required"],
)
async def test_what_it_loses_we_lose_and_get_back(
    here: Summit, dialect: Dialect, lost: list[str], answers: tuple[int, int, int]
) -> None:
    before, known = await declared(here), await goal(here)
    drift = await thinned(here, dialect)
    after, narrowed = await declared(here), await declared(here, "rb")
    strict = {"Prefer": "handling=strict"}
    client = here.client(tenant="riverbend")
    got = [
        (await client.get(f"/Goal/{known}")).status_code,
        (await client.get("/Goal?patient=rb.1", headers=strict)).status_code,
        (await client.get("/Goal?patient=rb.1&description=a", headers=strict)).status_code,
    ]
    await thinned(here, WHOLE)

    assert [lost] * 2 == [names(one.lost) for one in drift]
    assert before.keys() - {"Goal"} == after.keys() - {"Goal"}
    assert before.get("Goal") != after.get("Goal")
    assert after == narrowed
    assert list(answers) == got
    assert before == await declared(here)


async def test_our_openapi_document_follows(here: Summit) -> None:
    before = await documented(here)
    await thinned(here, Dialect(absent={"Goal"}))
    after = await documented(here)
    await thinned(here, WHOLE)

    assert {path for path in before if "/Goal" in path} == before - after
    assert before == await documented(here)


SILENT: list[dict[str, Any]] = [
    {"kind": "hang", "seconds": 5},
    {"kind": "reset"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 404},
    {"kind": "throttle"},
    {"kind": "html", "status": 200},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "malformed_record"},
    {"kind": "alien_record"},
]


async def test_an_ehr_that_does_not_tell_loses_and_gains_nothing(here: Summit) -> None:
    await thinned(here, Dialect(absent={"Goal"}))
    before = await declared(here)
    for rule in SILENT:
        await here.misbehave("fhir_r4", {"path": "/r4/metadata", "times": None, **rule})
        with structlog.testing.capture_logs() as logged:
            found = await here.services.discover(0.3)

        assert [True, True] == [one.failed for one in found], rule
        assert before == await declared(here), rule
        told = [one for one in logged if one["event"] == "discovery.failed"]
        assert {("riverbend", "rb", "fhir_r4"), ("riverbend", "other", "fhir_r4")} == {
            (one["tenant"], one["practice"], one["connection"]) for one in told
        }
        assert [] == [one for one in logged if one["event"] == "audit.statement"]


async def test_one_practice_s_loss_is_its_own(here: Summit) -> None:
    before = await declared(here)
    await here.misbehave("fhir_r4", {"path": "/r4/metadata", "kind": "status", "status": 404, "times": 1})
    found = await thinned(here, Dialect(absent={"Goal"}))
    (lost,) = [one.place[1] for one in found if not one.failed]
    (kept,) = [one.place[1] for one in found if one.failed]

    assert before["Goal"] == (await declared(here))["Goal"]
    assert ("Goal" in await declared(here, kept), "Goal" in await declared(here, lost)) == (True, False)


async def test_a_change_is_told_once_by_name(here: Summit) -> None:
    with structlog.testing.capture_logs() as logged:
        for dialect in (WHOLE, Dialect(unread={"Goal"}), Dialect(unread={"Goal"}), WHOLE):
            await thinned(here, dialect)

    told = [one for one in logged if one["event"] == "audit.statement" and one["practice"] == "rb"]
    assert [(["Goal.read"], None), (None, ["Goal.read"])] == [(one.get("lost"), one.get("back")) for one in told]


async def test_a_server_looks_when_it_starts(tmp_path: Path) -> None:
    stop, messages = asyncio.Event(), iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        kind = next(messages)
        if kind == "lifespan.shutdown":
            await stop.wait()
        return {"type": kind}

    async def send(message: Any) -> None:
        pass

    config = configuration(riverbend={"practices": {"rb": practice("fhir_r4")}})
    async with network(tmp_path, config, names=("fhir_r4",), size=3) as here:
        app: Any = here.sandboxes["fhir_r4"]
        app.sandbox.dialect = Dialect(absent={"Goal"})
        running = asyncio.ensure_future(here.app({"type": "lifespan", "asgi": {}}, receive, send))
        async with asyncio.timeout(5):
            while "Goal" in await declared(here):  # noqa: ASYNC110 (nobody is told when a look is over)
                await asyncio.sleep(0)
        stop.set()
        await running
