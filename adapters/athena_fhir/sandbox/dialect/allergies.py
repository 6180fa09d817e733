"""AllergyIntolerance. Source: recorded allergies (preview, November 2024)."""

from __future__ import annotations

from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, numbered, share

SNOMED = "http://snomed.info/sct"
CLASSES = {"penicillins": "6369005"}  # classes of drugs, by SNOMED's product
_TWIN = 50


def allergy(here: Here, made: Resource) -> list[Resource]:
    code = made.get("code", {})
    if found := CLASSES.get(str(code.get("text", "")).lower()):
        code["coding"] = [{"system": SNOMED, "code": found}]
    if set(made.get("category", ())) & {"food", "medication"} and share(made["id"], 4):
        made["category"] = ["food", "medication"]
    for reaction in made.get("reaction", ()):
        for manifestation in reaction["manifestation"]:
            if codings := manifestation.get("coding"):
                manifestation.pop("text", None)
                for coding in codings:
                    coding.pop("display", None)
    return [made, *_mistake(here, made)]


def _mistake(here: Here, made: Resource) -> list[Resource]:
    if not share(made["id"], 5):
        return []
    (number,) = numbered(made["id"])
    twin = {key: value for key, value in made.items() if key != "clinicalStatus"}
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
    twin["id"] = here.names.made("allergy", number + _TWIN)
    twin["verificationStatus"] = {"coding": [{"system": system, "code": "entered-in-error"}]}
    return [twin]
