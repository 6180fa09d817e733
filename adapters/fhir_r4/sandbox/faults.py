"""How a FHIR sandbox can be made to go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from adapters.simulator import faults


class Rule(faults.Rule):
    KINDS: ClassVar[Mapping[str, str]] = {
        **faults.KINDS,
        "throttle": "429 without JSON; Retry-After where the rule gives retry_after",
        "malformed_record": "the true answer; in one resource of it every element but type and id is nonsense",
        "alien_record": "the true answer with one resource of it turned into a number",
        "foreign_page": "the true answer with its next page on another server",
    }
