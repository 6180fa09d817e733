"""What resources refer to, wherever they do, and what that refers to in turn: each read once, and released."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.contract import Issue
from capability.issues import EHRError, Forbidden, NotFound, TooCostly
from facade.interactions.asking import Asking
from facade.interactions.identity import RELATIVE
from facade.interactions.read import read_one
from facade.interactions.turns import turns
from facade.policy.release import Released
from facade.tenancy.configuration import Limits

AT_ONCE = 16


async def referenced(
    asking: Asking, resources: Sequence[Released], types: frozenset[str], limits: Limits
) -> tuple[list[Released], list[Issue]]:
    """Resources of `types`, in the order of their first mention. What the principal may not see is left out silently.

    Raises TooCostly when there are more than the limit of included resources; an EHR's failure becomes a warning.
    """
    seen: dict[str, None] = {}
    async for some in turns(resources, asking.call.deadline):
        for resource in some:
            seen.update(dict.fromkeys(_mentioned(resource, types)))
    found: list[Released] = []
    issues: list[Issue] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(target: str) -> Released | Issue | None:
        async with gate:
            return await _read(asking, target)

    level = list(seen)
    while level:
        if len(seen) > limits.includes_max:
            raise TooCostly(f"it refers to more than {limits.includes_max} resources; narrow it with _type")
        answers = await asyncio.gather(*(one(target) for target in level))
        new = [each for each in answers if isinstance(each, dict)]
        found += new
        issues += [each for each in answers if isinstance(each, Issue)]
        level = list(dict.fromkeys(text for each in new for text in _mentioned(each, types) if text not in seen))
        seen.update(dict.fromkeys(level))
    return found, list(dict.fromkeys(issues))


def _mentioned(resource: Released, types: frozenset[str]) -> Iterator[str]:
    """Type/id of every reference in a resource to one of `types`, in its order."""
    pending: list[Any] = [resource]
    while pending:
        node = pending.pop()
        inner = node if isinstance(node, list) else node.values()
        pending.extend(value for value in reversed(inner) if isinstance(value, dict | list))
        if isinstance(node, list):
            continue
        match = RELATIVE.fullmatch(text) if isinstance(text := node.get("reference"), str) else None
        if match and match[1] in types:
            yield match[0]


async def _read(asking: Asking, target: str) -> Released | Issue | None:
    try:
        released, _ = await read_one(asking, *target.split("/", 1))
        return released
    except (Forbidden, NotFound):
        return None
    except EHRError as exc:
        return Issue(exc.issue_code, f"a resource that is referred to is missing: {exc.text}")
