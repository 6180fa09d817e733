"""A search as the client asked for it, parsed and checked against what is declared."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.query import Query


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """`applied`: exactly the pairs that were applied, for the self link. `ignored`: names that were left out."""

    query: Query
    count: int | None = None
    includes: tuple[tuple[str, str], ...] = ()
    revincludes: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    applied: tuple[tuple[str, str], ...] = ()
