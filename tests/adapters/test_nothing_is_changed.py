"""What an EHR sends in FHIR is what is served: every number digit by digit, every date and time, every code.

What the sandbox sent is heard on the way. Where something is missing or new, a quirk says so, by its name.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from adapters import registry
from adapters.contract import Search
from adapters.population import SIZE
from mappings import fhirjson
from tests.adapters.test_contract import sitting

FEW = 2

EXTENSIONS = "CLEANING: the vendor's own extensions"
DIFFERENT: dict[str, dict[tuple[str, str, str], str]] = {
    "fhir_r4": {},
    "epic": {
        ("code", "+", "DocumentReference.category.coding.code"): "summary_is_a_clinical_note",
        ("code", "+", "Encounter.class.code"): "class_of_encounter: Epic's own goes to type",
        ("code", "+", "Patient.identifier.type.coding.code"): "identifiers_of_people: MR by the setting",
        ("code", "-", "AllergyIntolerance.reaction.manifestation.coding.code"): "codes_by_their_systems: impossible",
        ("code", "-", "Immunization.doseQuantity.code"): "unit_of_dose",
        ("code", "-", "MedicationRequest.dosageInstruction.doseAndRate.type.coding.code"): "one_dose_rate",
        ("code", "-", "Observation.code.coding.code"): "codes_by_their_systems: LOINC twice, and of components",
        ("code", "-", "Observation.extension.valueQuantity.code"): EXTENSIONS,
        ("code", "-", "Patient.extension.valueCodeableConcept.coding.code"): EXTENSIONS,
        ("date", "-", "DocumentReference.extension.extension.valueDateTime"): EXTENSIONS,
        ("number", "-", "MedicationRequest.dosageInstruction.doseAndRate.doseQuantity.value"): "one_dose_rate",
        ("number", "-", "Observation.extension.valueQuantity.value"): EXTENSIONS,
    },
    "cerner": {
        ("code", "+", "DiagnosticReport.category.coding.code"): "proven_report_category",
        ("code", "+", "Observation.component.code.coding.code"): "blood_pressure: the side that is missing",
        ("code", "+", "Observation.component.dataAbsentReason.coding.code"): "blood_pressure: the side that is missing",
        ("code", "-", "Encounter.participant.type.coding.code"): "participants_once",
        ("code", "-", "Immunization.doseQuantity.code"): "without_unknown_dose",
        ("code", "-", "Observation.component.code.coding.code"): "blood_pressure: the panel's code",
        ("code", "-", "RelatedPerson.extension.valueCodeableConcept.coding.code"): EXTENSIONS,
        ("date", "-", "CareTeam.participant.period.end"): "open_ended",
        ("date", "-", "Encounter.participant.period.end"): "participants_once",
        ("date", "-", "Encounter.participant.period.start"): "participants_once",
        ("number", "-", "Coverage.extension.valueMoney.value"): EXTENSIONS,
        ("number", "-", "Immunization.doseQuantity.value"): "without_unknown_dose",
        ("number", "-", "Observation.valueQuantity.extension.valueQuantity.value"): "untranslated",
    },
    "athena_fhir": {
        ("code", "+", "CareTeam.contained.type.coding.code"): "contained: who is outside",
        ("code", "+", "CareTeam.participant.role.coding.code"): "roles_by_words",
        ("code", "+", "Immunization.doseQuantity.code"): "dose_in_ucum",
        ("code", "+", "Immunization.performer.function.coding.code"): "labelled_notes",
        ("code", "+", "Immunization.vaccineCode.coding.code"): "labelled_notes",
        ("code", "+", "MedicationRequest.contained.type.coding.code"): "contained: who is outside",
        ("code", "+", "Observation.code.coding.code"): "false_loinc",
        ("code", "+", "Observation.interpretation.coding.code"): "interpretation",
        ("code", "+", "Observation.referenceRange.high.code"): "ranges",
        ("code", "+", "Observation.referenceRange.low.code"): "ranges",
        ("code", "+", "Observation.valueQuantity.code"): "units",
        ("code", "+", "Patient.extension.valueCodeableConcept.coding.code"): "gender_identity",
        ("code", "+", "Practitioner.qualification.code.coding.code"): "qualifications",
        ("code", "-", "Encounter.hospitalization.dischargeDisposition.coding.code"): "without_disposition",
        ("code", "-", "Patient.extension.valueCodeableConcept.coding.code"): "gender_identity",
        ("code", "-", "Patient.identifier.type.coding.code"): "without_numbers_of_the_state",
        ("code", "-", "Practitioner.identifier.type.coding.code"): "without_numbers_of_the_state",
        ("date", "+", "DiagnosticReport.effectiveDateTime"): "day_of_midnight",
        ("date", "+", "Observation.effectiveDateTime"): "day_of_midnight, smoking_status_as_of",
        ("date", "-", "DiagnosticReport.effectiveDateTime"): "day_of_midnight",
        ("date", "-", "Observation.effectiveDateTime"): "day_of_midnight",
        ("date", "-", "Device.extension.extension.valueDateTime"): EXTENSIONS,
        ("date", "-", "MedicationRequest.extension.valueDateTime"): EXTENSIONS,
        ("number", "+", "Observation.referenceRange.high.value"): "ranges: of the range's text",
        ("number", "+", "Observation.referenceRange.low.value"): "ranges: of the range's text",
        ("number", "+", "Observation.valueQuantity.value"): "number_in_text",
    },
}
"""By adapter: what may be missing (-) or new (+) where, and the quirk that makes it so."""

DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
NO_DATES = frozenset({"code", "id", "reference", "value"})


class Digits(str):
    """A number of JSON as it is written."""


class Heard(httpx.AsyncBaseTransport):
    """The way to a sandbox, and by type and id each resource that came along it."""

    def __init__(self, way: httpx.AsyncBaseTransport, resources: dict[tuple[str, str], Any]) -> None:
        self._way = way
        self._resources = resources

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._way.handle_async_request(request)
        content = await response.aread()
        if b'"resourceType"' in content:
            self._note(_loaded(content))
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def _note(self, resource: Any) -> None:
        for entry in resource.get("entry", ()):
            self._note(entry["resource"])
        if "id" in resource:
            self._resources[resource["resourceType"], resource["id"]] = resource


def _loaded(content: bytes) -> Any:
    return json.loads(content, parse_float=Digits, parse_int=Digits)


def told(node: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(kind, path, text) of each number, date and code, but for those of `meta` and narratives."""
    if isinstance(node, list):
        for one in node:
            yield from told(one, path)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name not in ("meta", "div"):
                yield from told(value, f"{path}.{name}" if path else name)
    elif isinstance(node, Digits):
        yield "number", path, str(node)
    elif isinstance(node, str):
        name = path.rpartition(".")[2]
        if name == "code":
            yield "code", path, node.strip()
        elif name not in NO_DATES and DATE.fullmatch(node):
            yield "date", path, node


def differences(sent: Any, served: Any) -> Iterator[tuple[str, str, str]]:
    """(kind, `-` or `+`, path) of what is missing, or new; something that moved is neither."""
    before, after = Counter(told(sent)), Counter(told(served))
    missing, new = before - after, after - before
    for sign, these, those in (("-", missing, new), ("+", new, missing)):
        moved = Counter((kind, text) for kind, _, text in those.elements())
        for kind, path, text in these.elements():
            moved[kind, text] -= 1
            if moved[kind, text] < 0:
                yield kind, sign, path


@pytest.mark.parametrize("people", [FEW, pytest.param(SIZE, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", DIFFERENT)
async def test_every_number_date_and_code_is_as_it_was_sent(name: str, people: int) -> None:
    sent: dict[tuple[str, str], Any] = {}
    found: Counter[tuple[str, str, str]] = Counter()
    compared = 0
    async with sitting(name, people, lambda way: Heard(way, sent)) as candidate:
        for search in registry.find(name).interactions:
            if not isinstance(search, Search):
                continue
            for served in await candidate.served(search):
                upstream = candidate.ehr.names.upstream(search.type, served["id"])
                written = _loaded(fhirjson.dumps(served))
                found.update(
                    (kind, sign, f"{search.type}.{path}")
                    for kind, sign, path in differences(sent[search.type, upstream], written)
                )
                compared += 1

    assert {} == {key: count for key, count in found.items() if key not in DIFFERENT[name]}
    assert people == FEW or found.keys() == DIFFERENT[name].keys()
    assert 100 < compared
