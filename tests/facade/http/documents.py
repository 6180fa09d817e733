"""A chart with documents of every kind, and one whom it is none of the business of."""

from __future__ import annotations

import base64
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from tests.facade.chartbox import ChartBox, chartbox

PDF, PAGE = b"%PDF-1.7 a letter", b"<script>alert(1)</script>"


def held(content: bytes, type_: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "data": base64.b64encode(content).decode(), **more}


def note(number: int, *attachments: dict[str, Any], patient: str = "patient-1", **more: Any) -> dict[str, Any]:
    """A DocumentReference with these attachments; what has no `url` has that of its own Binary."""
    id_ = f"documentreference-{number}"
    return {
        "resourceType": "DocumentReference",
        "id": id_,
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
        "category": [{"text": "note"}],
        "subject": {"reference": f"Patient/{patient}"},
        "date": "2024-05-01T10:00:00Z",
        "content": [
            {"attachment": {"url": f"Binary/file-{n}-{id_}", **each}} for n, each in enumerate(attachments or ({},))
        ],
        **more,
    }


RECORDS: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "patient-1"},
    {"resourceType": "Patient", "id": "patient-2"},
    note(1, {"contentType": "application/pdf", "title": "A letter"}, {"contentType": "text/html"}),
    note(2, description="psychotherapy"),
    note(3, {"url": "https://ehr.example.com/files/3", "title": "Elsewhere"}, {"contentType": "image/svg+xml"}),
    note(4, {"size": 300_000_000}),
    note(5, {"contentType": "text/plain"}, {}, {}, {}, patient="patient-2"),
    note(
        6,
        contained=[
            {"resourceType": "Patient", "id": "p", "photo": [{"url": "Binary/file-7-documentreference-6"}]},
        ],
    ),
]

DOCUMENTS = {
    "file-0-documentreference-1": held(PDF, "application/pdf", updated="2024-05-01T10:00:00.123Z"),
    "file-1-documentreference-1": held(PAGE, "text/html; charset=utf-8"),
    "file-2-documentreference-1": held(b"named by nobody", "text/plain"),
    "file-0-documentreference-2": held(b"what was said", "text/plain"),
    "file-1-documentreference-3": held(b"<svg/>", "image/svg+xml"),
    "file-0-documentreference-5": held(b"x" * 100_000, "text/plain", piece=30_000, size=100_000, version="v1"),
    "file-1-documentreference-5": held(b"x" * 9_000, "application/pdf", piece=4_000, size=10_000, version="v1"),
    "file-2-documentreference-5": held(b"y" * 9_000, "application/pdf", piece=4_000),
    "file-3-documentreference-5": held(b"x" * 500_001, "application/pdf", piece=100_000),
    "file-7-documentreference-6": held(b"\x89PNG", "image/png\r\nSet-Cookie: a=b"),
}

RULES = [
    {"name": "minds", "remove": ["DocumentReference"], "where": "description = 'psychotherapy'"},
    {"name": "no-files", "clients": ["listing"], "remove": ["DocumentReference.content.attachment"]},
    {"name": "no-notes", "clients": ["noteless"], "remove": ["DocumentReference"]},
    {"name": "no-names", "clients": ["nameless"], "remove": ["Patient.name"]},
    {"name": "no-data", "clients": ["dataless"], "remove": ["Binary.data"]},
    {
        "name": "no-pages",
        "clients": ["pageless"],
        "remove": ["DocumentReference.content.attachment"],
        "where": "contentType = 'text/html'",
    },
]
ALL = {"scopes": ["system/*.rs"]}
CLIENTS = {
    "system": ALL,
    **dict.fromkeys(("listing", "noteless", "nameless", "dataless", "pageless"), ALL),
    "elsewhere": {**ALL, "practices": ["mill"]},
    "patients": {"scopes": ["system/Patient.rs", "system/DocumentReference.rs"]},
    "binaries": {"scopes": ["system/Binary.rs"]},
}


def documents_box(folder: Path, **more: Any) -> AbstractAsyncContextManager[ChartBox]:
    """These documents in two practices of two tenants; `more` as `chartbox` takes it."""
    return chartbox(
        folder,
        RECORDS,
        documents=DOCUMENTS,
        practices=("box", "mill"),
        tenants=("riverbend", "hillside"),
        policy=RULES,
        clients=CLIENTS,
        **more,
    )
