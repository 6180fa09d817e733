"""What each kind of measurement is in LOINC, UCUM and SNOMED CT; a kind without a code is told in words.

https://hl7.org/fhir/us/core/STU6.1/ValueSet-us-core-vital-signs.html, https://hl7.org/fhir/R4/valueset-ucum-vitals-common.html
"""

# ruff: noqa: E501 (one row per line, however long)

from __future__ import annotations

from typing import NamedTuple


class Measured(NamedTuple):
    """`loinc`: each (code, display). `about`: the kinds that say something of this one, and which element says it."""

    text: str
    loinc: tuple[tuple[str, str], ...] = ()
    about: tuple[tuple[str, str], ...] = ()


PANEL = (("85354-9", "Blood pressure panel with all children optional"),)
PRESSURES = {
    "systolic": ("8480-6", "Systolic blood pressure"),
    "diastolic": ("8462-4", "Diastolic blood pressure"),
}
POSITION = ("8361-8", "Body position with respect to gravity")
CUFF = ("8358-4", "Blood pressure device Cuff size")

# fmt: off
MEASURED = {
    "height": Measured("Body height", (("8302-2", "Body height"),), (("height kind", "method"),)),
    "weight": Measured("Body weight", (("29463-7", "Body weight"),), (("weight kind", "method"), ("dialysis phase", "note"), ("weight refused", "refused"), ("weight refused reason", "reason"), ("weight out of range", "out of range"))),
    "bmi": Measured("Body mass index", (("39156-5", "Body mass index (BMI) [Ratio]"),)),
    "bmi percentile": Measured("BMI percentile for age and sex", (("59576-9", "Body mass index (BMI) [Percentile] Per age and sex"),)),
    "temperature": Measured("Body temperature", (("8310-5", "Body temperature"),), (("temperature site", "site"),)),
    "pulse": Measured("Heart rate", (("8867-4", "Heart rate"),), (("pulse rhythm", "8884-9"), ("pulse site", "site"))),
    "heart rate text": Measured("Heart rate", (("8867-4", "Heart rate"),)),
    "respiratory rate": Measured("Respiratory rate", (("9279-1", "Respiratory rate"),)),
    "oxygen saturation": Measured(
        "Oxygen saturation",
        (("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"), ("2708-6", "Oxygen saturation in Arterial blood")),
        (("air", "note"), ("oxygen flow", "3151-8"), ("inhaled oxygen", "3150-0")),
    ),
    "head circumference": Measured("Head circumference", (("9843-4", "Head Occipital-frontal circumference"),)),
    "waist circumference": Measured("Waist circumference", (("56086-2", "Adult Waist Circumference Protocol"),)),
    "ankle circumference": Measured("Ankle circumference"),
    "left ankle circumference": Measured("Ankle circumference, left"),
    "right ankle circumference": Measured("Ankle circumference, right"),
    "neck circumference": Measured("Neck circumference"),
    "arm circumference": Measured("Arm circumference"),
    "body surface area": Measured("Body surface area", (("3140-1", "Body surface area Derived from formula"),)),
    "basal metabolic rate": Measured("Basal metabolic rate"),
    "blood sugar": Measured("Blood glucose"),
    "pain": Measured("Pain severity", (("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),), (("pain scale", "method"),)),
    "consciousness": Measured("Level of consciousness", (("80288-4", "Level of consciousness"),)),
    "vision right": Measured("Visual acuity, right eye"),
    "vision left": Measured("Visual acuity, left eye"),
    "vision both": Measured("Visual acuity, both eyes"),
    "vision correction": Measured("Visual acuity, correction"),
    "birth weight": Measured("Birth weight", (("8339-4", "Birth weight Measured"),)),
    "birth length": Measured("Birth length", (("89269-5", "Body height Measured --at birth"),)),
    "peak flow": Measured("Peak expiratory flow"),
    "last menstrual period": Measured("Last menstrual period", (("8665-2", "Last menstrual period start date"),)),
    "vital signs note": Measured("Vital signs note"),
}
# fmt: on
LYING = ("8306-3", "Body height --lying")  # besides 8302-2
COMPONENTS = {
    "8884-9": "Heart rate rhythm",
    "3151-8": "Inhaled oxygen flow rate",
    "3150-0": "Inhaled oxygen concentration",
}
PERCENTILES = {  # of what a measurement ranks among those of the same age and sex
    "height": ("8303-0", "Body height [Percentile]"),
    "weight": ("8336-0", "Body weight [Percentile] Per age"),
    "head circumference": ("8289-1", "Head Occipital-frontal circumference Percentile"),
    "bmi": ("59576-9", "Body mass index (BMI) [Percentile] Per age and sex"),
}
QUANTITIES = frozenset({"height", "weight", "bmi", "bmi percentile", "temperature", "pulse", "heart rate text",
                        "respiratory rate", "oxygen saturation", "head circumference"})  # fmt: skip
"""Kinds whose profile takes a number and nothing else."""

UCUM_OF = {  # as it was written down: (for people, UCUM)
    "mmHg": ("mmHg", "mm[Hg]"),
    "in": ("in", "[in_i]"),
    "cm": ("cm", "cm"),
    "lb": ("lb", "[lb_av]"),
    "kg": ("kg", "kg"),
    "kg/m2": ("kg/m2", "kg/m2"),
    "degF": ("degF", "[degF]"),
    "/min": ("/min", "/min"),
    "%": ("%", "%"),
    "L/min": ("L/min", "L/min"),
    "m2": ("m2", "m2"),
}
UNWRITTEN = {"heart rate text": "/min", "pain": "{score}"}  # UCUM of a bare number
SITES = {
    "L arm": ("368208006", "Left upper arm structure"),
    "R arm": ("368209003", "Right upper arm structure"),
    "oral": ("74262004", "Oral cavity structure"),
    "rectal": ("34402009", "Rectum structure"),
}
POSITIONS = {
    "sitting": ("33586001", "Sitting position"),
    "standing": ("10904000", "Orthostatic body position"),
    "supine": ("40199007", "Supine body position"),
}
REFUSALS = {"Patient refused": "asked-declined", "Not tolerated": "not-performed"}
