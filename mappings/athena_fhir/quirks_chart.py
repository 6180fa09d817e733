"""Problems, visits, medicines, vaccines, documents, teams: what athena's records of a chart need.

Evidence: [seen: FAST], a session recorded in November 2024 in athena's sandbox, unless another is named.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from mappings import fhir
from mappings.athena_fhir.codes import CARE_TEAM_ROLE, MANIFESTATIONS
from mappings.athena_fhir.quirks_observation import in_ucum
from mappings.athena_fhir.words import coded
from mappings.check_digits import is_loinc
from mappings.fhir_r4.repair import Standing, Told, without
from mappings.fhir_r4.shapes import Element, codings, each, elements, text_of
from mappings.mapped import Resource

SECTION_PAGE = "https://hl7.org/fhir/valueset-doc-section-codes.html"
EXTENSION = "https://fhir.athena.io/StructureDefinition/"
OVER = "stopped"
"""[assumed] Status of a medicine whose ah-stop-date has come: whether it ran its course is not told."""

NDC = "http://hl7.org/fhir/sid/ndc"
FUNCTION = "http://terminology.hl7.org/CodeSystem/v2-0443"

_TAG = re.compile(r"</?(?:p|br|div|span|b|i|u|em|strong|ul|ol|li|a|font|table|tr|td|h[1-6])\b[^<>]*/?>", re.IGNORECASE)
_LABELLED = re.compile(r"\((Administer User|Perform Date|NDC Description)\)\s+(\S.*)", re.DOTALL)
_NDC = re.compile(r"([0-9]{10,11}|[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2})(?:\s+(.+))?", re.ASCII | re.DOTALL)


# --- problems, allergies, visits, teams -----------------------------------------------------------------------------


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "p", "div", "li", "tr"):
            self.found.append("\n")


def words_of_notes(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Condition.note as a piece of a web page (`<p>Chronic</p><br/>`) -> its words. `BP < 120` is none."""

    def plain(note: Element) -> Element:
        text = text_of(note, "text")
        if text is None or not _TAG.search(text):
            return note
        reader = _Words()
        reader.feed(text)
        reader.close()
        lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
        words = "\n".join(line for line in lines if line)
        return {**note, "text": words} if words else note

    return each(resource, "note", plain)


def named_manifestations(resource: Resource, standing: Standing, told: Told) -> Resource:
    """AllergyIntolerance: manifestations with a code alone -> with its words, where they are known."""

    def named(coding: Element) -> Element:
        display = MANIFESTATIONS.get(str(coding.get("code"))) if coding.get("system") == fhir.SNOMED else None
        return coding if display is None or "display" in coding else {**coding, "display": display}

    return each(
        resource, "reaction", lambda one: each(one, "manifestation", lambda concept: each(concept, "coding", named))
    )


def without_disposition(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Encounter.hospitalization.dischargeDisposition that is always `not-applicable` of data-absent-reason -> none."""
    stay = resource.get("hospitalization")
    disposition = stay.get("dischargeDisposition") if isinstance(stay, dict) else None
    systems = {one.get("system") for one in codings(disposition)}
    if not isinstance(stay, dict) or systems != {fhir.DATA_ABSENT_REASON}:
        return resource
    rest = without(stay, "dischargeDisposition")
    return {**resource, "hospitalization": rest} if rest else without(resource, "hospitalization")


def participation_in_short(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Encounter.participant.type with the definition of its code for a text -> the code's display alone."""

    def short(concept: Element) -> Element:
        named = any(text_of(one, "display") for one in codings(concept))
        return without(concept, "text") if named and "text" in concept else concept

    return each(resource, "participant", lambda one: each(one, "type", short))


def roles_by_words(resource: Resource, standing: Standing, told: Told) -> Resource:
    """CareTeam.participant.role with a text alone -> SNOMED CT beside it; words that no row has stay, counted."""

    def role(concept: Element) -> Element:
        return coded(concept, CARE_TEAM_ROLE, standing, told)

    return each(resource, "participant", lambda one: each(one, "role", role))


# --- documents ------------------------------------------------------------------------------------------------------


def section_is_loinc(resource: Resource, standing: Standing, told: Told) -> Resource:
    """DocumentReference.type whose system is the address of a page about LOINC's codes -> LOINC, where the code's check
    digit is right."""

    def named(coding: Element) -> Element:
        code = text_of(coding, "code")
        wrong = coding.get("system") == SECTION_PAGE and code is not None and is_loinc(code)
        return {**coding, "system": fhir.LOINC} if wrong else coding

    kind = resource.get("type")
    made = each(kind, "coding", named) if isinstance(kind, dict) else kind
    return resource if made is kind else {**resource, "type": made}


# --- medicines and vaccines -----------------------------------------------------------------------------------------


def therapy_is_over(resource: Resource, standing: Standing, told: Told) -> Resource:
    """[seen: IG v4.2] MedicationRequest that stays `active` although ah-stop-date or ah-deactivated-date has come ->
    stopped."""
    if resource.get("status") != "active":
        return resource
    today = standing.today().isoformat()
    ends = [_end(one) for one in elements(resource.get("extension"))]
    return {**resource, "status": OVER} if any(end and end <= today[: len(end)] for end in ends) else resource


def _end(extension: Element) -> str | None:
    if extension.get("url") not in (f"{EXTENSION}ah-stop-date", f"{EXTENSION}ah-deactivated-date"):
        return None
    value = text_of(extension, "valueDateTime") or text_of(extension, "valueDate")
    return value[:10] if value else None


def primary_source_by_id(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Immunization.primarySource that is always false -> true where the id says that the practice itself has the record
    (`clinical-`); a `historical-` one was told by others."""
    own = ".clinical-" in str(resource.get("id"))
    return {**resource, "primarySource": True} if own and resource.get("primarySource") is False else resource


def labelled_notes(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Immunization.note with a label in brackets: `(Administer User) cbaker` -> performer, `(NDC Description) 00093...`
    -> a coding of the vaccine, `(Perform Date)` -> nothing where it is the occurrence. All other notes stay."""
    made = dict(resource)
    kept = [one for one in _listed(resource.get("note")) if not _taken(one, made)]
    if len(kept) == len(_listed(resource.get("note"))):
        return resource
    return {**made, "note": kept} if kept else without(made, "note")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _taken(note: Any, made: Resource) -> bool:
    """Whether all that a note says is in `made`, which is filled for it."""
    found = _LABELLED.fullmatch(text_of(note, "text") or "")
    if found is None:
        return False
    label, words = found[1], found[2].strip()
    if label == "Perform Date":
        return bool(words == made.get("occurrenceDateTime"))
    if label == "Administer User":
        function = {"coding": [{"system": FUNCTION, "code": "AP", "display": "Administering Provider"}]}
        made["performer"] = [*_listed(made.get("performer")), {"function": function, "actor": {"display": words}}]
        return True
    product, vaccine = _NDC.fullmatch(words), made.get("vaccineCode")
    if product is None or not isinstance(vaccine, dict):
        return False
    display = {"display": product[2].strip()} if product[2] and product[2].strip() else {}
    coding = {"system": NDC, "code": product[1], **display}
    made["vaccineCode"] = {**vaccine, "coding": [*_listed(vaccine.get("coding")), coding]}
    return True


def dose_in_ucum(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Immunization.doseQuantity with a unit in words -> with UCUM, where a row has it."""
    dose = resource.get("doseQuantity")
    made = in_ucum(dose, standing, told) if isinstance(dose, dict) else dose
    return resource if made is dose else {**resource, "doseQuantity": made}
