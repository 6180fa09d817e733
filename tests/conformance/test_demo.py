"""The command against the demo's bases, over a socket: what a developer types, and what CI looks at."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.facade.test_demo import start, stop

WIDE = ("statement", "smart", "read", "search", "post", "paging", "token", "errors", "batch", "bundle")
NARROW = ("statement", "smart", "read", "errors", "token")
"""What a socket may change: the whole is examined in process."""


MOST = 3
"""Patients of each practice."""


@pytest.fixture(scope="module")
def tenants() -> Iterator[dict[str, Any]]:
    """The demo's tenants by key: their bases, tokens and patients."""
    process, banner = start()
    try:
        address = re.search(r"\S+/demo\.json", banner)
        assert address is not None, banner
        yield {each["key"]: each for each in httpx.get(address[0], timeout=30).json()["tenants"]}
    finally:
        stop(process)


def examine(
    tenants: dict[str, Any], key: str, practice: str | None, report: Path, groups: tuple[str, ...]
) -> tuple[int, list[dict[str, str]]]:
    """Exit status, and the lines that failed."""
    tenant = tenants[key]
    practices = [each for each in tenant["practices"] if practice in (None, each["key"])]
    base = tenant["base"] if practice is None else practices[0]["base"]
    patients = ",".join(id_ for each in practices for id_ in each["patients"][:MOST])
    only = [word for group in groups for word in ("--only", group)]
    command = [sys.executable, "-m", "conformance", base, "--token", tenant["tokens"]["system"], *only]
    command += ["--patients", patients, "--json", str(report), "--timeout", "120"]
    status = subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603  # our own command
    lines: list[dict[str, str]] = json.loads(report.read_text("utf-8"))["results"]
    return status, [line for line in lines if line["status"] == "failed"]


@pytest.mark.parametrize(
    ("key", "practice", "groups"),
    [
        ("riverbend", None, WIDE),
        pytest.param("riverbend", "rb", NARROW, marks=pytest.mark.long),
        ("summit", None, NARROW),
    ],
)
def test_a_base_conforms(
    tenants: dict[str, Any], tmp_path: Path, key: str, practice: str | None, groups: tuple[str, ...]
) -> None:
    assert (0, []) == examine(tenants, key, practice, tmp_path / "json", groups)


@pytest.mark.long  # a minute each
@pytest.mark.parametrize("practice", [None, "sa", "se", "sc"])
def test_each_base_over_several_ehrs_conforms_in_all(
    tenants: dict[str, Any], tmp_path: Path, practice: str | None
) -> None:
    assert (0, []) == examine(tenants, "summit", practice, tmp_path / "json", ())
