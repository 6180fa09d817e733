"""MedicationRequest, Medication, MedicationDispense, Immunization.

Source: the Athena Core guide for medicines, of which no resource was ever seen; recorded Immunizations (preview,
November 2024).
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, extension, share
from adapters.population.medicines import ERA_END, ERA_START, Medicine, medicines
from adapters.population.vaccines import Vaccine, vaccines

SNOMED = "http://snomed.info/sct"
CVX = "http://hl7.org/fhir/sid/cvx"
OBJECTION = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "code": "PATOBJ",
            "display": "patient objection",
        }
    ]
}
# Elements that the guide rules out.
_PROHIBITED = (
    "reportedBoolean",
    "reportedReference",
    "statusReason",
    "priority",
    "doNotPerform",
    "performer",
    "supportingInformation",
)
_OVER = frozenset({"stopped", "course over", "replaced"})
_SITES = {
    "left": ("368208006", "Left upper arm structure"),
    "right": ("368209003", "Right upper arm structure"),
    "left thigh": ("61396006", "Structure of left thigh"),
    "right thigh": ("11207009", "Structure of right thigh"),
}


def request(here: Here, made: Resource) -> list[Resource]:
    """That a therapy is over may be told by an extension alone, while the status stays active."""
    fact = _medicine(here, made["id"])
    for name in _PROHIBITED:
        made.pop(name, None)
    marks = []
    if fact.state in _OVER and fact.ended and fact.ended not in (ERA_START, ERA_END):
        marks.append(extension("ah-stop-date", valueDateTime=fact.ended))
        if share(made["id"], 2):
            made["status"] = "active"
    if fact.state == "hidden":
        marks.append(extension("ah-deactivated-date", valueDateTime=fact.entered.isoformat()))
        made["status"] = "active"
    made["extension"] = marks
    if fact.drug and share(made["id"], 3):
        made.pop("medicationReference", None)
        made["medicationCodeableConcept"] = {"text": fact.drug.name}
        if fact.drug.rxnorm:
            system = "http://www.nlm.nih.gov/research/umls/rxnorm"
            code = {"system": system, "code": fact.drug.rxnorm[0], "display": fact.drug.name}
            made["medicationCodeableConcept"]["coding"] = [code]
    return [made]


def _medicine(here: Here, id_: str) -> Medicine:
    number = int(id_.rpartition("-")[2]) % 1_000
    return next(one for one in here.people.facts(here.person.number, medicines) if one.number == number)


# --- vaccines -------------------------------------------------------------------------------------------------------


def immunization(here: Here, made: Resource) -> list[Resource]:
    """Much stands in notes, each with what it is in brackets before it; the source is never said to be primary."""
    number = int(made["id"].rpartition("-")[2]) % 1_000
    fact = next(one for one in here.people.facts(here.person.number, vaccines) if one.number == number)
    for name in ("performer", "recorded", "subpotentReason"):
        made.pop(name, None)
    made["primarySource"] = False
    made["isSubpotent"] = False
    made["vaccineCode"] = _vaccine(made, fact)
    if fact.product.maker and "manufacturer" in made:
        made["manufacturer"] = {"display": made["manufacturer"].get("display", fact.product.maker)}
    if dose := made.get("doseQuantity"):
        made["doseQuantity"] = {key: dose[key] for key in ("value", "unit") if key in dose}
    if fact.product.site and "site" in made:
        made["site"] = _site(fact.product.site)
    if made["status"] == "not-done":
        _not_done(made)
    made["note"] = [{"text": text} for text in _notes(fact)]
    return [made]


def _vaccine(made: Resource, fact: Vaccine) -> Resource:
    codes = [one for one in made["vaccineCode"].get("coding", ()) if one["system"] == CVX]
    return {"coding": codes, "text": fact.product.name} if codes else {"text": fact.product.name}


def _site(words: str) -> Resource:
    key = f"{'left' if words.lower().startswith('l') else 'right'}{' thigh' if 'thigh' in words else ''}"
    if not words.lower().startswith(("l ", "left", "r ", "right")):
        return {"text": words}
    code, display = _SITES[key]
    return {"coding": [{"system": SNOMED, "code": code, "display": display}], "text": words}


def _not_done(made: Resource) -> None:
    """[assumed] Where a date belongs, a word."""
    made["statusReason"] = OBJECTION
    for name in ("occurrenceDateTime", "doseQuantity", "site", "route"):
        made.pop(name, None)
    made["occurrenceString"] = "unknown"


def _notes(fact: Vaccine) -> Iterator[str]:
    product = fact.product
    if fact.given_by:
        yield f"(Administer User) {fact.given_by}"
    if product.amount and fact.state in ("given", "partly given"):
        yield f"(Sig) {' '.join(filter(None, (product.amount, product.unit, product.route, product.site)))}"
    if fact.on and fact.kind == "clinical":
        yield f"(Perform Date) {fact.on}"
    if product.ndc:
        yield f"(NDC Description) {product.ndc} {product.name}"
    if fact.note:
        yield fact.note
