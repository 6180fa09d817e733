"""Attachments and the files that they stand for; DocumentReferences of what is filed as a report, too."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from adapters.fhir_r4.sandbox.records.case import Case, File, Written
from adapters.fhir_r4.sandbox.records.elements import (
    NULL_FLAVOR,
    US_CORE_SYSTEM,
    Element,
    coding,
    concept,
    element,
    identifier,
    instant,
    listed,
    loinc,
    resource,
)
from adapters.population import files


def attachment(case: Case, key: str, form: str, title: str, words: str, at: datetime) -> Element:
    """Of a file as offices scan and receive them: pdf, png, tiff or html."""
    content, mime = files.file(form, title, f"{words}, {at.date().isoformat()}")
    return stored(case, key, mime, title, content, at)


def text_attachment(case: Case, key: str, title: str, text: str, at: datetime) -> Element:
    return stored(case, key, "text/plain", title, text.encode(), at)


def stored(case: Case, key: str, mime: str, title: str, content: bytes, at: datetime) -> Element:
    case.files[key] = File(mime, content)
    digest = base64.b64encode(hashlib.sha1(content).digest()).decode()  # noqa: S324 - FHIR's Attachment.hash is SHA-1
    return element(
        contentType=mime,
        url=f"Binary/{key}",
        size=len(content),
        hash=digest,
        title=title,
        creation=instant(at),
    )


def category() -> Element:
    return concept(coding(US_CORE_SYSTEM + "us-core-documentreference-category", "clinical-note", "Clinical Note"))


def unknown_type(text: str) -> Element:
    """The type of a document that no LOINC code of the value set fits."""
    return concept(coding(NULL_FLAVOR, "UNK", "unknown"), text=text)


def document_of(
    case: Case, id_: str, type_: tuple[str, str], report: Written, about: Element, forms: list[Element]
) -> Written:
    """The DocumentReference of a report's files: US Core wants them found by either. Same author, same dates."""
    told = report.resource
    made = resource(
        "DocumentReference",
        id_,
        identifier=[identifier("document", id_)],
        status="entered-in-error" if told["status"] == "entered-in-error" else "current",
        type=loinc(*type_),
        category=[category()],
        subject=case.subject(),
        date=instant(case.recorded(report)),
        author=listed(case.who(report.by)),
        description=about.get("display"),
        content=[{"attachment": dict(form)} for form in forms],
        context=element(
            encounter=listed(dict(told["encounter"]) if "encounter" in told else None),
            period=element(start=told.get("effectiveDateTime")),
            related=[dict(about)],
        ),
    )
    return Written(made, report.at, report.by)
