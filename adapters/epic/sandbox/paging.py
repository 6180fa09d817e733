"""Search sessions: what is left of a search lies at the server, under a number that changes with each page.

Source: Epic paging, captures 2024 to 2026, and error 4113. `total` is of the page; `next` stands before `self`.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.epic.sandbox.outcomes import Issue, Refused

Resource = dict[str, Any]

PAGE = 1000
"""Rows of a page where `_count` says nothing, and the most that `_count` can ask for. The second: [assumed]"""

IDLE_SECONDS = 600.0
"""How long a session is kept. [assumed]"""

LINKS_LAST = True
"""Whether the link of a page can be asked for again until the session ends. [assumed]"""

_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Session:
    """A search: its rows as the native parameters found them, what its post-filters keep, and where it is."""

    type_: str
    echo: str
    rows: Sequence[Resource]
    keep: Callable[[Resource], bool]
    count: int
    issues: tuple[Issue, ...]
    include: tuple[str, ...] = ()
    revinclude: bool = False
    start: int = 0
    expires: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    session: Session
    matches: list[Resource]
    next: str | None
    """The sessionID of what follows."""


class Sessions:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._number = 0

    def page(self, session: Session) -> Page:
        """Post-filters work on the page: it may come back short, or empty with a `next`."""
        end = session.start + session.count
        matches = [row for row in session.rows[session.start : end] if session.keep(row)]
        following = self._keep(replace(session, start=end)) if end < len(session.rows) else None
        return Page(session, matches, following)

    def resume(self, type_: str, id_: str) -> Page:
        """Raises Refused (4113): unknown or over."""
        session = self._open.get(id_) if LINKS_LAST else self._open.pop(id_, None)
        if session is None or session.type_ != type_ or session.expires < self._clock():
            raise Refused(Issue("4113", "The paging session has expired; start the search again.", "sessionID"))
        return self.page(session)

    def _keep(self, session: Session) -> str:
        self._number += 1
        id_ = f"{self._number}-{secrets.token_hex(16).upper()}"
        self._open[id_] = replace(session, expires=self._clock() + IDLE_SECONDS)
        while len(self._open) > _KEPT:
            self._open.popitem(last=False)
        return id_
