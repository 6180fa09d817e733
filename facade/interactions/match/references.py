"""Reference parameters against Reference and canonical. https://hl7.org/fhir/R4/search.html#reference

A versioned (`Patient/1/_history/2`) or contained (`#p1`) reference and one that only names an identifier match no
id: what they point at is not the resource that the client named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from adapters.query import ReferenceValue


def reference_test(values: Iterable[ReferenceValue], targets: Iterable[str]) -> Callable[[Any], bool]:
    """Whether one raw element value points at any of `values`. An id without type means any of `targets`."""
    types = frozenset(targets)
    urls: set[str] = set()
    ids: set[str] = set()
    typed: set[tuple[str, str]] = set()
    for value in values:
        if value.url is not None:
            urls.add(value.url)
        elif value.type is not None:
            typed.add((value.type, value.id))
        else:
            ids.add(value.id)

    def test(raw: Any) -> bool:
        text = raw.get("reference") if isinstance(raw, dict) else raw
        if not isinstance(text, str):
            return False
        type_, _, id_ = text.partition("/")
        if (type_, id_) in typed or (id_ in ids and (not types or type_ in types)):
            return True
        # a canonical may carry |version: the URL alone means any version of it
        return text in urls or (raw is text and text.partition("|")[0] in urls)

    return test


def may_point_at(raw: Any, targets: Collection[str]) -> bool:
    """False where the reference itself says that it points at a type that is none of `targets`."""
    text = raw.get("reference") if isinstance(raw, dict) else raw
    if not isinstance(text, str) or text.count("/") != 1:
        return True
    return text.partition("/")[0] in targets
