"""AthenaNet: one practice's bound client."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.athenanet import answers
from adapters.athenanet.settings import AthenaNetSettings
from adapters.contract import Call, Connection, UpstreamCall
from adapters.oauth import secret_basic
from adapters.pace import Limits
from adapters.upstream import Reply, Upstreams
from capability.issues import EHRCredentials, EHRInvalid, EHRUnavailable, TooCostly
from mappings.athenanet import practitioner
from mappings.athenanet.practice import Practice, chart_system
from mappings.athenanet.scalars import as_id, as_record, as_str
from mappings.mapped import Record

T = TypeVar("T")

TOKEN_PATH = "/oauth2/v1/token"  # noqa: S105  # a path, not a secret
NOTHING: Mapping[str, str] = MappingProxyType({})

PARSED = 8
"""Bytes a parsed document takes for each byte of its JSON, about."""

DIRECTORY_ROWS = "500"

READINGS = 3
"""How often a list that changes while it is paged is begun anew."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A patient's chart: the chart sharing group, and a department through which it is asked for."""

    group: str
    departmentid: str


class Listed(NamedTuple):
    """What one of a patient's charts lists. `tags` are the Codings that say which chart it is."""

    rows: list[Any]
    envelope: Any
    tags: tuple[dict[str, str], ...]


def connect(connection: Connection, upstreams: Upstreams) -> AthenaNet:
    """The client of one connection; no I/O."""
    settings = connection.settings
    if not isinstance(settings, AthenaNetSettings):
        raise TypeError("these are not athenaNet settings")
    return AthenaNet(connection, settings, upstreams)


async def together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all, run at once and in their order; the first error ends the others and is raised itself."""
    waiting = list(works)
    if len(waiting) == 1:
        return [await waiting[0]]
    tasks: list[asyncio.Task[T]] = []
    failure: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in waiting]
    except BaseExceptionGroup as failures:
        failure = failures.exceptions[0]
    if failure is not None:
        raise failure  # out here it keeps its own cause
    return [task.result() for task in tasks]


def is_athena_id(key: str) -> bool:
    """Whether `key` is spelled as athenaNet spells an id ([assumed]: digits, no leading zero, and 0 stands for none),
    so that no record has two ids and no call is spent on what can't be one."""
    return key.isascii() and key.isdigit() and len(key) <= 18 and key[0] != "0"


class AthenaNet:
    """GETs of one practice, cached below policy; keys of the cache carry who asks."""

    def __init__(self, connection: Connection, settings: AthenaNetSettings, upstreams: Upstreams) -> None:
        self.settings = settings
        self._us_core = connection.us_core
        self._overrides = settings.concepts
        self._upstream = upstreams.to(
            connection,
            settings.origin,
            requests_per_second=settings.per_second,
            limits=Limits(connections=settings.connections, read=settings.read_seconds),
        )
        self._credentials = secret_basic(
            connection.tenant,
            settings.origin,
            TOKEN_PATH,
            settings.client_id,
            settings.client_secret.get_secret_value(),
            settings.scope,
        )
        self._root = f"/v1/{settings.practiceid}"
        self._scope = (connection.tenant, connection.practice, connection.key, settings.origin)

    async def document(
        self, call: Call, template: str, params: Mapping[str, str] = NOTHING, *, ttl: float, **keys: str
    ) -> Any:
        """The document at `template` under the practice, `{key}` filled in; None where there is no such record.

        Shared with whoever else asks: not to be changed. Raises: EHRError.
        """
        path = self._root + template.format_map({name: quote(key, safe="") for name, key in keys.items()})
        return await self._kept(call, f"GET {template}", path, params, ttl)

    async def file(self, call: Call, template: str, params: Mapping[str, str] = NOTHING, **keys: str) -> Reply | None:
        """The answer at `template` as it came, of an endpoint that gives a file; None where there is no such file.

        Not kept: a file is large, and asked for once. Raises: EHRError.
        """
        path = self._root + template.format_map({name: quote(key, safe="") for name, key in keys.items()})
        reply = await self._upstream.tokens.send(
            self._upstream,
            self._credentials,
            call,
            "GET",
            path,
            operation=f"GET {template}",
            params=params,
            headers={"Accept": "*/*"},
        )
        if reply.status != 200:
            try:
                answers.document(reply)  # raises whatever that status means
            except answers.NoSuchRecord:
                return None
        return reply

    async def rows(
        self, call: Call, template: str, key: str, params: Mapping[str, str] = NOTHING, *, ttl: float, **keys: str
    ) -> tuple[list[Any], Any] | None:
        """All rows of the list `key`, and its first envelope; None where there is no such record.

        `next` is followed verbatim, on this path only. A list that changes while it is paged lets a row slip between
        two pages: it is read again. Raises: EHRError; TooCostly beyond the row cap.
        """
        envelope = await self.document(call, template, params, ttl=ttl, **keys)
        for _ in range(READINGS):
            if envelope is None:
                return None
            if answers.following(envelope) is None:
                return answers.rows(envelope, key), envelope
            found = await self._followed(call, template, key, envelope, ttl, keys)
            again = await self.document(replace(call, fresh=True), template, params, ttl=ttl, **keys)
            if again == envelope:
                return found, envelope
            call, envelope = replace(call, fresh=True), again
        raise EHRUnavailable("the EHR's list changes while it is read; try again")

    async def _followed(
        self, call: Call, template: str, key: str, envelope: Any, ttl: float, keys: Mapping[str, str]
    ) -> list[Any]:
        """The rows of `envelope` and of all pages behind it."""
        path = self._root + template.format_map({name: quote(value, safe="") for name, value in keys.items()})
        found = answers.rows(envelope, key)
        link, followed = answers.following(envelope), set[str]()
        while link is not None:
            if link.partition("?")[0].lower() != path.lower() or link in followed:
                raise EHRInvalid("the EHR named a next page that is not followed")
            if len(found) >= self.settings.row_cap:
                raise TooCostly(f"the EHR lists more than {self.settings.row_cap} records for this; narrow the search")
            followed.add(link)
            page = await self._kept(call, f"GET {template}", link, NOTHING, ttl)
            found = [*found, *answers.rows(page, key)]
            link = answers.following(page)
        return found

    async def _kept(self, call: Call, operation: str, path: str, params: Mapping[str, str], ttl: float) -> Any:
        key = "\n".join((*self._scope, call.identity, path, urlencode(params)))
        led = False

        async def fetch() -> tuple[Any, int]:
            nonlocal led
            led = True
            reply = await self._upstream.tokens.send(
                self._upstream, self._credentials, call, "GET", path, operation=operation, params=params, headers={}
            )
            return answers.document(reply), len(reply.content) * PARSED

        try:
            found = await self._upstream.shared(call, key, ttl, fetch, fresh=call.fresh)
        except answers.NoSuchRecord:
            return None
        if not led:
            call.made.append(UpstreamCall(self._scope[1], self._scope[2], operation, 200, 0.0, cached=True))
        return found

    # --- the practice -----------------------------------------------------------------------------------------------

    async def departments(self, call: Call) -> list[Any]:
        """Every department, those hidden from the portal included."""
        params = {"showalldepartments": "true", "limit": DIRECTORY_ROWS}
        return await self._listed(call, "/departments", "departments", params, "departmentid")

    async def department_ids(self, call: Call) -> list[str]:
        """The id of every department, for what is asked of each of them. Raises: EHRInvalid where one cannot be read:
        what was left out with it would be missed by nobody."""
        found = [answers.text(record, "departmentid") or "" for record in await self.departments(call)]
        if not all(map(is_athena_id, found)):
            raise EHRInvalid(answers.UNREADABLE)
        return found

    async def providers(self, call: Call) -> list[Any]:
        """Every provider, machines and rooms and those who have left included: records go on naming them."""
        params = {"showdeletedproviders": "true", "limit": DIRECTORY_ROWS}
        return await self._listed(call, "/providers", "providers", params, "providerid")

    async def practice_record(self, call: Call) -> Record | None:
        """What `practiceinfo` says about this practice."""
        listed = await self._listed(call, "/practiceinfo", "practiceinfo", NOTHING, "practiceid")
        return next((row for row in listed if as_str(row.get("practiceid")) == self.settings.practiceid), None)

    async def _listed(
        self, call: Call, template: str, key: str, params: Mapping[str, str], identifier: str
    ) -> list[Any]:
        found = await self.rows(call, template, key, params, ttl=self.settings.cache_seconds.directory)
        if found is None:
            raise EHRInvalid(answers.UNREADABLE)
        return list(answers.once(found[0], identifier))

    async def practice(self, call: Call) -> Practice:
        """What mappings have to know about the practice; kept with its directory.

        Even a request for fresh answers takes it from the cache: it asks for the patient's data, not for the
        department's time zone. Nearly always there, so handlers ask for it first and not beside their own calls:
        that would cost each of them two tasks (25 µs) to save one round trip in some minutes.
        """
        key = "\n".join((*self._scope, call.identity, "practice"))
        stale_is_fine = _unhurried(call)

        async def fetch() -> tuple[Practice, int]:
            departments, providers = await together((self.departments(stale_is_fine), self.providers(stale_is_fine)))
            return self._practice(departments, providers), 200 * (len(departments) + len(providers))

        found: Practice = await self._upstream.shared(call, key, self.settings.cache_seconds.directory, fetch)
        return found

    async def configuration(self, call: Call, template: str) -> Any:
        """What the practice configured, kept with its directory and as little asked for anew; None where it shows us
        none: a practice may keep its configuration from an app that may read its charts."""
        try:
            return await self.document(_unhurried(call), template, ttl=self.settings.cache_seconds.directory)
        except (EHRCredentials, EHRInvalid):
            return None

    def _practice(self, departments: list[Any], providers: list[Any]) -> Practice:
        places, staff = _by_id(departments, "departmentid"), _by_id(providers, "providerid")
        people = {key: record for key, record in staff.items() if practitioner.is_person(record)}
        zones = {key: _zone(record.get("timezonename")) for key, record in places.items()}
        usernames: dict[str, list[str]] = {}
        for key, record in people.items():
            if name := _text(record.get("providerusername")):
                usernames.setdefault(name, []).append(key)
        return Practice(
            self.settings.practiceid,
            zones={key: zone for key, zone in zones.items() if zone is not None},
            usernames={name: tuple(sorted(keys, key=lambda key: (len(key), key))) for name, keys in usernames.items()},
            nonpersons=frozenset(staff.keys() - people.keys()),
            birth_sex_from_sex=self.settings.birth_sex_from_sex,
            best_match_icd10=self.settings.best_match_icd10,
            us_core=self._us_core,
            overrides=self._overrides,
        )

    # --- patients and their charts ----------------------------------------------------------------------------------

    @property
    def patient_flags(self) -> dict[str, str]:
        """What is asked for with every patient, so that a read and a search give the same resource."""
        flags = {"showpreviouspatientids": "true"}
        return {**flags, "showfullssn": "true"} if self.settings.show_full_ssn else flags

    async def patient(self, call: Call, patientid: str) -> Record | None:
        """The patient, or the one it was merged into; None where there is neither."""
        if not is_athena_id(patientid):
            return None
        ttl = self.settings.cache_seconds.patient
        found = await self.document(call, "/patients/{patientid}", self.patient_flags, ttl=ttl, patientid=patientid)
        return None if found is None else answers.one(found)

    async def living(self, call: Call, patientid: str) -> Record | None:
        """The patient, None where athenaNet hides it from us or has merged it into another: what belongs to such an id
        is not given either. For calls that name a patient and no chart."""
        record = await self.patient(call, patientid)
        return record if record is not None and as_id(record.get("patientid")) == patientid else None

    async def charts(self, call: Call, patientid: str) -> tuple[Chart, ...]:
        """The patient's charts, one for each chart sharing group.

        Empty for an unknown patient, for one that athenaNet hides from us (restricted: whether its charts are hidden
        as well is not documented, so who may not see the patient does not see them), and for one merged into another.
        """
        if not is_athena_id(patientid):
            return ()
        ttl = self.settings.cache_seconds.chartlist
        listed = self.document(call, "/chart/{patientid}/patientchartlist", ttl=ttl, patientid=patientid)
        record, found = await together((self.living(call, patientid), listed))
        if record is None or found is None:
            return ()
        charts = {
            group: Chart(group, as_id(row.get("sampledepartmentid")))
            for row in map(as_record, answers.rows(found, "chartlist"))
            if (group := as_id(row.get("chartsharinggroupid")))
        }
        return tuple(charts.values()) or _fallback(record)

    async def each_chart(
        self, call: Call, patientid: str, template: str, key: str, params: Mapping[str, str] = NOTHING, **keys: str
    ) -> list[Listed]:
        """For each of the patient's charts, at once: the rows of list `key`, and the envelope they came in."""
        charts = await self.charts(call, patientid)
        ttl = self.settings.cache_seconds.chart
        found = await together(
            self.rows(
                call,
                template,
                key,
                {**params, "departmentid": chart.departmentid},
                ttl=ttl,
                patientid=patientid,
                **keys,
            )
            for chart in charts
        )
        asked = zip(charts, found, strict=True)
        return [Listed(*one, self.tags(chart)) for chart, one in asked if one is not None]

    async def chart_of(self, call: Call, patientid: str, departmentid: str | None) -> Chart | None:
        """The patient's chart that the department shares; None where there is none of hers there.

        Without a department it is the only chart, where there is but one.
        """
        charts = await self.charts(call, patientid)
        if departmentid is None or not any(chart.group for chart in charts):
            return charts[0] if len(charts) == 1 else None
        place = _by_id(await self.departments(_unhurried(call)), "departmentid").get(departmentid, {})
        group = _text(place.get("chartsharinggroupid"))
        return next((chart for chart in charts if chart.group == group), None)

    def tags(self, chart: Chart) -> tuple[dict[str, str], ...]:
        """The Codings that say which chart a resource was in."""
        if not chart.group:
            return ()
        return ({"system": chart_system(self.settings.practiceid), "code": chart.group},)


def _fallback(patient: Record) -> tuple[Chart, ...]:
    """Where no chart is listed: the department the patient belongs to now, else the one of registration."""
    department = as_str(patient.get("primarydepartmentid")) or as_str(patient.get("departmentid"))
    return (Chart("", department),) if department else ()


def _unhurried(call: Call) -> Call:
    """The same, content with what is kept."""
    return replace(call, fresh=False)


def _by_id(records: list[Any], key: str) -> dict[str, Record]:
    """Records by their id. One that cannot be read is left out: it must not keep the others from being understood."""
    return {
        identifier: record
        for record in records
        if isinstance(record, dict) and (identifier := _text(record.get(key))) is not None
    }


def _text(value: object) -> str | None:
    return as_str(value) if isinstance(value, str | int) else None


def _zone(value: object) -> ZoneInfo | None:
    """A zone by athenaNet's `timezonename`, None for one that no database knows."""
    name = _text(value)
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
