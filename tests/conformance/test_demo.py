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


@pytest.fixture(scope="module")
def tenant() -> Iterator[dict[str, Any]]:
    """The demo's first tenant: its bases and tokens."""
    process, banner = start()
    try:
        address = re.search(r"\S+/demo\.json", banner)
        assert address is not None, banner
        tenants: list[dict[str, Any]] = httpx.get(address[0], timeout=30).json()["tenants"]
        yield tenants[0]
    finally:
        stop(process)


def examine(base: str, token: str, report: Path, groups: tuple[str, ...]) -> tuple[int, list[dict[str, str]]]:
    """Exit status, and the lines that failed."""
    only = [word for group in groups for word in ("--only", group)]
    command = [sys.executable, "-m", "conformance", base, "--token", token, "--json", str(report), *only]
    status = subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603  # our own command
    lines: list[dict[str, str]] = json.loads(report.read_text("utf-8"))["results"]
    return status, [line for line in lines if line["status"] == "failed"]


def test_the_tenants_base_conforms(tenant: dict[str, Any], tmp_path: Path) -> None:
    assert (0, []) == examine(tenant["base"], tenant["tokens"]["system"], tmp_path / "json", WIDE)


def test_a_practices_base_conforms(tenant: dict[str, Any], tmp_path: Path) -> None:
    practice = tenant["practices"][0]

    assert (0, []) == examine(practice["base"], tenant["tokens"]["system"], tmp_path / "json", NARROW)
