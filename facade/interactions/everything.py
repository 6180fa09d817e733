"""Patient/[id]/$everything: the patient, what is in the patient's compartment, and what that refers to.

Always in one order, so that pages cut from it fit together: the Patient, the compartment's types by name and each by
id, with `_linked` then the same of each linked Patient, the Provenance of each in the same order, then what is
referred to in the order of its first mention.
https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.contract import Issue
from capability.declare import BINARY
from capability.issues import NotSupported
from capability.uscore.compartment import PATIENT
from facade.interactions.asking import Asking, Base
from facade.interactions.cursors import Cursor, Position
from facade.interactions.federate import PROVENANCE
from facade.interactions.linked_records import linked_record
from facade.interactions.patient_record import PatientRecord, Wanted, patient_record
from facade.interactions.provenance import provenances, sourced
from facade.interactions.referenced import referenced
from facade.interactions.searchset import Searchset, stamped
from facade.interactions.slices import cut
from facade.interactions.turns import turns
from facade.policy.release import Released
from facade.tenancy.configuration import Limits


@dataclass(frozen=True, slots=True)
class EverythingRequest:
    """`count` is the size of a page, None as configured; `applied` exactly the pairs that were applied.

    `linked`: with what is known of the same person in other practices, by confirmed links.
    """

    wanted: Wanted
    count: int | None = None
    applied: tuple[tuple[str, str], ...] = ()
    linked: bool = False

    @property
    def path(self) -> str:
        return f"Patient/{self.wanted.patient}/$everything"


async def everything(
    asking: Asking, request: EverythingRequest, limits: Limits, resume: Cursor | None = None
) -> Searchset:
    """One page. `total` counts the record and its Provenance, not what they refer to.

    Raises NotSupported for a type that is not offered, Gone where a page can't go on, and as `patient_record`.
    """
    wanted, base = request.wanted, asking.base
    _check_types(base, wanted)
    record = await (linked_record if request.linked else patient_record)(asking, wanted, limits)
    matches = [one for one in record.resources if wanted.gives(one["resourceType"])]
    if wanted.gives(PROVENANCE):
        async for some in turns(record.resources, asking.call.deadline):
            matches += await provenances(asking, some, record.origins)
        # an EHR is asked for its own, at a call for every few targets, where they are named
        if wanted.types is not None:
            told, missing = await sourced(asking, record.resources, record.origins)
            matches += told
            record.issues += missing
            record.failed = record.failed or bool(missing)
    at = (resume.whole if resume is not None else None) or Position()
    count = limits.page_default if request.count is None else request.count
    page, position = cut(matches, at, count) if at.taken + count < len(matches) else ([], None)
    if position is None and count > 0:  # the page reaches what the record refers to
        others, missing = await _others(asking, wanted, record, limits)
        record.issues += missing
        page, position = cut([*matches, *others], at, count)
    total = None if record.failed else resume.total if resume is not None else len(matches)
    following = None
    if position is not None:
        cursor = Cursor(request.path, request.applied, whole=position, total=total)
        following = await base.cursors.seal(cursor, asking.binding)
    referable = _referable(base)
    entries = tuple(
        entry
        for one in page
        for entry in stamped([one], base, "include" if one["resourceType"] in referable else "match")
    )
    return Searchset(entries, tuple(dict.fromkeys(record.issues)), total, following)


async def _others(
    asking: Asking, wanted: Wanted, record: PatientRecord, limits: Limits
) -> tuple[Sequence[Released], list[Issue]]:
    """What the record refers to, as far as its type is wanted."""
    types = _referable(asking.base)
    if wanted.types is not None and not types & wanted.types:
        return [], []
    found, issues = await referenced(asking, record.resources, types, limits)
    return [one for one in found if wanted.gives(one["resourceType"])], issues


def _referable(base: Base) -> frozenset[str]:
    """Types that belong to no patient and can be read: practitioners, organizations, locations, medications, ..."""
    return frozenset(
        type_
        for type_, row in base.declared.items()
        if "read" in row.interactions and type_ not in PATIENT and type_ != BINARY
    )


def _check_types(base: Base, wanted: Wanted) -> None:
    held = {type_ for type_, row in base.declared.items() if row.compartment}
    offered = {"Patient", *held, *_referable(base), *({PROVENANCE} & base.declared.keys())}
    if wanted.types is not None and not wanted.types <= offered:
        raise NotSupported(f"_type takes {', '.join(sorted(offered))} here", parameter="_type")
