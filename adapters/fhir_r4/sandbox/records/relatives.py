"""FamilyMemberHistory: what relatives had. One resource for each relative."""

from __future__ import annotations

from typing import Any

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    ROLE_CODE,
    Element,
    coded,
    coding,
    concept,
    element,
    listed,
    note,
    quantity,
    resource,
)
from adapters.population.family_history import RelativeProblem, family_history

_RELATIONS = {
    "mother": ("MTH", "mother"),
    "father": ("FTH", "father"),
    "brother": ("BRO", "brother"),
    "sister": ("SIS", "sister"),
    "son": ("SON", "natural son"),
    "daughter": ("DAU", "natural daughter"),
    "maternal grandmother": ("MGRMTH", "maternal grandmother"),
    "maternal grandfather": ("MGRFTH", "maternal grandfather"),
    "paternal grandmother": ("PGRMTH", "paternal grandmother"),
    "paternal grandfather": ("PGRFTH", "paternal grandfather"),
    "maternal aunt": ("MAUNT", "maternal aunt"),
    "maternal uncle": ("MUNCLE", "maternal uncle"),
    "paternal aunt": ("PAUNT", "paternal aunt"),
    "paternal uncle": ("PUNCLE", "paternal uncle"),
    "unspecified relation": ("FAMMEMB", "family member"),
}
_WELL = "Alive and well"


def relatives(case: Case) -> Making:
    found: dict[tuple[str, int], list[RelativeProblem]] = {}
    for one in case.people.facts(case.number, family_history):
        found.setdefault((one.relation, one.key), []).append(one)
    for (relation, key), rows in found.items():
        yield _relative(case, relation, key, rows)


def _relative(case: Case, relation: str, key: int, rows: list[RelativeProblem]) -> Written:
    known = _RELATIONS.get(relation)
    ill = [one for one in rows if one.concept.text != _WELL]
    made = resource(
        "FamilyMemberHistory",
        f"relative-{case.number}-{relation.replace(' ', '-')}-{key}",
        # what is asked of somebody else's memory is never known to be all there is
        status="partial" if ill else "completed",
        patient=case.subject(),
        relationship=concept(coding(ROLE_CODE, *known) if known else None, text=relation),
        **_died(ill),
        note=[] if ill else [{"text": _WELL}],
        condition=[_condition(one) for one in ill],
    )
    return Written(made)


def _died(rows: list[RelativeProblem]) -> dict[str, Any]:
    """The age where the rows agree on one."""
    ages = {one.died for one in rows if one.died}
    if len(ages) == 1:
        return {"deceasedAge": _age(ages.pop())}
    return {"deceasedBoolean": True} if ages else {}


def _age(years: int) -> Element | None:
    return quantity(str(years), "years", "a")


def _condition(one: RelativeProblem) -> Element:
    return element(
        code=concept(coded(one.concept), text=one.concept.text),
        contributedToDeath=True if one.died else None,
        onsetAge=_age(one.onset) if one.onset else None,
        note=listed(note(one.note)),
    )
