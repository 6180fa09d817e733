"""python -m tests.facade.validate_population: whether all that is served over a whole population is valid.

Every resource of every declared type for everybody, through the facade in front of its sandbox, against the R4B models
and the rows of US Core. Exit code 1 where anything is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import structlog

from adapters.population import SEED
from capability.uscore import VERSIONS, Edition, edition
from facade.app import create_app
from tests.conforms import assert_conforms
from tests.facade.everybody import everybodys
from tests.facade.looks import Resource
from tests.facade.truth.asking import Asked, Pairs, found
from tests.facade.truth.bases import Served, served, services
from tests.facade.truth.wire import Wire
from tests.facade.world import ORIGIN, configuration, world

SHOWN = 5
"""Errors of a type that are told one by one."""


@dataclass
class Tally:
    """Of one type: how many resources there are, how many have a profile of US Core, and what is wrong."""

    resources: int = 0
    profiled: int = 0
    errors: list[str] = field(default_factory=list)


def validate(resources_by_type: Mapping[str, list[Resource]], us_core: str) -> dict[str, Tally]:
    """Each resource by its structure and its declared profiles; one without a profile is an error where US Core has any
    for its type, but for an Observation, of which US Core profiles only some."""
    tables = edition(us_core)
    tallies: dict[str, Tally] = {}
    for type_, resources in resources_by_type.items():
        tally = tallies[type_] = Tally()
        for resource in resources:
            tally.resources += 1
            tally.profiled += bool(_profiles(resource))
            tally.errors += (f"{type_}/{resource['id']}: {error}" for error in _errors(resource, tables))
        if not resources:
            tally.errors.append(f"{type_}: none is served")
    return tallies


def _profiles(resource: Resource) -> list[str]:
    return [url.rpartition("/")[2] for url in resource["meta"].get("profile", ())]


def _errors(resource: Resource, tables: Edition) -> Iterator[str]:
    declared = _profiles(resource)
    try:
        assert_conforms(resource, *declared, edition=tables.version)
    except (AssertionError, ValueError) as exc:
        yield str(exc)
    if not declared and resource["resourceType"] != "Observation" and tables.profiles(resource["resourceType"]):
        yield "no profile"


async def _serve(size: int, seed: int, us_core: str) -> tuple[dict[str, list[Resource]], set[str]]:
    """(what is served by type, the types that the capability statement declares)"""
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder), configuration(riverbend={"us_core": us_core}), size=size, seed=seed) as here:
            client = here.client()
            statement = (await client.get("/metadata")).json()
            return await everybodys(client), {one["type"] for one in statement["rest"][0]["resource"]}


class Whole(Asked):
    """Searches to the last page."""

    async def search(self, type_: str, pairs: Pairs) -> list[dict[str, Any]]:
        answer = await self.get(type_, [*pairs, ("_count", "500")])
        resources = found(answer, "match")
        while following := [each["url"] for each in answer.json()["link"] if each["relation"] == "next"]:
            path, _, query = following[0].removeprefix(ORIGIN).partition("?")
            answer = await self.wire.ask("GET", path, query=query)
            resources += found(answer, "match")
        return resources


async def _serve_demo(size: int, tenant: str, base: Served) -> tuple[dict[str, list[Resource]], set[str]]:
    """The same of a tenant of the demo, whose base says that of itself."""
    async with services(size) as made:
        token = made.tokens.mint(
            made.directory.tenants[tenant], made.directory.tenants[tenant].clients["system"], seconds=3600
        )
        asked = Whole(base, Wire(create_app(made), {"authorization": f"Bearer {token}"}), most=size * len(base.people))
        await asked.gather()
    return {key: some for key, some in asked.charts.items() if key not in NOT_SEARCHED}, set(base.types)


NOT_SEARCHED = frozenset({"Binary", "Provenance"})
"""Declared, but found by reading a file and beside what they are about."""


@click.command()
@click.option("--size", default=25, show_default=True, type=click.IntRange(min=1), help="People.")
@click.option("--seed", default=SEED, show_default=True, help="Which people.")
@click.option("--tenant", help="A tenant of the demo, in its own edition, instead of one athenaNet practice.")
@click.option("--us-core", default="6.1.0", show_default=True, type=click.Choice(VERSIONS), help="Edition.")
def command(size: int, seed: int, tenant: str | None, us_core: str) -> None:
    """Validate all that is served over a population: the numbers by type, and what is wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    if tenant:
        base = next(one for one in served() if one.name == tenant)
        us_core = base.version
        served_, declared = asyncio.run(_serve_demo(size, tenant, base))
    else:
        served_, declared = asyncio.run(_serve(size, seed, us_core))
    tallies = validate(served_, us_core)
    for type_ in sorted(declared - served_.keys() - NOT_SEARCHED):
        tallies[type_] = Tally(errors=[f"{type_}: declared, and not looked at"])
    errors = tell(tallies)
    click.echo(f"{size} people, US Core {us_core}, {time.monotonic() - began:.0f} s")
    sys.exit(1 if errors else 0)


def tell(tallies: Mapping[str, Tally]) -> int:
    """A line for each type, its first errors, and the sums; the number of errors."""
    total = Tally()
    click.echo(f"{'':24}{'resources':>10}{'profiled':>10}{'errors':>8}")
    for type_, one in tallies.items():
        click.echo(f"{type_:24}{one.resources:>10}{one.profiled:>10}{len(one.errors):>8}")
        total.resources, total.profiled = total.resources + one.resources, total.profiled + one.profiled
        total.errors += one.errors
        for error in one.errors[:SHOWN]:
            click.echo(f"  {error[:300]}")
    click.echo(f"{'total':24}{total.resources:>10}{total.profiled:>10}{len(total.errors):>8}")
    return len(total.errors)


if __name__ == "__main__":
    command()
