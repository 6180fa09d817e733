"""athenaNet allergies of all of a patient's charts -> US Core AllergyIntolerance.

Source  GET /v1/{practiceid}/chart/{patientid}/allergies?departmentid&showinactive=true, once for each chart
Shape   {"allergies": [allergy], "nkda": bool, ...}; an allergy has allergenid, allergenname, reactions[], but no id
Units   none
Times   onsetdate, deactivatedate "MM/DD/YYYY"; lastmodifieddatetime ISO with offset
Target  US Core 6.1.0 AllergyIntolerance. An allergy has no id of its own, so the id is patient and allergen, and the
        same allergen in several charts is one resource: `groups` brings them together, `allergy` maps one group.
Skips   category and type (the source has none), the section note, the severity "to" ranges' lower end
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes
from mappings.athenanet.practice import ALLERGEN, AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record, Unmapped

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CLINICAL_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"

VERIFICATION = "confirmed"  # [assumed]: athenaNet does not say
OTHER_REACTION = "74964007"  # SNOMED "Other": says nothing that the reaction's own words do not


@dataclass(frozen=True, slots=True)
class Group:
    """One resource to be: the entries of one allergen, or (`nkda`) the envelopes that all say there are none."""

    entries: tuple[Any, ...]
    nkda: bool = False


def groups(charts: Sequence[Record]) -> tuple[Group, ...]:
    """The groups of one patient, whose charts these envelopes are. Never raises, so that Page.mapped can be given them:
    an entry or a chart that cannot be read is a group by itself, and takes no other with it."""
    by_allergen: dict[str, list[Any]] = {}
    for chart in charts:
        entries = as_list(chart.get("allergies")) if isinstance(chart, Mapping) else [chart]
        for entry in entries:
            by_allergen.setdefault(_key(entry) or f"unreadable {len(by_allergen)}", []).append(entry)
    found = [Group(tuple(entries)) for entries in by_allergen.values()]
    if charts and all(_says_nkda(chart) for chart in charts):
        found.append(Group(tuple(charts), nkda=True))
    return tuple(found)


def allergy(group: Group, *, patient: str, practice: Practice) -> Mapped:
    """`patient` is the patientid. ValueError for an entry without an allergenid."""
    translation = Translation(practice)
    if group.nkda:
        return _none_known(group.entries, patient, translation)
    entries = sorted((as_record(entry) for entry in group.entries), key=lambda one: _age(one, translation))
    latest = entries[-1]
    ended = [translation.date(entry.get("deactivatedate")) for entry in entries]
    resource = fhir.resource(
        "AllergyIntolerance",
        id=ids.local("allergy", patient, as_id(latest.get("allergenid"))),
        meta=translation.meta(latest.get("lastmodifieddatetime")),
        clinicalStatus=_status("inactive" if all(ended) else "active"),
        verificationStatus=_verification(),
        criticality=_criticality(entries, translation),
        code=_code(entries),
        patient=fhir.reference("Patient", ids.local("", patient)),
        onsetDateTime=fhir.earliest(translation.date(entry.get("onsetdate")) for entry in entries),
        note=[{"text": text} for text in dict.fromkeys(as_str(entry.get("note")) for entry in entries) if text],
        reaction=_reactions(entries, translation),
    )
    return translation.mapped(resource, practice.origin(latest.get("lastmodifiedby"), _modified(latest, translation)))


def allergies(charts: Sequence[Record], *, patient: str, practice: Practice) -> tuple[Mapped, ...]:
    """All of them at once. ValueError when one cannot be read."""
    return tuple(allergy(group, patient=patient, practice=practice) for group in groups(charts))


def _key(entry: Any) -> str | None:
    try:
        return as_str(as_record(entry).get("allergenid"))
    except ValueError:
        return None


def _says_nkda(chart: Any) -> bool:
    try:
        return bool(as_bool(as_record(chart).get("nkda")))
    except ValueError:
        return False


def _modified(record: Record, translation: Translation) -> str | None:
    return translation.moment(record.get("lastmodifieddatetime"), AUDIT_ZONE) or translation.moment(
        record.get("lastupdated"), AUDIT_ZONE
    )


def _age(record: Record, translation: Translation) -> tuple[str, float, int]:
    """Sorts the latest modified last, the undated first."""
    modified = _modified(record, translation)
    return fhir.chronological(modified) if modified else ("", 0.0, 0)


def _none_known(envelopes: Iterable[Record], patient: str, translation: Translation) -> Mapped:
    """nkda speaks of drugs only: it may stand beside food and environment allergies."""
    newest = max(envelopes, key=lambda one: _age(one, translation))
    none = fhir.coding(fhir.SNOMED, "409137002", "No known history of drug allergy")
    resource = fhir.resource(
        "AllergyIntolerance",
        id=ids.local("nkda", patient),
        meta=translation.meta(newest.get("lastmodifieddatetime")),
        clinicalStatus=_status("active"),
        verificationStatus=_verification(),
        code=fhir.codeable(none, text="No known drug allergies"),
        patient=fhir.reference("Patient", ids.local("", patient)),
    )
    origin = translation.practice.origin(newest.get("lastmodifiedby"), _modified(newest, translation))
    return translation.mapped(resource, origin)


def _status(code: str) -> fhir.Element | None:
    return fhir.codeable(fhir.coding(CLINICAL_STATUS, code, code.capitalize()))


def _verification() -> fhir.Element | None:
    return fhir.codeable(fhir.coding(VERIFICATION_STATUS, VERIFICATION, VERIFICATION.capitalize()))


def _code(entries: list[Record]) -> fhir.Element | None:
    """RxNorm where the source has it, athenaNet's own allergen always, and the latest name as text."""
    names = [as_str(entry.get("allergenname")) for entry in reversed(entries)]
    name = next(filter(None, names), None)
    drug = next((entry for entry in reversed(entries) if as_str(entry.get("rxnormcode")) not in (None, "0")), {})
    rxnorm = as_str(drug.get("rxnormcode"))
    return fhir.codeable(
        fhir.coding(RXNORM, rxnorm, as_str(drug.get("rxnormdescription"))) if rxnorm else None,
        fhir.coding(ALLERGEN, as_str(entries[-1].get("allergenid")), name),
        text=name,
    )


def _criticality(entries: list[Record], translation: Translation) -> str | None:
    """What the latest entry says; a fatal reaction is high whatever it says."""
    if any(_fatal(reaction) for reaction in _listed(entries)):
        return "high"
    said = [translation.concept(codes.CRITICALITY, entry.get("criticality")) for entry in reversed(entries)]
    return next((one.code for one in said if one), None)


def _listed(entries: list[Record]) -> list[Record]:
    return [as_record(reaction) for entry in entries for reaction in as_list(entry.get("reactions"))]


def _fatal(reaction: Record) -> bool:
    said = (as_str(reaction.get(key)) or "" for key in ("severitysnomedcode", "severity"))
    return any(word.casefold() in codes.FATAL for word in said)


def _reactions(entries: list[Record], translation: Translation) -> list[fhir.Element]:
    """The reactions of all charts, each once."""
    mapped: list[fhir.Element] = []
    for one in _listed(entries):
        reaction = _reaction(one, translation)
        if reaction and reaction not in mapped:
            mapped.append(reaction)
    return mapped


def _reaction(reaction: Record, translation: Translation) -> fhir.Element | None:
    name, code = as_str(reaction.get("reactionname")), as_str(reaction.get("snomedcode"))
    known = fhir.coding(fhir.SNOMED, code, name) if code and code not in ("0", OTHER_REACTION) else None
    word = as_str(reaction.get("severity"))
    severity = _severity(reaction, word, translation)
    if not (name or known or word or severity):
        return None
    return fhir.element(
        description=f"Severity: {word}" if word and not severity else None,
        manifestation=[fhir.codeable(known, text=name) or fhir.absent_code()],
        severity=severity,
    )


def _severity(reaction: Record, word: str | None, translation: Translation) -> str | None:
    """By code, else by word; noted only when neither is in the table."""
    code = as_str(reaction.get("severitysnomedcode"))
    overrides = translation.practice.overrides
    if code and not isinstance(found := codes.SEVERITY.look_up(code, overrides), Unmapped):
        return found.code
    concept = translation.concept(codes.SEVERITY, word or code)
    return concept.code if concept else None
