"""One walk over a resource: references and attachments by our ids, codings by FHIR's systems, vendor's noise out.

What needs no change is not rebuilt: a node whose parts are all the same is given back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import is_
from typing import Any
from urllib.parse import unquote

from capability.attachments import ATTACHMENTS
from mappings.fhir_r4.ids import Names
from mappings.mapped import Resource
from mappings.narrative import narrative

ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNKNOWN = {"extension": [{"url": ABSENT_REASON, "valueCode": "unknown"}]}

STANDARD_EXTENSIONS = ("http://hl7.org/fhir/StructureDefinition/", "http://hl7.org/fhir/us/core/")
"""What extensions that everybody knows begin with; those of other releases (`/fhir/5.0/`) are none of them."""

DEEPEST = 60
"""Objects in one another; FHIR's own resources have a dozen. Deeper ones cannot be written as JSON in the end."""

LONGEST_LOCAL = 1_000
"""Characters of a local id; the longest known of a server has 130."""

OBJECTS = frozenset("coding extension modifierExtension note participant security tag telecom".split())
"""Elements that are lists of objects wherever they stand in what is served: much looks into them."""

OBJECTS_AT_THE_TOP = OBJECTS | {"contact", "link", "target"}
"""Those that are at the top of a resource; deeper ones of these names may be one Reference."""

COLLECTIONS = frozenset({"Bundle", "Parameters"})
"""Types of which a contained one would hold resources that nobody looks at."""

_DIV = re.compile(r"\s*<div[^>]*>(.*)</div>\s*", re.DOTALL)
_BINARY = re.compile(r"Binary/(?!\.{1,2}$)[A-Za-z0-9\-._~!$&'()*+;=:@]+")
"""What is asked for as a document is one, and nothing else that the EHR has at an address like it."""

LONGEST_REFERENCE = 4_000
_INT64 = range(-(1 << 63), 1 << 64)
_REFERENCE = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/([^/?#]+)(?:/_history/[^/?#]+)?")

Coding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is cleaned of every resource.

    `systems`     a coding system or identifier system as the vendor writes it -> as it is called in FHIR
    `coding`      a last look at every Coding, None to take it out; the same object where it is fine
    `extensions`  what URLs of extensions that stay begin with
    `narrative`   types whose `text` stays: elsewhere it repeats what the elements say, the patient's name with it
    `trimmed`     whether blanks around codes and identifiers' values go
    `element_ids` whether ids of elements stay
    """

    systems: Mapping[str, str]
    coding: Callable[[Coding], Coding | None] | None = None
    extensions: tuple[str, ...] = STANDARD_EXTENSIONS
    narrative: frozenset[str] = frozenset({"CarePlan"})
    trimmed: bool = True
    element_ids: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource comes from: `base` is the server's FHIR base URL, `served` the types that we read there."""

    base: str
    origin: str
    names: Names
    served: frozenset[str]


def localised(resource: Resource, place: Place, cleaning: Cleaning) -> Resource | None:
    """The resource with our local ids throughout; None where its own id is not one of this practice.

    Raises ValueError for what has not the shape of a resource: what looks through resources would pass it over.
    `meta` keeps the time, the security labels and the tags: the facade makes version and profiles.
    """
    if not isinstance(resource.get("id"), str):
        raise ValueError("the id of a resource is text")
    walk = _Walk(resource, place, cleaning)
    id_ = walk.own
    if id_ is None:
        return None
    if len(id_) > LONGEST_LOCAL:
        raise ValueError("an id that is too long")
    found = walk.node({key: value for key, value in resource.items() if key not in ("id", "meta", "text")})
    meta = walk.meta(resource.get("meta"))
    text = walk.narrative(resource.get("text")) if resource["resourceType"] in cleaning.narrative else None
    made: Resource = {"resourceType": resource["resourceType"], "id": id_}
    if meta:
        made["meta"] = meta
    if text is not None:
        made["text"] = text
    return {**made, **{key: value for key, value in found.items() if key != "resourceType"}}


META = ("lastUpdated", "security", "tag")
MODIFIER = "modifierExtension"
EXTENSIONS = frozenset({"extension", MODIFIER})
MEANT = frozenset({"reference", "contained", "id", "code", "value"}) | EXTENSIONS | ATTACHMENTS | OBJECTS_AT_THE_TOP
"""Elements whose name says that there is something to look at; others are looked into only."""


class _Walk:
    def __init__(self, resource: Resource, place: Place, cleaning: Cleaning) -> None:
        self._about = resource
        self._place = place
        self._cleaning = cleaning
        self._type = resource["resourceType"]
        self._files = 0
        self._inside = 0  # how many extensions deep
        self._deep = 0  # how many objects deep
        self._host = f"//{place.origin.partition('://')[2]}".lower()
        self.own = place.names.local(self._type, resource["id"], resource)

    def _names_server(self, text: str) -> bool:
        """Whether a text has an address of the server, however it is spelled."""
        return "//" in text and self._host in text.lower()

    def narrative(self, node: Any) -> dict[str, Any] | None:
        """What it says, without what would have a client call somebody: links, images, styles, scripts."""
        div = node.get("div") if isinstance(node, dict) else None
        if not isinstance(div, str) or not isinstance(node.get("status"), str) or self._names_server(div):
            return None
        outer = _DIV.fullmatch(div)
        return narrative(outer[1] if outer else div, node["status"])

    def meta(self, node: Any) -> dict[str, Any]:
        if node is None:
            return {}
        if not isinstance(node, dict) or not isinstance(node.get("lastUpdated", ""), str):
            raise ValueError("meta that is none")
        found = {key: self._value(key, node[key], node) for key in META if key in node}
        return {key: value for key, value in found.items() if value is not None}

    def node(self, node: Any) -> Any:
        """The node cleaned; the node itself where nothing changed."""
        if isinstance(node, dict):
            return self._object(node)
        if isinstance(node, list):
            if any(isinstance(item, list) for item in node):
                raise ValueError("a list in a list")
            made = [each for item in node if (each := self.node(item)) is not None]
            return node if len(made) == len(node) and all(map(is_, made, node)) else made or None
        if isinstance(node, str) and self._names_server(node):
            return None  # an address of the EHR; what it stood for is told elsewhere
        if isinstance(node, int) and node not in _INT64:
            return Decimal(node)  # the same digits; as an integer it could not be written
        return node

    def _object(self, node: dict[str, Any]) -> dict[str, Any] | None:
        changed = False
        made: dict[str, Any] = {}
        self._deep += 1
        if self._deep > DEEPEST:
            raise ValueError("nested too deep")
        for key, value in node.items():
            kind = value.__class__
            if key in MEANT or key[:1] == "_":
                new = self._value(key, value, node)
            elif kind is str:  # most of a resource: no call for each
                new = None if "//" in value and self._names_server(value) else value
            else:
                new = self.node(value) if kind is dict or kind is list or kind is int else value
            changed = changed or new is not value
            if new is not None:
                made[key] = new
        self._deep -= 1
        found: dict[str, Any] | None = made if changed else node
        if not found and "reference" in node:
            return dict(UNKNOWN)
        if found and ("system" in found or "userSelected" in found):
            found = self._named(found)
        return found if found or not node else None

    def _value(self, key: str, value: Any, node: dict[str, Any]) -> Any:
        if key == "reference" and isinstance(value, str):
            return self._reference(value)
        if key in (OBJECTS_AT_THE_TOP if self._deep == 1 else OBJECTS):
            _check_objects(value)
        if key in EXTENSIONS or key == "contained" or key in ATTACHMENTS:
            return self._special(key, value)
        if key.startswith("_") and isinstance(value, list):
            twins = [self.node(one) for one in value]  # one for each value: none may move up
            return value if all(map(is_, twins, value)) else twins if any(twins) else None
        if key == "id" and "resourceType" not in node and not self._cleaning.element_ids:
            return None
        if key in ("code", "value") and isinstance(value, str) and self._cleaning.trimmed:
            trimmed = value.strip()
            return (value if trimmed == value else trimmed) or None
        return self.node(value)

    def _special(self, key: str, value: Any) -> Any:
        if key in EXTENSIONS and isinstance(value, list):
            kept = [one for one in value if key == MODIFIER or self._stays(one)]
            self._inside += 1
            found = self.node(value) if len(kept) == len(value) else self.node(kept)
            self._inside -= 1
            return found or None
        if key == "contained":
            return [self._contained(one) for one in value] or None
        if key in ATTACHMENTS:
            listed = value if isinstance(value, list) else [value]
            made = [self._attachment(one) for one in listed]
            if all(map(is_, made, listed)):
                return value
            return made if isinstance(value, list) else made[0]
        return self.node(value)

    def _contained(self, resource: Any) -> dict[str, Any]:
        type_ = resource["resourceType"]
        if not isinstance(type_, str) or type_ in COLLECTIONS or "contained" in resource or self._deep > 1:
            raise ValueError("a contained resource that holds others, or is no resource")
        return {"resourceType": type_, **(self.node(resource) or {})}

    def _stays(self, extension: Any) -> bool:
        url = extension.get("url") if isinstance(extension, dict) else None
        return isinstance(url, str) and (":" not in url or url.startswith(self._cleaning.extensions))

    def _attachment(self, node: Any) -> Any:
        """Its address becomes our Binary's; one without an address, or in an extension, is not counted."""
        if not isinstance(node, dict) or "url" not in node:
            return self.node(node)
        if self._inside:
            return self.node({key: value for key, value in node.items() if key != "url"})
        n, self._files = self._files, self._files + 1
        rest = self.node({key: value for key, value in node.items() if key != "url"}) or {}
        if binary_of(node["url"], self._place.base) is None or self.own is None:
            return rest if "data" in rest else {**rest, "_url": UNKNOWN}
        return {**rest, "url": f"Binary/{self._place.names.attachment(self._type, self.own, n)}"}

    def _reference(self, text: str) -> str | None:
        if text.startswith("#"):
            return text
        named = target_of(text, self._place.base) if len(text) <= LONGEST_REFERENCE else None
        if named is None or named[0] not in self._place.served:
            return None
        try:
            local = self._place.names.local(*named, self._about)
        except ValueError:  # nobody's id
            return None
        return f"{named[0]}/{local}" if local is not None and len(local) <= LONGEST_LOCAL else None

    def _named(self, node: dict[str, Any]) -> dict[str, Any] | None:
        """A Coding, Identifier, Quantity or ContactPoint, by the system's name in FHIR."""
        system = node.get("system")
        known = self._cleaning.systems.get(system) if isinstance(system, str) else None
        if known is not None:
            node = {**node, "system": known}
        look = self._cleaning.coding
        if look is not None and "value" not in node and ("code" in node or "userSelected" in node):
            return look(node)
        return node


def target_of(text: str, base: str) -> tuple[str, str] | None:
    """(type, the server's id) of a reference's text: relative, or below the server's own base. None for others."""
    if "://" in text and not text.startswith(f"{base}/"):
        return None
    found = _REFERENCE.fullmatch(text.removeprefix(f"{base}/"))
    return (found[1], unquote(found[2])) if found else None


def binary_of(url: Any, base: str) -> str | None:
    """The server's own path of the Binary that an attachment's url names, below its base; None for other urls."""
    if not isinstance(url, str):
        return None
    path = url.removeprefix(f"{base}/")
    return path if _BINARY.fullmatch(path) else None


def files_of(resource: Resource) -> list[dict[str, Any]]:
    """The attachments with an address, as the server wrote them, in the order in which `localised` numbers them."""
    found: list[dict[str, Any]] = []
    _collect({key: value for key, value in resource.items() if key not in ("id", "meta", "text")}, found)
    return found


def _collect(node: Any, found: list[dict[str, Any]]) -> None:
    if isinstance(node, list):
        for item in node:
            _collect(item, found)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in EXTENSIONS:
                continue
            for each in value if isinstance(value, list) else [value]:
                if key in ATTACHMENTS and isinstance(each, dict) and "url" in each:
                    found.append(each)
                else:
                    _collect(each, found)


def _check_objects(value: Any) -> None:
    """ValueError for anything but a list of objects; null is what some write for nothing."""
    if value is not None and not (
        isinstance(value, list) and all(isinstance(one, dict) or one is None for one in value)
    ):
        raise ValueError("no list of objects")
