"""Patient and RelatedPerson. Source: recorded Patients (preview, November 2024); a RelatedPerson was never seen."""

from __future__ import annotations

from datetime import timedelta

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, extension, share

SSN = "http://hl7.org/fhir/sid/us-ssn"
GENDER_IDENTITY = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity"
RETIRED_SYSTEM = "http://hl7.org/fhir/gender-identity"
_IDENTITIES = {
    "woman": ("female", "female"),
    "man": ("male", "male"),
    "transgender woman": ("transgender-female", "transgender female"),
    "transgender man": ("transgender-male", "transgender male"),
    "other": ("other", "other"),
    "undisclosed": ("non-disclose", "does not wish to disclose"),
}
# What the recorded Patients have no element of, and their own extensions stand for.
_LEFT_OUT = ("active", "link")
_OURS = ("us-core-race", "us-core-ethnicity", "us-core-birthsex")


def patient(here: Here, made: Resource) -> list[Resource]:
    person = here.person
    for name in _LEFT_OUT:
        made.pop(name, None)
    marks = [one for one in made.pop("extension", ()) if one["url"].rpartition("/")[2] in _OURS]
    if person.gender_identity in _IDENTITIES:
        code, display = _IDENTITIES[person.gender_identity]
        words = {"coding": [{"system": RETIRED_SYSTEM, "code": code, "display": display}]}
        marks.append({"url": GENDER_IDENTITY, "valueCodeableConcept": words})
    practice = {"reference": f"Organization/{numbers.practice_id(here.practice.practiceid)}"}
    marks.append(extension("ah-practice", valueReference=practice))
    marks += [
        extension("ah-chart-sharing-group", valueReference=here.organization("group", one)) for one in person.groups
    ]
    marks.append(extension("ah-provider-group", valueReference=here.organization("provider group", 1)))
    if person.department:
        marks.append(extension("ah-department", valueReference=here.organization("site", person.department)))
    marks.append(extension("ah-patient-active", valueBoolean=person.status == "active"))
    made["extension"] = marks
    made["meta"] = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}
    made["identifier"] = [one for one in made.get("identifier", ()) if one.get("system") == SSN]
    made["name"] = _names(here, made)
    if "address" in made:
        made["address"] = _addresses(here, made)
    return [made]


def _names(here: Here, made: Resource) -> list[Resource]:
    """A former name is as official as the present one; that it ended is all that tells them apart."""
    names = list(made["name"])
    if share(made["id"], 4):
        ended = (here.person.registered - timedelta(days=90)).isoformat()
        given = here.person.name.given
        names.append({"use": "official", "family": "Formerly", "given": [given], "period": {"end": ended}})
    return names


def _addresses(here: Here, made: Resource) -> list[Resource]:
    """Where somebody lived before is a home, too; where the bills go comes once more."""
    own = made["address"][0]
    found = [own]
    if share(made["id"], 4, 1):
        ended = {"end": (here.person.registered - timedelta(days=30)).isoformat()}
        found.append({**own, "line": ["7 Former Rd"], "period": ended})
    if share(made["id"], 3):
        found.append({"type": "postal", **{key: value for key, value in own.items() if key != "use"}, "use": "billing"})
    return found


def related(here: Here, made: Resource) -> list[Resource]:
    return [made]


def coverage(here: Here, made: Resource) -> list[Resource]:
    """What one pays oneself is a Coverage, too. None was ever seen: as the records have it."""
    made["identifier"] = [one for one in made.get("identifier", ()) if "type" in one]
    return [made]
