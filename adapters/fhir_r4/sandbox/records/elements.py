"""FHIR's datatypes, as the records write them. Whatever is None or empty falls away.

Every function makes new objects, so that a dialect may change what it is given. http://hl7.org/fhir/R4/datatypes.html
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import escape
from typing import Any

from adapters.population.facts import Address, Coded, Name

Element = dict[str, Any]
Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
NULL_FLAVOR = TERMINOLOGY + "v3-NullFlavor"
ROLE_CODE = TERMINOLOGY + "v3-RoleCode"
CONTACT_ROLE = TERMINOLOGY + "v2-0131"
PARTICIPATION = TERMINOLOGY + "v3-ParticipationType"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
US_CORE_SYSTEM = "http://hl7.org/fhir/us/core/CodeSystem/"
IDS = "https://ids.example.org/"
"""Where the practice's own numbers are named: IDS + "patient", "visit", ..."""

SYSTEMS = {
    "SNOMED": SNOMED,
    "LOINC": LOINC,
    "ICD10": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "NDC": "http://hl7.org/fhir/sid/ndc",
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "CPT": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "CDCREC": "urn:oid:2.16.840.1.113883.6.238",
}
"""`Coded.system`: its URI. What is LOCAL has none, and is told in words."""


def element(**elements: Any) -> Element:
    """Without what is empty. `class_`, `for_`, `assert_` are written without their last character."""
    return {key.removesuffix("_"): value for key, value in elements.items() if not _empty(value)}


def resource(type_: str, id_: str, **elements: Any) -> Resource:
    return {"resourceType": type_, "id": id_, **element(**elements)}


def listed(*values: Any) -> list[Any]:
    return [value for value in values if not _empty(value)]


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {}, ())


# --- codes ----------------------------------------------------------------------------------------------------------


def coding(system: str, code: str, display: str | None = None) -> Element:
    return element(system=system, code=code, display=display)


def concept(*codings: Element | None, text: str | None = None) -> Element:
    return element(coding=listed(*codings), text=text)


def coded(one: Coded) -> Element | None:
    """The coding of a fact; None where its code is nobody's but the practice's."""
    system = SYSTEMS.get(one.system)
    return coding(system, one.code, one.text) if system and one.code else None


def term(name: str, code: str, display: str) -> Element:
    """A concept of one of HL7's own code systems."""
    return concept(coding(TERMINOLOGY + name, code, display))


def snomed(code: str, display: str, text: str | None = None) -> Element:
    return concept(coding(SNOMED, code, display), text=text or display)


def loinc(code: str, display: str, text: str | None = None) -> Element:
    return concept(coding(LOINC, code, display), text=text or display)


def absent(code: str, text: str | None = None) -> Element:
    """A dataAbsentReason."""
    display = code.replace("-", " ").title()
    return concept(coding(TERMINOLOGY + "data-absent-reason", code, display), text=text)


def reason_absent(code: str = "unknown") -> Element:
    """What stands in the place of a required primitive that is not known: an element with this extension."""
    return {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": code}]}


# --- values ---------------------------------------------------------------------------------------------------------


def number(text: str) -> int | float | None:
    """None for what is no plain number."""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return None


def quantity(text: str, unit: str, ucum: str | None) -> Element | None:
    value = number(text)
    if value is None:
        return None
    return element(value=value, unit=unit, system=UCUM if ucum else None, code=ucum)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(at: datetime | date | str | None) -> str | None:
    """A dateTime of the precision that is known."""
    if isinstance(at, datetime):
        return instant(at)
    return at.isoformat() if isinstance(at, date) else at


def period(start: datetime | date | str | None, end: datetime | date | str | None = None) -> Element:
    return element(start=moment(start), end=moment(end))


def reference(type_: str, id_: str, display: str | None = None) -> Element:
    return element(reference=f"{type_}/{id_}", display=display)


def identifier(kind: str, value: str | int, *, system: str | None = None, **elements: Any) -> Element:
    """A number of the practice's own, or of the `system` that is given."""
    return element(system=system or IDS + kind, value=str(value), **elements)


def note(text: str | None, **elements: Any) -> Element | None:
    return element(**elements, text=text) if text else None


def narrative(*lines: str) -> Element:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>'}


# --- people and places ----------------------------------------------------------------------------------------------


def human_name(name: Name, use: str | None = None, **elements: Any) -> Element:
    return element(
        use=use, family=name.family, given=listed(name.given, name.middle), suffix=listed(name.suffix), **elements
    )


def full_name(name: Name) -> str:
    return f"{name.given} {name.family}".strip()


def phone(digits: str | None, use: str | None = None, **elements: Any) -> Element | None:
    """Ten digits of the North American plan."""
    if not digits:
        return None
    return element(system="phone", value=f"{digits[:3]}-{digits[3:6]}-{digits[6:]}", use=use, **elements)


def address(where: Address | None, use: str | None = None) -> Element | None:
    if where is None:
        return None
    return element(
        use=use,
        line=listed(where.line, where.line2),
        city=where.city,
        state=where.state,
        postalCode=where.zip,
        country="US",
    )
