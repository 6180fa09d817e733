"""One practice's bound client of a FHIR R4 server: credentials, reads, searches in pages, repaired and by our ids."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import structlog

from adapters.contract import Call, Connection, Issue, Page
from adapters.fhir_r4 import answers
from adapters.fhir_r4.credentials import Credentials
from adapters.fhir_r4.declare import BadRecord, DeadPage, Dialect, NotHeld, NothingFound, Pairs, Writing
from adapters.overrides import compiled
from adapters.pace import Limits
from adapters.streamed import Streamed
from adapters.traces import frames
from adapters.upstream import Redirected, Reply, Upstreams
from capability.issues import EHRError, EHRInvalid
from mappings.fhir_r4.ids import Names
from mappings.fhir_r4.repair import Standing, Told
from mappings.fhir_r4.walk import Place, localised, target_of
from mappings.mapped import Resource

LOG = structlog.get_logger("ehr")
JSON = "application/fhir+json"
_REQUEST = re.compile(r"[A-Za-z0-9-]{8,64}")
_CODE = re.compile(r"[0-9]{3,5}|MSG_[A-Z_]{2,40}")
"""Numbers of errors, and FHIR's own (https://hl7.org/fhir/R4/codesystem-operation-outcome.html): no patient's data."""
AT_ONCE = 100
"""Records looked at before others have their turn on the event loop."""

MOST_KNOWN = 1_000
"""Records beside the matches of one page that are kept for later reads."""

UNREAD = "a record of the EHR could not be read and was left out"


class FHIRServer:
    """What handlers are given as `ehr`. `dialect` says what differs from FHIR."""

    def __init__(self, connection: Connection, upstreams: Upstreams, dialect: Dialect) -> None:
        settings: Any = connection.settings
        self.connection = connection
        self.dialect = dialect
        self.settings = settings
        self.names = dialect.names(settings)
        options = MappingProxyType(settings.model_dump())
        self.writing = Writing(self.names, ZoneInfo(settings.timezone), options)
        self.upstream = upstreams.to(
            connection,
            settings.origin,
            requests_per_second=settings.requests_per_second,
            limits=Limits(connections=settings.connections, read=settings.read_seconds),
        )
        self.credentials = Credentials(connection, self.upstream, upstreams, dialect)
        self.place = Place(
            settings.base_url,
            settings.origin,
            self.names,
            frozenset(one.type for one in dialect.types if one.readable),
        )
        self.standing = Standing(
            us_core=connection.us_core,
            zone=self.writing.zone,
            concepts=compiled(getattr(settings, "overrides", {}), dialect.tables),
            options=options,
            origin=settings.origin,
            today=lambda: datetime.now(self.writing.zone).date(),
        )
        self.cleaning = replace(dialect.cleaning, extensions=(*dialect.cleaning.extensions, *settings.keep_extensions))
        self._headers = {"Accept": JSON, **dialect.headers(settings)}

    async def get(
        self, call: Call, path: str, *, operation: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Reply:
        """GET of a path below the origin, with our token where the connection has credentials. Any status: a redirect
        is an answer, and not followed."""
        return await self._sent(call, "GET", path, operation, {**self._headers, **headers}, None)

    async def open(self, call: Call, path: str, *, operation: str, headers: Mapping[str, str]) -> Reply | Streamed:
        """As `get`; the body of a success is not read yet, and whoever has it closes it."""
        credentials = await self.credentials.of(call)
        named = {**self._headers, **headers}
        how: dict[str, Any] = {"operation": operation, "headers": named, "transient": self.dialect.transient}
        try:
            if credentials is None:
                return await self.upstream.open(call, path, **how)
            return await self.upstream.tokens.open(self.upstream, credentials, call, path, **how)
        except Redirected as redirected:
            return redirected.reply

    async def record(self, call: Call, type_: str, upstream_id: str) -> Resource | None:
        """The resource as the EHR wrote it; None where it has none of that id. Raises EHRError."""
        path = self._path(type_, upstream_id)

        async def fetch() -> tuple[Resource | None, int]:
            reply = await self.get(call, path, operation=f"GET /{type_}/{{id}}")
            if reply.status == 200:
                return answers.resource(reply, type_), len(reply.content)
            if self.unknown(reply, type_):
                return self._replaced(reply, type_, upstream_id), 64
            raise self.refusal(reply, type_)

        found: Resource | None = await self._kept(call, path, fetch)
        return found

    def unknown(self, reply: Reply, type_: str) -> bool:
        """Whether an answer to a read says that there is no such record, and not that something went wrong."""
        told = self.dialect.explain(reply, answers.outcome_of(reply), type_)
        return isinstance(told, NothingFound) or (told is None and reply.status in (404, 410))

    def _replaced(self, reply: Reply, type_: str, upstream_id: str) -> Resource | None:
        """What stands for a record that the EHR says is another one now."""
        moved = self.dialect.moved
        location = reply.headers.get("location")
        if moved is None or location is None or not 300 <= reply.status < 400:
            return None
        named = target_of(self.following(location).removeprefix(f"{self.settings.root}/"), self.settings.base_url)
        return moved(type_, upstream_id, named[1]) if named and named[0] == type_ and named[1] != upstream_id else None

    async def page(self, call: Call, type_: str, pairs: Pairs, following: str | None = None) -> answers.Bundle:
        """One page of a search: the first, or the one that the EHR's own link `following` names.

        Raises EHRError, and what the dialect makes of an answer: DeadPage, BadRecord, NothingFound, NotHeld.
        """
        query = urlencode((*pairs, *self.dialect.always(self.settings)))
        path = following or f"{self.settings.root}/{type_}" + (f"?{query}" if query else "")
        post = following is None and self.dialect.post_over is not None and len(path) > self.dialect.post_over

        async def fetch() -> tuple[answers.Bundle, int]:
            reply = await (
                self._posted(call, type_, query) if post else self.get(call, path, operation=f"GET /{type_}")
            )
            if following is not None and reply.status in self.dialect.dead_pages:
                raise DeadPage
            if reply.status != 200:
                raise self.error(reply, type_)
            bundle = answers.bundle(reply, type_)
            await self._known(call, bundle.included, len(reply.content))
            return bundle, len(reply.content)

        found: answers.Bundle = await self._kept(call, path, fetch)
        return found

    async def _known(self, call: Call, resources: tuple[Resource, ...], size: int) -> None:
        """What came with a search need not be read again. `size` of the answer that they came in, in bytes."""
        for one in resources[:MOST_KNOWN]:
            if isinstance(one.get("resourceType"), str) and isinstance(one.get("id"), str):
                await self._kept(call, self._path(one["resourceType"], one["id"]), _ready(one, size // len(resources)))

    def _path(self, type_: str, upstream_id: str) -> str:
        return f"{self.settings.root}/{type_}/{quote(upstream_id, safe='')}"

    def following(self, url: str) -> str:
        """The path of a `next` link. Raises EHRInvalid where it leaves the connection's own base."""
        parts = urlsplit(url)
        own = urlsplit(self.settings.base_url)
        if parts.netloc and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            raise EHRInvalid("the EHR's next page is on another server, and is not followed")
        path = parts.path if parts.netloc or parts.path.startswith("/") else f"{self.settings.root}/{parts.path}"
        if not path.startswith(f"{self.settings.root}/"):
            raise EHRInvalid("the EHR's next page is outside its FHIR base, and is not followed")
        return f"{path}?{parts.query}" if parts.query else path

    def error(self, reply: Reply, type_: str) -> Exception:
        """What an answer that is no success is raised as; told to operators without anything of its body."""
        found = answers.failure(reply, self.dialect, type_)
        if isinstance(found, EHRError | NotHeld):
            LOG.warning(
                "ehr.refused",
                tenant=self.connection.tenant,
                practice=self.connection.practice,
                connection=self.connection.key,
                type=type_,
                status=reply.status,
                their_request=_number(reply),
                codes=sorted(filter(_CODE.fullmatch, answers.codes_of(answers.outcome_of(reply))))[:5],
            )
        return found

    def refusal(self, reply: Reply, type_: str) -> Exception:
        """As `error`, where what cannot be had is all that was asked for."""
        found = self.error(reply, type_)
        if isinstance(found, BadRecord | DeadPage):
            return EHRInvalid(f"the EHR's own record of this {type_} is broken, and it does not give it")
        return found.error if isinstance(found, NotHeld) else found

    def served(
        self,
        resources: Sequence[Resource],
        issues: tuple[Issue, ...] = (),
        *,
        names: Names | None = None,
    ) -> Page:
        """The EHR's own resources repaired and by our ids, as a Page; what can't be read is told of and left out.

        `names` where more is known of these than the resources themselves tell.
        """
        place = self.place if names is None else replace(self.place, names=names)
        told = Told()
        found: list[Resource] = []
        for one in resources:
            try:
                repaired = self.dialect.repairs.repaired(one, self.standing, told)
                made = localised(repaired, place, self.cleaning) if repaired is not None else None
                if made is None and repaired is not None:
                    self._alarm(str(one["resourceType"]))
                    told.left_out["a record of another practice was left out"] += 1
            except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as exc:
                LOG.warning("normalisation.failed", error=type(exc).__name__, frames=frames(exc))
                told.left_out[UNREAD] += 1
                continue
            if made is not None:
                found.append(made)
        if told.left_out or told.no_record:
            LOG.info(
                "normalisation.left_out",
                tenant=self.connection.tenant,
                practice=self.connection.practice,
                connection=self.connection.key,
                unread=told.left_out.total(),
                no_record=told.no_record.total(),
            )
        left = [Issue("structure", text) for text in told.left_out]
        left += [Issue("informational", text, "information") for text in told.no_record]
        return Page(tuple(found), None, (*issues, *left), tuple(told.unmapped))

    async def served_in_turns(self, resources: list[Resource], issues: tuple[Issue, ...]) -> Page:
        """As `served`, of many: other requests go on meanwhile."""
        pages = []
        for at in range(0, len(resources), AT_ONCE):
            pages.append(self.served(resources[at : at + AT_ONCE]))
            await asyncio.sleep(0)
        told = dict.fromkeys([*issues, *(issue for page in pages for issue in page.issues)])
        found = tuple(one for page in pages for one in page.resources)
        return Page(found, None, tuple(told), tuple(one for page in pages for one in page.unmapped))

    def _alarm(self, type_: str) -> None:
        """A record of another practice among ours: that must not happen, and is looked into."""
        connection = self.connection
        where = {"tenant": connection.tenant, "practice": connection.practice, "connection": connection.key}
        LOG.error("ehr.foreign_record", type=type_, **where)

    def repaired(self, resource: Resource) -> Resource | None:
        """The record as its quirks leave it, with the EHR's own ids."""
        return self.dialect.repairs.repaired(resource, self.standing, Told())

    async def _kept(self, call: Call, path: str, fetch: Any) -> Any:
        if self.settings.cache_seconds <= 0:
            return (await fetch())[0]
        named = (self.connection.tenant, self.connection.practice, self.connection.key, call.identity, path)
        return await self.upstream.shared(call, "\\n".join(named), self.settings.cache_seconds, fetch, fresh=call.fresh)

    async def _posted(self, call: Call, type_: str, query: str) -> Reply:
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        path = f"{self.settings.root}/{type_}/_search"
        return await self._sent(call, "POST", path, f"POST /{type_}/_search", headers, query.encode())

    async def _sent(
        self, call: Call, method: str, path: str, operation: str, headers: Mapping[str, str], content: bytes | None
    ) -> Reply:
        credentials = await self.credentials.of(call)
        how: dict[str, Any] = {"operation": operation, "headers": headers, "content": content}
        how["transient"] = self.dialect.transient
        try:
            if credentials is None:
                return await self.upstream.send(call, method, path, **how)
            tokens = self.upstream.tokens
            return await tokens.send(self.upstream, credentials, call, method, path, params={}, **how)
        except Redirected as redirected:
            return redirected.reply


def _number(reply: Reply) -> str | None:
    """What the EHR's operators find the request by, where it says so in a form that can be no patient's data."""
    told = reply.headers.get("x-request-id", "")
    return told if _REQUEST.fullmatch(told) else None


def _ready(resource: Resource, size: int) -> Callable[[], Awaitable[tuple[Resource, int]]]:
    async def fetch() -> tuple[Resource, int]:
        return resource, size

    return fetch


async def at_once(*waiting: Any) -> list[Any]:
    """All of some awaitables; where one fails the others are given up."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
