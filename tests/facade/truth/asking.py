"""One world for all rows, and the charts that each base gives, by which its rows are tried."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.facade.truth.bases import Served
from tests.facade.truth.values import elements, escaped, texts
from tests.facade.truth.wire import Answer, Wire

Pairs = Sequence[tuple[str, str]]

MADE_UP = {"date": "2020-01-01", "reference": "rb.nobody", "number": "1", "quantity": "1", "_id": "rb.nobody"}
"""Values for a parameter whose element no resource has."""


EVERYBODY = 6
"""So many people are enough, of all practices of a base together."""


@dataclass(repr=False)
class Asked:
    """A base, a client that may see all of it, and its resources by type."""

    served: Served
    wire: Wire
    charts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    most: int = EVERYBODY

    async def get(self, address: str, pairs: Pairs = ()) -> Answer:
        return await self.ask("GET", address, pairs=pairs)

    async def ask(self, method: str, address: str, **how: Any) -> Answer:
        """A request at an address below the base."""
        return await self.wire.ask(method, f"{self.served.path}/{address}", **how)

    async def search(self, type_: str, pairs: Pairs) -> list[dict[str, Any]]:
        """Matches of a search. Raises AssertionError where it is not answered."""
        response = await self.get(type_, [*pairs, ("_count", "500")])
        assert response.status == 200, (type_, [name for name, _ in pairs], response.text)
        return found(response, "match")

    async def gather(self) -> None:
        """All that the base has of each searchable type; of one that is searched by id only, what others refer to."""
        for type_ in sorted(self.served.types, key=self._rank):
            if "search-type" in self.served.interactions(type_):
                conditioned = type_ == "Patient" and self.served.alternatives(type_)
                pairs = await self._everybody() if conditioned else self.everyone(type_)
                self.charts[type_] = await self.search(type_, pairs)
        self.charts["Provenance"] = self.charts.get("Provenance") or await self._provenances()
        self.charts["Binary"] = await self._binaries() if "Binary" in self.served.types else []

    def _rank(self, type_: str) -> int:
        """Who comes when: what others are found by first."""
        if type_ == "Patient":
            return 0
        alternatives = self.served.alternatives(type_)
        return 3 if ["practitioner"] in alternatives else 2 if ["_id"] in alternatives and not self._by(type_) else 1

    async def _everybody(self) -> Pairs:
        """Where patients can't be searched without a condition: some of each practice, by id."""
        some: list[str] = []
        for path, pairs in self.served.people:
            answer = await self.wire.ask("GET", f"{path}/Patient", pairs=[*pairs, ("_count", "500")])
            some += [each["id"] for each in found(answer, "match")][: self.most // len(self.served.people)]
        return [("_id", ",".join(some))]

    async def _provenances(self) -> list[dict[str, Any]]:
        """A derived Provenance can't be searched: it comes with what it is about."""
        if "Provenance:target" not in self.served.types["Patient"].get("searchRevInclude", ()):
            return []
        response = await self.get("Patient", [*self.some("Patient"), ("_revinclude", "Provenance:target")])
        return found(response, "include")

    async def _binaries(self) -> list[dict[str, Any]]:
        """A Binary is found by the url of an attachment alone, below the tenant's base."""
        urls = [
            each["attachment"]["url"].partition("/Binary/")[2]
            for document in self.charts["DocumentReference"]
            for each in document["content"]
            if "/Binary/" in each["attachment"].get("url", "")
        ]
        answers = [await self.get(f"Binary/{url}", [("_format", "json")]) for url in urls[:2]]
        return [each.json() for each in answers]

    def everyone(self, type_: str) -> Pairs:
        """What a search for the type needs, as wide as can be."""
        if self._by_id_only(type_):
            return [("_id", ",".join(self._referred(type_)))]
        return self._of(type_, None) if self.served.alternatives(type_) else []

    def some(self, type_: str) -> Pairs:
        """What a search for the type needs, over the charts of a few patients."""
        if self._by_id_only(type_):
            return [("_id", ",".join(self._referred(type_)[:10]))]
        return self._of(type_, 3) if self.served.alternatives(type_) else []

    def _by_id_only(self, type_: str) -> bool:
        return list(map(list, self.served.alternatives(type_))) == [["_id"]]

    def _referred(self, type_: str) -> list[str]:
        """Ids of the type that other resources refer to, some of them."""
        parts = json.dumps({name: found for name, found in self.charts.items() if name != type_}).split(f'"{type_}/')
        return sorted({part.partition('"')[0] for part in parts[1:]})[:100]

    def _by(self, type_: str) -> tuple[str, str] | None:
        """What is no patient's is found by its schedule."""
        alternatives = self.served.alternatives(type_)
        known = (("patient", "Patient"), ("schedule", "Schedule"), ("practitioner", "Practitioner"))
        return next((one for one in known if [one[0]] in alternatives), None)

    def _of(self, type_: str, most: int | None) -> Pairs:
        if (by := self._by(type_)) is not None:
            return [(by[0], ",".join(each["id"] for each in self.charts[by[1]][:most]))]
        listed = [each["id"] for each in self.charts.get(type_, ())] or self._referred(type_)
        return [("_id", ",".join(listed[:most]))]

    def needed(self, type_: str, given: Sequence[str], resource: Mapping[str, Any] | None) -> Pairs:
        """What must be added to a search by `given` that is to find the resource."""
        alternatives = self.served.alternatives(type_)
        if not alternatives or any(set(each) <= set(given) for each in alternatives):
            return []
        nearest = min(alternatives, key=lambda each: (len(set(each) - set(given)), "patient" not in each))
        return [(code, self.value(type_, code, resource)) for code in nearest if code not in given]

    def value(self, type_: str, code: str, resource: Mapping[str, Any] | None) -> str:
        """The plainest value by which the parameter finds the resource, or one that finds nothing."""
        kind = self.kind(type_, code)
        told = self.served.parameters(type_)[code].get("documentation", "")
        for element in elements(self.served.version, type_, code, resource) if resource else ():
            if self.in_one(type_, code):
                return f"{escaped(element['given'][0])} {escaped(element['family'])}"
            for text in texts(kind, element):
                if "|" in text or "system|" not in told:
                    return text
        if self.in_one(type_, code):
            return "Nobody Atall"
        if "system|" in told:
            return "urn:x|nothing-like-it"
        return MADE_UP.get("_id" if code == "_id" else kind, "nothing-like-it")

    def in_one(self, type_: str, code: str) -> bool:
        """Whether the parameter finds by a whole name alone, as its documentation says; modifiers only filter then."""
        return "given and family" in self.served.parameters(type_)[code].get("documentation", "")

    def to_the_day(self, type_: str, code: str) -> bool:
        """Whether a date finds by a whole day alone, as its documentation says; anything else of it only filters."""
        return "whole day" in self.served.parameters(type_)[code].get("documentation", "")

    def kind(self, type_: str, code: str) -> str:
        return str(self.served.parameters(type_)[code]["type"])

    def example(self, type_: str, *codes: str) -> dict[str, Any] | None:
        """A resource that has a value for each of the parameters, None where none has."""
        for resource in self.charts.get(type_, ()):
            if all(self.has(type_, code, resource) for code in codes):
                return resource
        return None

    def has(self, type_: str, code: str, resource: Mapping[str, Any]) -> bool:
        kind = self.kind(type_, code)
        return any(texts(kind, each) for each in elements(self.served.version, type_, code, resource))


def found(response: Answer, mode: str) -> list[dict[str, Any]]:
    """Resources of a Bundle's entries of that mode."""
    return [each["resource"] for each in response.json().get("entry", ()) if each["search"]["mode"] == mode]


def ids(resources: Sequence[Mapping[str, Any]]) -> set[str]:
    return {f"{each['resourceType']}/{each['id']}" for each in resources}


def refused(response: Answer, status: int, parameter: str | None = None) -> bool:
    """Whether it is refused with that status by an OperationOutcome that names the parameter."""
    body = response.json()
    issue: dict[str, Any] = next(iter(body.get("issue", ())), {})
    named = parameter is None or issue.get("location") == [f"http.{parameter}"]
    return response.status == status and body.get("resourceType") == "OperationOutcome" and named
