"""What the sandbox remembers between requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.cerner.sandbox.charts import Charts
from adapters.cerner.sandbox.paging import Cursors
from adapters.cerner.sandbox.rules import REFUSE_UNKNOWN
from adapters.fhir_r4.sandbox.tokens import Tokens
from adapters.population import Population

TENANT = "ec2458f2-1e24-41c8-b71b-0e701af7583d"
TOKEN_SECONDS = 570

Clock = Callable[[], float]


@dataclass(slots=True)
class Sandbox:
    """`closed`: types that the customer's list does not open. `poisoned`: person -> type whose first record is broken.
    `open_tier`: the open host, without tokens and read-only. `diagnoses_and_problems`: a search of Conditions by
    encounter adds all problems, as the reference of 2024 tells. `refuse_unknown`: a parameter that the type does not
    have is 400 even beside those that suffice."""

    people: Population
    charts: Charts
    tokens: Tokens
    tenant: str = TENANT
    authorization_origin: str | None = None
    closed: frozenset[str] = frozenset()
    poisoned: Mapping[int, str] = field(default_factory=dict)
    open_tier: bool = False
    diagnoses_and_problems: bool = False
    refuse_unknown: bool = REFUSE_UNKNOWN
    clock: Clock = time.time
    cursors: Cursors = field(default_factory=Cursors)
