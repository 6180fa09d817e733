"""Types whose local ids carry their patient: one function that gives a patient's resources serves read and search."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.contract import Call, Handler, Page
from adapters.query import Clause, Query, TokenValue
from capability.issues import Invalid, TooCostly
from mappings.athena import ids

OfPatient = Callable[[AthenaNet, Call, str, Query], Awaitable[Page]]
"""(ehr, call, patientid, query) -> everything the query could want of that patient."""

PATIENTS = 100
"""Patients one query may name."""

AT_ONCE = 8


def search(of_patient: OfPatient) -> Handler[AthenaNet]:
    """Search by `patient` or `_id`. Raises: Invalid without either, TooCostly for too many patients."""

    async def handler(ehr: AthenaNet, call: Call, query: Query) -> Page:
        page = await _of_all(ehr, call, query, patients_of(query), of_patient)
        named = {name for name in ("patient", "_id") if query.ids(name) is not None}
        return replace(page, applied=page.applied | named)

    return handler


def read(of_patient: OfPatient) -> Handler[AthenaNet]:
    """Read by asking each of the patient's charts and looking for the id there: the patient in an id is where to
    look, never a proof that the record is hers."""

    async def handler(ehr: AthenaNet, call: Call, query: Query) -> Page:
        page = await _of_all(ehr, call, query, _patients((query.id,) if query.id else ()), of_patient)
        return replace(page, resources=tuple(one for one in page.resources if one["id"] == query.id))

    return handler


async def _of_all(ehr: AthenaNet, call: Call, query: Query, patients: tuple[str, ...], of_patient: OfPatient) -> Page:
    if len(patients) > PATIENTS:
        raise TooCostly(f"a search may name {PATIENTS} patients; split it")
    pages: list[Page] = []
    for begin in range(0, len(patients), AT_ONCE):
        some = patients[begin : begin + AT_ONCE]
        pages += await together(_awaited(of_patient(ehr, call, patient, query)) for patient in some)
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
