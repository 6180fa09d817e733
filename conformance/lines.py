"""One line of a report: a requirement, its source, whether it holds, and the exchanges that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from conformance.client import Client, Exchange, Unreachable

PASSED, FAILED, NOT_OFFERED, NOT_EXERCISED = "passed", "failed", "not-offered", "not-exercised"
STATUSES = (PASSED, FAILED, NOT_OFFERED, NOT_EXERCISED)
MOST_SHOWN = 6
MOST_PROBLEMS = 5


class Broken(Exception):
    """The requirement does not hold, and nothing more can be learned on this line."""


class NotExercised(Exception):
    """The requirement could not be tried; the text says why."""


class NotOffered(Exception):
    """US Core demands it, and the server says itself that it doesn't do it; the text says what is missing."""


@dataclass
class Line:
    """`message` says why a line is not passed; a passed one may say what was seen."""

    id: str
    group: str
    title: str
    source: str
    client: Client
    exchanges: list[Exchange] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    reason: str | None = None
    missing: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def status(self) -> str:
        if self.problems:
            return FAILED
        if self.missing:
            return NOT_OFFERED
        return PASSED if self.reason is None else NOT_EXERCISED

    @property
    def message(self) -> str:
        if not self.problems:
            return f"not offered: {_told(self.missing)}" if self.missing else self.reason or self.note
        return _told(self.problems)

    def expect(self, holds: object, problem: str) -> bool:
        """Notes the problem where it does not hold; goes on."""
        if not holds and problem not in self.problems:
            self.problems.append(problem)
        return bool(holds)

    def offered(self, whether: object, what: str) -> bool:
        """Notes what US Core demands where the server declares that it doesn't do it; goes on."""
        if not whether and what not in self.missing:
            self.missing.append(what)
        return bool(whether)

    def demand(self, holds: object, problem: str) -> None:
        """Like `expect`, but ends the line."""
        if not holds:
            raise Broken(problem)

    def saw(self, exchange: Exchange) -> Exchange:
        if exchange not in self.exchanges:
            self.exchanges.append(exchange)
        return exchange

    async def get(
        self, address: str, *, headers: Mapping[str, str] | None = None, token: str | None = "", fresh: bool = False
    ) -> Exchange:
        return self.saw(await self.client.get(address, headers=headers, token=token, fresh=fresh))

    async def send(
        self, method: str, address: str, *, headers: Mapping[str, str] | None = None, content: str = ""
    ) -> Exchange:
        return self.saw(await self.client.send(method, address, headers=headers, content=content))

    def result(self) -> dict[str, str]:
        return {
            "id": self.id,
            "group": self.group,
            "title": self.title,
            "status": self.status,
            "message": self.message,
            "source": self.source,
        }

    def shown(self) -> list[Exchange]:
        """The exchanges worth printing: the last ones, since the line ended with what decided it."""
        return self.exchanges[-MOST_SHOWN:]


class Book:
    """All lines of a run, in the order they were opened. `told` is called with each line when it is closed."""

    def __init__(self, client: Client, told: Callable[[Line], None] = lambda line: None) -> None:
        self.lines: list[Line] = []
        self._client = client
        self._told = told
        self._ids: set[str] = set()

    @contextmanager
    def line(self, group: str, id_: str, title: str, source: str) -> Iterator[Line]:
        """A line whose outcome is what its block finds. A block that meets nonsense in an answer has failed."""
        line = Line(f"{group}.{id_}", group, title, source, self._client)
        if line.id in self._ids:
            raise ValueError(f"two lines are called {line.id}")
        self._ids.add(line.id)
        self.lines.append(line)
        try:
            yield line
        except Broken as exc:
            line.problems.append(str(exc))
        except NotExercised as exc:
            line.reason = str(exc)
        except NotOffered as exc:
            line.missing.append(str(exc))
        except Unreachable as exc:
            line.problems.append(f"no answer: {exc}")
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as exc:
            line.problems.append(f"an answer is not shaped as FHIR says ({type(exc).__name__}: {exc})")
        self._told(line)

    def not_exercised(self, group: str, id_: str, title: str, source: str, reason: str) -> None:
        """A line that says only why it could not be tried."""
        with self.line(group, id_, title, source):
            raise NotExercised(reason)


def _told(texts: list[str]) -> str:
    more = len(texts) - MOST_PROBLEMS
    return "; ".join([*texts[:MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])])


def failed(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.status == FAILED]


def counted(lines: list[Line]) -> dict[str, int]:
    """How many lines ended how, every status named."""
    return {status: sum(line.status == status for line in lines) for status in STATUSES}
