"""Adapters are found by name, and their stumbling is an EHRError."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import BaseModel

import adapters
from adapters import registry
from adapters.contract import Adapter, Call, Page, Read, Search
from adapters.query import Query
from capability.issues import EHRInvalid, EHRThrottled, MethodNotAllowed

CALL = Call("req-1", 0.0)

FOLDER = """
from pydantic import BaseModel
from adapters.contract import Adapter

class Settings(BaseModel):
    pass

ADAPTER = Adapter("{name}", Settings, lambda connection, upstream: None, (), lambda id: frozenset())
"""


class NoSettings(BaseModel):
    pass


async def one(ehr: str, call: Call, query: Query) -> Page:
    return Page(({"resourceType": "Patient", "id": f"{ehr}{query.id}"},))


async def several(ehr: str, call: Call, query: Query) -> Page:
    return Page(applied=frozenset({"searched"}))


def adapter_with(handler: object) -> Adapter[str]:
    return Adapter(
        "rest",
        NoSettings,
        lambda connection, upstream: "",
        (Search("Patient", several), Read("Patient", handler)),  # type: ignore[arg-type]  # deliberately any handler
        lambda local_id: frozenset(),
    )


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    before = list(adapters.__path__)
    yield tmp_path
    adapters.__path__[:] = before
    for name in ("adapters.from_folder", "adapters.misnamed"):
        sys.modules.pop(name, None)


async def test_a_query_with_an_id_is_a_read_and_one_without_a_search() -> None:
    adapter = adapter_with(one)

    read = await registry.dispatch(adapter, "x", CALL, Query("Patient", id="1"))
    found = await registry.dispatch(adapter, "x", CALL, Query("Patient"))

    assert ("x1", frozenset({"searched"})) == (read.resources[0]["id"], found.applied)


@pytest.mark.parametrize("query", [Query("Condition"), Query("Condition", id="1")])
async def test_what_is_not_listed_is_not_served(query: Query) -> None:
    with pytest.raises(MethodNotAllowed):
        await registry.dispatch(adapter_with(one), "x", CALL, query)


@pytest.mark.parametrize("stumble", [KeyError("lastname"), ValueError("x"), TypeError("x"), AttributeError("x")])
async def test_a_stumbling_vendor_folder_is_an_unreadable_answer(stumble: Exception) -> None:
    async def stumbles(ehr: str, call: Call, query: Query) -> Page:
        raise stumble

    with pytest.raises(EHRInvalid) as raised:
        await registry.dispatch(adapter_with(stumbles), "x", CALL, Query("Patient", id="1"))
    assert "lastname" not in raised.value.text


async def test_an_ehr_error_passes_as_it_is() -> None:
    async def throttled(ehr: str, call: Call, query: Query) -> Page:
        raise EHRThrottled("slow down", headers={"Retry-After": "7"})

    with pytest.raises(EHRThrottled, match="slow down"):
        await registry.dispatch(adapter_with(throttled), "x", CALL, Query("Patient", id="1"))


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(registry.UnknownAdapter, match=r"nosuch.*athenanet"):
        registry.find("nosuch")


@pytest.mark.parametrize("name", ["contract", "../athenanet", "athenanet.client", ""])
def test_only_a_vendor_folder_is_an_adapter(name: str) -> None:
    with pytest.raises(registry.UnknownAdapter):
        registry.find(name)


def test_every_available_adapter_is_found_under_its_name() -> None:
    assert "athenanet" in registry.available()
    assert list(registry.available()) == [registry.find(name).name for name in registry.available()]


def test_a_folder_of_the_operator_s_is_searched_too(folders: Path) -> None:
    (folders / "adapters" / "from_folder").mkdir(parents=True)
    (folders / "adapters" / "from_folder" / "__init__.py").write_text(FOLDER.format(name="from_folder"))
    registry.add_search_path(folders)

    assert "from_folder" in registry.available()
    assert "from_folder" == registry.find("from_folder").name


def test_a_folder_with_another_adapter_s_name_is_refused(folders: Path) -> None:
    (folders / "adapters" / "misnamed").mkdir(parents=True)
    (folders / "adapters" / "misnamed" / "__init__.py").write_text(FOLDER.format(name="athenanet"))
    registry.add_search_path(folders)

    with pytest.raises(TypeError, match="misnamed"):
        registry.find("misnamed")


def test_a_folder_without_adapters_is_told(folders: Path) -> None:
    with pytest.raises(FileNotFoundError, match="adapters"):
        registry.add_search_path(folders)


async def test_where_a_vendor_folder_stumbles_is_logged_without_values() -> None:
    async def stumbling(ehr: str, call: Call, query: Query) -> Page:
        return Page(({"her name": 1}["his name"],))  # type: ignore[arg-type]  # that it fails is the point

    with structlog.testing.capture_logs() as logged, pytest.raises(EHRInvalid):
        await registry.dispatch(adapter_with(stumbling), "x", CALL, Query("Patient", id="1"))

    (event,) = logged
    assert ("ehr.unexpected", "KeyError") == (event["event"], event["error"])
    assert any("stumbling" in frame for frame in event["frames"])
    assert "his name" not in str(event)


def test_where_a_mapping_stumbles_is_logged_without_values() -> None:
    with structlog.testing.capture_logs() as logged:
        page = Page.mapped(lambda record: record["her name"], [{}])

    assert 1 == len(page.issues)
    assert ("mapping.failed", "KeyError") == (logged[0]["event"], logged[0]["error"])
    assert "her name" not in str(logged)
