"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def us_core_packages() -> Path:
    """The folder of the published US Core packages, `us_core_*.tgz`; set US_CORE_PACKAGES to name another."""
    folder = Path(os.environ.get("US_CORE_PACKAGES") or ROOT.parent / "shared" / "ig")
    if not any(folder.glob("us_core_*.tgz")):
        pytest.skip(f"NOT CHECKED AGAINST US CORE: no us_core_*.tgz in {folder}; set US_CORE_PACKAGES to their folder")
    return folder
