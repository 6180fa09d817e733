"""`python -m bench.chart`: a read, a search and a heavy patient's whole record, with an EHR at 0 ms and at 50 ms.

Sandbox and facade run as processes of their own; the sandbox adds its latency to every call and keeps count of them.
"cold" asks the facade to fetch anew (Cache-Control: no-cache; where a record has several pages, with the first), "warm"
asks the same again at once. Directory and token are there in both, as they nearly always are.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import httpx
from httpx_aiohttp import AiohttpTransport

from bench.__main__ import facade_token, free_port, process
from facade.keys import new_keys

PEOPLE = 25
HEAVY = f"rb.{PEOPLE + 1}"
SCENARIOS = (
    ("Patient read", "/Patient/rb.1"),
    ("patient + category search", "/Observation?patient=rb.1&category=vital-signs&_count=500"),
    ("the same of a heavy patient", f"/Observation?patient={HEAVY}&category=vital-signs&_count=500"),
    ("$everything of a heavy patient, whole", f"/Patient/{HEAVY}/$everything?_count=500"),
)
FRESH = {"Cache-Control": "no-cache"}
Row = dict[str, Any]

CONFIGURATION = Path(__file__).with_name("facade.yaml")


async def measured(client: httpx.AsyncClient, upstream: str, url: str, headers: Mapping[str, str]) -> tuple[Row, int]:
    """Milliseconds, pages and upstream calls of one answer, all of its pages; and how many resources it has."""
    await client.delete(f"{upstream}/_sandbox/calls")
    began, pages, resources = time.perf_counter(), 0, 0
    at: str | None = url
    while at is not None:
        answer = (await client.get(at, headers=dict(headers) if pages == 0 else {})).raise_for_status().json()
        pages += 1
        resources += len(answer["entry"]) if answer["resourceType"] == "Bundle" else 1
        at = next((one["url"] for one in answer.get("link", ()) if one["relation"] == "next"), None)
    milliseconds = (time.perf_counter() - began) * 1000
    calls = (await client.get(f"{upstream}/_sandbox/calls")).json()["calls"]
    return {"ms": milliseconds, "pages": pages, "calls": len(calls)}, resources


async def run(base: str, upstream: str, token: str, latencies: tuple[float, ...], repeats: int) -> list[Row]:
    rows: list[Row] = []
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=AiohttpTransport(), headers=headers, timeout=120) as client:
        for latency in latencies:
            (await client.post(f"{upstream}/_sandbox/settings", json={"latency_ms": latency})).raise_for_status()
            for title, path in SCENARIOS:
                await measured(client, upstream, base + path, {})  # directory, token, connections
                cold, warm, resources = [], [], 0
                for _ in range(repeats):
                    once, resources = await measured(client, upstream, base + path, FRESH)
                    again, _ = await measured(client, upstream, base + path, {})
                    cold.append(once)
                    warm.append(again)
                rows.append({"latency": latency, "title": title, "resources": resources, "cold": cold, "warm": warm})
                click.echo(f"  {latency:g} ms, {title}: done", err=True)
    return rows


def table(rows: list[Row]) -> str:
    """The result as a Markdown table; times are medians."""
    lines = [
        "| EHR | what | resources | pages | cold ms | calls | warm ms | calls |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cold, warm = (statistics.median(one["ms"] for one in row[kind]) for kind in ("cold", "warm"))
        calls = [max(one["calls"] for one in row[kind]) for kind in ("cold", "warm")]
        lines.append(
            f"| {row['latency']:g} ms | {row['title']} | {row['resources']} | {row['cold'][0]['pages']} "
            f"| {cold:.1f} | {calls[0]} | {warm:.1f} | {calls[1]} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--latency-ms", default=[0.0, 50.0], multiple=True, show_default=True, help="Of each upstream call.")
@click.option("--repeats", default=7, show_default=True, type=click.IntRange(1), help="Of each scenario.")
def main(latency_ms: tuple[float, ...], repeats: int) -> None:
    """Time the facade over charts, one request at a time, and count its upstream calls."""
    ports = [free_port() for _ in range(2)]
    upstream, facade = (f"http://127.0.0.1:{port}" for port in ports)
    environ = {**new_keys(), "FACADE_PUBLIC_URL": facade, "SANDBOX_ATHENANET_URL": upstream}
    sandbox = ("--port", str(ports[0]), "--size", str(PEOPLE), "--heavy", "--token-quota", "1000")
    serving = ("facade", "serve", "--config", str(CONFIGURATION), "--port", str(ports[1]))
    with (
        process("adapters.athenanet.sandbox", *sandbox, ready=f"{upstream}/ping", environ={}),
        process(*serving, ready=f"{facade}/health/live", environ=environ),
    ):
        base = f"{facade}/riverbend/fhir/r4"
        rows = asyncio.run(run(base, upstream, facade_token(environ), latency_ms, repeats))
    click.echo(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, median of {repeats}\n")
    click.echo(table(rows))


if __name__ == "__main__":
    main()
