"""No token, session, address, header or word of an EHR is in any answer or log line, whatever a client asks for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from adapters.population import SEED, population
from tests.facade.crawler import Crawl
from tests.facade.summit import Summit, address, connection, network, practice, summit
from tests.facade.wiretap import STANDARD, Alter, Overheard, Wiretap
from tests.facade.world import every, ids

KEYS = {"athenanet": "sa", "athena_fhir": "sf", "epic": "se", "cerner": "sc"}
NAMES = tuple(KEYS)
SIZE = 12
Faults = tuple[Mapping[str, Any], ...]
FAULTS: Faults = (
    {"kind": "status", "status": 500},
    {"kind": "throttle"},
    {"kind": "html", "status": 503},
    {"kind": "truncated"},
    {"kind": "malformed_record"},
    {"kind": "expire_token"},
)
OTHERWISE = {("athenanet", "throttle"): "throttle_429"}
CHARTS = r".*(Observation|patients|chart|appointments)"
UNASKED = ("/Observation?patient={}&category=no-such-category", "/Binary/{}", "/Patient/{}x")
OURS = STANDARD | {"cross-origin-opener-policy", "x-security-context"}
"""Headers of the facade: any other would have come from somewhere."""


@asynccontextmanager
async def tapped(folder: Path, heard: Overheard, altered: Mapping[str, Alter]) -> AsyncIterator[Summit]:
    """The four EHRs, heard; `altered`: what becomes of the bodies of one of them."""
    over = practice("athena_fhir")
    over["connections"]["athena_fhir"]["settings"]["practiceid"] = "195901"
    config = summit()
    config["tenants"]["summit"]["practices"]["sf"] = over
    config["server"]["log_level"] = "debug"

    def tap(name: str, app: Any) -> Wiretap:
        return Wiretap(app, heard, altered.get(name))

    async with network(folder, config, names=NAMES, size=SIZE, tap=tap) as here:
        yield here


def secrets() -> Iterator[str]:
    """What is known without listening: where the EHRs are, and what the connections are configured with."""
    for name in NAMES:
        yield address(name).removeprefix("http://")
        settings = connection(name)["settings"]
        yield from (settings[field] for field in ("client_secret", "private_key") if field in settings)
        if "private_key" in settings:
            yield json.loads(settings["private_key"])["d"]


def leaks(crawls: list[Crawl], logged: str, heard: Overheard, known: list[str]) -> list[tuple[str, str]]:
    """(where, what)"""
    everything = [(where, text) for crawl in crawls for where, _, text in crawl.answers]
    found = [(where, name) for one in crawls for where, headers, _ in one.answers for name in {*headers} - OURS]
    for where, text in [*everything, ("a log line", logged)]:
        found += [(where, one) for one in (*heard.found_in(text), *(one for one in known if one in text))]
    return found


async def walked(here: Summit, numbers: tuple[int, ...], practices: tuple[str | None, ...], **how: Any) -> list[Crawl]:
    made = []
    for key in practices:
        crawl = Crawl(here.client(practice=key), **how)
        statement = await crawl.around()
        for number in numbers:
            await crawl.charts(statement, await patients(crawl, number))
        made.append(crawl)
    return made


async def patients(crawl: Crawl, number: int) -> list[str]:
    one = population(SIZE, SEED + 1).person(number)
    return ids(
        await every(crawl.client, f"/Patient?family={one.name.family}&given={one.name.given}&birthdate={one.born}")
    )


async def troubled(here: Summit, faults: Mapping[str, Faults]) -> Crawl:
    """What a client sees while each EHR fails in these ways, and of what it refuses."""
    crawl = Crawl(here.client(), most=0)
    crawl.client.headers["Cache-Control"] = "no-cache"
    found = await patients(crawl, 1)
    for patient in found:
        for asked in UNASKED:
            await crawl.get(asked.format(patient))
    for name, kinds in faults.items():
        for fault in kinds:
            kind = OTHERWISE.get((name, fault["kind"]), fault["kind"])
            await here.misbehave(name, {"path": CHARTS, "times": None, **fault, "kind": kind})
            for some in (found, [one for one in found if one.startswith(f"{KEYS[name]}.")]):
                await crawl.get(f"/Observation?patient={','.join(some)}&category=vital-signs")
        await here.misbehave(name)
    return crawl


async def crawled(
    folder: Path, numbers: tuple[int, ...], practices: tuple[str | None, ...], faults: Mapping[str, Faults], **how: Any
) -> tuple[list[Crawl], Overheard, list[tuple[str, str]]]:
    heard = Overheard()
    async with tapped(folder, heard, {}) as here:
        with structlog.testing.capture_logs() as logged:
            await here.services.discover()
            crawls = await walked(here, numbers, practices, **how)
            crawls.append(await troubled(here, faults))
        return crawls, heard, leaks(crawls, json.dumps(logged, default=str), heard, [*dict.fromkeys(secrets())])


async def test_nothing_of_the_ehr_is_in_what_a_client_or_an_operator_sees(tmp_path: Path) -> None:
    few = {name: (FAULTS[at],) for at, name in enumerate(NAMES)}
    crawls, heard, found = await crawled(tmp_path, (1,), (None,), few, most=1, pages=2)

    assert [] == found
    assert {200, 400, 404, 503} <= {status for crawl in crawls for status in crawl.statuses}
    assert min(map(len, (heard.tokens, heard.sessions, heard.calls, heard.headers, heard.words))) > 3


@pytest.mark.long
async def test_nothing_of_the_ehr_is_anywhere(tmp_path: Path) -> None:
    crawls, _, found = await crawled(tmp_path, (1, 3, 5, 7, 10), (None, *KEYS.values()), dict.fromkeys(NAMES, FAULTS))

    assert [] == found
    assert 1000 < sum(len(crawl.answers) for crawl in crawls)


@pytest.mark.parametrize("name", NAMES[1:])
async def test_a_token_in_a_record_would_be_found(tmp_path: Path, name: str) -> None:
    heard = Overheard()

    def planted(body: bytes) -> bytes:
        return body.replace(b'"829 Park Rd"', json.dumps(min(heard.tokens)).encode())

    async with tapped(tmp_path, heard, {name: planted}) as here:
        crawl = Crawl(here.client())
        await crawl.search("/Patient?family=Okafor&given=Leila&birthdate=1984-06-05")

        assert {one for _, one in leaks([crawl], "", heard, [*dict.fromkeys(secrets())])} & heard.tokens


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Servermetrics": "a"}, "", "servermetrics"),
        ({"Location": "http://127.0.0.1:23/Patient/1"}, "", "127.0.0.1:23"),
        ({"ETag": 'W/"rrt-1a2b3c4d5e6f-c-ea-1"'}, "", "rrt-1a2b3c4d5e6f-c-ea-1"),
        ({}, '"url": "Observation?sessionID=12-0A8D774F5B0311&page=2"', "12-0A8D774F5B0311"),
        ({}, '"diagnostics": "Client not authorized for this."', "Client not authorized for this."),
        ({}, '"div": "<p>sandbox-secret</p>"', "sandbox-secret"),
    ],
    ids=["header", "address", "call", "session", "words", "secret"],
)
async def test_what_would_leave_is_seen_wherever_it_stands(headers: dict[str, str], body: str, expected: str) -> None:
    heard = Overheard(
        sessions={"12-0A8D774F5B0311"}, calls={"rrt-1a2b3c4d5e6f-c-ea-1"}, words={"Client not authorized for this."}
    )
    told = "\n".join(f"{name}: {value}" for name, value in headers.items())
    async with httpx.AsyncClient() as client:
        crawl = Crawl(client, answers=[("/", httpx.Headers(headers), f"{told}\n{body}")])

    assert [("/", expected)] == leaks([crawl], "", heard, [*dict.fromkeys(secrets())])
