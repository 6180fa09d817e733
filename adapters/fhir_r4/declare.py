"""What a vendor that speaks FHIR declares: which types, how each parameter is asked for, what differs from FHIR."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.contract import Call, Issue, Page
from adapters.query import Clause, Query
from adapters.upstream import TRANSIENT, Reply
from capability.issues import FHIRError
from mappings.concept_map import ConceptMap
from mappings.fhir_r4.ids import Names
from mappings.fhir_r4.repair import Repairs
from mappings.fhir_r4.walk import Cleaning
from mappings.mapped import Resource

if TYPE_CHECKING:  # the client reads the declarations
    from adapters.fhir_r4.client import FHIRServer
    from adapters.fhir_r4.settings import FHIRSettings

Pairs = tuple[tuple[str, str], ...]
"""Names and values of one search as they go upstream, not encoded yet."""

Outcome = Mapping[str, Any]
"""An OperationOutcome as parsed; empty where the EHR sent none."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What it takes to write a value for one connection: its ids, where dates without a zone are read, and `options`,
    the vendor's own settings by name."""

    names: Names
    zone: ZoneInfo
    options: Mapping[str, Any] = field(default_factory=dict)


Ask = Callable[[Clause, Writing], Sequence[str] | None]
"""How a clause is asked for: each text is one occurrence of the parameter (all must hold). None: the EHR can't be asked
for it, so that only the facade applies it. Empty: nothing can match. What is asked may find more, never less."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One of our search parameters at the EHR.

    `name`      what it is called there; as here when None
    `one_each`  the EHR takes one value a request: several become several requests
    """

    ask: Ask
    name: str | None = None
    one_each: bool = False


@dataclass(frozen=True, slots=True)
class Fan:
    """A parameter that the EHR insists on: one request for each of `values`, unless one of `unless` is asked for.

    `setting`  of the connection that lists the values instead, where they differ between practices
    """

    name: str
    values: tuple[str, ...]
    unless: frozenset[str]
    setting: str | None = None

    def asked(self, writing: Writing) -> tuple[str, ...]:
        return self.values if self.setting is None else tuple(writing.options[self.setting])


Handler = Callable[["FHIRServer", Call, Query], Awaitable[Page]]
Completion = Callable[["FHIRServer", Call, Sequence[Resource]], Awaitable[Sequence[Resource]]]
"""A page's records, as the EHR wrote them -> the same with what else of the EHR belongs into them."""


@dataclass(frozen=True, slots=True)
class Served:
    """One FHIR type of a vendor.

    `pushed`    by our parameter's code: how the EHR is asked for it
    `filters`   parameters that it can't be asked for, but whose elements it fills: the facade applies them to rows that
                the others find
    `requires`  what a client has to give, at least one of these sets; as in capability.declare.Support
    `profiles`  short names of US Core profiles that occur
    `notes`     by parameter: what its values have to be; as in capability.declare.Support
    `by_id`     most ids of one `_id`; 0: the type can't be searched by id, and each is read
    `replaced`  whether a record may have been replaced, which a read tells and an `_id` leaves out
    `provenance` whether the EHR gives its Provenance beside it
    `alone`     the EHR's ids that an `_id` names only by themselves
    `always`    sent where the query doesn't ask for that name
    `fan`       as Fan says
    `apart`     names of which the EHR takes one a request: the first that is asked for goes, the facade applies all
    `count`     largest `_count`; None: the EHR gives all at once
    `count_with` names of which one has to be asked for beside `_count`; none: it needs no company
    `adjust`    the last word over the requests made so far
    `proves`    (request, what it found) -> the record with what only the request proves of it; the same where nothing
    `complete`  as Completion says, before anything is repaired
    `find`      the search, where none of this does
    `get`       the read, where the EHR has none by its id
    """

    type: str
    pushed: Mapping[str, Pushed] = field(default_factory=dict)
    filters: frozenset[str] = frozenset()
    requires: tuple[frozenset[str], ...] = ()
    profiles: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    by_id: int = 10
    replaced: bool = False
    provenance: bool = True
    alone: Callable[[str], bool] = lambda id_: False
    always: Pairs = ()
    fan: Fan | None = None
    apart: tuple[frozenset[str], ...] = ()
    count: int | None = 1000
    count_with: frozenset[str] = frozenset()
    adjust: Callable[[Query, Writing, list[Pairs]], list[Pairs]] | None = None
    proves: Callable[[Pairs, Resource], Resource] | None = None
    complete: Completion | None = None
    find: Handler | None = None
    get: Handler | None = None
    readable: bool = True
    searchable: bool = True

    @property
    def params(self) -> frozenset[str]:
        return frozenset({"_id", *self.pushed, *self.filters})

    def batches(self, ids: Sequence[str]) -> Iterator[list[str]]:
        """The EHR's ids as they go into one `_id` each."""
        together = [one for one in ids if not self.alone(one)]
        yield from ([one] for one in ids if self.alone(one))
        for at in range(0, len(together), max(self.by_id, 1)):
            yield together[at : at + max(self.by_id, 1)]


class DeadPage(Exception):
    """The EHR has forgotten the page that a link names: the search is run again and skipped forward."""


class BadRecord(Exception):
    """One of the EHR's own records spoils the whole answer: the search is asked for in parts."""


class NothingFound(Exception):
    """The EHR refuses a search for something that it does not have: the same as an empty answer."""


class NotHeld(Exception):
    """This connection may not see what one request asks for. Where a search takes several the others are given and
    `issue` tells of this one; where it was the only one, or none is left, `error` is the answer."""

    def __init__(self, error: FHIRError, issue: Issue) -> None:
        super().__init__()
        self.error = error
        self.issue = issue


Meaning = FHIRError | DeadPage | BadRecord | NothingFound | NotHeld
"""Of an answer that is no success."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A vendor that speaks FHIR: all that is not the same with all of them.

    `names`     settings -> how the connection's server names its records
    `static`    the same for what can be told without a connection: types and owners of local ids
    `explain`   what an answer that is no success means, None for the usual meaning of its status. It must not repeat
                anything of the answer
    `warn`      an issue of an outcome entry -> what the client is told, None for nothing
    `split`     a request that a bad record spoils -> narrower ones that cover it together; None where none are
    `dead_pages` statuses that, for a page's own link, mean that the EHR has forgotten it
    `transient` statuses after which a request is worth another attempt
    `post_over` characters of an address from which on a search is POSTed; None: never
    `token_attempts`  as ClientCredentials.attempts
    `headers`   settings -> further headers of every request
    `always`    settings -> what is asked for beside every search
    `moved`     (type, id, id of what replaced it) -> what stands for a record from which the EHR redirects to another,
                where `explain` finds nothing in such an answer
    `binary_as` Accept of what attachments hold; None: the type that the attachment says
    """

    name: str
    settings: type[FHIRSettings]
    types: tuple[Served, ...]
    names: Callable[[FHIRSettings], Names]
    static: Names
    repairs: Repairs = field(default_factory=Repairs)
    cleaning: Cleaning = field(default_factory=lambda: Cleaning({}))
    explain: Callable[[Reply, Outcome, str], Meaning | None] = lambda reply, outcome, type_: None
    warn: Callable[[Mapping[str, Any]], Issue | None] = lambda issue: None
    split: Callable[[Served, Pairs], Sequence[Pairs] | None] = lambda served, pairs: None
    dead_pages: frozenset[int] = frozenset()
    transient: frozenset[int] = TRANSIENT
    post_over: int | None = None
    token_attempts: int = 1
    headers: Callable[[FHIRSettings], Mapping[str, str]] = lambda settings: {}
    always: Callable[[FHIRSettings], Pairs] = lambda settings: ()
    moved: Callable[[str, str, str], Resource] | None = None
    binary_as: str | None = None
    scope: Callable[[FHIRSettings], str] | None = None
    tables: Mapping[str, ConceptMap] = field(default_factory=dict)

    def served(self, type_: str) -> Served:
        """LookupError for a type that is not served."""
        return next(one for one in self.types if one.type == type_)
