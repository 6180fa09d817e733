"""Walks all that can be reached from a base, as a client would: statement, pages, searches, links, references."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.facade.wiretap import texts
from tests.facade.world import link

PAGES = (
    "/metadata",
    "/.well-known/smart-configuration",
    "/docs",
    "/openapi.json",
    "",
    "/Nonsense",
    "/Patient/nobody",
    "/Patient?colour=red",
)
ADDRESS = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]+")


@dataclass(slots=True)
class Crawl:
    """`answers`: address, and all that was in the answer: headers and body. `most`: references and files of a type that
    are followed for each practice, None for all; `pages` of a search."""

    client: httpx.AsyncClient
    most: int | None = None
    pages: int | None = None
    answers: list[tuple[str, httpx.Headers, str]] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _followed: dict[tuple[str, str], int] = field(default_factory=dict)

    async def get(self, address: str) -> Any:
        """The JSON of an answer, None where it is none; the answer is kept."""
        answer = await self.client.get(address)
        told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append((address, answer.headers, f"{told}\n{answer.text}"))
        self.statuses.add(answer.status_code)
        try:
            return json.loads(answer.content)
        except ValueError:
            return None

    async def around(self) -> Mapping[str, Any]:
        """The pages of a base that are about no patient. Gives its CapabilityStatement."""
        found = [await self.get(page) for page in PAGES]
        statement: Mapping[str, Any] = found[0]
        return statement

    async def charts(self, statement: Mapping[str, Any], patients: Iterable[str]) -> None:
        """Every type's search for these patients, with all that it includes; what the answers refer to; operations."""
        listed = ",".join(patients)
        for row in statement["rest"][0]["resource"]:
            names = {one["name"] for one in row.get("searchParam", ())}
            if "patient" in names:
                await self.search(f"/{row['type']}?patient={listed}&_count=50{_includes(row)}")
        await self.search(f"/Patient?_id={listed}&_revinclude=Provenance:target")
        for patient in listed.split(","):
            await self.search(f"/Patient/{patient}/$everything?_count=50")
            await self.search(f"/DocumentReference/$docref?patient={patient}")

    async def search(self, address: str) -> None:
        """Its pages, and what they refer to."""
        following: str | None = address
        read = 0
        while following is not None and (self.pages is None or read < self.pages):
            bundle = await self.get(following)
            read += 1
            if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
                return
            await self._references(bundle)
            following = link(bundle, "next")

    async def _references(self, document: Any) -> None:
        waiting = deque(_addresses(document))
        while waiting:
            address = waiting.popleft()
            type_, _, id_ = address.partition("/")
            of_practice = (type_, id_.partition(".")[0])
            if address in self._seen or (self.most is not None and self._followed.get(of_practice, 0) >= self.most):
                continue
            self._seen.add(address)
            self._followed[of_practice] = self._followed.get(of_practice, 0) + 1
            waiting.extend(_addresses(await self.get(f"/{address}")))


def _addresses(document: Any) -> list[str]:
    """What a document refers to: `Type/id` of references, and of addresses of files."""
    found = (text.rpartition("/fhir/r4/")[2] for text in texts(document))
    return [address for address in found if ADDRESS.fullmatch(address)]


def _includes(row: Mapping[str, Any]) -> str:
    forward = "".join(f"&_include={one}" for one in row.get("searchInclude", ()) if one != "*")
    backward = "&_revinclude=Provenance:target" if "Provenance:target" in row.get("searchRevInclude", ()) else ""
    return forward + backward
