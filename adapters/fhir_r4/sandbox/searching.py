"""A search as a server understands it, and the Bundle it answers with.

https://hl7.org/fhir/R4/http.html#search
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from adapters.fhir_r4.sandbox.answers import Wrong
from adapters.fhir_r4.sandbox.charts import Charts, Key
from adapters.fhir_r4.sandbox.dialect import Dialect
from adapters.fhir_r4.sandbox.records import Resource
from adapters.fhir_r4.sandbox.search_parameters import PARAMETERS

PAGE = "_page"
"""The one parameter of a paging link."""

PAGES_KEPT = 1000
PROVENANCE = "Provenance:target"
_FORMAT = ("_format", "_pretty")


@dataclass(slots=True)
class Asked:
    """`pairs` narrow; `size` is the most entries of a page; `understood` is what the self link says."""

    type_: str
    size: int
    pairs: list[tuple[str, str]] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    provenance: bool = False
    understood: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """A place in what a search found when it ran."""

    asked: Asked
    keys: Sequence[Key]
    offset: int


class Pages:
    """Where the paging links lead; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Page] = OrderedDict()

    def keep(self, page: Page) -> str:
        name = secrets.token_urlsafe(18)
        self._kept[name] = page
        if len(self._kept) > PAGES_KEPT:
            self._kept.popitem(last=False)
        return name

    def find(self, name: str, type_: str) -> Page:
        """Raises Wrong: never given for this type, or forgotten."""
        found = self._kept.get(name)
        if found is None or found.asked.type_ != type_:
            raise Wrong(410, "expired", "this page is no longer there; search again")
        return found

    def forget(self) -> None:
        self._kept.clear()


def read(type_: str, given: Iterable[tuple[str, str]], dialect: Dialect, *, strict: bool) -> Asked:
    """The search that parameters stand for. `strict`: the client asks to be told of what isn't understood.

    Raises Wrong: 400 for a wrong value of `_count`, an unknown parameter where the dialect refuses it, or where a
    required one is missing.
    """
    asked = Asked(type_, dialect.page)
    refuses = dialect.unknown == "refused" or (dialect.unknown == "strict" and strict)
    for name, value in given:
        if name in _FORMAT:
            continue
        if _take(asked, name, value, dialect):
            asked.understood.append((name, value))
        elif refuses:
            raise Wrong(400, "not-supported", f"this server does not know {name} of {type_}")
    names = {name.partition(":")[0] for name, _ in asked.pairs}
    sets = dialect.required.get(type_, ())
    if sets and not any(names.issuperset(one) for one in sets):
        told = " or ".join("+".join(sorted(one)) for one in sets)
        raise Wrong(dialect.required_status, "required", f"a search of {type_} needs {told}")
    return asked


def _take(asked: Asked, name: str, value: str, dialect: Dialect) -> bool:
    """Whether the parameter is understood; then it is in `asked`."""
    if name == "_count":
        if not value.isdecimal():
            raise Wrong(400, "invalid", "_count is a number of entries")
        asked.size = min(int(value), dialect.most)
    elif name == "_revinclude" and value == PROVENANCE and "Provenance" not in dialect.absent:
        asked.provenance = True
    elif name == "_include" and value in includes(asked.type_, dialect):
        asked.includes.append(value.partition(":")[2])
    elif name.partition(":")[0] in dialect.known(asked.type_):
        asked.pairs.append((name, value))
    else:
        return False
    return True


def includes(type_: str, dialect: Dialect) -> list[str]:
    """What `_include` may say."""
    known = PARAMETERS[type_]
    return [f"{type_}:{name}" for name in dialect.known(type_) if known[name].kind == "reference"]


def found(asked: Asked, charts: Charts) -> list[Key]:
    """Raises Wrong: 400 for a value or a modifier that makes no sense."""
    for name, value in asked.pairs:
        try:
            charts.check(asked.type_, name, value)
        except ValueError as error:
            raise Wrong(400, "invalid", f"{name} has a value or modifier that cannot be read") from error
    return charts.search(asked.type_, asked.pairs)


def bundle(page: Page, charts: Charts, pages: Pages, base: str, visible: Callable[[str], bool]) -> dict[str, Any]:
    """One page: matches, what they include of `visible` types, and links to itself and onwards. `base` of the server's
    own urls."""
    asked, where = page.asked, f"{base}/{page.asked.type_}"
    keys = page.keys[page.offset : page.offset + asked.size]
    matches = [one for one in (charts.read(*key) for key in keys) if one is not None]
    query = f"?{urlencode(asked.understood)}" if asked.understood else ""
    links = [{"relation": "self", "url": f"{where}{query}"}]
    after = page.offset + asked.size
    if asked.size and after < len(page.keys):
        name = pages.keep(Page(asked, page.keys, after))
        links.append({"relation": "next", "url": f"{where}?{urlencode({PAGE: name})}"})
    entries = [_entry(one, "match", base) for one in matches]
    entries += [
        _entry(one, "include", base) for one in _included(asked, matches, charts) if visible(one["resourceType"])
    ]
    made: dict[str, Any] = {"resourceType": "Bundle", "id": secrets.token_hex(8), "type": "searchset"}
    return {**made, "total": len(page.keys), "link": links, **({"entry": entries} if entries else {})}


def _entry(resource: Resource, mode: str, base: str) -> dict[str, Any]:
    url = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}


def _included(asked: Asked, matches: Sequence[Resource], charts: Charts) -> Iterator[Resource]:
    """Each once, and never what is there as a match."""
    seen = {(one["resourceType"], one["id"]) for one in matches}
    for one in matches:
        for resource in _beside(one, asked, charts):
            key = (resource["resourceType"], resource["id"])
            if key not in seen:
                seen.add(key)
                yield resource


def _beside(match: Resource, asked: Asked, charts: Charts) -> Iterator[Resource]:
    for name in asked.includes:
        known = PARAMETERS[asked.type_][name]
        for value in known.values(match):
            reference = value if isinstance(value, str) else value.get("reference", "")
            type_, _, id_ = reference.partition("/")
            target = charts.read(type_, id_) if known.target in (None, type_) else None
            if target is not None:
                yield target
    if asked.provenance:
        yield from charts.provenance((match["resourceType"], match["id"]))
