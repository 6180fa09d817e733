"""`_sort` over released resources. https://hl7.org/fhir/R4/search.html#sort

By several values of one resource the least counts ascending and the greatest descending; without any it stands last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from facade.interactions.asking import Asking
from facade.interactions.identity import split
from facade.interactions.match.keys import sort_keys
from facade.policy.release import Released


def ordered(
    asking: Asking, type_: str, matches: Iterable[Released], sort: Sequence[tuple[str, bool]]
) -> list[Released]:
    """The matches in the order of `sort`, (parameter, descending) each; alike ones by id, so that it is always one."""
    found = sorted(matches, key=lambda one: str(one["id"]))
    for code, descending in reversed(sort):
        keys = _keys(asking, type_, code)
        keyed = [(keys(one), one) for one in found]
        present = [(max(values) if descending else min(values), one) for values, one in keyed if values]
        present.sort(key=lambda pair: pair[0], reverse=descending)
        found = [one for _, one in present] + [one for values, one in keyed if not values]
    return found


def _keys(asking: Asking, type_: str, code: str) -> Callable[[Released], list[Any]]:
    base = asking.base
    select, row = base.matcher.select(type_, code), base.declared[type_].parameters[code]

    def keys(resource: Released) -> list[Any]:
        practice = split(str(resource["id"]))
        zone = base.sources[practice[0] if practice else ""].practice.zone
        return [key for raw in select(resource) for key in sort_keys(row.kind, raw, zone)]

    return keys
