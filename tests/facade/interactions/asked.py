"""A query as the parser makes it, for tests of matching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.query import Query
from capability.declared import DeclaredType
from capability.uscore.search import SearchParameter
from facade.http.params import parse_search


def asked(
    type_: str, pairs: Sequence[tuple[str, str]], parameters: Mapping[str, SearchParameter], *bases: str
) -> Query:
    """The pairs of a query string on these declared parameters, strictly read; `bases` are our own."""
    declared = DeclaredType(
        type=type_,
        interactions=frozenset({"search-type"}),
        parameters=parameters,
        requires=(),
        combinations=(),
        profiles=(),
        links={},
        includes=frozenset(),
        revincludes=frozenset(),
    )
    return parse_search(type_, pairs, types={type_: declared}, bases=bases, lenient=False).query
