"""Which dates a search takes: how often, with which prefixes, with or without a time.

Source: Millennium FHIR R4 search parameters, documentation of 2024 and the rules that the CapabilityStatement of 2026
carries as documentation. Two bounds form a closed range: the lower ge or gt, the upper le or lt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.cerner.sandbox.answers import invalid

_SHAPE = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<day>\d{4}(-\d{2}(-\d{2})?)?)"
    r"(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?"
)
LOWER = ("ge", "gt")
UPPER = ("le", "lt")


@dataclass(frozen=True, slots=True)
class Dates:
    """`times` it may be given. `zoned`: a prefix needs a time with its zone. `bare`: a day without prefix is taken."""

    prefixes: tuple[str, ...] = ("eq", *LOWER, *UPPER)
    times: tuple[int, ...] = (1, 2)
    bare: bool = True
    zoned: bool = True
    lower: tuple[str, ...] = LOWER
    upper: tuple[str, ...] = UPPER

    def check(self, name: str, values: Sequence[str]) -> None:
        """Raises Declined (400)."""
        if len(values) not in self.times:
            raise invalid(f"{name} must be provided {' or '.join(_TIMES[one] for one in self.times)}")
        prefixes = [self._prefix(name, value) for value in values]
        if len(values) == 2 and sorted(map(self._side, prefixes)) != ["lower", "upper"]:
            raise invalid(f"{name} must be a closed range: one of {_or(self.lower)} and one of {_or(self.upper)}")

    def _prefix(self, name: str, value: str) -> str:
        found = _SHAPE.fullmatch(value)
        if found is None:
            raise invalid(f"{name} is not a valid date")
        prefix, zone = found["prefix"], found["zone"]
        if prefix is None:
            if not self.bare or (2 in self.times and "T" in value and zone is None):
                raise invalid(f"{name} must have a prefix: {_or(self.prefixes)}")
            return ""
        if prefix not in self.prefixes:
            raise invalid(f"{name} must have one of these prefixes: {_or(self.prefixes)}")
        if self.zoned and zone is None:
            raise invalid(f"{name} must have a time component with a time zone")
        return str(prefix)

    def _side(self, prefix: str) -> str:
        return "lower" if prefix in self.lower else "upper" if prefix in self.upper else "neither"


_TIMES = {1: "once", 2: "twice"}


def _or(prefixes: Sequence[str]) -> str:
    return ", ".join(prefixes)


WITHIN = Dates()
"""A day without prefix; or one prefix with an instant; or a closed range of instants."""
INSTANT = Dates(bare=False)
"""Prefix and instant, always (Encounter)."""
GE_LE = Dates(("ge", "le"), (2,), bare=False, zoned=False, lower=("ge",), upper=("le",))
GE_LT = Dates(("ge", "lt"), (2,), bare=False, lower=("ge",), upper=("lt",))
GE_OR_LE = Dates(("ge", "le"), bare=False, zoned=False, lower=("ge",), upper=("le",))
SINCE = Dates(LOWER, (1,), bare=False)
CHANGED = Dates((*LOWER, *UPPER), bare=False)
"""_lastUpdated of most types."""
CHANGED_GE_LE = Dates(("ge", "le"), bare=False, lower=("ge",), upper=("le",))
FROM = Dates(("ge",), (1,), bare=False, zoned=False)
BORN = Dates(("eq", *LOWER, *UPPER), (1,), zoned=False)
DUE = Dates(zoned=False)
