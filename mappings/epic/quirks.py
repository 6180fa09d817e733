"""What every resource of Epic's needs, and which quirk is for which type."""

from __future__ import annotations

from typing import Any

from mappings.check_digits import is_snomed
from mappings.epic.quirks_chart import (
    not_on_file,
    one_dose_rate,
    smoking_status_as_of,
    standard_category_first,
    unit_of_dose,
)
from mappings.epic.quirks_documents import summary_is_a_clinical_note
from mappings.epic.quirks_encounter import class_of_encounter, each_location_once
from mappings.epic.quirks_patient import address_lines, each_name_once, identifiers_of_people
from mappings.epic.systems import CODES, CPT, CPT_OID, FINNISH_LOINC, NAMED, is_cpt, is_standard
from mappings.fhir import LOINC, SNOMED
from mappings.fhir_r4.repair import EVERY, Repairs, Standing, Told
from mappings.fhir_r4.shapes import elements, everywhere, first, once
from mappings.fhir_r4.walk import STANDARD_EXTENSIONS, Cleaning
from mappings.mapped import Resource

CLEANING = Cleaning(NAMED, extensions=STANDARD_EXTENSIONS)
"""Extensions of open.epic.com, of R5 and of nations go. Source: the-map, cumulus (2026): some fifty are known."""

FHIR_R4 = "4.0.0"


def codes_by_their_systems(resource: Resource, standing: Standing, told: Told) -> Resource:
    """Every CodeableConcept: systems by FHIR's names, standard codings first, no impossible code.

    Source: the-map, fasten, ronin. An OID stands for SNOMED, ICD-10-CM, UNII, NUCC, and for CPT where the code has its
    form. LOINC under a Finnish OID repeats LOINC, and names components too: it goes where LOINC is there. A SNOMED code
    that is none (`{"system": "http://snomed.info/sct", "code": "Rash"}`) leaves its words. Status codings carry
    `version: "4.0.0"`, which is FHIR's and not the code system's.
    """
    found = everywhere(resource, _concept)
    return resource if found is None else found


def _concept(concept: dict[str, Any]) -> dict[str, Any]:
    sent = concept.get("coding")
    if not isinstance(sent, list):
        return concept
    loinc = any(one.get("system") == LOINC for one in elements(sent))
    named = [
        _named(one) for one in sent if not (loinc and isinstance(one, dict) and one.get("system") == FINNISH_LOINC)
    ]
    possible = [one for one in named if not _impossible(one)]
    made = first(once(possible, _key), lambda one: isinstance(one, dict) and is_standard(one.get("system")))
    if len(made) == len(sent) and all(one is other for one, other in zip(made, sent, strict=True)):
        return concept
    if made:
        return {**concept, "coding": made}
    words = {key: value for key, value in concept.items() if key not in ("coding", "_coding")}
    said = next((text for one in elements(sent) for text in (one.get("display"), one.get("code")) if text), None)
    return words if "text" in words or not isinstance(said, str) else {**words, "text": said}


def _named(coding: Any) -> Any:
    if not isinstance(coding, dict):
        return coding
    system = coding.get("system")
    name = CODES.get(system) if isinstance(system, str) else None
    if system == CPT_OID and is_cpt(str(coding.get("code", ""))):
        name = CPT
    made = {**coding, "system": name} if name else coding
    return {key: value for key, value in made.items() if key != "version"} if made.get("version") == FHIR_R4 else made


def _impossible(coding: Any) -> bool:
    if not isinstance(coding, dict) or coding.get("system") != SNOMED or "code" not in coding:
        return False
    code = coding["code"]
    return not (isinstance(code, str) and code.isascii() and code.isdigit() and is_snomed(code))


def _key(coding: Any) -> Any:
    if not isinstance(coding, dict) or not isinstance(coding.get("code"), str):
        return None
    return coding.get("system"), coding["code"]


REPAIRS = Repairs(
    {
        EVERY: (codes_by_their_systems,),
        "AllergyIntolerance": (not_on_file,),
        "CarePlan": (standard_category_first,),
        "Condition": (standard_category_first,),
        "DiagnosticReport": (standard_category_first,),
        "DocumentReference": (summary_is_a_clinical_note, standard_category_first),
        "Encounter": (class_of_encounter, each_location_once),
        "Immunization": (unit_of_dose,),
        "MedicationRequest": (one_dose_rate,),
        "Observation": (standard_category_first, smoking_status_as_of),
        "Patient": (identifiers_of_people, each_name_once, address_lines),
    }
)
