"""Procedure and Device. Source: recorded resources (preview, November 2024)."""

from __future__ import annotations

from adapters.athena_fhir.sandbox import numbers
from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, absent, extension, share
from adapters.population.devices import devices
from adapters.population.procedures import procedures

SNOMED = "http://snomed.info/sct"
# Histories are coded in SNOMED CT, whatever the REST API has.
_HISTORY = {
    "44950": ("80146002", "Appendectomy"),
    "47562": ("45595009", "Laparoscopic cholecystectomy"),
    "27447": ("609588000", "Total knee replacement"),
    "66984": ("54885007", "Extraction of cataract"),
}


def service(here: Here, made: Resource) -> list[Resource]:
    """What was documented at a visit took as long as the visit."""
    encounter = int(made["id"].split(".")[2])
    visit = here.names.visit(here.person.number, encounter - numbers.ENCOUNTERS - here.person.number * 100)
    made.pop("performedDateTime", None)
    end = visit.left if visit.state == "closed" else None
    made["performedPeriod"] = {"start": visit.start.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if end:
        made["performedPeriod"]["end"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    if visit.state in ("open", "pending"):
        made["status"] = "in-progress"
    for coding in made["code"].get("coding", ()):
        if not share(made["id"], 4):
            coding.pop("display", None)
            made["code"].pop("text", None)
    return [made]


def surgery(here: Here, made: Resource) -> list[Resource]:
    for coding in made["code"].get("coding", ()):
        if coding["code"] in _HISTORY:
            code, display = _HISTORY[coding["code"]]
            coding.update(system=SNOMED, code=code, display=display)
    return [made]


def device(here: Here, made: Resource) -> list[Resource]:
    """A kind in words; a reference number as a version; where it was put, in an extension."""
    place = int(made["id"].rpartition("-")[2]) - here.person.number * 100
    fact = next(one for one in here.people.facts(here.person.number, devices) if one.number == place)
    done = here.people.facts(here.person.number, procedures).surgeries
    implanted = next((one.on for one in done if one.number == fact.surgery), None)
    for name in ("deviceName", "modelNumber", "manufactureDate", "distinctIdentifier"):
        made.pop(name, None)
    made["type"] = {"text": made["type"]["text"]}
    made["version"] = [{"value": fact.model.model}]
    if not share(made["id"], 3):
        made.pop("udiCarrier", None)
    if share(made["id"], 2):
        made.pop("serialNumber", None)
        made["_serialNumber"] = absent("unknown")
    details: list[Resource] = [{"url": "side", "valueString": "Left" if place % 2 else "Right"}]
    details.append({"url": "site", "valueString": fact.model.kind.text.split()[0].lower()})
    if implanted:
        details.insert(0, {"url": "implantDate", "valueDateTime": implanted})
    made["extension"] = [{**extension("ah-device-implant-details"), "extension": details}]
    return [made]
