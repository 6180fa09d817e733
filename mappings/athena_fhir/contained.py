"""References to who is outside of the practice's own directory -> who they are, contained in the record.

[seen: FAST] Local clinical providers are `LCP-`, those of the nationwide directory `a-1.CP-`; each is read by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mappings.mapped import Resource

KEPT = ("resourceType", "active", "identifier", "name", "telecom", "address", "gender", "qualification", "type")
"""What is told of them: a contained record has no `meta`, and leads nowhere else."""

_OUTSIDE = re.compile(r"(?:Organization|Practitioner)/a-[0-9]+\.(?:LCP|CP)-[0-9]+", re.ASCII)


def outsiders(value: Any) -> Iterable[str]:
    """`Type/id` of everybody outside whom a record refers to, in its order."""
    if isinstance(value, list):
        for one in value:
            yield from outsiders(one)
    elif isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and _OUTSIDE.fullmatch(text):
            yield text
        for one in value.values():
            yield from outsiders(one)


def with_contained(resource: Resource, known: Mapping[str, Resource]) -> Resource:
    """The record with those of `known` (by `Type/id`) that it refers to contained in it; the same where it has none."""
    named = [one for one in dict.fromkeys(outsiders(resource)) if one in known]
    if not named or not isinstance(resource.get("contained", []), list):
        return resource
    ids = {one: f"outside-{at}" for at, one in enumerate(named, 1)}
    inside = [_told(known[one], id_) for one, id_ in ids.items()]
    made: Resource = _renamed(resource, ids)
    return {**made, "contained": [*resource.get("contained", []), *inside]}


def _told(record: Resource, id_: str) -> Resource:
    return {
        "resourceType": record["resourceType"],
        "id": id_,
        **{key: record[key] for key in KEPT[1:] if key in record},
    }


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, ids) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _renamed(one, ids) for key, one in value.items()}
    text = made.get("reference")
    return {**made, "reference": f"#{ids[text]}"} if isinstance(text, str) and text in ids else made
