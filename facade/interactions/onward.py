"""Pages of a source lead on: one that was already read comes again only where an EHR's links run in a circle."""

from __future__ import annotations

from capability.issues import EHRInvalid


class Onward:
    """The cursors of one list so far. A circle of pages that are kept would cost no call, and so never end."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def passed(self, cursor: str | None) -> str | None:
        """The same cursor. Raises EHRInvalid for one that was there before."""
        if cursor is not None:
            if cursor in self._seen:
                raise EHRInvalid("the EHR's pages run in a circle; narrow the search so that it fits one page")
            self._seen.add(cursor)
        return cursor
