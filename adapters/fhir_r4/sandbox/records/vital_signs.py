"""Observation, category vital-signs: one for each measurement, and one panel for each act of taking a blood pressure.

What else was written down of a measurement (site, method, refusal) is an element of its Observation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    LOINC,
    Element,
    absent,
    coding,
    concept,
    element,
    instant,
    listed,
    loinc,
    note,
    quantity,
    resource,
    snomed,
    term,
)
from adapters.fhir_r4.sandbox.records.vital_sign_codes import (
    COMPONENTS,
    CUFF,
    LYING,
    MEASURED,
    PANEL,
    PERCENTILES,
    POSITION,
    POSITIONS,
    PRESSURES,
    QUANTITIES,
    REFUSALS,
    SITES,
    UCUM_OF,
    UNWRITTEN,
)
from adapters.population.facts import Measurement, Visit


class _Reading(NamedTuple):
    """`place` is the measurement's place in the visit's list."""

    place: int
    fact: Measurement


_Act = dict[str, _Reading]  # by kind


def vital_signs(case: Case) -> Making:
    for number, taken in case.people.chart(case.number).measurements.items():
        acts: dict[int, _Act] = {}
        for index, fact in enumerate(taken):
            acts.setdefault(fact.act, {})[fact.kind] = _Reading(index, fact)
        for act in acts.values():
            yield from _observations(case, case.visits[number], act)


def _observations(case: Case, visit: Visit, act: _Act) -> Making:
    if found := _pressure(case, visit, act):
        yield found
    for kind, measured in MEASURED.items():
        about = {how: act[name] for name, how in measured.about if name in act}
        reading = act.get(kind) or about.get("refused")
        if reading is None:
            continue
        yield _measurement(case, visit, kind, reading, about)
        if (
            kind in PERCENTILES
            and reading.fact.percentile is not None
            and "bmi percentile" not in (act if kind == "bmi" else ())
        ):
            yield _percentile(case, visit, kind, reading)


def _built(case: Case, visit: Visit, id_: str, reading: _Reading, **elements: Any) -> Written:
    fact = reading.fact
    made = resource(
        "Observation",
        id_,
        status="final",
        category=[term("observation-category", "vital-signs", "Vital Signs")],
        code=elements.pop("code"),
        subject=case.subject(),
        encounter=case.encounter(visit.number),
        effectiveDateTime=instant(fact.recorded),
        issued=instant(fact.recorded),
        performer=listed(case.who(fact.by)),
        **elements,
    )
    return Written(made, fact.recorded, fact.by)


# --- blood pressure -------------------------------------------------------------------------------------------------


def _pressure(case: Case, visit: Visit, act: _Act) -> Written | None:
    refused = act.get("blood pressure refused")
    halves = {kind: act.get(kind) or act.get(f"{kind} refused") or refused for kind in PRESSURES}
    first = halves["systolic"] or halves["diastolic"]
    if first is None:
        return None
    indices = "-".join(str((half or first).place) for half in halves.values())
    site = act.get("blood pressure site")
    return _built(
        case,
        visit,
        f"bp-{visit.person}-{visit.number}-{indices}",
        first,
        code=concept(*(coding(LOINC, *one) for one in PANEL), text="Blood pressure"),
        bodySite=_site(site.fact.value) if site else None,
        component=list(_pressure_components(act, halves)),
    )


def _pressure_components(act: _Act, halves: dict[str, _Reading | None]) -> Iterator[Element]:
    reason = act.get("blood pressure refused reason")
    for kind, code in PRESSURES.items():
        half = halves[kind]
        if half is not None and half.fact.kind == kind:
            yield element(code=loinc(*code), valueQuantity=_quantity(half.fact))
        else:
            yield element(code=loinc(*code), dataAbsentReason=_refusal(half, reason))
    if position := act.get("blood pressure position"):
        yield element(code=loinc(*POSITION), valueCodeableConcept=snomed(*POSITIONS[position.fact.value]))
    if cuff := act.get("cuff size"):
        yield element(code=loinc(*CUFF), valueCodeableConcept={"text": cuff.fact.value})


def _refusal(refused: _Reading | None, reason: _Reading | None) -> Element:
    if reason is not None:
        return absent(REFUSALS[reason.fact.value], reason.fact.value)
    return absent("not-performed") if refused else absent("unknown")


# --- everything else ------------------------------------------------------------------------------------------------


def _measurement(case: Case, visit: Visit, kind: str, reading: _Reading, about: dict[str, _Reading]) -> Written:
    site, method = about.get("site"), about.get("method")
    notes = [about["note"].fact.value] if "note" in about else []
    if "out of range" in about:
        notes.append("Out of range")
    value, unread = _value(kind, reading, about.get("reason"))
    return _built(
        case,
        visit,
        f"vital-{visit.person}-{visit.number}-{reading.place}",
        reading,
        code=_code(kind, method),
        **value,
        bodySite=_site(site.fact.value) if site else None,
        method={"text": method.fact.value} if method else None,
        note=listed(*map(note, (*notes, unread))),
        component=list(_components(about)),
    )


def _code(kind: str, method: _Reading | None) -> Element:
    measured = MEASURED[kind]
    codes = [coding(LOINC, *one) for one in measured.loinc]
    if kind == "height" and method and method.fact.value == "Lying":
        codes.append(coding(LOINC, *LYING))
    return concept(*codes, text=measured.text)


def _value(kind: str, reading: _Reading, reason: _Reading | None) -> tuple[dict[str, Any], str | None]:
    """value[x] or dataAbsentReason; and what was written where a number belongs."""
    fact = reading.fact
    if fact.kind != kind:
        return {"dataAbsentReason": _refusal(reading, reason)}, None
    if measured := _quantity(fact):
        return {"valueQuantity": measured}, None
    if kind in QUANTITIES:
        return {"dataAbsentReason": absent("as-text", fact.value)}, fact.value
    if kind == "last menstrual period":
        return {"valueDateTime": fact.value}, None
    return {"valueString": fact.value}, None


def _quantity(fact: Measurement) -> Element | None:
    """What was written with a unit, or is known to be counted in one."""
    if fact.unit:
        return quantity(fact.value, *UCUM_OF[fact.unit])
    ucum = UNWRITTEN.get(fact.kind)
    return quantity(fact.value, ucum, ucum) if ucum else None


def _components(about: dict[str, _Reading]) -> Iterator[Element]:
    for code, display in COMPONENTS.items():
        if found := about.get(code):
            measured = _quantity(found.fact)
            words = None if measured else {"text": found.fact.value}
            yield element(code=loinc(code, display), valueQuantity=measured, valueCodeableConcept=words)


def _site(words: str) -> Element:
    return snomed(*SITES[words], text=words) if words in SITES else {"text": words}


def _percentile(case: Case, visit: Visit, kind: str, reading: _Reading) -> Written:
    code, display = PERCENTILES[kind]
    id_ = f"percentile-{visit.person}-{visit.number}-{reading.place}"
    rank = quantity(str(reading.fact.percentile), "%", "%")
    return _built(case, visit, id_, reading, code=loinc(code, display), valueQuantity=rank)
