"""athenaNet's vital readings -> acts of measuring: what was taken together, in whatever lists it came.

Source  `vitals` of GET /v1/{practiceid}/chart/{patientid}/vitals
Shape   [{"key": str, "readings": [[reading, ...], ...]}, ...]; an inner list is one act of one group. Elements of one
        measure have groups of their own (cuff size, pain scale, inhaled oxygen), and an inner list may hold several
        acts. readingid ties readings together, within source and sourceid only.
Units   untouched
Times   readingtaken: what was read on two days is two acts, whatever ties it
Target  for each act its readings that say something, no element twice
Skips   readings without a value, boxes that are not ticked, elements whose row says to ignore them
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.vitals_elements import MEASURES, Datatype, Element, Role, element_of
from mappings.mapped import Record

Tie = tuple[str | None, ...]

_OF_A_MEASURE = frozenset({Role.COMPONENT, Role.BODY_SITE, Role.METHOD, Role.NOTE})


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that says something: its element in capitals, that element's row, its source, its value as text.

    `tie` is source, sourceid, readingid and readingtaken.
    """

    element: str
    row: Element | None
    source: Record
    value: str
    tie: Tie

    @property
    def vitalid(self) -> str:
        return as_id(self.source.get("vitalid"))

    @property
    def role(self) -> Role | None:
        return self.row.role if self.row else None

    @property
    def measures(self) -> bool:
        """Whether it is what its measure is about: the value, or a component that the profile requires."""
        if self.row is None or self.row.role is not Role.COMPONENT:
            return self.role is Role.VALUE
        return any(self.row.loinc == code for code, _ in MEASURES[self.row.measure].components)

    @property
    def qualifies(self) -> bool:
        """Whether it says something about a measure, and nothing without it."""
        return self.role in _OF_A_MEASURE and not self.measures

    @property
    def family(self) -> str | None:
        """The measure whose Observations can be of one act: a BMI and its percentile are."""
        return self.row.measure.partition(".")[0] if self.row else None


def acts(chart: Record) -> list[list[Any]]:
    """The acts of a chart's vitals as lists of Readings; an inner list that cannot be read is left as it came."""
    found: list[list[Any]] = []
    understood: list[list[Reading]] = []
    for group in as_list(chart.get("vitals")):
        for act in as_list(group.get("readings")) if isinstance(group, Mapping) else [group]:
            try:
                takes = split(as_list(act))
            except ValueError:
                found.append(as_list(act))
                continue
            found += takes
            understood += takes
    _join(understood)
    return [act for act in found if act]


def split(act: list[Any]) -> list[list[Reading]]:
    """An inner list as it is, unless an element occurs twice in it: then what source, sourceid and readingid tie.

    What `acts` has read is an act already. ValueError for a reading that cannot be read.
    """
    if all(isinstance(one, Reading) for one in act):
        return [act]
    records = [as_record(reading) for reading in act]
    elements = [(as_str(record.get("clinicalelementid")) or "").upper() for record in records]
    repeats = len(set(elements)) < len(elements)
    takes: list[tuple[Tie, set[str], list[Reading]]] = []
    for element, source in zip(elements, records, strict=True):
        tie = tuple(as_str(source.get(key)) for key in ("source", "sourceid", "readingid", "readingtaken"))
        of = tie[:3] if repeats else ()
        take = next((one for one in takes if one[0] == of and element not in one[1]), None)
        if take is None:
            take = (of, set(), [])
            takes.append(take)
        take[1].add(element)
        row = element_of(element)
        value = _value(row, source)
        if value and not (row and row.role is Role.IGNORED):
            take[2].append(Reading(element, row, source, value, tie))
    return [readings for _, _, readings in takes]


def _value(row: Element | None, source: Record) -> str | None:
    value = as_str(source.get("value"))
    if row is None or row.datatype is not Datatype.CHECKBOX or value is None:
        return value
    try:
        return value if as_bool(value) else None
    except ValueError:
        return value  # words in a checkbox: it is ticked


def _join(takes: list[list[Reading]]) -> None:
    """Brings to a measure what lies elsewhere under the same tie, where no element comes twice under it."""
    for (family, _), parts in _tied(takes).items():
        readings = [one for take in parts for one in take if one.family == family]
        ambiguous = len({one.element for one in readings}) < len(readings) or len({one.tie for one in readings}) > 1
        home = next((take for take in parts if any(_about(one, family) for one in take)), None)
        if len(parts) < 2 or ambiguous or home is None:
            continue
        for take in parts:
            if take is not home:
                home += [one for one in take if one.family == family]
                take[:] = [one for one in take if one.family != family]


def _about(one: Reading, family: str) -> bool:
    return one.family == family and not one.qualifies


def _tied(takes: Iterable[list[Reading]]) -> dict[tuple[str, Tie], list[list[Reading]]]:
    """The takes that have readings of a family under a tie; without a source, its id and a readingid there is none."""
    found: dict[tuple[str, Tie], list[list[Reading]]] = {}
    for take in takes:
        for one in take:
            if one.family and all(one.tie[:3]):
                parts = found.setdefault((one.family, one.tie), [])
                if not parts or parts[-1] is not take:
                    parts.append(take)
    return found
