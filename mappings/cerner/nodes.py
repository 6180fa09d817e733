"""Quirks that may stand anywhere in a resource, in one walk over it: codings, extensions, open ends, stray blanks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mappings import fhir
from mappings.fhir_r4 import shapes
from mappings.fhir_r4.repair import Standing, Told
from mappings.mapped import Resource

Node = dict[str, Any]

FIRST = (
    "http://hl7.org/",
    "http://terminology.hl7.org/",
    fhir.LOINC,
    fhir.SNOMED,
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/cvx",
    "urn:ietf:bcp:47",
)
"""Systems that US Core's bindings want; other standard ones (NDC, CPT, ICD) come next."""

LATER = ("http://hl7.org/fhir/sid/ndc", "http://hl7.org/fhir/sid/icd-")
LOCAL = ("https://fhir.cerner.com/", "http://fhir.cerner.com/", "http://e-imo.com/", "urn:oid:", "urn:uuid:")
"""Systems of the customer, of Millennium, and of a terminology that nobody else reads."""

_ISO = "http://hl7.org/fhir/StructureDefinition/iso21090-"
NOISE = (f"{_ISO}PQ-translation", f"{_ISO}TEL-address", "http://hl7.org/fhir/StructureDefinition/rendered-value")
OPEN_END = "2100-12-31"
CODED = frozenset(
    {"status", "intent", "priority", "gender", "use", "lifecycleStatus", "docStatus", "type", "criticality", "mode"}
)
"""Elements whose text, where they hold one, is a FHIR code."""


def standard_first(node: Node) -> Node:
    """[seen: the-map, docs] `codeSet/72` with userSelected true, then LOINC -> LOINC first, all kept.

    What US Core's bindings want leads; other standard systems follow, then those that only this site reads.
    """
    codings = node.get("coding")
    if not isinstance(codings, list) or len(codings) < 2:
        return node
    ordered = sorted(codings, key=_rank)
    same = all(one is other for one, other in zip(ordered, codings, strict=True))
    return node if same else {**node, "coding": ordered}


def _rank(coding: Any) -> int:
    system = coding.get("system") if isinstance(coding, dict) else None
    if not isinstance(system, str):
        return 4
    if system.startswith(LATER):
        return 1
    return 0 if system.startswith(FIRST) else 3 if system.startswith(LOCAL) else 2


def chosen_only(node: Node) -> Node:
    """[seen: the-map] `userSelected: false` on each standard coding -> no flag; true stays."""
    if node.get("userSelected") is not False:
        return node
    return {name: value for name, value in node.items() if name not in ("userSelected", "_userSelected")}


def open_ended(node: Node) -> Node:
    """[seen: docs] `"period": {"end": "2100-12-31"}`, which means that it has not ended -> no `end`."""
    end = node.get("end")
    if not isinstance(end, str) or not end.startswith(OPEN_END):
        return node
    return {name: value for name, value in node.items() if name not in ("end", "_end")}


def untranslated(node: Node) -> Node:
    """[seen: the-map] a weight repeated in ng, ug, mg ...; a number or value as it was typed -> these extensions go."""
    extensions = node.get("extension")
    if not isinstance(extensions, list):
        return node
    kept = [one for one in extensions if not (isinstance(one, dict) and one.get("url") in NOISE)]
    if len(kept) == len(extensions):
        return node
    rest = {name: value for name, value in node.items() if name != "extension"}
    return {**rest, "extension": kept} if kept else rest


def trimmed(node: Node) -> Node:
    """[seen: fasten] `"status": "entered-in-error "` -> without the blank. Free text is left as it is."""
    if CODED.isdisjoint(node):
        return node
    spaced = {
        name: value.strip()
        for name, value in node.items()
        if name in CODED and isinstance(value, str) and value != value.strip()
    }
    return {**node, **spaced} if spaced else node


QUIRKS: tuple[Callable[[Node], Node], ...] = (standard_first, chosen_only, open_ended, untranslated, trimmed)


def everywhere(resource: Resource, standing: Standing, told: Told) -> Resource:
    """All of QUIRKS on every element; what a practice keeps (`keep_extensions`) is no noise to it."""
    kept = tuple(one for one in standing.options.get("keep_extensions", ()) if isinstance(one, str))
    quirks = [quirk for quirk in QUIRKS if not (quirk is untranslated and kept and any(map(_kept(kept), NOISE)))]

    def repaired(node: Node) -> Node:
        for quirk in quirks:
            node = quirk(node)
        return node

    found = shapes.everywhere(resource, repaired)
    return resource if found is None else found


def _kept(beginnings: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda url: url.startswith(beginnings)
