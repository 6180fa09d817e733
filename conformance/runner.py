"""The order of an examination, and its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from conformance import areas
from conformance.client import Client, Unreachable
from conformance.declared import declared
from conformance.exam import Exam, Options
from conformance.lines import Book, Line, counted
from conformance.matching import Matcher
from conformance.tables import tables


class CannotStart(Exception):
    """Nothing can be examined; the text says what to do."""


@dataclass(frozen=True)
class Report:
    """`requests`: how many were sent."""

    target: str
    us_core: str
    lines: list[Line]
    requests: int

    @property
    def counts(self) -> dict[str, int]:
        return counted(self.lines)

    def document(self) -> dict[str, Any]:
        """What `--json` writes."""
        return {"target": self.target, "us_core": self.us_core, "results": [line.result() for line in self.lines]}


async def run(
    options: Options,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    verify: Any = True,
    told: Callable[[Line], None] = lambda line: None,
    entering: Callable[[str], None] = lambda group: None,
) -> Report:
    """Examines one server. `told` hears of each line, `entering` of each group. Raises CannotStart."""
    try:
        rules = tables(options.us_core, options.package)
    except ValueError as exc:
        raise CannotStart(str(exc)) from exc
    client = Client(
        options.base,
        options.token,
        headers=options.headers,
        timeout=options.timeout,
        verify=verify,
        concurrency=options.concurrency,
        transport=transport,
    )
    try:
        exam = await _begin(options, client, Book(client, told), rules)
        for name, examine in areas.AREAS:
            if not options.only or name in options.only or name == areas.CHART:
                entering(name)
                await examine(exam)
        order = [name for name, _ in areas.AREAS]
        lines = sorted(exam.book.lines, key=lambda line: order.index(line.group))
        return Report(options.base, options.us_core, lines, client.sent)
    finally:
        await client.close()


async def _begin(options: Options, client: Client, book: Book, rules: Any) -> Exam:
    unknown = [name for name in options.only if name not in {known for known, _ in areas.AREAS}]
    if unknown:
        raise CannotStart(f"no group is called {', '.join(unknown)}; there are {', '.join(n for n, _ in areas.AREAS)}")
    try:
        answer = await client.get("metadata", token=None)
        if answer.status in (401, 403):
            answer = await client.get("metadata")
    except Unreachable as exc:
        raise CannotStart(f"{options.base} can't be reached: {exc}") from exc
    if answer.resource.get("resourceType") != "CapabilityStatement":
        raise CannotStart(f"{answer.url} gives status {answer.status} and no CapabilityStatement; is BASE a FHIR base?")
    try:
        statement = declared(answer.resource)
    except (AttributeError, KeyError, TypeError) as exc:
        raise CannotStart(f"the CapabilityStatement is not shaped as FHIR says ({type(exc).__name__}: {exc})") from exc
    return Exam(options, client, rules, book, statement, Matcher(rules.parameters, options.base))
