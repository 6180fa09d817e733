"""What the sandbox remembers between requests: settings, tokens, quotas, faults and the journal of calls."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields

from adapters.athenanet.sandbox.practice import PracticeData
from adapters.population.dice import Dice
from adapters.simulator.athena import Practice
from adapters.simulator.faults import Faults
from adapters.simulator.gateway import CallMade, journal
from adapters.simulator.quota import Window

CREDENTIALS: Mapping[str, str] = {"sandbox-client": "sandbox-secret"}
SCOPE = "athena/service/Athenanet.MDP.*"
TOKEN_QUOTA = 5  # a minute, as in preview; production has 50
TOKEN_SECONDS = 3600
DAILY_QUOTA = 50_000

Clock = Callable[[], float]


@dataclass(slots=True)
class Settings:
    """May be changed while the sandbox runs (POST /_sandbox/settings)."""

    strict: bool = True  # properjsonencoding: numbers and booleans, or nearly everything a string
    token_quota: int = TOKEN_QUOTA  # token requests a minute and client
    token_seconds: int = TOKEN_SECONDS
    daily_quota: int = DAILY_QUOTA  # API calls a day (GMT) and client
    per_second: int | None = None  # API calls a second and client; None: no limit
    latency_ms: float = 0.0  # added to every API call

    def change(self, changes: Mapping[str, object]) -> None:
        """ValueError: an unknown setting or a value of the wrong kind."""
        known = {one.name for one in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown setting {name}")
            if name == "strict" and not isinstance(value, bool):
                raise ValueError("strict is true or false")
            if name != "strict" and (isinstance(value, bool) or not isinstance(value, int | float | None)):
                raise ValueError(f"{name} is a number")
        for name, value in changes.items():
            setattr(self, name, value)


@dataclass(slots=True)
class Token:
    client: str
    expires: float


@dataclass(slots=True)
class Sandbox:
    """`app.state.sandbox`: the control surface for tests that hold the app itself."""

    practices: dict[str, PracticeData]
    credentials: Mapping[str, str]
    settings: Settings
    clock: Clock = time.time
    faults: Faults = field(default_factory=Faults)
    calls: deque[CallMade] = field(default_factory=journal)
    tokens: dict[str, Token] = field(default_factory=dict)
    token_windows: dict[str, Window] = field(default_factory=dict)
    day_windows: dict[str, Window] = field(default_factory=dict)
    second_windows: dict[str, Window] = field(default_factory=dict)
    dice: Dice = field(default_factory=lambda: Dice(195900))  # the order of keys, and response ids

    @classmethod
    def of(
        cls, practices: Iterable[Practice], credentials: Mapping[str, str], settings: Settings, clock: Clock
    ) -> Sandbox:
        data = {practice.practiceid: PracticeData(practice) for practice in practices}
        return cls(data, dict(credentials), settings, clock)

    def expire_tokens(self) -> None:
        """Every token issued so far is invalid from now on."""
        self.tokens.clear()
