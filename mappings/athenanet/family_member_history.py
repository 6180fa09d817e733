"""athenaNet family history of all of a patient's charts -> FamilyMemberHistory.

Source  GET /v1/{practiceid}/chart/{patientid}/familyhistory?departmentid, once for each chart
Shape   {"problems": [row]}, a row a problem with relation and relationkeyid; or {"relatives": [{relation,
        relationkeyid, problems: [row]}]}. [assumed] the second, which is documented for writing. A row has snomedcode
        (0: none), description, onsetage, diedofage, resolvedage, note
Units   ages in years (`a`)
Times   none
Target  FHIR R4 FamilyMemberHistory (US Core has no profile): one for each relation and relationkeyid over all charts
Skips   resolvedage, which no element of R4 holds: it becomes a note of the condition
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes_family_history import RELATION, WELL
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_int, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

YEAR = "a"
_LISTS = frozenset({"problems", "relatives"})


@dataclass(frozen=True, slots=True)
class Relative:
    """The rows of one relative, each with the place of its chart among those given."""

    relation: str
    key: str
    rows: tuple[tuple[int, Any], ...]

    @property
    def charts(self) -> frozenset[int]:
        return frozenset(chart for chart, _ in self.rows)


def relatives(charts: Sequence[Any]) -> tuple[Relative, ...]:
    """The relatives of one patient, whose charts these envelopes are. Never raises, so that Page.mapped can be given
    them; a row that cannot be read is a relative by itself."""
    found: dict[tuple[str, str], list[tuple[int, Any]]] = {}
    unreadable: list[Relative] = []
    for chart, envelope in enumerate(charts):
        for row in _rows(envelope):
            try:
                relation, key = _who(as_record(row))
                found.setdefault((relation.casefold(), key), []).append((chart, row))
            except ValueError:
                unreadable.append(Relative("", "", ((chart, row),)))
    return (*(Relative(*who, tuple(rows)) for who, rows in found.items()), *unreadable)


def _rows(envelope: Any) -> Iterator[Any]:
    if not isinstance(envelope, Mapping) or (envelope and _LISTS.isdisjoint(envelope) and not _says_none(envelope)):
        yield None  # whatever it is, it is no list of relatives
        return
    yield from as_list(envelope.get("problems"))
    for relative in as_list(envelope.get("relatives")):
        if not isinstance(relative, Mapping):
            yield relative
            continue
        about = {name: relative[name] for name in ("relation", "relationkeyid") if name in relative}
        for row in as_list(relative.get("problems")):
            yield {**row, **about} if isinstance(row, Mapping) else row


def _says_none(envelope: Record) -> bool:
    return str(envelope.get("totalcount", "")) == "0"


def _who(row: Record) -> tuple[str, str]:
    relation = as_str(row.get("relation"))
    if relation is None:
        raise ValueError("a family history without a relation")
    return relation, as_str(row.get("relationkeyid")) or "1"


def family_member_history(relative: Relative, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid. ValueError for a row that cannot be read."""
    translation = Translation(practice)
    rows = [as_record(row) for _, row in relative.rows]
    relation, key = _who(rows[0])
    ill = [row for row in rows if not _well(row)]
    conditions = [_condition(row, translation) for row in ill]
    resource = fhir.resource(
        "FamilyMemberHistory",
        id=ids.local("relative", patient, relation.casefold(), key),
        # what is asked of somebody else's memory is never known to be all there is
        status="partial" if ill else "completed",
        patient=fhir.reference("Patient", ids.local("", patient)),
        relationship=translation.codeable(RELATION, relation, relation),
        **_deceased(ill, translation),
        note=[fhir.element(text=as_str(row.get("description"))) for row in rows if _well(row)],
        condition=list({repr(one): one for one in conditions}.values()),
    )
    return translation.mapped(resource, practice.origin())


def histories(charts: Sequence[Any], *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """All of them at once. ValueError when one cannot be read."""
    return tuple(family_member_history(one, patient=patient, practice=practice) for one in relatives(charts))


def _deceased(rows: Sequence[Record], translation: Translation) -> dict[str, Any]:
    """The age at death where the rows agree on one, else only that the relative died."""
    told = [row for row in rows if as_str(row.get("diedofage"))]
    ages = {as_str(row.get("diedofage")): _age(row, "diedofage", translation) for row in told}
    (age,) = ages.values() if len(ages) == 1 else (None,)
    if age is not None:
        return _aged("deceased", age)
    return {"deceasedBoolean": True} if told else {}


def _well(row: Record) -> bool:
    return (as_str(row.get("description")) or "").casefold() in WELL


def _condition(row: Record, translation: Translation) -> fhir.Element | None:
    code, words = as_str(row.get("snomedcode")), as_str(row.get("description"))
    coding = fhir.coding(fhir.SNOMED, code, words) if code and code != "0" else None
    onset, resolved = _age(row, "onsetage", translation), as_str(row.get("resolvedage"))
    died = as_str(row.get("diedofage"))
    return fhir.element(
        code=fhir.codeable(coding, text=words) or fhir.absent_code(),
        contributedToDeath=True if died else None,
        **(_aged("onset", onset) if onset else {}),
        note=[
            fhir.element(text=as_str(row.get("note"))),
            fhir.element(text=f"Resolved at the age of {resolved}") if resolved else None,
        ],
    )


def _aged(element: str, age: fhir.Element) -> dict[str, Any]:
    """`element` with its type. age-1: an Age is above zero; the first year of life is said in words."""
    return {f"{element}Age": age} if age["value"] else {f"{element}String": "0 years"}


def _age(row: Record, name: str, translation: Translation) -> fhir.Element | None:
    """A number of years; what is not one is noted."""
    try:
        years = as_int(row.get(name))
    except ValueError:
        years = -1
    if years is None or years >= 0:
        return None if years is None else fhir.quantity(str(years), "years", YEAR)
    translation.unknown("age", as_str(row.get(name)))
    return None
