"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# Everyday runs try the same examples each time, so that a red run is the change's doing; the long mode explores.
settings.register_profile("everyday", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))


@pytest.fixture(scope="session")
def us_core_packages() -> Path:
    """The folder of the published US Core packages, `us_core_*.tgz`; set US_CORE_PACKAGES to name another."""
    folder = Path(os.environ.get("US_CORE_PACKAGES") or ROOT.parent / "shared" / "ig")
    if not any(folder.glob("us_core_*.tgz")):
        pytest.skip(f"NOT CHECKED AGAINST US CORE: no us_core_*.tgz in {folder}; set US_CORE_PACKAGES to their folder")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ids that differ between processes (a set's order, an address) would make a parallel run fail now and then."""
    for item in items:
        if "frozenset(" in item.nodeid or " at 0x" in item.nodeid:
            raise pytest.UsageError(f"the id of {item.nodeid[:120]} is not the same in every process; give it `ids`")
