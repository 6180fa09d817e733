"""The report: each must-support element of what an adapter serves, whether it is supplied, and from where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.contract import Adapter
from capability import uscore
from capability.uscore.evidence import excuse
from facade.mapping_report.asking import PROVENANCE, Answer, Asked
from facade.mapping_report.evidence import UNPROFILED, Profiles, Rows, Seen, Spot, seen
from facade.mapping_report.sources import Sources, chosen, find

SUPPLIED, DERIVED, CONSTANT, ABSENT = "supplied", "derived", "constant", "absent"
STATUSES = {
    SUPPLIED: "a value of it stands in a field of the EHR as it is, or as the same date or number",
    DERIVED: "made from fields of the EHR, or from what was asked for: by a code table, a rule, or several of them",
    CONSTANT: "the same in every resource, whatever the EHR says",
    ABSENT: "in no resource; what only says why it is not known counts as absent",
}

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One element. `of` resources of the profile there are, `present` of them have it, `reasons` say why they have not.

    `sources`: upstream operation -> names of the fields that the element changes with. `instead`: the element that was
    seen and makes up for this one. `must_support` False: the element is mandatory only.
    """

    element: str
    status: str
    must_support: bool
    present: int
    of: int
    reasons: int
    sources: Mapping[str, tuple[str, ...]]
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One type and profile; `profile` is empty for a type that US Core has no profile for."""

    type: str
    profile: str
    resources: int
    lines: tuple[Line, ...]

    def absent(self) -> tuple[str, ...]:
        """Must-support elements that nothing has and nothing makes up for."""
        return tuple(
            one.element for one in self.lines if one.status == ABSENT and one.must_support and one.instead is None
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What one adapter supplies, over `people` of its sandbox's first practice. `passes_through`: it hands on the EHR's
    own FHIR, of which there is nothing to find out; it has no sections."""

    adapter: str
    us_core: str
    people: int
    sections: tuple[Section, ...]
    passes_through: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "adapter": self.adapter,
            "us_core": self.us_core,
            "people": self.people,
            "passes_through": self.passes_through,
            "profiles": [
                {
                    "type": section.type,
                    "profile": section.profile or None,
                    "resources": section.resources,
                    "elements": [_document(line) for line in section.lines],
                }
                for section in self.sections
            ],
        }


def _document(line: Line) -> dict[str, Any]:
    return {
        "element": line.element,
        "status": line.status,
        "must_support": line.must_support,
        "present": line.present,
        "of": line.of,
        "absent_with_reason": line.reasons,
        "instead": line.instead,
        "sources": [{"operation": operation, "fields": list(names)} for operation, names in line.sources.items()],
    }


async def mapping_report(
    adapter: Adapter[Any], *, people: int, us_core: str, told: Told = lambda what: None, sources: bool = True
) -> Report:
    """Runs `adapter` over its sandbox and takes its answers apart. `told` hears what is at work.

    Without `sources` no dependence is looked for: then only what is absent is right of the statuses. Of an adapter that
    passes FHIR on nothing is asked. Raises ValueError for an adapter without a sandbox and for an unknown edition.
    """
    if adapter.passes_through:
        return Report(adapter.name, us_core, 0, (), passes_through=True)
    profiles = Profiles(uscore.edition(us_core))
    asked = Asked(adapter, size=people, us_core=us_core)
    try:
        answers = await asked.population(lambda type_: told(f"asking for {type_}"))
        sights, counts = seen(_each_once(answers), profiles)
        found = Sources(used=Counter((each.query.type, key) for each in answers for key in each.documents))
        for at, answer in enumerate(picked := chosen(answers, profiles, sights) if sources else []):
            told(f"taking answers apart: {answer.query.type}, {at + 1} of {len(picked)}")
            await find(asked, answer, profiles, found)
    finally:
        await asked.close()
    wanted = dict.fromkeys([*_declared(adapter, profiles), *sorted(counts)])
    sections = tuple(
        _section(profiles.rows(type_, profile), counts.get((type_, profile), 0), sights, found)
        for type_, profile in sorted(wanted)
    )
    return Report(adapter.name, us_core, people, sections)


def _each_once(answers: list[Answer]) -> list[dict[str, Any]]:
    return list({(one["resourceType"], one["id"]): one for answer in answers for one in answer.resources}.values())


def _declared(adapter: Adapter[Any], profiles: Profiles) -> list[tuple[str, str]]:
    """What the adapter says that it serves."""
    names = [(one.type, name) for one in adapter.supports() for name in one.profiles]
    if adapter.derives_provenance:
        names.append((PROVENANCE, "us-core-provenance"))
    return [(type_, name) for type_, name in names if profiles.edition.profile(name) is not None]


def _section(rows: Rows, count: int, sights: Mapping[Spot, Seen], found: Sources) -> Section:
    there = {id_ for id_ in rows.shown if sights.get((rows.type, rows.profile, id_), Seen()).present}
    lines = tuple(
        _line(rows, id_, count, sights.get((rows.type, rows.profile, id_), Seen()), found, there) for id_ in rows.shown
    )
    return Section(rows.type, rows.profile, count, lines)


def _line(rows: Rows, id_: str, count: int, sight: Seen, found: Sources, there: set[str]) -> Line:
    spot = (rows.type, rows.profile, id_)
    by_operation: dict[str, list[str]] = defaultdict(list)
    for field in found.fields.get(spot, ()) if sight.present else ():
        by_operation[field.operation].append(field.name)
    row = rows.elements[id_]
    return Line(
        element=id_,
        status=_status(spot, sight, found),
        must_support=row.must_support or row.uscdi or rows.profile == UNPROFILED,
        present=sight.present,
        of=count,
        reasons=sight.reasons,
        sources={name: tuple(sorted(fields)) for name, fields in sorted(by_operation.items())},
        instead=None if id_ in there else excuse(id_, there, rows.elements),
    )


def _status(spot: Spot, sight: Seen, found: Sources) -> str:
    if not sight.present:
        return ABSENT
    if spot in found.verbatim:
        return SUPPLIED
    return CONSTANT if not found.fields.get(spot) and len(sight.values) == 1 else DERIVED
