"""A search as it was asked: its parameters by what they are to its type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from adapters.epic.sandbox.deployed import DATES, KINDS, PREFIXES, RESULT_PARAMETERS, UNKNOWN_PARAMETERS_TOLD, Kind
from adapters.epic.sandbox.outcomes import Issue, Refused
from adapters.epic.sandbox.paging import PAGE

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    type_: str
    pairs: Pairs
    post_filters: bool

    @property
    def kind(self) -> Kind:
        return KINDS[self.type_]

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.pairs if name.partition(":")[0] in names]

    def listed(self, *names: str) -> list[str]:
        """Values with their comma lists opened."""
        return [one for value in self.values(*names) for one in value.split(",") if one]

    def codes(self, name: str) -> list[str]:
        """Values of a token without their systems."""
        return [one.rpartition("|")[2] for one in self.listed(name)]

    def native(self) -> list[tuple[str, str]]:
        return [pair for pair in self.pairs if pair[0].partition(":")[0] in self.kind.native]

    def post(self) -> list[tuple[str, str]]:
        """Post-filters; none where the release doesn't have them."""
        if not self.post_filters:
            return []
        return [pair for pair in self.pairs if pair[0].partition(":")[0] in self.kind.post]

    def count(self) -> int:
        asked = next(iter(self.values("_count")), "")
        return min(int(asked), PAGE) if asked.isdigit() and int(asked) else PAGE

    def echo(self) -> str:
        """The query as `self` shows it: what was ignored too, ordered by name, _count last."""
        ordered = sorted(self.pairs, key=lambda pair: (pair[0] == "_count", pair[0]))
        return "&".join(f"{name}={quote(value, safe='/:|,')}" for name, value in ordered)

    def ignored(self, used: Iterable[str] | None = None) -> list[Issue]:
        """59100 for each parameter that nothing was done with; `used` replaces what the type knows."""
        known = (
            frozenset(used)
            if used is not None
            else self.kind.native | (self.kind.post if self.post_filters else frozenset())
        )
        names = dict.fromkeys(name.partition(":")[0] for name, _ in self.pairs)
        return [
            Issue("59100", f"Parameter ignored: {name.upper()}", name)
            for name in names
            if name not in known and name not in RESULT_PARAMETERS
        ]

    def told(self) -> list[Issue]:
        """What a 200 tells of parameters that vanished."""
        return self.ignored() if UNKNOWN_PARAMETERS_TOLD else []

    def check_dates(self) -> None:
        """Raises Refused where a date has a prefix that isn't known here. That it isn't just ignored: [assumed]."""
        for name, value in self.pairs:
            prefix = value[:2]
            if name in DATES and prefix.isalpha() and prefix not in PREFIXES:
                raise bad_value(name, prefix)


def bad_value(name: str, *values: str) -> Refused:
    """A value that makes the search impossible: each named (59109), then the end (59111)."""
    told = [Issue("59109", f"The value {value} of {name} is not valid.", name) for value in values]
    return Refused(*told, Issue("59111", f"{name} has no valid value.", name))
