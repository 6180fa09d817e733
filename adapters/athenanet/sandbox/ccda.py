"""A small Continuity of Care Document of one chart. C-CDA R2.1: http://www.hl7.org/ccdasearch/"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from adapters.population.facts import Allergy, Chart, Coded, Condition, Person

CDA = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOINC, SNOMED, RXNORM = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96", "2.16.840.1.113883.6.88"
GENDER = "2.16.840.1.113883.5.1"
US_REALM_HEADER, CCD = "2.16.840.1.113883.10.20.22.1.1", "2.16.840.1.113883.10.20.22.1.2"
RELEASE = "2015-08-01"
OID = "2.16.840.1.113883.3.9999"  # a root for this simulator's own numbers
SYSTEMS = {"SNOMED": SNOMED, "RXNORM": RXNORM}

ET.register_namespace("", CDA)
ET.register_namespace("xsi", XSI)


def document(person: Person, chart: Chart, group: int, *, made: datetime, practiceid: str, practice: str) -> bytes:
    """UTF-8 XML: header, allergies and problems of the chart of `group`."""
    root = ET.Element(f"{{{CDA}}}ClinicalDocument")
    _add(root, "realmCode", code="US")
    _add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    _templates(root, US_REALM_HEADER, CCD)
    _add(root, "id", root=f"{OID}.{practiceid}", extension=f"{person.number}-{group}-{made:%Y%m%d%H%M%S}")
    _add(root, "code", code="34133-9", codeSystem=LOINC, displayName="Summarization of Episode Note")
    _add(root, "title").text = "Continuity of Care Document"
    _add(root, "effectiveTime", value=made.strftime("%Y%m%d%H%M%S+0000"))
    _add(root, "confidentialityCode", code="N", codeSystem="2.16.840.1.113883.5.25")
    _add(root, "languageCode", code="en-US")
    _patient(root, person, practiceid)
    _practice(root, made, practiceid, practice)
    body = _add(_add(root, "component"), "structuredBody")
    allergies = [one for one in chart.allergies if one.group == group]
    problems = [one for one in chart.conditions if one.group == group]
    rows = [(one.allergen.text, ", ".join(each.text for each in one.reactions)) for one in allergies]
    section = _section(
        body, "2.16.840.1.113883.10.20.22.2.6.1", "48765-2", "Allergies", ("Substance", "Reaction"), rows
    )
    for one in allergies:
        _allergy(section, one, practiceid)
    listed = [(one.concept.text, one.events[0].on or "") for one in problems]
    section = _section(body, "2.16.840.1.113883.10.20.22.2.5.1", "11450-4", "Problems", ("Problem", "Since"), listed)
    for problem in problems:
        _problem(section, problem, practiceid)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _add(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{CDA}}}{name}", attributes)


def _templates(parent: ET.Element, *roots: str) -> None:
    for root in roots:
        _add(parent, "templateId", root=root, extension=RELEASE)


def _day(on: date) -> str:
    return on.strftime("%Y%m%d")


def _patient(root: ET.Element, person: Person, practiceid: str) -> None:
    role = _add(_add(root, "recordTarget"), "patientRole")
    _add(role, "id", root=f"{OID}.{practiceid}.1", extension=str(person.number))
    if person.address:
        home = _add(role, "addr", use="HP")
        for part, text in (
            ("streetAddressLine", person.address.line),
            ("city", person.address.city),
            ("state", person.address.state),
            ("postalCode", person.address.zip),
            ("country", "US"),
        ):
            _add(home, part).text = text
    else:
        _add(role, "addr", nullFlavor="UNK")
    _add(role, "telecom", **({"value": f"tel:+1{person.home_phone}"} if person.home_phone else {"nullFlavor": "UNK"}))
    patient = _add(role, "patient")
    name = _add(patient, "name", use="L")
    _add(name, "given").text = person.name.given
    _add(name, "family").text = person.name.family
    letter = {"female": "F", "male": "M"}.get(person.sex)
    gender = {"code": letter, "codeSystem": GENDER} if letter else {"nullFlavor": "UNK"}
    _add(patient, "administrativeGenderCode", **gender)
    _add(patient, "birthTime", value=_day(person.born))


def _practice(root: ET.Element, made: datetime, practiceid: str, practice: str) -> None:
    author = _add(root, "author")
    _add(author, "time", value=made.strftime("%Y%m%d%H%M%S+0000"))
    assigned = _add(author, "assignedAuthor")
    _add(assigned, "id", root=f"{OID}.{practiceid}")
    device = _add(assigned, "assignedAuthoringDevice")
    _add(device, "softwareName").text = "Sandbox"
    held = _add(_add(_add(root, "custodian"), "assignedCustodian"), "representedCustodianOrganization")
    _add(held, "id", root=f"{OID}.{practiceid}")
    _add(held, "name").text = practice


def _section(
    body: ET.Element, template: str, loinc: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> ET.Element:
    section = _add(_add(body, "component"), "section")
    _templates(section, template)
    _add(section, "code", code=loinc, codeSystem=LOINC)
    _add(section, "title").text = title
    table = _add(_add(section, "text"), "table")
    top = _add(_add(table, "thead"), "tr")
    for head in heads:
        _add(top, "th").text = head
    lines = _add(table, "tbody")
    for row in [*rows] or [("None recorded",)]:
        line = _add(lines, "tr")
        for text in row:
            _add(line, "td").text = text
    return section


def _coded(parent: ET.Element, name: str, concept: Coded | None) -> ET.Element:
    system = SYSTEMS.get(concept.system) if concept else None
    if concept is None or system is None:
        found = _add(parent, name, nullFlavor="OTH")
    else:
        found = _add(parent, name, code=concept.code, codeSystem=system, displayName=concept.text)
    if name == "value":
        found.set(f"{{{XSI}}}type", "CD")
    return found


def _act(section: ET.Element, template: str, code: str, key: str, practiceid: str) -> ET.Element:
    act = _add(_add(section, "entry", typeCode="DRIV"), "act", classCode="ACT", moodCode="EVN")
    _templates(act, template)
    _add(act, "id", root=f"{OID}.{practiceid}", extension=key)
    _add(act, "code", code=code, codeSystem="2.16.840.1.113883.5.6")
    _add(act, "statusCode", code="active")
    return _add(act, "entryRelationship", typeCode="SUBJ")


def _observation(parent: ET.Element, template: str, code: str, system: str, since: str | None) -> ET.Element:
    made = _add(parent, "observation", classCode="OBS", moodCode="EVN")
    _templates(made, template)
    _add(made, "code", code=code, codeSystem=system)
    _add(made, "statusCode", code="completed")
    when = _add(made, "effectiveTime")
    _add(when, "low", **({"value": since.replace("-", "")} if since else {"nullFlavor": "UNK"}))
    return made


def _problem(section: ET.Element, one: Condition, practiceid: str) -> None:
    held = _act(section, "2.16.840.1.113883.10.20.22.4.3", "CONC", f"problem-{one.number}", practiceid)
    found = _observation(held, "2.16.840.1.113883.10.20.22.4.4", "55607006", SNOMED, one.events[0].on)
    _coded(found, "value", one.concept)


def _allergy(section: ET.Element, one: Allergy, practiceid: str) -> None:
    held = _act(section, "2.16.840.1.113883.10.20.22.4.30", "CONC", f"allergy-{one.allergen.code}", practiceid)
    found = _observation(held, "2.16.840.1.113883.10.20.22.4.7", "ASSERTION", "2.16.840.1.113883.5.4", one.onset)
    value = _add(found, "value", code="419199007", codeSystem=SNOMED, displayName="Allergy to substance")
    value.set(f"{{{XSI}}}type", "CD")
    role = _add(_add(found, "participant", typeCode="CSM"), "participantRole", classCode="MANU")
    _coded(_add(role, "playingEntity", classCode="MMAT"), "code", one.drug)
