"""A query -> the searches that an EHR is asked: what it takes, split where it takes less than FHIR allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from adapters.fhir_r4.declare import Pairs, Served, Writing
from adapters.query import Query
from capability.issues import TooCostly

MOST_REQUESTS = 500

MOST_MADE = 5_000
"""Requests that are made before an adapter's last word, which may leave fewer: ten values of each of twenty parameters
would be more than there is room for."""


@dataclass(frozen=True, slots=True)
class Planned:
    """`requests` in a fixed order, the same for every page of the query; `applied`: our names of what they ask for.

    A request of one pair `READ` is a read of that local id.
    """

    requests: tuple[Pairs, ...]
    applied: frozenset[str]


READ = "/"


def planned(served: Served, query: Query, writing: Writing) -> Planned:
    """No request at all where nothing can match. Raises TooCostly, Invalid."""
    ids = query.ids("_id")
    if ids is not None:
        return Planned(tuple(_by_id(served, ids, writing)), frozenset({"_id"}))
    asked: list[tuple[str, str, list[list[str]]]] = []  # our code, the EHR's name, alternatives of its occurrences
    for code, pushed in served.pushed.items():
        name = pushed.name or code
        if any(name != other and {name, other} <= group for group in served.apart for _, other, _ in asked):
            continue
        for clause in query.named(code):
            if not clause.values:  # an empty parameter is none to most servers: they would give everything
                if clause.modifier == "not":
                    continue
                return Planned((), frozenset())
            parts = [replace(clause, values=(value,)) for value in clause.values] if pushed.one_each else [clause]
            written = [texts for part in parts if (texts := pushed.ask(part, writing)) is not None]
            if len(written) < len(parts):
                continue
            alternatives = [list(texts) for texts in written if texts]
            if not alternatives:
                return Planned((), frozenset())
            asked.append((code, name, alternatives))
    if prod(len(every) for _, _, every in asked) > MOST_MADE:
        raise TooCostly("the search combines too many values; name fewer of them at once")
    requests = [_request(chosen) for chosen in product(*(_options(name, every) for _, name, every in asked))]
    requests = [full for request in requests for full in _completed(served, request, writing)]
    if served.adjust is not None:
        requests = served.adjust(query, writing, requests)
    return Planned(tuple(dict.fromkeys(requests)), frozenset(code for code, _, _ in asked))


def _options(name: str, alternatives: Sequence[Sequence[str]]) -> list[Pairs]:
    return [tuple((name, text) for text in texts) for texts in alternatives]


def _request(chosen: Sequence[Pairs]) -> Pairs:
    return tuple(pair for pairs in chosen for pair in pairs)


def _completed(served: Served, request: Pairs, writing: Writing) -> Iterator[Pairs]:
    names = {name for name, _ in request}
    request = (*request, *(pair for pair in served.always if pair[0] not in names))
    if served.fan is None or names & served.fan.unless:
        yield request
        return
    for value in served.fan.asked(writing):
        yield (*request, (served.fan.name, value))


def _by_id(served: Served, ids: Sequence[str], writing: Writing) -> Iterator[Pairs]:
    named = [local for local in dict.fromkeys(ids) if served.type in writing.names.types_of(local)]
    upstream = {local: writing.names.upstream(served.type, local) if served.by_id else None for local in named}
    yield from (((READ, local),) for local, known in upstream.items() if known is None)
    for batch in served.batches([each for each in upstream.values() if each is not None]):
        yield (("_id", ",".join(batch)),)
