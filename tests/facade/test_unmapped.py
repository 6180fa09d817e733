"""Codes that nobody gave a meaning: an operator sees them, gives them one, and they are gone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml
from click.testing import CliRunner

from facade.__main__ import main
from facade.state import unmapped
from facade.state.unmapped import OTHERS, UnmappedCodes, UnmappedStore
from mappings.mapped import Unmapped
from tests.facade.world import configuration, every, practice, world

PROBLEMS = "/Condition?patient=rb.20"


def told(folder: Path, *flags: str) -> str:
    """What `facade unmapped` prints."""
    result = CliRunner().invoke(main, ["unmapped", "--config", str(folder / "facade.yaml"), *flags])
    assert 0 == result.exit_code, result.output
    return result.output


def keeping(folder: Path, **settings: Any) -> dict[str, Any]:
    config = configuration(riverbend={"practices": {"rb": practice(**settings)}})
    config["server"]["state_folder"] = str(folder)
    return config


async def test_a_code_is_met_shown_given_a_meaning_and_gone(tmp_path: Path) -> None:
    with structlog.testing.capture_logs():
        async with world(tmp_path, keeping(tmp_path)) as here:
            await every(here.client(), PROBLEMS)
        async with world(tmp_path, keeping(tmp_path)) as here:
            await every(here.client(), PROBLEMS)
    shown = told(tmp_path, "--tenant", "riverbend", "--practice", "rb")
    (row,) = json.loads(told(tmp_path, "--table", "athenanet-codeset", "--json"))
    stanza = re.search(r"^  overrides:\n(?:    .*\n)+", shown, re.MULTILINE)
    assert stanza is not None
    rows = yaml.safe_load(stanza[0].replace("...", "urn:our:codes"))["overrides"]
    with structlog.testing.capture_logs():
        async with world(tmp_path, keeping(tmp_path, overrides=rows)) as here:
            found = await every(here.client(), PROBLEMS)

    assert ("LOCAL", 2, "tenants.riverbend.practices.rb.connections.athenanet.settings") == (
        row["code"],
        row["count"],
        row["settings"],
    )
    assert 2 == json.loads(told(tmp_path, "--table", "athenanet-codeset", "--json"))[0]["count"]
    assert "urn:our:codes" in {c["system"] for one in found for c in one["code"].get("coding", ())}


async def test_what_people_typed_is_shown_as_a_digest_that_outlives_the_process(tmp_path: Path) -> None:
    typed = [Unmapped("date", "3/31/19xx"), Unmapped("reaction", "felt like Jane", coded=False)]
    counted: list[dict[Any, Any]] = []
    with structlog.testing.capture_logs() as logged:
        for pepper in (b"ours", b"ours", b"another's"):
            codes = UnmappedCodes(pepper=pepper, store=UnmappedStore(tmp_path))
            codes.add("t", "p", typed)
            await codes.close()
            counted.append(UnmappedStore(tmp_path).counts())

    assert [[1, 1], [2, 2], [2, 2, 1, 1]] == [[met.count for met in counts.values()] for counts in counted]
    assert all(re.fullmatch("#[0-9a-f]{12}", key.code) for key in counted[-1])
    assert not any(secret in _written(tmp_path) + repr(logged).encode() for secret in (b"Jane", b"3/31"))


def _written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_free_text_cannot_grow_the_counts_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmapped, "MOST_CODES", 2)
    with structlog.testing.capture_logs():
        for run in range(2):
            codes = UnmappedCodes(pepper=b"", store=UnmappedStore(tmp_path))
            codes.add("t", "p", [Unmapped("labs", f"code {run} {n}", coded=True) for n in range(4)])
            await codes.close()

    met = {key.code: met.count for key, met in UnmappedStore(tmp_path).counts().items()}
    assert {OTHERS: 6, "code 0 0": 1, "code 0 1": 1} == met
    assert {OTHERS, "code 1 0", "code 1 1"} == {key.code for key in codes.counts}


async def test_counts_are_kept_for_later_where_the_disk_fails(tmp_path: Path) -> None:
    blocked = tmp_path / "unmapped.sqlite"
    blocked.mkdir()
    codes = UnmappedCodes(pepper=b"", store=UnmappedStore(tmp_path))
    with structlog.testing.capture_logs() as logged:
        codes.add("t", "p", [Unmapped("labs", "K+", coded=True)])
        await codes.flush()
        blocked.rmdir()
        await codes.flush()

    assert [1] == [met.count for met in UnmappedStore(tmp_path).counts().values()]
    assert "unmapped.not_kept" in {event["event"] for event in logged}


def test_without_a_folder_the_command_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "facade.yaml").write_text(yaml.safe_dump(configuration()), encoding="utf-8")
    result = CliRunner().invoke(main, ["unmapped", "--config", str(tmp_path / "facade.yaml")])

    assert 1 == result.exit_code
    assert "server.state_folder" in result.output
