"""What became of each parameter of a search, for whoever asks with X-Facade-Explain: as entries for people to read.

What the EHRs were asked, and how long they took, is told only where that can't tell of anything hidden from the caller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from adapters.contract import Issue, UpstreamCall
from adapters.query import Clause, Query
from facade.interactions.asking import Asking
from facade.interactions.request import SearchRequest
from facade.policy.admit import looks_at_hidden

HERE = "applied here"


def explanation(
    asking: Asking, request: SearchRequest, query: Query, applied: Mapping[str, frozenset[str]]
) -> Iterator[Issue]:
    """One entry a parameter, then one a connection. `query` is the request's with its chains answered.

    `applied`: by practice, the parameters that its source applied.
    """
    for clause in dict.fromkeys(_names(request)):
        yield _told(clause, _placed(asking, query.type, clause, applied))
    for chained in request.chains:
        name = f"{chained.reference}.{chained.clause.name}"
        then = _placed(asking, query.type, chained.reference, applied)
        yield _told(name, f"answered by a search of {' and '.join(chained.types)}; {chained.reference} then {then}")
    for asked in request.reverse:
        name = f"_has:{asked.type}:{asked.reference}:{asked.clause.name}"
        yield _told(name, f"answered by a search of {asked.type} around what else was found; {HERE}")
    for code, descending in query.sort:
        yield _told("_sort", f"by {code}, {'descending' if descending else 'ascending'}: sorted here, from whole lists")
    for name in request.ignored:
        yield _told(name, "ignored")
    yield from _calls(asking, request, query)


def _names(request: SearchRequest) -> Iterable[str]:
    return (f"{clause.name}{f':{clause.modifier}' if clause.modifier else ''}" for clause in request.query.clauses)


def _placed(asking: Asking, type_: str, sent: str, applied: Mapping[str, frozenset[str]]) -> str:
    """Where a parameter was applied. What a source applied is applied again here, after policy."""
    name, colon, _ = sent.partition(":")
    pushed = [
        f"{practice}/{asking.base.sources[practice].connection(type_, 'search-type')}"
        for practice, names in applied.items()
        if name in names and not colon
    ]
    return f"pushed down to {', '.join(pushed)}, and {HERE}" if pushed else HERE


def _calls(asking: Asking, request: SearchRequest, query: Query) -> Iterator[Issue]:
    if any(_discreet(asking, each) for each in _queries(asking, request, query)):
        text = "what the EHRs were asked is not told, since policy hides something that this search looks at"
        yield Issue("informational", text, "information")
        return
    made: defaultdict[tuple[str, str], list[UpstreamCall]] = defaultdict(list)
    for call in asking.call.made:
        made[call.practice, call.connection].append(call)
    for (practice, connection), calls in sorted(made.items()):
        times = [call.milliseconds for call in calls if not call.cached]
        kept = len(calls) - len(times)
        text = f"{practice}/{connection}: upstream calls {len(times)}, {sum(times):.0f} ms, answered from cache {kept}"
        yield Issue("informational", text, "information")
    if not made:
        yield Issue("informational", "no upstream call was needed", "information")


def _queries(asking: Asking, request: SearchRequest, query: Query) -> Iterator[Query]:
    """Whatever the EHRs may have been asked for it, by the parameters that they were asked by."""
    yield query
    for chained in request.chains:
        yield from (Query(type_, (chained.clause,)) for type_ in chained.types)
    for asked in request.reverse:
        yield Query(asked.type, (asked.clause, Clause(asked.reference, None, (), "")))
    for follow in request.includes:
        for type_ in asking.base.declared[follow.type].links[follow.code].targets:
            yield Query(type_)
    for follow in request.revincludes:
        yield Query(follow.type, (Clause(follow.code, None, (), ""),))


def _discreet(asking: Asking, query: Query) -> bool:
    base = asking.base
    declared = base.declared.get(query.type)
    parameters = declared.parameters if declared is not None else {}
    return any(
        looks_at_hidden(base.tenant.policy, query, asking.principal, source.practice, parameters)
        for source in asking.sources.values()
    )


def _told(name: str, text: str) -> Issue:
    return Issue("informational", f"{name}: {text}", "information", name)
