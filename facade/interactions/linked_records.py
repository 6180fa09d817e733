"""The records of one person in several practices, along the confirmed links of a Patient: never along a likeness."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.contract import Issue
from capability.issues import EHRError, Forbidden, NotFound, Overloaded
from facade.interactions.asking import Asking
from facade.interactions.linked import followed
from facade.interactions.patient_record import PatientRecord, Wanted, check_size, patient_record
from facade.interactions.read import read_one
from facade.tenancy.configuration import Limits


async def linked_record(asking: Asking, wanted: Wanted, limits: Limits) -> PatientRecord:
    """The patient's own record, then those of the same person elsewhere in the order of the links, all read at once.

    Of another practice only what the principal may see there; where it fails, an issue says so. Raises as
    `patient_record` of the patient's own; Overloaded where another failed and the caller wants all or nothing.
    """
    own, elsewhere = await asyncio.gather(
        patient_record(asking, wanted, limits), _elsewhere(asking, wanted, limits), return_exceptions=True
    )
    if isinstance(own, BaseException):
        raise own
    if isinstance(elsewhere, BaseException):
        raise elsewhere
    own.add(elsewhere)
    check_size(own, limits)
    return own


async def _elsewhere(asking: Asking, wanted: Wanted, limits: Limits) -> PatientRecord:
    patient, _ = await read_one(asking, "Patient", wanted.patient)
    ids = followed(asking, patient)
    answers = await asyncio.gather(
        *(patient_record(asking, replace(wanted, patient=id_), limits, strict=False) for id_ in ids),
        return_exceptions=True,
    )
    together = PatientRecord()
    failed: list[str] = []
    for id_, answer in zip(ids, answers, strict=True):
        practice = id_.partition(".")[0]
        if isinstance(answer, PatientRecord):
            together.add(answer)
        elif isinstance(answer, EHRError):
            failed.append(practice)
            text = f"practice {practice} did not answer and its part of the record is missing: {answer.text}"
            together.issues.append(Issue(answer.issue_code, text))
        elif not isinstance(answer, Forbidden | NotFound):
            raise answer
    if failed and asking.refuse_partial:
        names = ", ".join(failed)
        raise Overloaded(f"no answer from: {names}; try again, or allow partial answers", headers={"Retry-After": "5"})
    together.failed = together.failed or bool(failed)
    return together
