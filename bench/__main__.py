"""`make bench`: a warm Patient read and a vitals search, each as a ratio to a bare pass-through of the same upstream.

Sandbox, pass-through and facade run as processes of their own. "uncached" asks the facade to fetch anew each time
(Cache-Control: no-cache), so that both sides make an upstream call a request; "warm" lets its short cache answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from httpx_aiohttp import AiohttpTransport

from facade.keys import new_keys

RESULTS = Path(__file__).parent / "results"
Row = dict[str, Any]

CONFIGURATION = Path(__file__).with_name("facade.yaml")


@contextmanager
def process(*command: str, ready: str, environ: Mapping[str, str]) -> Iterator[None]:
    """A server at work, from the moment it answers at `ready`."""
    running = subprocess.Popen([sys.executable, "-m", *command], env={**os.environ, **environ})  # noqa: S603  # ours
    try:
        until = time.monotonic() + 30
        while True:
            try:
                httpx.get(ready, timeout=2)
                break
            except httpx.TransportError:
                if time.monotonic() > until or running.poll() is not None:
                    raise
                time.sleep(0.05)
        yield
    finally:
        running.terminate()
        running.wait(timeout=10)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def measure(url: str, headers: Mapping[str, str], requests: int, at_once: int) -> Row:
    """Median and 95th percentile in milliseconds, and requests per second, of `requests` after a warm-up."""
    times: list[float] = []
    async with httpx.AsyncClient(transport=AiohttpTransport(), headers=dict(headers), timeout=30) as client:
        for _ in range(20):
            (await client.get(url)).raise_for_status()
        queue = iter(range(requests))

        async def one_after_another() -> None:
            for _ in queue:
                started = time.perf_counter()
                (await client.get(url)).raise_for_status()
                times.append((time.perf_counter() - started) * 1000)

        begun = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        whole = time.perf_counter() - begun
    times.sort()
    return {"p50": statistics.median(times), "p95": times[int(len(times) * 0.95)], "per_second": requests / whole}


async def run(facade: str, passthrough: str, token: str, upstream: str, requests: int, at_once: int) -> list[Row]:
    """Each scenario on both servers, in turns, so that a busy moment of the machine hits both."""
    bearer = {"Authorization": f"Bearer {token}"}
    fresh = {**bearer, "Cache-Control": "no-cache"}
    department = await _department(upstream)
    read, search = "/v1/195900/patients/1", f"/v1/195900/chart/1/vitals?departmentid={department}"
    scenarios = [
        ("Patient read, warm", f"{facade}/Patient/rb.1", bearer, read),
        ("Patient read, uncached", f"{facade}/Patient/rb.1", fresh, read),
        ("vitals search, warm", f"{facade}/Observation?patient=rb.1&category=vital-signs&_count=500", bearer, search),
        (
            "vitals search, uncached",
            f"{facade}/Observation?patient=rb.1&category=vital-signs&_count=500",
            fresh,
            search,
        ),
    ]
    rows: list[Row] = []
    for title, url, headers, path in scenarios:
        bare = await measure(passthrough + path, {}, requests, at_once)
        ours = await measure(url, headers, requests, at_once)
        rows.append({"scenario": title, "at_once": at_once, "bare": bare, "facade": ours})
        click.echo(f"  {title}: done", err=True)
    return rows


async def _department(upstream: str) -> str:
    async with httpx.AsyncClient(base_url=upstream, headers={"Authorization": f"Bearer {_token(upstream)}"}) as client:
        charts = (await client.get("/v1/195900/chart/1/patientchartlist")).json()["chartlist"]
        return str(charts[0]["sampledepartmentid"])


def _token(upstream: str) -> str:
    form = {"grant_type": "client_credentials", "scope": "athena/service/Athenanet.MDP.*"}
    answer = httpx.post(f"{upstream}/oauth2/v1/token", auth=("sandbox-client", "sandbox-secret"), data=form)
    return str(answer.raise_for_status().json()["access_token"])


def table(rows: list[Row]) -> str:
    """The result as a Markdown table."""
    lines = [
        "| scenario | at once | bare p50 ms | facade p50 ms | ratio | bare req/s | facade req/s |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        bare, ours = row["bare"], row["facade"]
        lines.append(
            f"| {row['scenario']} | {row['at_once']} | {bare['p50']:.2f} | {ours['p50']:.2f} "
            f"| {ours['p50'] / bare['p50']:.2f} | {bare['per_second']:.0f} | {ours['per_second']:.0f} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--requests", default=400, show_default=True, help="Requests a scenario.")
@click.option("--at-once", default=[1, 8], multiple=True, show_default=True, help="Concurrent requests; repeatable.")
def main(requests: int, at_once: tuple[int, ...]) -> None:
    """Measure the facade against a bare pass-through of the same sandbox."""
    ports = [free_port() for _ in range(3)]
    upstream, bare, facade = (f"http://127.0.0.1:{port}" for port in ports)
    environ = {**new_keys(), "FACADE_PUBLIC_URL": facade, "SANDBOX_ATHENANET_URL": upstream}
    with process(
        "adapters.athenanet.sandbox",
        "--port",
        str(ports[0]),
        "--token-quota",
        "1000",
        ready=f"{upstream}/ping",
        environ={},
    ):
        forwarding = {"BENCH_UPSTREAM": upstream, "BENCH_TOKEN": _token(upstream)}
        flags = ("--factory", "--port", str(ports[1]), "--no-access-log", "--log-level", "warning")
        serving = ("facade", "serve", "--config", str(CONFIGURATION), "--port", str(ports[2]))
        with (
            process("uvicorn", "bench.passthrough:create_app", *flags, ready=f"{bare}/ping", environ=forwarding),
            process(*serving, ready=f"{facade}/health/live", environ=environ),
        ):
            token = facade_token(environ)
            rows = [
                row
                for many in at_once
                for row in asyncio.run(run(f"{facade}/riverbend/fhir/r4", bare, token, upstream, requests, many))
            ]
    click.echo(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {requests} requests a row\n")
    click.echo(table(rows))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def facade_token(environ: Mapping[str, str]) -> str:
    command = ["facade", "token", "--config", str(CONFIGURATION), "--tenant", "riverbend", "--client", "system"]
    return subprocess.check_output(  # noqa: S603  # our own command line
        [sys.executable, "-m", *command], env={**os.environ, **environ}, text=True
    ).strip()


if __name__ == "__main__":
    main()
