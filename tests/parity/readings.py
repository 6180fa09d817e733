"""Elements of FHIR -> plain values that can be compared: codes by system, days in the practice's zone, UCUM bases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Resource = Mapping[str, Any]
Facts = dict[str, Any]

ZONE = ZoneInfo("America/New_York")

THO = "http://terminology.hl7.org/CodeSystem/"
US_CORE = "http://hl7.org/fhir/us/core/"
SYSTEMS = {
    "http://snomed.info/sct": "SNOMED CT",
    "http://loinc.org": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://www.ama-assn.org/go/cpt": "CPT",
    "http://fdasis.nlm.nih.gov": "UNII",
}
"""Code systems of medicine that differ between EHRs in what is sent: each is a fact of its own."""

TO_BASE = {
    "[lb_av]": (Decimal("0.45359237"), Decimal(0), "kg"),
    "[oz_av]": (Decimal("0.45359237") / 16, Decimal(0), "kg"),
    "g": (Decimal("0.001"), Decimal(0), "kg"),
    "[in_i]": (Decimal("2.54"), Decimal(0), "cm"),
    "m": (Decimal(100), Decimal(0), "cm"),
    "[degF]": (Decimal(5) / 9, Decimal(-32), "Cel"),
}
"""UCUM unit -> factor, what is added before, base. Source: the definitions of the international pound, inch, °F."""

PLACES = Decimal("0.1")


def day(value: Any) -> str | None:
    """The day of a date or, in the practice's zone, of an instant; a partial date as it is."""
    if not isinstance(value, str) or "T" not in value:
        return value if isinstance(value, str) else None
    return datetime.fromisoformat(value).astimezone(ZONE).date().isoformat()


def start(resource: Resource, stem: str) -> str | None:
    """The day of `stem[x]`, of a period its beginning."""
    period = resource.get(f"{stem}Period") or {}
    return day(resource.get(f"{stem}DateTime") or period.get("start") or period.get("end"))


def concepts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, Mapping))
    elif isinstance(value, Mapping):
        yield value


def codings(value: Any) -> Iterator[Mapping[str, Any]]:
    return (coding for concept in concepts(value) for coding in concept.get("coding", ()))


def codes(value: Any, *systems: str) -> frozenset[str]:
    """Codes of these systems, each given by its beginning."""
    return frozenset(
        str(coding["code"])
        for coding in codings(value)
        if str(coding.get("system")).startswith(systems) and "code" in coding
    )


def coded(name: str, value: Any) -> Facts:
    """A fact for each of SYSTEMS, `name: system`."""
    return {f"{name}: {title}": codes(value, system) for system, title in SYSTEMS.items()}


def text(value: Any) -> str | None:
    """How a concept is called, in small letters."""
    for concept in concepts(value):
        displays = [coding.get("display") for coding in concept.get("coding", ())]
        for found in (concept.get("text"), *displays):
            if isinstance(found, str):
                return " ".join(found.casefold().split())
    return None


def texts(value: Any) -> frozenset[str]:
    return frozenset(found for one in concepts(value) if (found := text(one)))


def status(value: Any) -> str | None:
    """The code of a status that is a concept."""
    return next(iter(sorted(codes(value, THO))), None)


def quantity(value: Any) -> tuple[str | None, str | None]:
    """(number, unit) in the base unit of its kind, the number by tenths; of a unit without a code its words."""
    if not isinstance(value, Mapping) or "value" not in value:
        return None, None
    unit = value.get("code") if value.get("system") == "http://unitsofmeasure.org" else value.get("unit")
    number = Decimal(str(value["value"]))
    factor, before, base = TO_BASE.get(str(unit), (Decimal(1), Decimal(0), unit))
    if base in ("kg", "cm", "Cel"):
        number = ((number + before) * factor).quantize(PLACES)
    return str(number.normalize()), base


def name(value: Mapping[str, Any]) -> str:
    """Of a HumanName or a Reference, in small letters."""
    parts = [*value.get("given", ()), value.get("family", "")]
    return " ".join(str(value.get("display") or " ".join(parts).strip() or value.get("text", "")).casefold().split())
