"""A search as the client asked for it, parsed and checked against what is declared."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.query import Clause, Query


@dataclass(frozen=True, slots=True)
class Follow:
    """One value of `_include` or `_revinclude`: the reference parameter `code` of `type`.

    `target`   only references to that type, where a value narrows it
    `iterate`  followed from and to included resources as well
    """

    type: str
    code: str
    target: str | None = None
    iterate: bool = False


@dataclass(frozen=True, slots=True)
class Chained:
    """`reference.parameter=...`: the reference points at one of `types` that satisfies `clause` on it."""

    reference: str
    types: tuple[str, ...]
    clause: Clause


@dataclass(frozen=True, slots=True)
class Reverse:
    """`_has:type:reference:parameter=...`: some resource of `type` that satisfies `clause` refers to the match."""

    type: str
    reference: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Subset:
    """What is left of each resource: `_summary` (`true`, `text`, `data`) or the names of `_elements`."""

    summary: str | None = None
    elements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """`applied`: exactly the pairs that were applied, for the self link. `ignored`: names that were left out.

    `count`   matches a page, 0 for their number alone, None where the client didn't say
    `total`   `none`, `estimate` or `accurate`; None where the client didn't say
    """

    query: Query
    count: int | None = None
    includes: tuple[Follow, ...] = ()
    revincludes: tuple[Follow, ...] = ()
    ignored: tuple[str, ...] = ()
    applied: tuple[tuple[str, str], ...] = ()
    chains: tuple[Chained, ...] = ()
    reverse: tuple[Reverse, ...] = ()
    total: str | None = None
    subset: Subset | None = None
