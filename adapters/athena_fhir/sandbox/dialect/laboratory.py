"""Laboratory Observations, DiagnosticReports of laboratories and imaging, Specimens, ServiceRequests.

Source: recorded Observations and DiagnosticReports (preview, November 2024). No Specimen and no ServiceRequest was
ever seen: those are as the records have them.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from adapters.athena_fhir.sandbox.dialect.dress import Here, Resource, midnight, mistaken, numbered, share
from adapters.population import result_tables

LOINC = "http://loinc.org"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
# LOINC's parts by which reports are grouped
RADIOLOGY = {"system": LOINC, "code": "LP29684-5", "display": "Radiology"}
CARDIOLOGY = {"system": LOINC, "code": "LP29708-2", "display": "Cardiology"}
# code: what is written instead of it; the words of panic values are HL7's [assumed]
_WORDS = {
    "N": ("normal", "normal"),
    "L": ("below low normal", "low"),
    "H": ("above high normal", "high"),
    "A": ("abnormal", "abnormal"),
    "LL": ("below lower panic limits", "low"),
    "HH": ("above upper panic limits", "high"),
}
_GENUINE = {row.name: row.described for panel in result_tables.PANELS for row in panel.analytes}
_NON_RESULTS = ("np", "comment")
_NEVER_SENT = ("issued", "performer", "specimen", "encounter")
_ANALYTE_TWIN, _REPORT_TWIN = 50, 500


def analyte(here: Here, made: Resource) -> list[Resource]:
    for name in _NEVER_SENT:
        made.pop(name, None)
    id_ = made["id"]
    made["code"] = _code(made)
    if len(day := str(made.get("effectiveDateTime", ""))) == 10:
        made["effectiveDateTime"] = midnight(day)
    _value(made)
    if words := [_interpretation(id_, one) for one in made.get("interpretation", ())]:
        made["interpretation"] = words
    if ranges := made.get("referenceRange"):
        blanks = "   " if share(id_, 3) else ""
        made["referenceRange"] = [{"text": f"{blanks}{one['text']}{blanks}"} for one in ranges if "text" in one]
    if notes := made.get("note"):
        made["note"] = [{"text": one["text"].replace(" ", "\n", 1) + "\n"} for one in notes]
    if share(id_, 17) and made["status"] == "final":
        made["status"] = "unknown"
    twins = []
    if share(id_, 6):
        (number,) = numbered(id_)
        twins.append(mistaken(made, here.names.made("analyte", number + _ANALYTE_TWIN)))
    return [made, *twins]


def _code(made: Resource) -> Resource:
    """A number of athena's own under LOINC's name, beside LOINC's words; or nothing but the laboratory's words."""
    text = made["code"].get("text") or "unnamed"
    genuine = _GENUINE.get(text)
    if genuine is None or share(made["id"], 10, 3):
        return {"text": text.lower()}
    return {
        "coding": [{"system": LOINC, "code": internal_code(text), "display": genuine}],
        "text": f"{text.lower()}, {'urine' if 'Urine' in genuine else 'serum'}",
    }


def internal_code(name: str) -> str:
    """Athena's number of an analyte: five digits, and no check digit."""
    return str(10_000 + crc32(name.encode()) % 20_000)


def _value(made: Resource) -> None:
    """Units in words; some numbers, and all that are compared, as text; something written where nothing was found."""
    quantity: dict[str, Any] | None = made.get("valueQuantity")
    if quantity is not None and ("comparator" in quantity or share(made["id"], 5)):
        made.pop("valueQuantity")
        made["valueString"] = f"{quantity.get('comparator', '')}{quantity['value']}"
    elif quantity is not None:
        made["valueQuantity"] = {key: quantity[key] for key in ("value", "unit") if key in quantity}
    elif "dataAbsentReason" in made and share(made["id"], 2):
        made.pop("dataAbsentReason")
        made["valueString"] = _NON_RESULTS[share(made["id"], 4)]


def _interpretation(id_: str, one: Resource) -> Resource:
    codes = [coding["code"] for coding in one.get("coding", ())]
    if not codes or codes[0] not in _WORDS:
        return {"text": one.get("text", "abnormal")}
    if share(id_, 4, 1):
        return {"coding": [{"system": INTERPRETATION, "version": "2.1.0", "code": codes[0]}]}
    return {"text": _WORDS[codes[0]][share(id_, 3, 1)]}


# --- reports --------------------------------------------------------------------------------------------------------


def report(here: Here, made: Resource) -> list[Resource]:
    made.pop("presentedForm", None)
    if words := made.get("conclusion"):
        made["presentedForm"] = [_plain_text(str(words))]
    return _reported(here, made, "report")


def imaging(here: Here, made: Resource) -> list[Resource]:
    """Nothing says what kind of study it was, or how far it has come."""
    heart = "electrocardiogram" in str(made["code"].get("text", "")).lower()
    made["category"] = [{"coding": [CARDIOLOGY if heart else RADIOLOGY]}]
    made["code"] = {"text": made["code"].get("text", "imaging")}
    if made["status"] not in ("entered-in-error", "cancelled"):
        made["status"] = "unknown"
    _, number = made["id"].rsplit("-", 1)
    image = here.image(int(number))
    made.pop("presentedForm", None)
    if image.text:
        made["presentedForm"] = [_plain_text(image.text)]
    return _reported(here, made, "imaging")


def _plain_text(words: str) -> Resource:
    return {"contentType": "text/plain", "data": base64.b64encode(words.encode()).decode()}


def _reported(here: Here, made: Resource, kind: str) -> list[Resource]:
    id_, effective = made["id"], str(made.get("effectiveDateTime", ""))
    if not share(id_, 12):
        made.pop("encounter", None)
    if len(effective) == 10:
        made["effectiveDateTime"] = effective = midnight(effective)
    if effective and share(id_, 5, 1):
        made["issued"] = (datetime.fromisoformat(effective) - timedelta(days=2)).isoformat(timespec="milliseconds")
    twins = []
    if share(id_, 5):
        (number,) = numbered(id_)
        twins.append(mistaken(made, here.names.made(kind, number + _REPORT_TWIN)))
    return [made, *twins]
