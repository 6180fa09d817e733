"""athenaNet chart vitals -> US Core vital signs Observations.

Source  GET /v1/{practiceid}/chart/{patientid}/vitals?departmentid
Shape   {"vitals": [{"key": str, "readings": [[reading, ...], ...]}, ...]}; an inner list is one act of measuring.
        A reading has vitalid (unique), readingid (unique only within source and sourceid), clinicalelementid, value.
Units   `value` is text in `unit`, or in the element's own unit when none is sent (blood pressure, pulse, saturation).
        Never converted: weight stays in g, temperature in F.
Times   readingtaken "MM/DD/YYYY", the day of measuring; createddate "MM/DD/YYYY HH24:MI:SS", US Eastern [assumed]
Target  US Core vital signs: one Observation for each measure of an act, its qualifiers as components, body site,
        method and note; refused measures with a dataAbsentReason; a BMI's percentile as an Observation beside it; a
        qualifier whose measure is not there as an Observation of its own
Skips   .VALUEID companions, SUPPRESSHEIGHTACCELERATION, isgraphable, ordering, the codes athenaNet sends for elements
        that have a row of their own
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import vitals_acts
from mappings.athenanet.practice import AUDIT_ZONE, CLINICAL_ELEMENT, Practice
from mappings.athenanet.scalars import as_str
from mappings.athenanet.translation import Translation
from mappings.athenanet.vitals_acts import Reading
from mappings.athenanet.vitals_elements import (
    LYING_HEIGHT,
    MEASURES,
    POSITIONS,
    POSITIONS_AS_TEXT,
    REFUSED_REASONS,
    SITES,
    SITES_AS_TEXT,
    UNITS,
    Datatype,
    Measure,
    Role,
)
from mappings.concept_map import ConceptMap
from mappings.mapped import Mapped, Record

OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

_CODED_COMPONENTS = {"8361-8": (POSITIONS, POSITIONS_AS_TEXT)}


def acts(chart: Record) -> list[list[Any]]:
    """The acts of measuring of a chart's vitals, one by one for `observations`."""
    return vitals_acts.acts(chart)


def observations(act: list[Any], *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """One Observation for each measure of the act, none for what is empty. `patient` is the patientid.

    ValueError for a reading that is no object, or has no vitalid.
    """
    mapped: list[Mapped] = []
    for readings in vitals_acts.split(act):
        for measure, taken in _by_measure(readings).items():
            if measure is None:
                mapped.extend(_unknown(one, patient, practice) for one in taken)
            elif all(one.qualifies for one in taken):
                mapped.extend(_qualifier(one, patient, practice) for one in taken)
            else:
                mapped.append(_observation(MEASURES[measure], taken, patient, practice))
        mapped.extend(_percentiles(readings, patient, practice))
    return tuple(mapped)


# --- sorting an act's readings --------------------------------------------------------------------------------------


def _by_measure(readings: list[Reading]) -> dict[str | None, list[Reading]]:
    found: dict[str | None, list[Reading]] = {}
    for reading in readings:
        found.setdefault(reading.row.measure if reading.row else None, []).append(reading)
    return found


def _of_the_measure(taken: list[Reading]) -> Reading:
    """The reading whose vitalid names the Observation: the least of those that measure, else of those that say why
    none does; what qualifies them may come from another list."""
    own = [one for one in taken if one.measures] or [one for one in taken if not one.qualifies]
    return min(own, key=lambda one: (len(one.vitalid), one.vitalid) if one.vitalid.isdigit() else (99, one.vitalid))


# --- one Observation ------------------------------------------------------------------------------------------------


def _observation(measure: Measure, taken: list[Reading], patient: str, practice: Practice) -> Mapped:
    translation = Translation(practice)
    value = next((one for one in taken if one.role is Role.VALUE), None)
    methods = [one.value for one in taken if one.role is Role.METHOD]
    missing = not value and not measure.components
    return _built(
        _of_the_measure(taken),
        "vital",
        patient,
        translation,
        code=_code(measure, methods),
        **(_measured(value, translation) if value else {}),
        dataAbsentReason=_absent(taken, "") if missing else None,
        bodySite=_site(taken, translation),
        method=fhir.codeable(text=", ".join(methods)),
        note=_notes(measure, taken),
        component=_components(measure, taken, translation),
    )


def _code(measure: Measure, methods: list[str]) -> fhir.Element | None:
    """A LOINC code that is of one method is left out where another was used: the text says which."""
    words = [method.casefold() for method in methods]
    if measure.method and any(word != measure.method for word in words):
        return fhir.codeable(text=f"{measure.text}, {', '.join(methods)}")
    code = [fhir.coding(fhir.LOINC, *loinc) for loinc in measure.loinc]
    if measure is MEASURES["HEIGHT"] and "lying" in words:
        code.append(fhir.coding(fhir.LOINC, *LYING_HEIGHT))
    return fhir.codeable(*code, text=measure.text)


def _built(first: Reading, kind: str, patient: str, translation: Translation, **elements: Any) -> Mapped:
    """What every vital sign has, around `elements`."""
    source = first.source
    practice = translation.practice
    effective = translation.moment(source.get("readingtaken"), practice.default_zone)
    created = translation.moment(source.get("createddate"), AUDIT_ZONE)
    visit = as_str(source.get("sourceid")) if as_str(source.get("source")) == "ENCOUNTER" else None
    resource = fhir.resource(
        "Observation",
        id=ids.local(kind, patient, first.vitalid),
        status="final",
        category=[fhir.codeable(fhir.coding(OBSERVATION_CATEGORY, "vital-signs", "Vital Signs"))],
        code=elements.pop("code"),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=fhir.reference("Encounter", ids.local("encounter", patient, visit)) if visit else None,
        effectiveDateTime=effective,
        _effectiveDateTime=None if effective else fhir.absent(),
        issued=fhir.instant(created),
        performer=[_performer(source.get("createdby"), practice)],
        **elements,
    )
    return translation.mapped(resource, practice.origin(source.get("createdby"), created))


def _performer(username: Any, practice: Practice) -> fhir.Element | None:
    """Who vouches for the value: who entered it, where that is one of the practice's providers."""
    return fhir.reference("Practitioner", practice.author(username)) if as_str(username) else None


def _measured(reading: Reading, translation: Translation) -> dict[str, Any]:
    """value[x] of a reading: a Quantity where its whole text is a number with a unit, else the text as it was written
    (free text, or a number with words behind it)."""
    row = reading.row
    if row and row.datatype is Datatype.SET:
        return {"valueCodeableConcept": {"text": reading.value}}
    if row is None or row.datatype is Datatype.NUMERIC or row.ucum:
        unit, ucum = _unit(reading, translation)
        number = _quantity(reading.value, unit, ucum) if unit else None
        if number:
            return {"valueQuantity": number}
    return {"valueString": reading.value}


def _quantity(text: str, unit: str, ucum: str | None) -> fhir.Element | None:
    """None for what is no number, and for a grade (`+2`, as of a pulse)."""
    try:
        return None if text.startswith("+") else fhir.quantity(text, unit, ucum)
    except ValueError:
        return None


def _unit(reading: Reading, translation: Translation) -> tuple[str | None, str | None]:
    """(for people, UCUM). The unit sent wins; one that no row knows is kept as text and noted, never guessed."""
    sent = as_str(reading.source.get("unit"))
    if sent is None:
        return (reading.row.unit or None, reading.row.ucum or None) if reading.row else (None, None)
    ucum = UNITS.get(sent.casefold())
    if ucum is None:
        translation.unknown("athenanet-unit", sent, coded=True)
    return sent, ucum


def _components(measure: Measure, taken: list[Reading], translation: Translation) -> list[fhir.Element | None]:
    """The readings that are components, and those that the profile requires and nobody took."""
    found = {one.row.loinc: one for one in taken if one.row and one.row.role is Role.COMPONENT}
    required = dict(measure.components)
    return [
        *(
            _component(found[code], translation)
            if code in found
            else fhir.element(code=_component_code(code, name), dataAbsentReason=_absent(taken, code))
            for code, name in required.items()
        ),
        *(_component(one, translation) for code, one in found.items() if code not in required),
    ]


def _component_code(loinc: str, text: str) -> fhir.Element | None:
    return fhir.codeable(fhir.coding(fhir.LOINC, loinc, text), text=text)


def _component(reading: Reading, translation: Translation) -> fhir.Element | None:
    row = reading.row
    if row is None:
        return None
    code = _component_code(row.loinc, row.text)
    if row.loinc in _CODED_COMPONENTS:
        table, as_text = _CODED_COMPONENTS[row.loinc]
        return fhir.element(code=code, valueCodeableConcept=_coded(reading.value, table, as_text, translation))
    measured = _measured(reading, translation)
    if row.datatype is Datatype.NUMERIC and "valueString" in measured:
        # a profiled component takes a Quantity only
        return fhir.element(code=code, dataAbsentReason=fhir.absent_code("as-text", reading.value))
    return fhir.element(code=code, **measured)


def _coded(value: str, table: ConceptMap, as_text: frozenset[str], translation: Translation) -> fhir.Element | None:
    if value.casefold() in as_text:
        return {"text": value}
    return translation.codeable(table, value)


def _site(taken: list[Reading], translation: Translation) -> fhir.Element | None:
    site = next((one.value for one in taken if one.role is Role.BODY_SITE), None)
    return _coded(site, SITES, SITES_AS_TEXT, translation) if site else None


def _absent(taken: list[Reading], loinc: str) -> fhir.Element:
    """Why a measure (or the component `loinc` of a panel) has no value. A ticked REFUSED without a reason is "not
    performed", as its box reads: among the reasons are some that are not the patient's."""
    about = [one for one in taken if one.row and one.row.loinc in ("", loinc)]
    reason = next((one.value for one in about if one.role is Role.REFUSED_REASON), None)
    if reason:
        return fhir.absent_code(REFUSED_REASONS.get(reason.casefold(), "not-performed"), reason)
    if any(one.role is Role.REFUSED for one in about):
        return fhir.absent_code("not-performed", "Not performed")
    if any(one.role is Role.OUT_OF_RANGE for one in about):
        return fhir.absent_code("unknown", "Out of range")
    return fhir.absent_code()


def _notes(measure: Measure, taken: list[Reading]) -> list[fhir.Element]:
    """What people noted, and each statement that nothing was measured where something was (obs-6: a value and a
    reason for its absence exclude each other)."""
    notes = [one.value for one in taken if one.role is Role.NOTE]
    there = {one.row.loinc for one in taken if one.row and one.measures}
    names = dict(measure.components)
    if there.issuperset(names or {""}):
        there.add("")  # every part was measured: there is no absence that the whole could give a reason for
    for loinc in ("", *names):
        about = [one for one in taken if one.row and one.row.loinc == loinc]
        reasons = [one.value for one in about if one.role is Role.REFUSED_REASON]
        refused = bool(reasons) or any(one.role is Role.REFUSED for one in about)
        what = f"{names[loinc]} refused" if loinc else "Refused"
        if loinc in there and refused:
            notes += [f"{what}: {reason}" for reason in reasons] or [what]
        if refused or loinc in there:
            notes += ["Out of range" for one in about if one.role is Role.OUT_OF_RANGE]
    return [{"text": note} for note in notes]


# --- readings that are an Observation by themselves -----------------------------------------------------------------


def _qualifier(reading: Reading, patient: str, practice: Practice) -> Mapped:
    """A qualifier without its measure: a component under its own code, else athenaNet's element in words."""
    translation = Translation(practice)
    if reading.role is Role.COMPONENT:
        return _built(reading, "vital", patient, translation, **(_component(reading, translation) or {}))
    code = fhir.codeable(fhir.coding(CLINICAL_ELEMENT, reading.element), text=reading.row.text if reading.row else None)
    value = _coded(reading.value, SITES, SITES_AS_TEXT, translation) if reading.role is Role.BODY_SITE else None
    return _built(
        reading, "vital", patient, translation, code=code, valueCodeableConcept=value or {"text": reading.value}
    )


def _unknown(reading: Reading, patient: str, practice: Practice) -> Mapped:
    """An element that no row knows: athenaNet's own code and words, the value as it was written."""
    translation = Translation(practice)
    element = as_str(reading.source.get("clinicalelementid"))
    translation.unknown("athenanet-clinicalelementid", element or "none", coded=True)
    words = as_str(reading.source.get("codedescription")) or element
    code = fhir.codeable(fhir.coding(CLINICAL_ELEMENT, element), text=words) if element else fhir.codeable(text=words)
    measured = _measured(reading, translation)
    return _built(reading, "vital", patient, translation, code=code or fhir.absent_code(), **measured)


def _percentiles(readings: list[Reading], patient: str, practice: Practice) -> Iterator[Mapped]:
    """A BMI's rank for age and sex, unless the act has it as a reading of its own."""
    ranked = [one for one in readings if one.row and one.row.measure == "BMI"]
    if any(one.row and one.row.measure == "BMI.PERCENTILE" for one in readings):
        return
    measure = MEASURES["BMI.PERCENTILE"]
    for reading in ranked:
        spec = reading.source.get("percentilespec")
        value = _rank(spec) if isinstance(spec, Mapping) else None
        if value:
            code = fhir.codeable(*(fhir.coding(fhir.LOINC, *loinc) for loinc in measure.loinc), text=measure.text)
            yield _built(reading, "percentile", patient, Translation(practice), code=code, **value)


def _rank(spec: Record) -> dict[str, Any] | None:
    """value[x] of {low, high, prefix}: between low and high, below or above with the prefix < or >."""
    low, high, prefix = (as_str(spec.get(key)) for key in ("low", "high", "prefix"))
    try:
        bounds = [fhir.quantity(bound, "%", "%") if bound else None for bound in (low, high)]
    except ValueError:
        return None
    if prefix in ("<", ">"):
        bound = bounds[1] or bounds[0] if prefix == "<" else bounds[0] or bounds[1]
        return {"valueQuantity": {**bound, "comparator": prefix}} if bound else None
    if bounds[0] and bounds[0] == bounds[1]:
        return {"valueQuantity": bounds[0]}
    between = fhir.element(low=bounds[0], high=bounds[1])
    return {"valueRange": between} if between else None
