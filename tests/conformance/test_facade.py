"""The facade itself, in every edition that a tenant may choose: nothing fails, and what isn't tried says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.exam import Options
from conformance.lines import NOT_EXERCISED, PASSED, failed
from conformance.runner import Report, run
from tests.facade.appointment_book import BOOK, DOCUMENTS
from tests.facade.chartbox import chartbox
from tests.facade.world import ORIGIN, configuration, practice, world

BASE = f"{ORIGIN}/riverbend/fhir/r4"


def _configured(version: str) -> dict[str, Any]:
    """A tenant of that edition, whose EHR may be asked as fast as the runner asks."""
    return configuration(riverbend={"us_core": version, "practices": {"rb": practice(requests_per_second=5_000)}})


async def examined(
    folder: Path, version: str, patients: tuple[str, ...], package: Path | None = None, only: tuple[str, ...] = ()
) -> Report:
    async with world(folder, _configured(version)) as made:
        options = Options(BASE, made.token(), patients, version, package, only=only)
        return await run(options, transport=httpx.ASGITransport(made.app))


def check(report: Report) -> None:
    assert {} == {line.id: line.message for line in failed(report.lines)}
    assert [] == [line.id for line in report.lines if line.status == NOT_EXERCISED and not line.message]
    passed = {line.group for line in report.lines if line.status == PASSED}
    assert {"search", "completeness", "dates", "values", "paging", "bundle", "parameters", "errors"} <= passed


@pytest.mark.long  # half a minute each; the demo is examined in every run
@pytest.mark.parametrize(
    ("version", "patients"),
    [
        ("6.1.0", ("rb.1", "rb.2")),
        ("7.0.0", ("rb.1",)),
        ("8.0.0", ("rb.2",)),
    ],
)
async def test_the_facade_conforms_to_the_published_profiles(
    tmp_path: Path, us_core_packages: Path, version: str, patients: tuple[str, ...]
) -> None:
    package = us_core_packages / f"us_core_{version.replace('.', '')}.tgz"

    check(await examined(tmp_path, version, patients, package))


async def test_types_without_a_profile_are_examined_as_any_other(tmp_path: Path) -> None:
    groups = ("include", "provenance", "read", "search", "completeness", "dates", "values", "references")
    async with chartbox(tmp_path, BOOK, documents=DOCUMENTS) as box:
        options = Options(BASE, box.here.token(), ("box.patient-1", "box.patient-2"), only=groups)
        report = await run(options, transport=httpx.ASGITransport(box.here.app))

    assert {} == {line.id: line.message for line in failed(report.lines)}
    assert {
        "include.Encounter.Encounter:appointment",
        "include.Encounter.ChargeItem:context",
        "include.Appointment.Appointment:patient",
        "read.Binary",
        "search.Claim.patient+encounter",
        "references.DocumentReference",
    } <= {line.id for line in report.lines if line.status == PASSED}


async def test_patients_are_found_where_none_are_named(tmp_path: Path) -> None:
    report = await examined(tmp_path, "6.1.0", (), only=("chart",))

    assert PASSED == {line.id: line.status for line in report.lines}["chart.patients"]
    assert {PASSED} == {line.status for line in report.lines if line.id.startswith("chart.Patient.")}
