"""Epic's opaque ids, computed from the plain ids of the common records and back to whose record they name.

Source: Epic record ids, captures 2024 to 2026. Letters, digits, `-` and `.`; a few fixed lengths, the longer ones
beyond FHIR's 64. An id holds, scrambled, the number of the person whose chart the record is in (0: the directory), so
that a read finds its chart without an index of everybody; the rest is a digest that nobody can turn back.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import shake_256
from typing import Literal

Context = Literal["backend", "patient"]

DIRECTORY = 0
"""Whose chart a practitioner, a place or an organisation is in: nobody's."""

_SHORT = 24
_MIDDLE = 45
_LENGTHS = {
    "Binary": 64,
    "CarePlan": _MIDDLE,
    "Coverage": _MIDDLE,
    "DiagnosticReport": _MIDDLE,
    "DocumentReference": _MIDDLE,
    "Goal": _MIDDLE,
    "Medication": 66,
    "Observation": 66,
    "MedicationDispense": _MIDDLE,
    "MedicationRequest": _MIDDLE,
    "Procedure": _MIDDLE,
    "Provenance": _MIDDLE,
    "QuestionnaireResponse": _MIDDLE,
    "ServiceRequest": _MIDDLE,
    "Specimen": _MIDDLE,
}
VITALS = 66
OTHER_OBSERVATIONS = 130
ALLERGIES = 88

LONG_IN: Context = "backend"
"""The kind of token whose ids of vitals, other observations and allergies are the long ones; the other kind reads the
same records under ids of 45 characters. Captures differ in both token and release: which is the cause is unknown.
[assumed]"""

_ALTCHARS = b".-"
_OWNER = 4
_BYTES = {length: (length - 2) * 6 // 8 for length in (24, 45, 64, 66, 88, 130)}


def of(type_: str, plain: str, owner: int, context: Context, *, long: int | None = None) -> str:
    """The id of the record `type_`/`plain` in `owner`'s chart. `long`: its length where the context shows long ids;
    such a record has no row of its own and another id in the other context."""
    length = _LENGTHS.get(type_, _SHORT) if long is None else long if context == LONG_IN else _MIDDLE
    digest = shake_256(f"{type_}/{plain}/{length}".encode()).digest(_BYTES[length] - _OWNER)
    head = bytes(one ^ other for one, other in zip(owner.to_bytes(_OWNER), _mask(digest), strict=True))
    text = b64encode(head + digest, _ALTCHARS).decode().rstrip("=")
    return f"f{text}4" if length == _MIDDLE else f"e{text}3"


def owner(id_: str) -> int | None:
    """Whose chart an id points into. None: no id of ours looks like that. A number says nothing of its existence."""
    if len(id_) not in _BYTES or id_[0] + id_[-1] not in ("e3", "f4"):
        return None
    text = id_[1:-1]
    try:
        raw = b64decode(text + "=" * (-len(text) % 4), _ALTCHARS, validate=True)
    except ValueError:
        return None
    return int.from_bytes(one ^ other for one, other in zip(raw, _mask(raw[_OWNER:]), strict=False))


def _mask(digest: bytes) -> bytes:
    return shake_256(b"owner" + digest).digest(_OWNER)
