"""How athenaNet's sandbox can be made to go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from adapters.simulator import faults


class Rule(faults.Rule):
    KINDS: ClassVar[Mapping[str, str]] = {
        **faults.KINDS,
        "throttle_403": "403, text with the legacy gateway's rate wording",
        "throttle_429": "429 without JSON; Retry-After where the rule gives retry_after",
        "error_in_200": '200 with {"error": ...}',
        "success_false_in_200": '200 with {"success":"false","errormessage": ...}',
        "bare_1": "200, body 1",
        "bare_string": "200, a bare JSON string",
        "malformed_record": "the true answer with one record of its list turned into nonsense",
        "alien_record": "the true answer with one record of its list turned into a number",
        "first_row_removed": "the true answer of a list whose first row is no longer there: every later one moved up",
        "unknown_practice": "404, as for a practice that does not exist",
        "practice_not_granted": "401, as for a practice that the key may not use",
    }
