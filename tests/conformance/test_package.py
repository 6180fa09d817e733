"""With the guide's package every profile is checked; a chart that holds all of them passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from conformance.exam import Options
from conformance.lines import failed
from conformance.runner import CannotStart, run
from conformance.tables import tables
from tests.conformance.chart import PATIENTS
from tests.conformance.server import BASE, TOKEN, Server

ONLY = ("profiles", "must-support", "references", "provenance")


async def test_a_chart_with_everything_passes_the_package(us_core_packages: Path) -> None:
    package = us_core_packages / "us_core_610.tgz"
    options = Options(BASE, TOKEN, PATIENTS, package=package, full_data=True, only=ONLY)

    report = await run(options, transport=httpx.ASGITransport(Server()))

    statuses = {line.id: line.status for line in report.lines}
    assert [] == [line.message for line in failed(report.lines)]
    profiles = [one.name for one in tables("6.1.0", package).profiles.values() if one.type != "Extension"]
    assert {"passed"} == {statuses[f"must-support.{name}"] for name in profiles}
    assert {"passed"} == {statuses[f"profiles.{name}"] for name in profiles}


def test_what_a_package_names_and_nobody_knows_is_said(us_core_packages: Path) -> None:
    known = tables("8.0.0", us_core_packages / "us_core_800.tgz").profiles

    unchecked = {name for rules in known.values() for name in rules.unchecked}
    assert "us-core-7 of Procedure" in unchecked
    assert all(rules.conforms is not None or rules.unchecked for rules in known.values())


async def test_a_package_of_another_version_is_refused(us_core_packages: Path) -> None:
    options = Options(BASE, TOKEN, PATIENTS, package=us_core_packages / "us_core_610.tgz")
    with pytest.raises(CannotStart, match=r"is US Core 6\.1\.0, not 7\.0\.0"):
        await run(replace(options, us_core="7.0.0"), transport=httpx.ASGITransport(Server()))
