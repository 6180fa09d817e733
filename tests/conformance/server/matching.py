"""Reading and matching queries: the facade's own parser and matcher, which share nothing with the runner's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from capability.uscore import SearchParameter, edition
from facade.http.params import parse_search
from facade.interactions.match import Matcher

UTC = ZoneInfo("UTC")
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """`applied` are the pairs understood, `ignored` the names of others. `count` is `_count`, None where not given."""

    matches: list[dict[str, Any]]
    count: int | None
    includes: tuple[tuple[str, str], ...]
    revincludes: tuple[tuple[str, str], ...]
    applied: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]


@cache
def queries(version: str, base: str) -> Queries:
    return Queries(version, base)


class Queries:
    """Searches over the parameters of one edition."""

    def __init__(self, version: str, base: str) -> None:
        self.edition = edition(version)
        self.base = base
        self.parameters = {type_: dict(self.edition.search_parameters(type_)) for type_ in sorted(self.edition.types)}
        self.matcher = Matcher(self.parameters)

    def includes(self, type_: str) -> frozenset[str]:
        extra = {f"{type_}:medication"} if type_ in ("MedicationRequest", "MedicationDispense") else set()
        return frozenset({f"{type_}:{code}" for code, row in self.references(type_).items() if row.targets} | extra)

    def references(self, type_: str) -> dict[str, SearchParameter]:
        rows = self.parameters[type_].items()
        return {code: row for code, row in rows if row.kind == "reference" and code not in ("target", "questionnaire")}

    def revincludes(self, type_: str) -> frozenset[str]:
        return frozenset({"Provenance:target"}) if type_ != "Provenance" else frozenset()

    def ask(self, type_: str, pairs: Pairs, resources: list[dict[str, Any]], *, lenient: bool) -> Asked:
        """Those of `resources` that match. Raises FHIRError as `parse_search` does."""
        parsed = parse_search(
            type_,
            pairs,
            parameters=self.parameters[type_],
            includes=self.includes(type_),
            revincludes=self.revincludes(type_),
            bases=[self.base],
            lenient=lenient,
            requires=(),
            max_count=100,
        )
        return Asked(
            self.matcher.matching(resources, parsed.query, zone=UTC),
            parsed.count,
            parsed.includes,
            parsed.revincludes,
            parsed.applied,
            parsed.ignored,
        )

    def first(self, resource: dict[str, Any], code: str) -> datetime:
        """What `_sort` compares: the moment at which the value begins, of a Period its start."""
        values = self.matcher.select(resource["resourceType"], code)(resource)
        texts = [one if isinstance(one, str) else one.get("start", "0001-01-01") for one in values]
        return min(map(_moment, texts), default=_moment("0001-01-01"))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    return found if found.tzinfo else found.replace(tzinfo=UTC)
