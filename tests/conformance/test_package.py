"""With the guide's package every profile is checked; a chart that holds all of them passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from capability.uscore import VERSIONS
from capability.uscore.profiles import Element
from conformance.exam import Options
from conformance.lines import failed
from conformance.runner import CannotStart, run
from conformance.tables import known_rows, tables
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


@pytest.mark.parametrize("version", VERSIONS)
def test_every_rule_of_a_package_is_known(us_core_packages: Path, version: str) -> None:
    known = tables(version, us_core_packages / f"us_core_{version.replace('.', '')}.tgz").profiles

    assert {} == {name: rules.unchecked for name, rules in known.items() if rules.unchecked}


def test_what_rows_name_and_nobody_knows_is_said() -> None:
    row = Element("us-core-novel", "Device.udi", constraints=("us-core-999",), value_set="http://example.org/new")

    known, unchecked = known_rows({row.id: row})

    assert ("http://example.org/new", "us-core-999 of Device.udi") == unchecked
    assert (None, ()) == (known[row.id].value_set, known[row.id].constraints)


async def test_a_package_of_another_version_is_refused(us_core_packages: Path) -> None:
    options = Options(BASE, TOKEN, PATIENTS, package=us_core_packages / "us_core_610.tgz")
    with pytest.raises(CannotStart, match=r"is US Core 6\.1\.0, not 7\.0\.0"):
        await run(replace(options, us_core="7.0.0"), transport=httpx.ASGITransport(Server()))
