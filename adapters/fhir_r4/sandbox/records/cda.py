"""A summary of a chart as a CDA document: header, problems and allergies. http://hl7.org/cda/us/ccda"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

from adapters.fhir_r4.sandbox.records.case import Case
from adapters.fhir_r4.sandbox.records.elements import IDS

_V3 = "urn:hl7-org:v3"
_US_REALM = "2.16.840.1.113883.10.20.22.1.1"
_CCD = "2.16.840.1.113883.10.20.22.1.2"
_LOINC = "2.16.840.1.113883.6.1"
_GENDERS = {"female": "F", "male": "M"}


def summary(case: Case, at: datetime) -> bytes:
    """The same bytes for the same chart."""
    root = ElementTree.Element("ClinicalDocument", {"xmlns": _V3})
    ElementTree.SubElement(root, "realmCode", code="US")
    ElementTree.SubElement(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template in (_US_REALM, _CCD):
        ElementTree.SubElement(root, "templateId", root=template)
    ElementTree.SubElement(root, "id", root="2.25.1", extension=f"{IDS}summary/{case.number}")
    ElementTree.SubElement(root, "code", code="34133-9", codeSystem=_LOINC, displayName="Summary of episode note")
    ElementTree.SubElement(root, "title").text = "Summary of the chart"
    ElementTree.SubElement(root, "effectiveTime", value=f"{at:%Y%m%d%H%M%S}+0000")
    _patient(case, root)
    body = ElementTree.SubElement(ElementTree.SubElement(root, "component"), "structuredBody")
    chart = case.people.chart(case.number)
    _section(body, "11450-4", "Problem list", (one.concept.text for one in chart.conditions))
    _section(body, "48765-2", "Allergies", (one.allergen.text for one in chart.allergies))
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _patient(case: Case, root: ElementTree.Element) -> None:
    person = case.person
    role = ElementTree.SubElement(ElementTree.SubElement(root, "recordTarget"), "patientRole")
    ElementTree.SubElement(role, "id", root="2.25.2", extension=str(person.number))
    patient = ElementTree.SubElement(role, "patient")
    name = ElementTree.SubElement(patient, "name")
    ElementTree.SubElement(name, "given").text = person.name.given
    ElementTree.SubElement(name, "family").text = person.name.family
    ElementTree.SubElement(patient, "administrativeGenderCode", code=_GENDERS.get(person.sex, "UN"))
    ElementTree.SubElement(patient, "birthTime", value=f"{person.born:%Y%m%d}")


def _section(body: ElementTree.Element, code: str, title: str, rows: Iterator[str]) -> None:
    section = ElementTree.SubElement(ElementTree.SubElement(body, "component"), "section")
    ElementTree.SubElement(section, "code", code=code, codeSystem=_LOINC)
    ElementTree.SubElement(section, "title").text = title
    text = ElementTree.SubElement(section, "text")
    for row in list(rows) or ["None on record"]:
        ElementTree.SubElement(text, "paragraph").text = row
