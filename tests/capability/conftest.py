"""The published packages, read once."""

from __future__ import annotations

import json
import tarfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from capability.regenerate import Package, read_package

Examples = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def packages(us_core_packages: Path) -> dict[str, Package]:
    """By version, oldest first."""
    found = [read_package(path) for path in us_core_packages.glob("us_core_*.tgz")]
    return {package.version: package for package in sorted(found, key=lambda package: package.version)}


@pytest.fixture(scope="session")
def examples(us_core_packages: Path) -> dict[str, Examples]:
    """The guide's own example resources: version -> file name -> resource."""
    found: dict[str, Examples] = {}
    for path in us_core_packages.glob("us_core_*.tgz"):
        with tarfile.open(path) as archive:
            files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
            read = {
                name.rpartition("/")[2]: json.loads(text.read(), parse_float=Decimal)
                for name, text in files.items()
                if text is not None and name.startswith("package/example/") and name.endswith(".json")
            }
            manifest = files["package/package.json"]
            assert manifest is not None
            found[json.loads(manifest.read())["version"]] = read
    return found
