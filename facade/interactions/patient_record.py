"""A patient with what is in the patient's compartment, whole: what $everything is cut from.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from adapters.contract import Issue
from adapters.query import DateValue, Query
from capability.compartment import COMPARTMENT
from capability.issues import EHRError, Forbidden, Overloaded, TooCostly
from facade.interactions.asking import Asking
from facade.interactions.care_dates import Care, within
from facade.interactions.fanout import Gathered, gather
from facade.interactions.identity import split
from facade.interactions.match.spans import instants
from facade.interactions.read import read_one
from facade.interactions.searchset import of_patient
from facade.interactions.turns import turns
from facade.policy.admit import admit
from facade.policy.release import Released
from facade.principal import Practice
from facade.tenancy.configuration import Limits
from mappings.mapped import Origin

AT_ONCE = 6  # types asked for at the same time
NARROW = "narrow it with _type, start and end"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`types`  those named, None when none was; `since` leaves out what is known not to have changed since"""

    patient: str
    types: frozenset[str] | None = None
    care: Care = field(default_factory=Care)
    since: DateValue | None = None

    def gives(self, type_: str) -> bool:
        return self.types is None or type_ in self.types


@dataclass(slots=True)
class PatientRecord:
    """Released and not stamped yet: the Patient, then by type and id. `failed`: a part is missing, as `issues` tell.

    `origins` as in `Gathered`.
    """

    resources: list[Released] = field(default_factory=list)
    origins: dict[str, dict[str, Origin]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    failed: bool = False

    def add(self, other: PatientRecord) -> None:
        """Puts a record of another practice behind this one."""
        self.resources += other.resources
        self.origins.update(other.origins)
        self.issues += other.issues
        self.failed = self.failed or other.failed


async def patient_record(asking: Asking, wanted: Wanted, limits: Limits, *, strict: bool = True) -> PatientRecord:
    """The record as far as it is needed for `wanted`, whose types are offered.

    A type that the principal may not see is left out. Raises Forbidden where it was named, if `strict`; NotFound,
    TooCostly, EHRError where nothing came; Overloaded where a part didn't and the caller wants all or nothing.
    """
    patient, origin = await read_one(asking, "Patient", wanted.patient)
    key, local = split(wanted.patient) or ("", "")
    practice = asking.base.sources[key].practice
    if strict:
        _admit_named(asking, wanted, practice, local)
    found = await _compartment(asking, wanted, limits)
    _refuse_partial(asking, found)
    record = PatientRecord()
    if origin is not None:
        record.origins[key] = {f"Patient/{patient['id']}": origin}
    await _take(asking, wanted, record, "Patient", [patient])
    for type_, answer in found.items():
        if isinstance(answer, EHRError):
            record.failed = True
            text = f"{type_} of practice {key} did not come and is missing: {answer.text}"
            record.issues.append(Issue(answer.issue_code, text))
        else:
            record.issues += answer.issues
            record.failed = record.failed or not answer.complete
            record.origins.setdefault(key, {}).update(answer.origins.get(key, {}))
            await _take(asking, wanted, record, type_, answer.matches)
    check_size(record, limits)
    return record


def check_size(record: PatientRecord, limits: Limits) -> None:
    """Raises TooCostly where it has more resources than may be read for one answer."""
    if len(record.resources) > limits.rows_max:
        raise TooCostly(f"$everything finds more than {limits.rows_max} resources; {NARROW}")


def _admit_named(asking: Asking, wanted: Wanted, practice: Practice, local: str) -> None:
    """Raises Forbidden where a type was named that the principal may not see."""
    for type_ in sorted(wanted.types or ()):
        query = of_patient(type_, wanted.patient) if type_ in COMPARTMENT else Query(type_, id=local)
        parameters = asking.base.declared[type_].parameters
        admit(asking.base.tenant.policy, query, asking.principal, practice, parameters)


async def _compartment(asking: Asking, wanted: Wanted, limits: Limits) -> Mapping[str, Gathered | EHRError]:
    """What each type of the compartment gives, by name: all of them where something is wanted that they refer to."""
    held = sorted(type_ for type_, row in asking.base.declared.items() if row.compartment)
    if wanted.types is not None and wanted.types <= {"Patient", *held}:
        held = [type_ for type_ in held if type_ in wanted.types]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(type_: str) -> Gathered:
        async with gate:
            query = of_patient(type_, wanted.patient)
            return await gather(asking, query, limits, most=limits.rows_max, what="$everything")

    answers = await asyncio.gather(*(one(type_) for type_ in held), return_exceptions=True)
    found: dict[str, Gathered | EHRError] = {}
    for type_, answer in zip(held, answers, strict=True):
        if isinstance(answer, Gathered | EHRError):
            found[type_] = answer
        elif isinstance(answer, TooCostly):
            raise TooCostly(f"$everything reads more {type_} than it may; {NARROW}") from answer
        elif not isinstance(answer, Forbidden):  # what was named has been admitted before
            raise answer
    return found


def _refuse_partial(asking: Asking, found: Mapping[str, Gathered | EHRError]) -> None:
    failed = {type_: answer for type_, answer in found.items() if isinstance(answer, EHRError)}
    if failed and len(failed) == len(found):
        raise next(iter(failed.values()))
    if failed and asking.refuse_partial:
        names = ", ".join(failed)
        raise Overloaded(f"missing: {names}; try again, or allow partial answers", headers={"Retry-After": "5"})


async def _take(asking: Asking, wanted: Wanted, record: PatientRecord, type_: str, found: Sequence[Released]) -> None:
    """Adds those of one type that `_since`, `start` and `end` leave, by id."""
    (key, _) = split(wanted.patient) or ("", "")
    zone = asking.base.sources[key].practice.zone
    undated = unstamped = False
    async for some in turns(sorted(found, key=_id), asking.call.deadline):
        kept, without = within(some, type_, wanted.care, asking.base.matcher, zone)
        undated = undated or without
        if wanted.since is not None:
            changed = [_changed(one, wanted.since, zone) for one in kept]
            unstamped = unstamped or None in changed
            kept = [one for one, has in zip(kept, changed, strict=True) if has is not False]
        record.resources += kept
    if not wanted.gives(type_):
        return
    if undated:
        record.issues.append(_kept(f"{type_} without a date of care was kept, whatever start and end say"))
    if unstamped:
        record.issues.append(_kept(f"{type_} of which no time of change is known was kept, whatever _since says"))


def _changed(resource: Released, since: DateValue, zone: ZoneInfo) -> bool | None:
    """Whether it changed at or after `since`; None where the source doesn't say."""
    try:
        _, until = instants(resource.get("meta", {}).get("lastUpdated", ""), zone)
    except ValueError:
        return None
    return until > (since.low if since.zoned else instants(since.text, zone)[0])


def _kept(text: str) -> Issue:
    return Issue("informational", text, "information")


def _id(resource: Released) -> str:
    return str(resource["id"])
