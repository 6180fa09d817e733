"""The groups of a report, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from conformance import gather, reads, searches, smart, statement
from conformance.exam import Exam

CHART = gather.GROUP

AREAS: tuple[tuple[str, Callable[[Exam], Awaitable[None]]], ...] = (
    (gather.GROUP, gather.examine),
    (statement.GROUP, statement.examine),
    (smart.GROUP, smart.examine),
    (reads.GROUP, reads.examine),
    (searches.GROUP, searches.examine),
    (searches.COMPLETE, searches.examine_completeness),
    (searches.POST, searches.examine_post),
)
