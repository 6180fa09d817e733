"""`python -m bench.fhir`: reads and 200 vital signs of an EHR that speaks FHIR, as ratios to a bare pass-through of it.

The EHR is Cerner's sandbox as its open host, which wants no tokens; else all is as in `bench`.
"""

from __future__ import annotations

import asyncio
import os
import platform
from pathlib import Path

import click

from adapters.cerner.sandbox import TENANT
from bench.__main__ import Row, facade_token, free_port, measure, process, table
from facade.keys import new_keys

CONFIGURATION = Path(__file__).with_name("fhir.yaml")
PEOPLE = 25
HEAVY = f"127240{PEOPLE + 1}"
SEARCH = "Observation?patient={}&category=vital-signs&_count=200"


async def run(facade: str, passthrough: str, token: str, requests: int, at_once: int) -> list[Row]:
    """Each scenario on both servers, in turns."""
    bearer = {"Authorization": f"Bearer {token}"}
    fresh = {**bearer, "Cache-Control": "no-cache"}
    patient = (f"{facade}/Patient/cv.{HEAVY}", f"{passthrough}/Patient/{HEAVY}")
    results = (f"{facade}/{SEARCH.format(f'cv.{HEAVY}')}", f"{passthrough}/{SEARCH.format(HEAVY)}")
    scenarios = [
        ("FHIR Patient read, warm", bearer, *patient),
        ("FHIR Patient read, uncached", fresh, *patient),
        ("200 FHIR vital signs, warm", bearer, *results),
        ("200 FHIR vital signs, uncached", fresh, *results),
    ]
    rows: list[Row] = []
    for title, headers, ours, bare in scenarios:
        plain = await measure(bare, {}, requests, at_once)
        served = await measure(ours, headers, requests, at_once)
        rows.append({"scenario": title, "at_once": at_once, "bare": plain, "facade": served})
        click.echo(f"  {title}: done", err=True)
    return rows


@click.command()
@click.option("--requests", default=100, show_default=True, help="Requests a scenario.")
@click.option("--at-once", default=1, show_default=True, help="Concurrent requests.")
def main(requests: int, at_once: int) -> None:
    """Measure the facade in front of a FHIR server against a bare pass-through of the same sandbox."""
    ports = [free_port() for _ in range(3)]
    upstream, bare, facade = (f"http://127.0.0.1:{port}" for port in ports)
    environ = {**new_keys(), "FACADE_PUBLIC_URL": facade, "BENCH_FHIR_BASE": f"{upstream}/r4/{TENANT}"}
    ehr = ("adapters.cerner.sandbox", "--port", str(ports[0]), "--size", str(PEOPLE), "--heavy", "--open-tier")
    flags = ("--factory", "--port", str(ports[1]), "--no-access-log", "--log-level", "warning")
    serving = ("facade", "serve", "--config", str(CONFIGURATION), "--port", str(ports[2]))
    with (
        process(*ehr, ready=upstream, environ={}),
        process("uvicorn", "bench.passthrough:create_app", *flags, ready=bare, environ={"BENCH_UPSTREAM": upstream}),
        process(*serving, ready=f"{facade}/health/live", environ=environ),
    ):
        token = facade_token(environ, CONFIGURATION, "cedar")
        rows = asyncio.run(run(f"{facade}/cedar/fhir/r4", f"{bare}/r4/{TENANT}", token, requests, at_once))
    click.echo(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {requests} requests a row\n")
    click.echo(table(rows))


if __name__ == "__main__":
    main()
