"""DocumentReference, DiagnosticReport and their files. Source: Epic documents and reports, captures 2024 to 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from zlib import crc32

from adapters.epic.sandbox import oids
from adapters.epic.sandbox.dialect.writing import Element, Resource, Writing, coding, concept
from adapters.fhir_r4.sandbox.records import File

SUMMARY = coding(f"{oids.OPEN_EPIC}/document-reference-category", "summary-document", "Summary Document")
NOT_RELEASED = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "NOPAT", "no disclosure to patient")
ATTESTER = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference.attester"
_FORMAT = {
    "system": "http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
    "display": "mimeType Sufficient",
}
_WRITTEN = ("text/plain", "text/html")
_CDA = ("application/xml", "text/xml", "application/cda+xml")
_TAGS = re.compile("<[^>]*>")


def document_reference(resource: Resource, writing: Writing) -> Iterator[Resource]:
    forms = [one["attachment"] for one in resource.get("content", ())]
    kind = forms[0].get("contentType") if forms else None
    made = {key: value for key, value in resource.items() if key != "description"}
    made["identifier"] = _identifiers(resource)
    made["type"] = _type(resource["type"])
    made["custodian"] = {
        "identifier": {"system": "urn:ietf:rfc:3986", "value": oids.PATIENT_CEID},
        "display": "Sample Health",
    }
    if kind in _CDA:
        made["category"] = [concept(SUMMARY, text="Summary Document")]
        made["author"] = [{"display": "Sample Health"}]
        made["content"] = [_content("application/xml", forms[0]["url"])]
    elif kind in _WRITTEN:
        if writing.odd("not released", 4):
            if writing.context == "patient":
                return
            made["securityLabel"] = [concept(NOT_RELEASED)]
        made["content"] = [_content(*one) for one in _twins(forms[0], writing)]
        if writing.odd("R5 extension", 3):
            made["extension"] = [_attester(resource)]
    elif forms:
        made["content"] = [_content(one.get("contentType"), one["url"]) for one in forms if "url" in one]
    yield made


def diagnostic_report(resource: Resource, writing: Writing) -> Iterator[Resource]:
    text = resource["code"].get("text", "Report")
    made = dict(resource)
    local = coding(oids.PROCEDURE_CODE, str(crc32(text.encode()) % 100_000), text)
    if writing.odd("report without LOINC", 3):
        made["code"] = concept(local, coding(oids.CPT_OID, "LAB10052"), text=text)
    else:
        made["code"] = concept(local, *resource["code"].get("coding", ()), text=text)
    made["category"] = _report_categories(resource["category"])
    if "presentedForm" in made:
        made["presentedForm"] = [
            {"contentType": "text/html", "url": _as_html(one, text, writing), "title": text}
            for one in made["presentedForm"]
        ]
    yield made


def _report_categories(given: list[Element]) -> list[Element]:
    known = {one["code"] for each in given for one in each.get("coding", ())}
    name = "Lab" if "LAB" in known else "Imaging"
    return [concept(coding(oids.LAB_CATEGORY, name, name), text=name), *given]


def _identifiers(resource: Resource) -> list[Element]:
    number = str(crc32(resource["id"].encode()) % 10_000_000)
    return [
        {"system": oids.DOCUMENT, "value": number},
        {"system": oids.DOCUMENT_UNIQUE, "value": f"{oids.DOCUMENT.removeprefix('urn:oid:')}_{number}"},
    ]


def _type(element: Element) -> Element:
    text = element.get("text") or next((one.get("display") for one in element.get("coding", ())), None) or "Document"
    number = str(crc32(text.encode()) % 1000)
    standard = [{**one, "userSelected": True} for one in element.get("coding", ())]
    return concept(coding(oids.DOCUMENT_TYPE, number, text), coding(oids.DOCUMENT_KIND, number), *standard, text=text)


def _content(kind: str | None, url: str) -> Element:
    return {"attachment": {"contentType": kind, "url": url}, "format": _FORMAT}


def _attester(resource: Resource) -> Element:
    parts: list[Element] = [{"url": "mode", "valueCodeableConcept": {"text": "Legal"}}]
    if "date" in resource:
        parts.append({"url": "time", "valueDateTime": resource["date"]})
    return {"url": ATTESTER, "extension": parts}


def _twins(form: Element, writing: Writing) -> Iterator[tuple[str, str]]:
    """The same note as HTML and as RTF, two files."""
    key = form["url"].removeprefix("Binary/")
    file = writing.files.pop(key, None)
    content = file.content.decode() if file else ""
    html = content if form["contentType"] == "text/html" else f"<div>{escape(content)}</div>".replace("\n", "<br />\n")
    words = unescape(_TAGS.sub("", content)) if form["contentType"] == "text/html" else content
    for suffix, kind, text in (("html", "text/html", html), ("rtf", "text/rtf", _rtf(words))):
        writing.files[f"{key}-{suffix}"] = File(kind, text.encode())
        yield kind, f"Binary/{key}-{suffix}"


def _rtf(words: str) -> str:
    """RTF is of seven bits: anything else is \\u with its number and a question mark for old readers."""
    text = "".join(
        f"\\{one}" if one in "\\{}" else one if ord(one) < 128 else "".join(f"\\u{unit}?" for unit in _units(one))
        for one in words
    )
    body = text.replace("\n", "\\par\n")
    return f"{{\\rtf1\\ansi\\deff0 {body}}}"


def _units(letter: str) -> Iterator[int]:
    """UTF-16 units as RTF's signed 16-bit numbers."""
    raw = letter.encode("utf-16-le")
    for place in range(0, len(raw), 2):
        yield int.from_bytes(raw[place : place + 2], "little", signed=True)


def _as_html(form: Element, title: str, writing: Writing) -> str:
    """A report is shown as HTML, whatever paper it came on; the paper is a document of its own."""
    key = form["url"].removeprefix("Binary/")
    file = writing.files.get(key)
    words = file.content.decode() if file and file.content_type == "text/plain" else form.get("title", title)
    body = file.content.decode() if file and file.content_type == "text/html" else f"<p>{escape(words)}</p>"
    writing.files[f"{key}-report"] = File(
        "text/html", f"<html><body><h1>{escape(title)}</h1>{body}</body></html>".encode()
    )
    return f"Binary/{key}-report"
