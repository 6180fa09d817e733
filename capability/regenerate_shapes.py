"""The rows of `uscore/shape_rows.py`: what FHIR R4 flags on the elements of a type, from the packages' snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from capability.uscore.shapes import Shape

OUTSIDE = frozenset({"Extension"})
KINDS = frozenset({"BackboneElement"})


def shapes(documents: Iterable[Mapping[str, Any]]) -> list[Shape]:
    """One row a type over all profiles of it; documents are StructureDefinitions of any editions."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for document in documents:
        if document.get("kind") == "resource" and document["type"] not in OUTSIDE:
            paths = found.setdefault(document["type"], {})
            for one in document["snapshot"]["element"]:
                if "." in one["path"] and ":" not in one["id"]:
                    paths.setdefault(one["path"].partition(".")[2], one)
    return [_shape(type_, found[type_]) for type_ in sorted(found)]


def _shape(type_: str, paths: Mapping[str, Mapping[str, Any]]) -> Shape:
    backbone = {path for path, one in paths.items() if _kinds(one) & KINDS}
    own = {path: one for path, one in paths.items() if "." not in path or path.rpartition(".")[0] in backbone}
    top = {path: one for path, one in own.items() if "." not in path}
    return Shape(
        type_,
        elements=_plain(top),
        summary=_plain(path for path, one in own.items() if one.get("isSummary") and _told(path, own)),
        mandatory=_plain(path for path, one in top.items() if one["base"]["min"]),
        modifiers=_plain(path for path, one in top.items() if one.get("isModifier")),
        backbone=tuple(sorted(backbone)),
        choices=_plain(path for path in own if path.endswith("[x]")),
    )


def _told(path: str, own: Mapping[str, Mapping[str, Any]]) -> bool:
    """Within an element that is itself no summary nothing is."""
    parent = path.rpartition(".")[0]
    return not parent or (bool(own[parent].get("isSummary")) and _told(parent, own))


def _kinds(one: Mapping[str, Any]) -> set[str]:
    return {each["code"] for each in one.get("type", ())}


def _plain(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({path.removesuffix("[x]") for path in paths}))
