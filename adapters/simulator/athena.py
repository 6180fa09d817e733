"""What athena's two simulated servers, REST and FHIR, have in common: practices, their people, and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from adapters.population import SEED, SIZE, Population, population


@dataclass(frozen=True, slots=True)
class Practice:
    """`granted` False: it exists, but the sandbox's keys may not use it. `heavy`: one person more, with a big chart."""

    practiceid: str
    name: str
    size: int = SIZE
    seed: int = SEED
    granted: bool = True
    heavy: bool = False

    def people(self) -> Population:
        return population(self.size, self.seed, heavy=self.heavy)


PRACTICES = (
    Practice("195900", "Riverbend Health Partners"),
    Practice("195901", "Hilltop Medical Group", size=12, seed=SEED + 1),
    Practice("195902", "Elsewhere Clinic", size=8, seed=SEED + 2, granted=False),
)
EASTERN = ZoneInfo("America/New_York")  # the clock of the servers
