"""facade discover: what the EHRs say of themselves, against what their adapters assume."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import click
import orjson
import structlog

from facade.commands.configured import CONFIG, directory
from facade.interactions.drift import Drift, names
from facade.services import Services


@click.command()
@CONFIG
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 300), help="Longest wait.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def discover(path: Path, seconds: float, as_json: bool) -> None:
    """Ask every EHR what it can do, and tell where that differs from what is declared here.

    What an EHR's own statement lacks is taken out of our CapabilityStatement as long as it is missing; a running server
    looks by itself, at start and every server.discovery_minutes. Ends with status 1 where something is lost or an EHR
    could not be asked.
    """
    # the report tells what the log would, and standard output is its own
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found = asyncio.run(_drifts(Services(directory(path)), seconds))
    if as_json:
        click.echo(orjson.dumps([_row(one) for one in found]))
    else:
        for line in _report(found):
            click.echo(line)
    if any(one.lost or one.failed for one in found):
        raise SystemExit(1)


async def _drifts(services: Services, seconds: float) -> tuple[Drift, ...]:
    try:
        return await services.discover(seconds)
    finally:
        await services.close()


def _report(found: tuple[Drift, ...]) -> Iterator[str]:
    if not found:
        yield "No connection's EHR publishes a statement of its own."
    for one in found:
        yield f"{'/'.join(one.place)}: {'as declared' if not (one.lost or one.remarks) else 'differs'}"
        yield from (f"  not served any more: {name}" for name in names(one.lost))
        yield from (f"  the EHR {remark}" for remark in one.remarks)


def _row(drift: Drift) -> dict[str, object]:
    tenant, practice, connection = drift.place
    return {
        "tenant": tenant,
        "practice": practice,
        "connection": connection,
        "failed": drift.failed,
        "lost": names(drift.lost),
        "remarks": list(drift.remarks),
    }
