"""What a vendor folder fills in, and what it is given. Inside an adapter every id is local (no practice)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

import structlog
from pydantic import BaseModel

from adapters.query import Clause, Query
from adapters.traces import frames
from capability.declare import Support
from capability.issues import TooCostly
from mappings.concept_map import ConceptMap
from mappings.mapped import Mapped, Origin, Record, Resource, Unmapped

E = TypeVar("E")
LOG = structlog.get_logger("ehr")


@dataclass(frozen=True, slots=True)
class Connection:
    """How a practice is reached through one adapter. `settings` is what the adapter's own model made of the file,
    `us_core` the edition that the tenant serves."""

    tenant: str
    practice: str
    key: str
    adapter: str
    settings: BaseModel
    us_core: str = "6.1.0"


@dataclass(frozen=True, slots=True)
class UpstreamCall:
    """One HTTP exchange with an EHR, without its URL's values: for audit, metrics and explain."""

    practice: str
    connection: str
    operation: str  # the path's template, e.g. "GET /chart/{patientid}/vitals"
    status: int  # 0: no answer
    milliseconds: float
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """On whose behalf, until when (event loop clock, seconds) and for which request an adapter asks upstream.

    `fresh` asks to bypass cached answers (the client sent Cache-Control: no-cache). `made` collects the exchanges, of
    which there may be `most`.
    """

    request_id: str
    deadline: float
    identity: str = "system"
    fresh: bool = False
    made: list[UpstreamCall] = field(default_factory=list)
    most: int = 1_000

    @property
    def spent(self) -> bool:
        """Whether no further exchange may be made for this request."""
        return len(self.made) >= self.most and sum(not one.cached for one in self.made) >= self.most


class CallsSpent(TooCostly):
    """This request has made as many upstream calls as one may; another one that waits for the same answer has not."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something the client should know about an otherwise good answer; becomes an outcome entry."""

    code: str  # FHIR issue-type
    text: str
    severity: str = "warning"
    parameter: str | None = None  # name of the query parameter it is about


@dataclass(frozen=True, slots=True)
class Page:
    """Resources with local ids. May hold more than was asked, never less.

    `cursor`    the adapter's own text to get the next page, None on the last
    `again`     the text that gives this very page again, where the one that it was asked by may not
    `origins`   "Type/local-id" -> Origin, for the derived Provenance
    `unmapped`  codes that no table knew, to be counted
    `applied`   names of the parameters that the source itself applied
    """

    resources: tuple[Resource, ...] = ()
    cursor: str | None = None
    issues: tuple[Issue, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    applied: frozenset[str] = frozenset()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    again: str | None = None

    @classmethod
    def mapped(
        cls,
        mapping: Callable[[Any], Mapped | Iterable[Mapped]],
        records: Iterable[Record | Any],
        *,
        cursor: str | None = None,
        applied: Iterable[str] = (),
        tags: Iterable[Mapping[str, str]] = (),
    ) -> Page:
        """`mapping` over each record; a record that it cannot read becomes a warning, never a failed page.

        `tags` are Codings for `meta.tag` of every resource, such as which of a patient's charts it was in.

        Where it failed is logged, without a value: a mistake of ours must not hide behind a warning to clients.
        """
        resources: list[Resource] = []
        issues: list[Issue] = []
        unmapped: list[Unmapped] = []
        origins: dict[str, Origin] = {}
        tagged = [dict(tag) for tag in tags]
        for record in records:
            try:
                made = mapping(record)
                found = (made,) if isinstance(made, Mapped) else tuple(made)
            except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError) as exc:
                # The record's content is PHI: only that there was one may be told.
                LOG.warning("mapping.failed", error=type(exc).__name__, frames=frames(exc))
                issues.append(Issue("structure", "a record of the EHR could not be read and was left out"))
                continue
            for one in found:
                resources.append(_tagged(one.resource, tagged))
                unmapped.extend(one.unmapped)
                if one.origin is not None:
                    origins[f"{one.resource['resourceType']}/{one.resource['id']}"] = one.origin
        return cls(tuple(resources), cursor, tuple(issues), tuple(unmapped), frozenset(applied), origins)

    @classmethod
    def merged(cls, pages: Iterable[Page]) -> Page:
        """Several whole pages as one, each resource once by type and id, with the tags of all.

        A page with a cursor cannot be merged.
        """
        seen: dict[str, Resource] = {}
        issues: list[Issue] = []
        unmapped: list[Unmapped] = []
        origins: dict[str, Origin] = {}
        applied: frozenset[str] | None = None
        for page in pages:
            if page.cursor is not None:
                raise ValueError("a page with a cursor cannot be merged")
            for resource in page.resources:
                key = f"{resource['resourceType']}/{resource['id']}"
                same = seen.setdefault(key, resource)
                if same is not resource:
                    seen[key] = _tagged(same, resource.get("meta", {}).get("tag", ()))
            issues.extend(page.issues)
            unmapped.extend(page.unmapped)
            origins.update(page.origins)
            applied = page.applied if applied is None else applied & page.applied
        return cls(
            tuple(seen.values()), None, tuple(dict.fromkeys(issues)), tuple(unmapped), applied or frozenset(), origins
        )


def _tagged(resource: Resource, tags: Sequence[Any]) -> Resource:
    """The resource with those of `tags` that it does not have yet. What it was made of is left as it is."""
    meta = resource.get("meta", {})
    had = meta.get("tag", [])
    if not (new := [tag for tag in tags if tag not in had]):
        return resource
    return {**resource, "meta": {**meta, "tag": [*had, *new]}}


@dataclass(frozen=True, slots=True)
class Document:
    """What an attachment holds, exactly as the source keeps it.

    `content_type`  MIME type of the bytes, with its charset where the source tells it
    `content`       the bytes; where the source streams, an async generator of them, which the facade reads once and
                    always closes
    `size`          of a stream, in bytes, where the source tells it beforehand
    `version`       text of the source that changes whenever the bytes do; without it the bytes are hashed
    `updated`       when the source last changed them, a FHIR instant; None where it doesn't tell
    """

    content_type: str
    content: bytes | AsyncGenerator[bytes, None]
    size: int | None = None
    version: str | None = None
    updated: str | None = None


Handler = Callable[[E, Call, Query], Awaitable[Page]]
ContentHandler = Callable[[E, Call, Query], Awaitable[Document]]


@dataclass(frozen=True, slots=True)
class Read(Generic[E]):
    """`handler` gets a Query with `id`; an unknown id is a Page without that resource (or NotFound)."""

    type: str
    handler: Handler[E]
    profiles: tuple[str, ...] = ()

    def support(self) -> Support:
        return Support(self.type, "read", profiles=self.profiles)


@dataclass(frozen=True, slots=True)
class Search(Generic[E]):
    """`params`, `requires`, `profiles`, `notes` as in capability.declare.Support."""

    type: str
    handler: Handler[E]
    params: frozenset[str] = frozenset()
    requires: tuple[frozenset[str], ...] = ()
    profiles: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def support(self) -> Support:
        return Support(self.type, "search-type", self.params, self.requires, self.profiles, self.notes)


@dataclass(frozen=True, slots=True)
class Content(Generic[E]):
    """What attachments hold, as Binary. `handler` gets a Query with the `id` that `Adapter.owner_of` understands.

    It is asked only when the owner was read and this caller sees that attachment. Raises: NotFound where there is none;
    EHRError. What is larger than the server's `document_bytes` is refused by the facade; a source that tells `size`
    spares reading it first.
    """

    handler: ContentHandler[E]
    type: Literal["Binary"] = "Binary"

    def support(self) -> Support:
        return Support(self.type, "read")


class Cache(Protocol):
    """Parsed vendor documents before mapping, bounded in bytes, one fetch per key at a time."""

    async def get_or_fetch(
        self, key: str, ttl: float, fetch: Callable[[], Awaitable[tuple[Any, int]]], *, fresh: bool = False
    ) -> Any:
        """The value under `key`, else what `fetch` gives: (value, its size in bytes), kept for `ttl` seconds.

        An error of `fetch` reaches every waiter and is not kept. `fresh` skips what is kept and replaces it.
        """


class TokenStore(Protocol):
    """Vendor access tokens, keyed by credentials (never by practice). They never leave the process in the clear."""

    async def get(self, key: str) -> tuple[str, float] | None:
        """(token, expiry in epoch seconds)."""

    async def put(self, key: str, token: str, expires: float) -> None: ...

    async def drop(self, key: str, token: str) -> None:
        """Forget `token` if it is still the one kept."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What an adapter declares and the vendor's own statement does not have: a parameter of a search, or with
    `parameter` None the interaction as a whole."""

    type: str
    code: str
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an EHR says of itself, compared with what its adapter assumes.

    `lost`     leaves our CapabilityStatement as long as the EHR's own statement lacks it
    `remarks`  other differences, in words for operators, without a value of the EHR's documents
    """

    lost: frozenset[Lost] = frozenset()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adapter(Generic[E]):
    """A vendor's table of contents; what is not listed is not served, and not in the CapabilityStatement.

    `settings`             pydantic model of the connection's `settings` in the configuration file
    `connect`              (connection, upstream) -> the vendor's bound client; once a connection, no I/O
    `type_of`              local id -> FHIR types of the records that this adapter can read under such an id; empty
                           where it can't, or the id is malformed. A practice's reads go by it, whatever its routes say
    `owner_of`             local id of a Binary -> (type, local id, number from 0): whose attachment it is, and which of
                           them; None for any other id. The owner names it in an attachment's url: `Binary/<local id>`
    `passes_through`       True: the EHR speaks FHIR, and an element comes from the same element of the EHR's resource
    `derives_provenance`   True: the facade derives a Provenance for each resource from its Origin
    `tables`               code tables by name that `settings` may put a practice's own rows over, in `overrides`
    `leads`                FHIR types, and kinds of them such as `Observation/vital-signs`, that this adapter serves
                           best where a practice has several connections and its routes don't say
    `discover`             asks the EHR for its own statement and compares; None where it publishes none
    `sandbox`              "module:factory" of the simulator, imported only by demo mode and tests; the factory takes
                           `size` (people in its first practice) and returns an ASGI app
    `sandbox_settings`     origin of the simulator -> the connection settings that reach its first practice
    `sandbox_patients`     clauses that find all people of the simulator, where Patient can't be searched without any
    """

    name: str
    settings: type[BaseModel]
    connect: Callable[[Connection, Any], E]
    interactions: tuple[Read[E] | Search[E] | Content[E], ...]
    type_of: Callable[[str], frozenset[str]]
    owner_of: Callable[[str], tuple[str, str, int] | None] = lambda local_id: None
    passes_through: bool = False
    derives_provenance: bool = False
    tables: Mapping[str, ConceptMap] = field(default_factory=dict)
    leads: frozenset[str] = frozenset()
    discover: Callable[[E, Call], Awaitable[Discovery]] | None = None
    sandbox: str | None = None
    sandbox_settings: Callable[[str], Mapping[str, Any]] | None = None
    sandbox_patients: tuple[Clause, ...] = ()

    def supports(self) -> tuple[Support, ...]:
        return tuple(interaction.support() for interaction in self.interactions)
