"""The mapping report says of each element what somebody would who reads the mapping."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import structlog

from facade import demo
from facade.mapping_report.report import Line, Report, mapping_report
from facade.mapping_report.writing import page, text
from facade.services import Services
from tests.facade.ledger import ADAPTER
from tests.facade.world import reached


@pytest.fixture(scope="module")
def report() -> Report:
    with structlog.testing.capture_logs():
        return asyncio.run(mapping_report(ADAPTER, people=3, us_core="6.1.0"))


def line(report: Report, element: str) -> Line:
    (section,) = report.sections
    return next(one for one in section.lines if one.element == f"Patient.{element}")


@pytest.mark.parametrize(
    ("element", "status", "share", "fields"),
    [
        ("identifier.system", "constant", (3, 3), None),
        ("identifier.value", "supplied", (3, 3), "people[].key"),
        ("name.family", "supplied", (3, 3), "people[].who.family"),
        ("name.use", "constant", (3, 3), None),
        ("gender", "derived", (3, 3), "people[].sex"),
        ("birthDate", "supplied", (3, 3), "people[].born"),
        ("address.city", "supplied", (2, 3), "people[].city people[].town"),
        ("address.state", "absent", (0, 3), None),
        ("telecom.system", "derived", (1, 3), "people[].mobile"),
        ("telecom.value", "supplied", (1, 3), "people[].mobile"),
        ("communication.language", "absent", (0, 3), None),
    ],
)
def test_each_element_comes_from_where_it_comes(
    report: Report, element: str, status: str, share: tuple[int, int], fields: str | None
) -> None:
    found = line(report, element)

    assert (status, share) == (found.status, (found.present, found.of))
    assert found.sources == ({} if fields is None else {"GET /people": tuple(fields.split())})


def test_a_reason_is_told_and_so_is_what_makes_up_for_an_absent_element(report: Report) -> None:
    assert 3 == line(report, "communication.language").reasons
    assert "Patient.name.use" == line(report, "name.period").instead
    assert "Patient.name.period" not in report.sections[0].absent()
    assert "Patient.address.state" in report.sections[0].absent()


def test_the_report_can_be_read_by_people_and_programs(report: Report) -> None:
    (profile,) = json.loads(json.dumps(report.document()))["profiles"]
    shown = "\n".join(text(report))

    assert ("us-core-patient", 3) == (profile["profile"], profile["resources"])
    assert "GET /people: people[].born" in shown
    assert "(3 say why not)" in shown
    assert "people[].born" in page([report.document()], alone=True)


async def test_what_is_passed_on_is_said_to_be(report: Report) -> None:
    passed = await mapping_report(replace(ADAPTER, passes_through=True), people=3, us_core="6.1.0")

    assert (0, (), True) == (passed.people, passed.sections, passed.passes_through)
    (told,) = text(passed)
    assert told.startswith(f"{ADAPTER.name}, US Core 6.1.0: the EHR's own FHIR is passed on")
    assert "own FHIR is passed on" in page([passed.document(), report.document()], alone=True)


@pytest.mark.long  # a whole population's mappings, field by field
async def test_the_demo_has_it_as_a_page_that_its_documentation_links_to(tmp_path: Path) -> None:
    origin = "http://127.0.0.1:9"
    built: Services = demo.services(origin, reached(origin))
    app = demo.application(built, people=1)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin) as client:
        docs = (await client.get("/riverbend/fhir/r4/docs")).text
        first = shown = await client.get("/mapping-report")
        while shown.status_code == 202:
            shown = await client.get("/mapping-report")
    await built.close()

    assert (202, "2") == (first.status_code, first.headers["retry-after"])
    assert "half a minute" in first.text

    assert f'href="{origin}/mapping-report"' in docs
    assert 200 == shown.status_code
    assert "us-core-patient" in shown.text
    assert "GET /patients/{patientid}" in shown.text
    assert 'href="/static/docs.css"' in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
