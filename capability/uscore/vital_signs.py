"""US Core vital signs: which LOINC codes and which UCUM units each profile takes.

https://hl7.org/fhir/us/core/StructureDefinition-us-core-vital-signs.html and the profiles derived from it
"""

from __future__ import annotations

from dataclasses import dataclass

from capability.uscore.versions import US_CORE


@dataclass(frozen=True, slots=True)
class VitalSign:
    """`loinc`: every code that `Observation.code` must carry.

    `ucum`: the units allowed, of the value or of the components.
    `components`: LOINC codes that must be there as components, which then hold the values.
    `optional`: (LOINC, UCUM) of components that may be there beside the value.
    """

    profile: str
    loinc: tuple[str, ...]
    ucum: tuple[str, ...]
    components: tuple[str, ...] = ()
    optional: tuple[tuple[str, str], ...] = ()
    since: str = "6.1.0"
    until: str | None = None


VITAL_SIGNS = (
    VitalSign(US_CORE + "us-core-blood-pressure", ("85354-9",), ("mm[Hg]",), components=("8480-6", "8462-4")),
    VitalSign(US_CORE + "us-core-average-blood-pressure", ("96607-7",), ("mm[Hg]",), components=("96608-5", "96609-3"), since="7.0.0"),  # noqa: E501 (a row)
    VitalSign(US_CORE + "us-core-bmi", ("39156-5",), ("kg/m2",)),
    VitalSign(US_CORE + "us-core-body-height", ("8302-2",), ("cm", "[in_i]")),
    VitalSign(US_CORE + "us-core-body-weight", ("29463-7",), ("g", "kg", "[lb_av]")),
    VitalSign(US_CORE + "us-core-body-temperature", ("8310-5",), ("Cel", "[degF]")),
    VitalSign(US_CORE + "us-core-head-circumference", ("9843-4",), ("cm", "[in_i]")),
    VitalSign(US_CORE + "us-core-heart-rate", ("8867-4",), ("/min",)),
    VitalSign(US_CORE + "us-core-respiratory-rate", ("9279-1",), ("/min",)),
    VitalSign(US_CORE + "us-core-pulse-oximetry", ("59408-5", "2708-6"), ("%",), optional=(("3151-8", "L/min"), ("3150-0", "%"))),  # noqa: E501 (a row)
    VitalSign(US_CORE + "pediatric-bmi-for-age", ("59576-9",), ("%",)),
    VitalSign(US_CORE + "pediatric-weight-for-height", ("77606-2",), ("%",)),
    VitalSign(US_CORE + "head-occipital-frontal-circumference-percentile", ("8289-1",), ("%",)),
)  # fmt: skip
