"""What a page brings along. Source: Epic CapabilityStatement May 2026: `_include` of anything, `_revinclude` of
Provenance. Not what the included point to. [assumed: no iterate]"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.epic.sandbox.outcomes import Refused
from adapters.epic.sandbox.paging import Page
from adapters.epic.sandbox.search import Searches
from adapters.epic.sandbox.world import World
from adapters.fhir_r4.sandbox.search_parameters import PARAMETERS

Resource = dict[str, Any]


def included(page: Page, world: World, searches: Searches) -> list[Resource]:
    """Resources that the matches name, and the Provenance that names them, each once."""
    found: dict[str, Resource] = {}
    matches = {one["id"] for one in page.matches}
    for match in page.matches:
        for reference in _references(match, page.session.include):
            type_, _, id_ = reference.partition("/")
            if id_ not in matches and id_ not in found and (target := _read(searches, type_, id_)):
                found[id_] = target
        chart = world.owner(match["id"]) if page.session.revinclude else None
        for one in chart.provenances.get(f"{match['resourceType']}/{match['id']}", ()) if chart else ():
            found[one["id"]] = one
    return list(found.values())


def _read(searches: Searches, type_: str, id_: str) -> Resource | None:
    try:
        return searches.read(type_, id_)
    except Refused:
        return None


def _references(match: Resource, include: tuple[str, ...]) -> Iterator[str]:
    for wanted in include:
        if wanted == "*":
            yield from _all(match)
            continue
        type_, _, name = wanted.partition(":")
        name, _, target = name.partition(":")
        parameter = PARAMETERS.get(type_, {}).get(name)
        if parameter is not None and type_ == match["resourceType"]:
            for element in parameter.values(match):
                reference = element.get("reference", "") if isinstance(element, dict) else ""
                if reference and reference.startswith(f"{target}/" if target else ""):
                    yield reference


def _all(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _all(one)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from _all(one)
