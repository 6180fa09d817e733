"""What the EHRs say of themselves against what their adapters assume, told to operators whenever it changes."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from adapters.contract import Call, Discovery, Lost
from adapters.traces import frames
from capability.issues import FHIRError
from facade.interactions.federate import Live

LOG = structlog.get_logger("discovery")
DISCOVERY_SECONDS = 20.0

Place = tuple[str, str, str]
"""Keys of a tenant, its practice and the connection."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What one connection's EHR was found to lack, and other differences. `failed`: it could not be asked, so that what
    was known of it stays."""

    place: Place
    lost: frozenset[Lost] = frozenset()
    remarks: tuple[str, ...] = ()
    failed: bool = False

    @property
    def tenant(self) -> str:
        return self.place[0]


async def drifts(lives: Mapping[Place, Live], seconds: float) -> tuple[Drift, ...]:
    """One for each connection whose adapter can ask, all at once. Changes of what is lost are logged."""
    asked = {place: live for place, live in lives.items() if live.adapter.discover is not None}
    found = tuple(await asyncio.gather(*(_drift(place, live, seconds) for place, live in asked.items())))
    for one in found:
        _tell(one, asked[one.place].lost)
    return found


async def _drift(place: Place, live: Live, seconds: float) -> Drift:
    call = Call(f"discovery-{uuid.uuid4()}", asyncio.get_running_loop().time() + seconds, fresh=True)
    if live.adapter.discover is None:
        raise ValueError("the adapter has no statement to ask for")
    try:
        said: Discovery = await live.adapter.discover(live.ehr, call)
    except FHIRError as exc:
        return Drift(place, remarks=(f"could not be asked: {exc.text}",), failed=True)
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError) as exc:
        # one adapter's mistake must not end the looking at all others
        LOG.error("discovery.unexpected", adapter=live.adapter.name, error=type(exc).__name__, frames=frames(exc))
        return Drift(place, remarks=("says of itself what its adapter cannot read",), failed=True)
    declared = {(one.type, one.code): one.params for one in live.adapter.supports()}
    lost = frozenset(
        one
        for one in said.lost
        if (one.type, one.code) in declared and (one.parameter is None or one.parameter in declared[one.type, one.code])
    )
    return Drift(place, lost, said.remarks)


def _tell(drift: Drift, before: frozenset[Lost]) -> None:
    tenant, practice, connection = drift.place
    named = {"tenant": tenant, "practice": practice, "connection": connection}
    if drift.failed:
        LOG.warning("discovery.failed", **named, remarks=drift.remarks)
        return
    if drift.remarks:
        LOG.warning("discovery.differs", **named, remarks=drift.remarks)
    if drift.lost != before:
        told = {"lost": names(drift.lost - before), "back": names(before - drift.lost)}
        LOG.warning("audit.statement", **named, **{name: some for name, some in told.items() if some})


def names(lost: frozenset[Lost]) -> list[str]:
    """`Type.interaction`, with `?parameter` where it is one of a search."""
    return sorted(f"{one.type}.{one.code}" + (f"?{one.parameter}" if one.parameter else "") for one in lost)
