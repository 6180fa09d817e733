"""Request parameters: names in any case, query and form body merged, checked by type where they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import LARGEST_PAGE, PAGE, Refused, missing, wrong_type
from adapters.athenanet.sandbox.practice import PracticeData
from adapters.athenanet.sandbox.state import Sandbox


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to an endpoint of a practice."""

    sandbox: Sandbox
    practice: PracticeData
    path: str
    ids: dict[str, str]
    query: dict[str, list[str]]  # names in lower case

    def text(self, name: str) -> str | None:
        """The last value; blank counts as not sent."""
        values = self.query.get(name)
        return (values[-1].strip() or None) if values else None

    def many(self, name: str) -> list[str]:
        """Comma separated, or the name repeated."""
        return [part.strip() for value in self.query.get(name, ()) for part in value.split(",") if part.strip()]

    def flag(self, name: str) -> bool:
        return (self.text(name) or "").lower() in ("true", "1", "y")

    def integer(self, name: str) -> int | None:
        """Refused 400: not an integer."""
        value = self.text(name)
        return None if value is None else _integer(value)

    def integers(self, name: str) -> set[int]:
        return {_integer(value) for value in self.many(name)}

    def day(self, name: str) -> date | None:
        """Refused 400: not MM/DD/YYYY."""
        value = self.text(name)
        if value is None:
            return None
        found = dates.parse(value)
        if found is None:
            raise wrong_type("format date", value)
        return found

    def birth(self, name: str = "dob") -> date | None:
        """A birth date has an error message of its own."""
        value = self.text(name)
        if value is None:
            return None
        found = dates.parse(value)
        if found is None:
            raise Refused(400, "Improper DOB.")
        return found

    def require(self, *names: str) -> None:
        """Refused 400 naming what is missing."""
        if absent := [name for name in names if self.text(name) is None]:
            raise missing(*absent)

    def id(self, name: str) -> int:
        """A number from the path; zero counts as not sent."""
        found = _integer(self.ids[name])
        if found == 0:
            raise missing(name)
        return found

    def window(self, default: int = PAGE, largest: int = LARGEST_PAGE) -> tuple[int, int]:
        """limit, offset"""
        limit, offset = self.integer("limit"), self.integer("offset")
        return max(1, min(limit or default, largest)), max(0, offset or 0)


def _integer(value: str) -> int:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise wrong_type("type integer", value)
    return int(value)


def merged(*sources: str) -> dict[str, list[str]]:
    """URL-encoded query and body in one, names in lower case."""
    return pooled(pair for source in sources for pair in parse_qsl(source, keep_blank_values=True))


def pooled(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), []).append(value)
    return found
