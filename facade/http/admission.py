"""How many requests may be at work at once: in the process, of one tenant, of one client.

A place is held while we work, not while a client's network is waited for: whoever sends or reads slowly takes nobody's
room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from capability.issues import Overloaded, TooManyRequests
from facade.tenancy.configuration import Limits

SOON = {"Retry-After": "1"}


class Admission:
    """The places of one process. `tenants`: how many share them."""

    def __init__(self, limits: Limits, *, tenants: int) -> None:
        self._places = limits.concurrency
        self._most_of_a_client = max(1, int(limits.concurrency * limits.client_share))
        self._shared = tenants > 1
        self._taken = 0
        self._tenants: Counter[str] = Counter()
        self._clients: Counter[tuple[str, str]] = Counter()

    def place(self) -> Place:
        """One request's place, not taken yet."""
        return Place(self)

    @contextmanager
    def share(self, tenant: str, client: str) -> Iterator[None]:
        """The request counts for its tenant and its client meanwhile. Raises TooManyRequests.

        A tenant may hold as many places as are still free: half of all when it is the only busy one, a third when
        two are, and so on. However many EHRs hang at once, the next tenant finds room.
        """
        if self._clients[tenant, client] >= self._most_of_a_client:
            raise TooManyRequests("this client has too many requests at work; try again in a second", headers=SOON)
        if self._shared and self._tenants[tenant] >= self._places - self._taken:
            raise TooManyRequests("this tenant has too many requests at work; try again in a second", headers=SOON)
        self._tenants[tenant] += 1
        self._clients[tenant, client] += 1
        try:
            yield
        finally:
            self._tenants[tenant] -= 1
            self._clients[tenant, client] -= 1

    def take(self) -> None:
        """One more at work. Raises Overloaded."""
        if self._taken >= self._places:
            raise Overloaded("the server is busy; try again in a second", headers=SOON)
        self._taken += 1

    def release(self) -> None:
        """One less."""
        self._taken -= 1


class Place:
    """Taken and given up as often as needed; counted once."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._taken = False

    def take(self) -> None:
        """Raises Overloaded where all places are taken."""
        if not self._taken:
            self._admission.take()
            self._taken = True

    def release(self) -> None:
        if self._taken:
            self._taken = False
            self._admission.release()
