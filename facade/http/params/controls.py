"""What steers the answer: _count, _sort, _total, _summary, _elements, _include, _revinclude.

https://hl7.org/fhir/R4/search.html#return
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from capability.declared import DeclaredType
from capability.issues import Invalid, NotSupported
from capability.uscore import shape
from facade.http.params.filters import VALUE_CHARS
from facade.http.params.names import shown
from facade.interactions.request import Follow, Subset

LARGEST_COUNT = 2**31 - 1
"""FHIR's largest unsignedInt; https://hl7.org/fhir/R4/datatypes.html#unsignedInt"""

MOST_SORTS = 5
TOTALS = ("none", "estimate", "accurate")
SUMMARIES = ("true", "text", "data", "count", "false")

_COUNT = re.compile(r"[0-9]+")
_INCLUDE = re.compile(r"\*|[A-Z][A-Za-z]+:(?:\*|[A-Za-z_][A-Za-z0-9_-]*)(?::[A-Z][A-Za-z]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(slots=True)
class Controls:
    """What has been understood so far. `types` is what the base declares, `type_` what is searched for."""

    type: str
    types: Mapping[str, DeclaredType]
    max_count: int | None
    count: int | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    total: str | None = None
    summary: str | None = None
    elements: frozenset[str] = frozenset()
    includes: list[Follow] = field(default_factory=list)
    revincludes: list[Follow] = field(default_factory=list)
    _given: set[str] = field(default_factory=set)

    def take(self, name: str, modifier: str | None, raw: str) -> str:
        """Notes one pair; the value as it is applied. Raises Invalid, NotSupported: the latter may be ignored."""
        if modifier is not None and not (modifier == "iterate" and name in ("_include", "_revinclude")):
            raise Refused(name, "takes no such modifier here")
        if name in ("_include", "_revinclude"):
            self._follow(name, raw, iterate=modifier is not None)
            return raw
        if name in self._given:
            raise Invalid(f"{name} may be given once.", parameter=name)
        self._given.add(name)
        if len(raw) > VALUE_CHARS and name != "_count":
            raise Invalid(f"{name} has up to {VALUE_CHARS} characters.", parameter=name)
        match name:
            case "_count":
                return self._counted(raw)
            case "_sort":
                self.sort = self._sorted(raw)
            case "_total":
                self.total = _one_of(name, raw, TOTALS)
            case "_summary":
                self.summary = _one_of(name, raw, SUMMARIES)
            case _:
                self.elements = self._named(raw)
        return raw

    @property
    def subset(self) -> Subset | None:
        """What is to be left of each resource. Raises Invalid where two parameters say different things."""
        if self.elements and self.summary not in (None, "false"):
            raise Invalid("_elements and _summary are not given together; choose one.", parameter="_elements")
        if self.summary == "text" and (self.includes or self.revincludes):
            raise Invalid("_summary=text takes no _include or _revinclude; leave them out.", parameter="_summary")
        if self.elements:
            return Subset(elements=self.elements)
        return Subset(self.summary) if self.summary in ("true", "text", "data") else None

    def _counted(self, raw: str) -> str:
        if _COUNT.fullmatch(raw) is None or len(raw) > VALUE_CHARS:
            raise Invalid("_count takes a whole number, 0 or more.", parameter="_count")
        self.count = min(int(raw), LARGEST_COUNT if self.max_count is None else self.max_count)
        return str(self.count)

    def _sorted(self, raw: str) -> tuple[tuple[str, bool], ...]:
        found: dict[str, bool] = {}
        for text in raw.split(","):
            code = text.removeprefix("-")
            if _NAME.fullmatch(code) is None or code in found:
                raise Invalid("_sort takes parameters, each once, separated by commas: -date,code", parameter="_sort")
            if code not in (sorts := self.types[self.type].sorts):
                offered = ", ".join(sorted(sorts)) or "nothing"
                raise NotSupported(f"{self.type} can be sorted by {offered} here, not by another.", parameter="_sort")
            found[code] = text.startswith("-")
        if len(found) > MOST_SORTS:
            raise Invalid(f"_sort takes up to {MOST_SORTS} parameters.", parameter="_sort", code="too-long")
        return tuple(found.items())

    def _named(self, raw: str) -> frozenset[str]:
        return element_names(self.type, raw)

    def _follow(self, name: str, raw: str, *, iterate: bool) -> None:
        if len(raw) > VALUE_CHARS or _INCLUDE.fullmatch(raw) is None:
            raise Invalid(f"{name} takes Type:parameter, such as Encounter:patient.", parameter=name)
        source, _, rest = raw.partition(":")
        code, narrowed, target = rest.partition(":")
        offered = frozenset(self._offered(name, iterate=iterate))
        if f"{source}:{code}" not in offered or (narrowed and not self._points(name, source, code, target)):
            what = ", ".join(sorted(offered)) or "nothing"
            raise NotSupported(f"{name} offers {what} with {self.type}; leave the rest out.", parameter=name)
        into = self.includes if name == "_include" else self.revincludes
        into.append(Follow(source, code, target or None, iterate))

    def _offered(self, name: str, *, iterate: bool) -> Iterable[str]:
        """With `iterate` from whatever was included, so that any type's own set is offered."""
        for row in self.types.values() if iterate else (self.types[self.type],):
            yield from row.includes if name == "_include" else row.revincludes

    def _points(self, name: str, source: str, code: str, target: str) -> bool:
        declared = self.types.get(source)
        row = (declared.links.get(code) or declared.parameters.get(code)) if declared is not None else None
        if name == "_revinclude" and row is None:  # a derived Provenance points at any type
            return target in self.types
        return row is not None and target in row.targets


class Refused(NotSupported):
    """A modifier that is refused, even where what is not offered is ignored."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name} {text}.", parameter=name)


def element_names(type_: str, raw: str) -> frozenset[str]:
    """The names of `_elements`. Raises Invalid for one that the type doesn't have at its top.

    `resourceType` is taken as well: it is no element, but in JSON it stands beside them, and clients name it.
    """
    row = shape(type_)
    names = raw.split(",")
    for each in names:
        if each == "resourceType":
            continue
        if _NAME.fullmatch(each) is None or (row is not None and each not in row.elements):
            raise Invalid(
                f"_elements takes elements of {type_} by name, separated by commas; {shown(each)} is none.",
                parameter="_elements",
            )
    return frozenset(names)


def _one_of(name: str, raw: str, offered: tuple[str, ...]) -> str:
    if raw not in offered:
        raise Invalid(f"{name} is one of {', '.join(offered)}.", parameter=name)
    return raw
