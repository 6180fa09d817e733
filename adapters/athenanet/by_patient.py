"""Types whose local ids carry their patient: functions that give a patient's resources serve both read and search.

A type may have several sources, such as vital signs, laboratory results and social history for Observation. Each names
the kinds of ids that it makes, and the category that all of its resources have, so that only those are asked which
could have what is wanted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from adapters.athenanet.answers import NotGranted, NotOffered
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.contract import Call, Handler, Issue, Page
from adapters.query import Clause, Query, TokenValue
from capability.issues import Invalid, TooCostly
from mappings.athena import ids

OfPatient = Callable[[AthenaNet, Call, str, Query], Awaitable[Page]]
"""(ehr, call, patientid, query) -> everything the query could want of that patient."""

OfId = Callable[[AthenaNet, Call, tuple[str, ...]], Awaitable[Page]]
"""(ehr, call, keys of the id) -> the one resource, and perhaps others; a Page without it where there is none."""

Work = Callable[[], Awaitable[Page]]

PATIENTS = 100
"""Patients one query may name."""

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Source:
    """`kinds`     kinds of local ids (mappings.athena.ids) of what it gives
    `of_patient`  a patient's resources
    `of_id`       one resource by its id, where athenaNet can give one by itself; else the patient's are looked through
    `categories`  (system, code) of every category that its resources may have; empty where they have none
    """

    kinds: frozenset[str]
    of_patient: OfPatient
    of_id: OfId | None = None
    categories: tuple[tuple[str, str], ...] = ()

    def could_have(self, query: Query) -> bool:
        return not self.categories or all(
            any(could_be((clause,), *category) for category in self.categories) for clause in query.named("category")
        )


def source(
    kinds: str,
    of_patient: OfPatient,
    *,
    of_id: OfId | None = None,
    category: tuple[str, str] | None = None,
    categories: tuple[tuple[str, str], ...] = (),
) -> Source:
    """`kinds` separated by blanks; `category` where there is but one."""
    return Source(frozenset(kinds.split()), of_patient, of_id, (category,) if category else categories)


def search(*sources: Source) -> Handler[AthenaNet]:
    """Search by `patient` or `_id`. Raises: Invalid without either, TooCostly for too many patients."""

    async def handler(ehr: AthenaNet, call: Call, query: Query) -> Page:
        named = {name for name in ("patient", "_id") if query.ids(name) is not None}
        listed = query.ids("_id")
        if listed is not None and query.ids("patient") is None:
            page = await _by_ids(ehr, call, query.type, listed, sources)
        else:
            wanted = _of_kinds(sources, listed)
            page = await _of_all(ehr, call, query, patients_of(query), [one for one in wanted if one.could_have(query)])
        return replace(page, applied=page.applied | named)

    return handler


def read(*sources: Source) -> Handler[AthenaNet]:
    """Read by id: of the source itself, or by asking each of the patient's charts and looking for the id there. The
    patient in an id is where to look, never a proof that the record is hers."""

    async def handler(ehr: AthenaNet, call: Call, query: Query) -> Page:
        page = await _by_ids(ehr, call, query.type, (query.id,) if query.id else (), sources)
        return replace(page, resources=tuple(one for one in page.resources if one["id"] == query.id))

    return handler


def _of_kinds(sources: Iterable[Source], local_ids: Iterable[str] | None) -> list[Source]:
    """Those that make such ids; all where no id is named."""
    if local_ids is None:
        return list(sources)
    kinds = {ids.parse(one).kind for one in local_ids if ids.types_of(one)}
    return [one for one in sources if one.kinds & kinds]


async def _by_ids(
    ehr: AthenaNet, call: Call, type_: str, local_ids: tuple[str, ...], sources: Iterable[Source]
) -> Page:
    """What has these ids, and perhaps more."""
    known = [ids.parse(one) for one in dict.fromkeys(local_ids) if _patients((one,))]
    _not_too_many({one.keys[0] for one in known})
    works: list[Work] = []
    for one in sources:
        own = [each for each in known if each.kind in one.kinds]
        if one.of_id is not None:
            works += [partial(one.of_id, ehr, call, each.keys) for each in own]
        else:
            patients = dict.fromkeys(each.keys[0] for each in own)
            works += [partial(one.of_patient, ehr, call, patient, Query(type_)) for patient in patients]
    return await _merged(works)


async def _of_all(
    ehr: AthenaNet, call: Call, query: Query, patients: tuple[str, ...], sources: Iterable[Source]
) -> Page:
    """One source of several that the EHR does not offer, or not to us, keeps nothing back of the others: that it is
    missing is told.

    Raises: NotOffered or NotGranted where there is none of them.
    """
    _not_too_many(patients)
    missing: list[NotOffered | NotGranted] = []
    works = [
        partial(_told, missing, query.type, one, partial(one.of_patient, ehr, call, patient, query))
        for patient in patients
        for one in sources
    ]
    page = await _merged(works)
    if missing and len(missing) == len(works):
        raise missing[0]
    return page


async def _told(missing: list[NotOffered | NotGranted], type_: str, one: Source, work: Work) -> Page:
    try:
        return await work()
    except (NotOffered, NotGranted) as exc:
        missing.append(exc)
        code, does = ("not-supported", "offer") if isinstance(exc, NotOffered) else ("forbidden", "grant us")
        kinds = ", ".join(sorted(one.kinds))
        return Page(issues=(Issue(code, f"the EHR does not {does} some of {type_} ({kinds}); it is missing"),))


def _not_too_many(patients: Collection[str]) -> None:
    if len(patients) > PATIENTS:
        raise TooCostly(f"a search may name {PATIENTS} patients; split it")


async def _merged(works: Sequence[Work]) -> Page:
    pages: list[Page] = []
    for begin in range(0, len(works), AT_ONCE):
        pages += await together(_awaited(work()) for work in works[begin : begin + AT_ONCE])
    return Page.merged(pages)


async def _awaited(page: Awaitable[Page]) -> Page:
    return await page


def patients_of(query: Query) -> tuple[str, ...]:
    """patientids that `patient` and `_id` leave; empty where they contradict each other. Raises: Invalid."""
    named, listed = query.ids("patient"), query.ids("_id")
    if named is None and listed is None:
        raise Invalid(f"a search of {query.type} needs `patient` or `_id`", parameter="patient")
    wanted = _patients(named) if named is not None else None
    carried = _patients(listed) if listed is not None else None
    if wanted is None or carried is None:
        return wanted if wanted is not None else carried or ()
    return tuple(patient for patient in wanted if patient in carried)


def _patients(local_ids: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(ids.patient_of(one) for one in local_ids)
    return tuple(patient for patient in found if patient is not None and is_athena_id(patient))


def could_be(clauses: Iterable[Clause], system: str, code: str) -> bool:
    """Whether a resource whose only concept is `system|code` may pass token clauses such as those on `category`.

    A clause with a modifier is left to the facade.
    """
    return all(
        clause.modifier is not None
        or any(
            not isinstance(value, TokenValue) or (value.system in (None, system) and value.code in (None, code))
            for value in clause.values
        )
        for clause in clauses
    )
