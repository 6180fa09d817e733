"""Misbehaviour on demand and a journal of what was asked, the same for every FHIR sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from starlette.responses import Response

from adapters.fhir_r4.sandbox.faults import Rule
from adapters.fhir_r4.sandbox.spoiling import ALTERED
from adapters.simulator import faults, gateway


class Controlled(gateway.Gateway):
    """The gateway with what can go wrong between FHIR servers."""

    rule = Rule
    instead: ClassVar[Mapping[str, Callable[[faults.Rule], Response]]] = {
        **gateway.INSTEAD,
        "throttle": gateway.throttled,
        "empty": lambda found: Response(b"", 200, media_type="application/fhir+json"),
    }
    altered: ClassVar[Mapping[str, Callable[[bytes], bytes]]] = {**gateway.ALTERED, **ALTERED}
