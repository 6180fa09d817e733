"""What the examiner never sees is exactly what the mapping report calls absent."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import structlog

from adapters import registry
from conformance.exam import Options
from conformance.lines import NOT_EXERCISED, Line
from conformance.runner import run
from facade.mapping_report.report import mapping_report
from tests.facade.world import ORIGIN, configuration, every, ids, practice, world

NOT_SEEN = re.compile(r"not seen in \d+ resources: (.*)")


def unseen(line: Line) -> set[str]:
    """Elements that a line about must-support says are not seen; all of them where nothing of the profile is."""
    found = NOT_SEEN.fullmatch(line.message)
    return set(found[1].split(", ")) if found else {"all"}


async def test_the_elements_not_exercised_are_those_that_the_report_calls_absent(tmp_path: Path) -> None:
    config = configuration(riverbend={"practices": {"rb": practice(requests_per_second=5_000)}})
    with structlog.testing.capture_logs():
        report = await mapping_report(registry.find("athenanet"), people=25, us_core="6.1.0", sources=False)
        async with world(tmp_path, config) as made:
            patients = tuple(ids(await every(made.client(), "/Patient?_count=100")))
            options = Options(
                f"{ORIGIN}/riverbend/fhir/r4", made.token(), patients, only=("provenance", "must-support")
            )
            examined = await run(options, transport=httpx.ASGITransport(made.app))

    lines = {line.id.partition(".")[2]: line for line in examined.lines if line.group == "must-support"}
    not_exercised = {name: unseen(line) for name, line in lines.items() if line.status == NOT_EXERCISED}
    absent = {each.profile: set(each.absent()) if each.resources else {"all"} for each in report.sections}
    nothing = {name: {"all"} for name in lines.keys() - absent.keys()}
    assert not_exercised == {name: found for name, found in {**absent, **nothing}.items() if found and name}
    partly = {name for name, found in not_exercised.items() if found != {"all"}}
    assert {"us-core-patient", "us-core-encounter"} <= partly
