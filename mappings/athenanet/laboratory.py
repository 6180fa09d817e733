"""What a laboratory wrote -> FHIR elements: which results hold, statuses, codes, values, units and reference ranges.

A result is a row of the chart's labresults; its document is what documents/labresult has under the same id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_results as codes
from mappings.athenanet import report_documents
from mappings.athenanet.scalars import as_bool, as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.check_digits import is_loinc, looks_like_loinc
from mappings.concept_map import Concept, ConceptMap
from mappings.mapped import Record

# [assumed] The newer of two results names the older as superseded. Which is the newer is told by its own date of
# creation, so that the field may as well be meant the other way round.
SUPERSEDED = "supersededdocumentid"
COPY = "exactduplicatedocumentid"

NO_DESCRIPTION = "loinc"  # what stands in a description, at times, in place of one


# --- which results hold ---------------------------------------------------------------------------------------------


def current(results: Iterable[Any]) -> list[Any]:
    """Results without exact copies and without those that a more complete version superseded, of which the other one
    is listed, too. What is no object is left for a mapping to refuse."""
    rows = list(results)
    known = {key: row for row in rows if isinstance(row, dict) and (key := _text(row.get("labresultid")))}
    dropped: set[str] = set()
    for key, row in known.items():
        copied, other = _text(row.get(COPY)), _text(row.get(SUPERSEDED))
        if _is_duplicate(row.get("resultstatus")) or (copied in known and copied != key):
            dropped.add(key)
        if other in known and other != key:
            dropped.add(min((key, other), key=lambda one: _filed(known[one], one)))
    return [row for row in rows if not isinstance(row, dict) or _text(row.get("labresultid")) not in dropped]


def _is_duplicate(status: Any) -> bool:
    return (_text(status) or "").casefold() == "duplicate"


def _filed(row: Record, key: str | None) -> tuple[tuple[str, float, int], int, str]:
    try:
        filed = fhir.us_datetime(as_str(row.get("createddatetime")) or as_str(row.get("createddate")), None)
    except ValueError:
        filed = None
    return fhir.chronological(filed or "0001"), len(key or ""), key or ""


def _text(value: Any) -> str | None:
    """None for what is no text, too."""
    try:
        return as_str(value)
    except ValueError:
        return None


def analytes(result: Record) -> Iterator[Any]:
    """The analytes that are an Observation each: those that are no copies."""
    for one in as_list(result.get("analytes")):
        if not isinstance(one, dict) or not any(map(_is_duplicate, _stated(one))):
            yield one


def each_analyte(results: Iterable[Any]) -> Iterator[tuple[Record, Any]]:
    """(result, analyte) for each Observation; a result that is no object or has no id is left to the mapping to
    refuse."""
    for result in results:
        if not isinstance(result, dict) or not _text(result.get("labresultid")):
            yield {}, None
            continue
        for analyte in analytes(result):
            yield result, analyte


def observation_id(result: Record, analyte: Record, patient: str) -> str:
    """ValueError where either has no id."""
    return ids.local("analyte", patient, as_id(result.get("labresultid")), as_id(analyte.get("analyteid")))


def observation_ids(result: Record, patient: str) -> list[str]:
    """The ids of the Observations of a result, each once; an analyte without an id has none."""
    found = (one for one in analytes(result) if isinstance(one, dict) and _text(one.get("analyteid")))
    return list(dict.fromkeys(observation_id(result, one, patient) for one in found))


# --- statuses -------------------------------------------------------------------------------------------------------


def observation_status(analyte: Record, result: Record, document: Record, translation: Translation) -> str:
    """Of the analyte where it has one, else that of its result."""
    stated = [*_stated(analyte), *_reported(result, document)]
    return _status(codes.LAB_STATUS, stated, result, document, translation)


def report_status(result: Record, document: Record, translation: Translation) -> str:
    return _status(codes.REPORT_STATUS, _reported(result, document), result, document, translation)


def _stated(analyte: Record) -> list[Any]:
    return [analyte.get("resultstatus"), analyte.get("labresultstatus"), analyte.get("status")]


def _reported(result: Record, document: Record) -> list[Any]:
    return [result.get("resultstatus"), document.get("reportstatus"), document.get("resultstatus")]


def _status(
    table: ConceptMap, stated: Iterable[Any], result: Record, document: Record, translation: Translation
) -> str:
    """`abnormal` is no status. Without one, what is closed or was reviewed is final, and of the rest nothing is known;
    so it is of what is in words that no row knows."""
    if (as_str(document.get("status")) or "").upper() == "DELETED" or as_str(document.get("deleteddatetime")):
        return "entered-in-error"
    words = next((text for text in map(as_str, stated) if text and text.casefold() != "abnormal"), None)
    if words is None:
        return "final" if _is_closed(result, document) else "unknown"
    found = translation.concept(table, words)
    return found.code if found else "unknown"


def _is_closed(result: Record, document: Record) -> bool:
    if (as_str(document.get("status")) or "").upper() == "CLOSED":
        return True
    try:
        return bool(as_bool(result.get("isreviewedbyprovider")))
    except ValueError:
        return False


# --- codes ----------------------------------------------------------------------------------------------------------


def loinc(
    code: Any, display: str | None, own: str | None, name: str | None, translation: Translation
) -> list[fhir.Element | None]:
    """Codings of a LOINC code: the practice's own for the laboratory's code or for the name, else the one sent. One
    whose check digit is wrong stands without a system, and is noted; where there is none at all, what the practice
    could give a meaning to is noted."""
    for key in filter(None, (own, name)):
        found = codes.LAB_CODE.look_up(key, translation.practice.overrides)
        if isinstance(found, Concept):
            return [found.coding()]
    sent = as_str(code)
    if sent and is_loinc(sent):
        return [fhir.coding(fhir.LOINC, sent, display)]
    if sent:
        translation.unknown("loinc", sent, coded=looks_like_loinc(sent))
    else:
        translation.unknown(codes.LAB_CODE.name, own or name, coded=own is not None)
    return [fhir.coding(None, sent, display)]


def description(value: Any) -> str | None:
    """A LOINC name, None for the word LOINC itself."""
    text = as_str(value)
    return None if text and text.casefold() == NO_DESCRIPTION else text


def interpretation(analyte: Record, translation: Translation) -> fhir.Element | None:
    """Of the flag; where no row knows it, of athenaNet's own translation into HL7 codes, with the flag as its text."""
    flag = as_str(analyte.get("abnormalflag"))
    found = translation.concept(codes.ABNORMAL_FLAG, flag)
    found = found or translation.concept(codes.ABNORMAL_HL7, analyte.get("abnormalhl7code"))
    words = flag or as_str(analyte.get("abnormalhl7name"))
    return found.codeable(words) if found else fhir.codeable(text=words)


# --- values ---------------------------------------------------------------------------------------------------------

_NUMBER = r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_COMPARED = re.compile(rf"(<=|>=|<|>)?\s*({_NUMBER})")
_BETWEEN = re.compile(rf"({_NUMBER})\s*[-–]\s*({_NUMBER})")
_CALCULATED = re.compile(r"\(calc(?:ulated)?\)", re.IGNORECASE)


def value(analyte: Record, translation: Translation) -> dict[str, Any]:
    """value[x] or dataAbsentReason. A number, with a comparator or without, is a quantity with the digits that were
    sent; a ratio, a grade (`+1`, as of a test strip) and everything else stays a text."""
    text = as_str(analyte.get("value"))
    if text is None:
        return {"dataAbsentReason": fhir.absent_code()}
    found = _COMPARED.fullmatch(text)
    number = _quantity(found[2], *unit(analyte, translation)) if found else None
    if found is None or number is None:
        return {"valueString": text}
    comparator = {"comparator": found[1]} if found[1] else {}
    return {"valueQuantity": {"value": number.pop("value"), **comparator, **number}}


def _quantity(text: str, words: str | None, ucum: str | None) -> fhir.Element | None:
    try:
        return fhir.quantity(text, words, ucum)
    except ValueError:
        return None


def unit(analyte: Record, translation: Translation) -> tuple[str | None, str | None]:
    """(for people, UCUM). A unit that no row knows is kept as text and noted."""
    sent = as_str(analyte.get("units"))
    if sent is None:
        return None, None
    bare = "".join(_CALCULATED.sub("", sent).split())
    for text in (sent, bare):
        found = codes.LAB_UNIT.look_up(text, translation.practice.overrides)
        if isinstance(found, Concept):
            return sent, found.code
    translation.unknown(codes.LAB_UNIT.name, bare)
    return sent, None


def reference_range(analyte: Record, translation: Translation) -> fhir.Element | None:
    """`a-b`, `<a`, `<=a`, `>a`, `>=a` as bounds, always with the text as it was sent: only that tells whether a bound
    is part of the range."""
    text = as_str(analyte.get("referencerange"))
    if text is None:
        return None
    low, high = _bounds(text)
    if low is None and high is None:
        return fhir.element(text=text)
    units = unit(analyte, translation)
    return fhir.element(low=low and _quantity(low, *units), high=high and _quantity(high, *units), text=text)


def _bounds(text: str) -> tuple[str | None, str | None]:
    if between := _BETWEEN.fullmatch(text):
        low, high = between.groups()
        try:
            return (low, high) if fhir.decimal(low) <= fhir.decimal(high) else (None, None)
        except ValueError:
            return None, None
    compared = _COMPARED.fullmatch(text)
    if compared is None or compared[1] is None:
        return None, None
    return (None, compared[2]) if compared[1].startswith("<") else (compared[2], None)


# --- times ------------------------------------------------------------------------------------------------------------


def effective(result: Record, document: Record, translation: Translation) -> str | None:
    """When a specimen was taken, as far as result and document know."""
    zone = translation.practice.zone(document.get("departmentid"))
    stamps = (document.get("observationdatetime"), result.get("labresultdatetime"))
    days = (document.get("observationdate"), result.get("labresultdate"))
    return report_documents.moment(translation, zone, *stamps, *days)


def issued(result: Record, document: Record, translation: Translation) -> str | None:
    """When the laboratory reported it, else when it was filed; None where neither is an instant."""
    zone = translation.practice.zone(document.get("departmentid"))
    for stamp in (
        document.get("specimenreporteddatetime"),
        result.get("createddatetime"),
        document.get("createddatetime"),
    ):
        if found := fhir.instant(translation.moment(stamp, zone)):
            return found
    return None


def records(rows: Iterable[Any], key: str) -> dict[str, Record]:
    """Rows by their id. One that cannot be read is left out: it must not keep the others from being understood."""
    return {text: as_record(row) for row in rows if isinstance(row, dict) and (text := _text(row.get(key)))}
