"""The facade itself, in every edition that a tenant may choose: nothing fails, and what isn't tried says why."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from capability.uscore import VERSIONS
from conformance.exam import Options
from conformance.lines import NOT_EXERCISED, failed
from conformance.runner import Report, run
from tests.facade.world import ORIGIN, configuration, world

BASE = f"{ORIGIN}/riverbend/fhir/r4"
PATIENTS = ("rb.1", "rb.2")


async def examined(
    folder: Path, version: str, package: Path | None = None, patients: tuple[str, ...] = PATIENTS
) -> Report:
    async with world(folder, configuration(riverbend={"us_core": version})) as made:
        options = Options(BASE, made.token(), patients, version, package)
        return await run(options, transport=httpx.ASGITransport(made.app))


def check(report: Report) -> None:
    assert {} == {line.id: line.message for line in failed(report.lines)}
    assert [] == [line.id for line in report.lines if line.status == NOT_EXERCISED and not line.message]
    passed = {line.group for line in report.lines if line.status == "passed"}
    assert {"search", "completeness", "dates", "values", "paging", "bundle", "parameters", "errors"} <= passed


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_facade_conforms_to_the_published_profiles(
    tmp_path: Path, us_core_packages: Path, version: str
) -> None:
    package = us_core_packages / f"us_core_{version.replace('.', '')}.tgz"

    check(await examined(tmp_path, version, package))


async def test_the_facade_conforms_by_the_built_in_tables(tmp_path: Path) -> None:
    """Without a package, and without patients named: some are found."""
    report = await examined(tmp_path, "6.1.0", patients=())

    check(report)
    assert "passed" == {line.id: line.status for line in report.lines}["chart.patients"]
