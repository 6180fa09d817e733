"""The faults that a server may have, each as a change of the test server: `python -m tests.conformance.faults`.

`groups` are those of the report in which at least one line must fail. `types` are the FHIR types that the faulty server
serves: few, so that a run is quick. `also` are groups without whose requests the fault doesn't show.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import httpx

from conformance.exam import Granular, Options
from conformance.lines import NOT_OFFERED, Line, failed
from conformance.runner import Report, run
from tests.conformance.chart import PATIENTS
from tests.conformance.server import BASE, GRANULAR, LIMITED, TOKEN, Hooks, Server

FEW = (
    "AllergyIntolerance", "Condition", "Encounter", "Immunization", "Location", "Medication", "MedicationRequest",
    "Organization", "Patient", "Practitioner", "Provenance",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    name: str
    what: str
    groups: tuple[str, ...]
    install: Callable[[Hooks], None]
    also: tuple[str, ...] = ()
    types: tuple[str, ...] = FEW

    def server(self) -> Server:
        hooks = Hooks()
        self.install(hooks)
        return Server(hooks, types=self.types)


FAULTS: list[Fault] = []
Install = Callable[[Hooks], None]


def fault(
    name: str, what: str, *groups: str, types: Iterable[str] = (), also: tuple[str, ...] = ()
) -> Callable[[Install], Install]:
    """Registers a function that makes a server faulty."""

    def register(install: Install) -> Install:
        FAULTS.append(Fault(name, what, groups, install, also, (*FEW, *types)))
        return install

    return register


def switch(name: str, what: str, *groups: str, types: Iterable[str] = ()) -> None:
    """Registers a fault that the server knows itself."""
    fault(name, what, *groups, types=types)(lambda hooks: hooks.switches.add(name))


async def examined(server: Server, only: Iterable[str] = ()) -> Report:
    """The whole examination of a test server, or that of some groups."""
    granular = tuple(Granular(token, allowed) for token, allowed in GRANULAR.items())
    options = Options(
        BASE, TOKEN, PATIENTS, granular=granular, limited=(LIMITED, "ana"), full_data=True, only=tuple(only)
    )
    return await run(options, transport=httpx.ASGITransport(server))


def every() -> list[Fault]:
    """All faults; the modules that define them are imported here, so that they can import this one."""
    for name in ("search", "http", "data"):
        importlib.import_module(f"tests.conformance.faults_of_{name}")
    return FAULTS


def caught(report: Report) -> list[Line]:
    """Lines that failed, and those that say what US Core demands and the server does not offer."""
    return [*failed(report.lines), *(line for line in report.lines if line.status == NOT_OFFERED)]


def table() -> Iterable[str]:
    """A line a fault: what it is, and which lines of the whole report caught it."""
    faults = every()
    name, what = (max(len(getattr(one, field)) for one in faults) for field in ("name", "what"))
    for one in faults:
        found = [line.id for line in caught(asyncio.run(examined(one.server())))]
        shown = ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
        yield f"{one.name:<{name}}  {one.what:<{what}}  {shown or 'NOT CAUGHT'}"


if __name__ == "__main__":
    from tests.conformance import faults

    for row in faults.table():
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
