"""_include: the resources that matches refer to, read and released like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from adapters.contract import Issue
from capability.issues import EHRError, Forbidden, NotFound, TooCostly
from facade.interactions.asking import Asking
from facade.interactions.identity import RELATIVE
from facade.interactions.read import read_one
from facade.policy.release import Released
from facade.tenancy.configuration import Limits

AT_ONCE = 16


async def included(
    asking: Asking, includes: Sequence[tuple[str, str]], matches: Sequence[Released], limits: Limits
) -> tuple[list[Released], list[Issue]]:
    """Each target once, none that is a match itself. What the principal may not see is left out silently.

    Raises TooCostly when there are more than the limit; an EHR's failure becomes a warning.
    """
    present = {f"{resource['resourceType']}/{resource['id']}" for resource in matches}
    targets = [text for text in dict.fromkeys(_targets(asking, includes, matches)) if text not in present]
    if len(targets) > limits.includes_max:
        raise TooCostly(
            f"_include would add more than {limits.includes_max} resources; ask for fewer matches with _count",
            parameter="_include",
        )
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(target: str) -> Released | Issue | None:
        async with gate:
            return await _read(asking, target)

    found = await asyncio.gather(*(one(target) for target in targets))
    issues = [each for each in found if isinstance(each, Issue)]
    return [each for each in found if isinstance(each, dict)], list(dict.fromkeys(issues))


def _targets(asking: Asking, includes: Sequence[tuple[str, str]], matches: Sequence[Released]) -> Iterable[str]:
    for type_, parameter in includes:
        select = asking.base.matcher.select(type_, parameter)
        targets = asking.base.declared[type_].parameters[parameter].targets
        for resource in matches:
            if resource["resourceType"] != type_:
                continue
            for reference in select(resource):
                text = reference.get("reference", "") if isinstance(reference, dict) else ""
                match = RELATIVE.fullmatch(text)
                if match and match[1] in targets:
                    yield text


async def _read(asking: Asking, target: str) -> Released | Issue | None:
    try:
        released, _ = await read_one(asking, *target.split("/", 1))
        return released
    except (Forbidden, NotFound):
        return None
    except EHRError as exc:
        return Issue(exc.issue_code, f"an included resource is missing: {exc.text}")
