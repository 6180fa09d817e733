"""Pages cut from a list that is made anew for each of them: sorted matches, everything of a patient."""

from __future__ import annotations

from collections.abc import Sequence

from facade.interactions.collect import resumed_at
from facade.interactions.cursors import Position, digest
from facade.policy.release import Released


def cut(whole: Sequence[Released], at: Position, count: int) -> tuple[list[Released], Position | None]:
    """Up to `count` of `whole` from where `at` stands, and where the next page begins; None on the last.

    `whole` has the same order each time. Raises Gone when the last one given has vanished from it.
    """
    start = resumed_at(whole, at)
    given = list(whole[start : start + count])
    taken = start + len(given)
    if taken >= len(whole) or not given:
        return given, None
    return given, Position(None, taken, digest(str(given[-1]["id"])))
