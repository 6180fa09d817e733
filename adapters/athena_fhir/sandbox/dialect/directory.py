"""Practitioner, Organization, Location: of a practice, and what athena keeps once for all practices.

Source: recorded directory resources (preview, November 2024) and the Athena Core guide. A department is both a Location
and an Organization; somebody may be a practice user, a local and a global directory entry.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.dress import extension, referred
from adapters.athena_fhir.sandbox.dialect.names import Names
from adapters.fhir_r4.sandbox import records
from adapters.population import Population
from adapters.population.facts import Clinician, Department
from adapters.simulator.athena import Practice

Resource = dict[str, Any]

NPI = "http://hl7.org/fhir/sid/us-npi"
TAX = "urn:oid:2.16.840.1.113883.4.4"
NUCC = "http://nucc.org/provider-taxonomy"
PROVIDER_TYPES = "https://fhir.athena.io/CodeSystem/ah-provider-type"
SPECIALTIES = "https://fhir.athena.io/CodeSystem/ah-specialty"
TIMEZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
PLACES_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
_ZONES = {"US/Eastern": "America/New_York", "US/Mountain": "America/Denver", "US/Arizona": "America/Phoenix"}
_GLOBAL_TWIN = 4_071  # clinician 71 in the nationwide directory, where nothing says that they are the same


def directory(practice: Practice, people: Population) -> list[Resource]:
    """What belongs to one practice."""
    names = Names(practice, people)
    found: list[Resource] = []
    plain = {(one["resourceType"], one["id"]): one for one in records.directory(people).resources}
    for (type_, id_), one in plain.items():
        name = names.of(type_, id_)
        if name is not None:
            found.append(_named(names, one, name))
    found += [_room(names, one) for one in people.clinicians.values() if not one.person]
    found += [_local(names, one) for (type_, id_), one in plain.items() if id_.startswith("practitioner-")]
    found += [_member(names, one) for (type_, id_), one in plain.items() if id_.startswith("directory-")]
    found += _groups(practice, names, people)
    unique = {(one["resourceType"], one["id"]): one for one in found if numbers.practice_of(one["id"])}
    return [_finished(practice, names, people, one) for one in unique.values()]


def _named(names: Names, plain: Resource, name: tuple[str, str]) -> Resource:
    made: Resource = referred(copy.deepcopy(plain), names)
    made["resourceType"], made["id"] = name
    if name[0] == "Organization" and isinstance(made["name"], list):
        made = _organization(made)
    return made


def _organization(person: Resource) -> Resource:
    """A person as an Organization: the name is all that is left."""
    name = person["name"][0]
    text = " ".join([*name.get("given", ()), name["family"]]) if "family" in name else name["text"]
    kept: Resource = {key: person[key] for key in ("telecom", "address") if key in person}
    return {"resourceType": "Organization", "id": person["id"], "active": True, "name": text, **kept}


def _member(names: Names, plain: Resource) -> Resource:
    """How a care team names somebody of the directory."""
    number = int(plain["id"].rpartition("-")[2])
    made = _organization(referred(copy.deepcopy(plain), names))
    made["id"] = names.member(number)[1]
    return made


def _local(names: Names, plain: Resource) -> Resource:
    """A practice user as a local provider, where nothing says that they are the same."""
    made = _organization(referred(copy.deepcopy(plain), names))
    made["id"] = names.made("local provider", int(plain["id"].rpartition("-")[2]))
    return made


def _room(names: Names, one: Clinician) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": names.made("provider", one.number),
        "active": True,
        "name": [{"text": one.name.family, "family": one.name.family}],
    }


def _groups(practice: Practice, names: Names, people: Population) -> Iterator[Resource]:
    part_of = {"reference": f"Organization/{numbers.practice_id(practice.practiceid)}"}
    for group in sorted({one.group for one in people.departments.values()}):
        yield {
            "resourceType": "Organization",
            "id": names.made("group", group),
            "active": True,
            "name": f"Chart sharing group {group}",
            "partOf": part_of,
        }
    yield {
        "resourceType": "Organization",
        "id": names.made("provider group", 1),
        "active": True,
        "name": practice.name,
        "partOf": part_of,
    }


def _finished(practice: Practice, names: Names, people: Population, made: Resource) -> Resource:
    type_, number = made["resourceType"], made["id"].rpartition("-")[2]
    marks = [_practice(practice)]
    if type_ == "Practitioner":
        return _practitioner(practice, people.clinicians[int(number)], made, marks)
    if type_ == "Location":
        return _location(people.departments[int(number)], made, marks)
    made.pop("identifier", None)  # mostly there is none
    return {**made, "extension": marks}


def _practice(practice: Practice) -> Resource:
    reference = {"reference": f"Organization/{numbers.practice_id(practice.practiceid)}"}
    return extension("ah-practice", valueReference=reference)


def _practitioner(practice: Practice, one: Clinician, made: Resource, marks: list[Resource]) -> Resource:
    home = {"reference": f"Organization/a-{practice.practiceid}.Department-{one.department}"}
    details: list[Resource] = [
        {"url": "isPerson", "valueBoolean": one.person},
        {"url": "isBillable", "valueBoolean": one.person},
        {"url": "isHiddenInPortal", "valueBoolean": not one.person},
        {"url": "schedulingName", "valueString": f"{one.name.family}_{one.name.given}".strip("_")},
        {"url": "homeDepartment", "valueReference": home},
    ]
    marks.append({**extension("ah-practitioner-provider-details"), "extension": details})
    made["identifier"] = _identifiers(practice, one)
    made["qualification"] = list(_qualifications(one))
    return {key: value for key, value in {**made, "extension": marks}.items() if value not in ([], None)}


def _identifiers(practice: Practice, one: Clinician) -> list[Resource]:
    """The tax number is one that is never issued."""
    found: list[Resource] = [
        {"system": "https://identity.athena.io/sid/athenanet-user", "value": one.username},
        {"system": "https://directory.athena.io/sid/provider", "value": f"{practice.practiceid}.{one.number}"},
    ]
    if one.npi:
        found.append({"system": NPI, "value": one.npi})
    if one.person:
        kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "TAX"}]}
        found.append({"type": kind, "system": TAX, "value": f"00-{one.number:07d}"})
    return found


def _qualifications(one: Clinician) -> Iterator[Resource]:
    if one.credential:
        yield {"code": {"coding": [{"system": PROVIDER_TYPES, "code": one.credential}]}}
    if one.specialty and one.taxonomy:
        codes = [
            {"system": SPECIALTIES, "code": f"{one.number:03d}", "display": one.specialty},
            {"system": NUCC, "code": one.taxonomy, "display": one.specialty},
        ]
        yield {"code": {"coding": codes}}


def _location(one: Department, made: Resource, marks: list[Resource]) -> Resource:
    office = {"system": PLACES_OF_SERVICE, "code": "11" if one.address else "02"}
    kind = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
        "code": "PROFF" if one.address else "PC",
    }
    details = [{"url": "isHiddenInPortal", "valueBoolean": one.hidden}]
    made["type"] = [{"coding": [kind]}, {"coding": [office]}]
    made.pop("identifier", None)
    head = {
        "resourceType": "Location",
        "id": made["id"],
        "meta": {"extension": [{"url": TIMEZONE, "valueCode": _ZONES.get(one.zone, one.zone)}]},
        "extension": [*marks, {**extension("ah-location-department-details"), "extension": details}],
    }
    return {**head, **{key: value for key, value in made.items() if key not in head}}


def shared(practices: Sequence[Practice], people: Population) -> list[Resource]:
    """Organizations of every practice and of athena, and the nationwide directory as the first practice knows it."""
    names = Names(practices[0], people)
    found: list[Resource] = [
        {"resourceType": "Organization", "id": numbers.ATHENA, "active": True, "name": "athenahealth"}
    ]
    found += [
        {"resourceType": "Organization", "id": numbers.practice_id(one.practiceid), "active": True, "name": one.name}
        for one in practices
    ]
    for plain in records.directory(people).resources:
        word, _, number = plain["id"].partition("-")
        if word in ("directory", "facility"):
            made = _named(names, plain, names.outside(int(number)))
            if made["resourceType"] == "Practitioner":
                made["identifier"] = [one for one in made.get("identifier", ()) if one.get("system") == NPI]
            else:
                made.pop("identifier", None)
            if made["id"].startswith(f"{numbers.GLOBAL}."):
                found.append({key: value for key, value in made.items() if value != []})
        elif plain["id"] == "practitioner-71":
            twin = {**copy.deepcopy(plain), "id": numbers.directory_id(_GLOBAL_TWIN)}
            twin["identifier"] = [one for one in twin["identifier"] if one.get("system") == NPI]
            found.append(twin)
    return found
