"""What each clinicalelementid of athenaNet's vitals is: one row per measure, one row per element.

Elements, types, units and value lists: athenaNet's vitals configuration (GET .../chart/configuration/vitals).
LOINC: https://hl7.org/fhir/us/core/STU6.1/ValueSet-us-core-vital-signs.html and loinc.org. UCUM: ucum.org.
"""

# ruff: noqa: E501 (one row per line, however long)

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mappings.concept_map import Concept, ConceptMap
from mappings.fhir import SNOMED


class Role(Enum):
    """What a reading is within the Observation of its measure."""

    VALUE = "value"
    COMPONENT = "component"
    BODY_SITE = "bodySite"
    METHOD = "method"
    NOTE = "note"
    REFUSED = "dataAbsentReason"
    REFUSED_REASON = "dataAbsentReason.text"
    OUT_OF_RANGE = "dataAbsentReason: out of range"
    IGNORED = "nothing"


class Datatype(Enum):
    NUMERIC = "NUMERIC"
    SET = "SET"
    CHECKBOX = "CHECKBOX"
    FREETEXT = "FREETEXT"
    LARGETEXTAREA = "LARGETEXTAREA"


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of Observation. `components` are (LOINC, name) of those that the profile requires of a panel; `method`,
    in lower case, is the one that `loinc` is of: the codes stand where it is named, or none is."""

    text: str
    loinc: tuple[tuple[str, str], ...] = ()
    components: tuple[tuple[str, str], ...] = ()
    method: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """`loinc`, `text` name a component, `text` also what else has no measure to qualify. `unit`, `ucum` hold where a reading sends no unit; a FREETEXT with them is a
    quantity if the whole text is a number."""

    measure: str
    role: Role
    datatype: Datatype
    loinc: str = ""
    text: str = ""
    unit: str = ""
    ucum: str = ""


# fmt: off
MEASURES = {
    "BLOODPRESSURE": Measure("Blood pressure", (("85354-9", "Blood pressure panel with all children optional"),), (("8480-6", "Systolic blood pressure"), ("8462-4", "Diastolic blood pressure"))),
    "BMI": Measure("Body mass index", (("39156-5", "Body mass index (BMI) [Ratio]"),)),
    "BMI.PERCENTILE": Measure("BMI percentile for age and sex", (("59576-9", "Body mass index (BMI) [Percentile] Per age and sex"),)),
    "HEIGHT": Measure("Body height", (("8302-2", "Body height"),)),
    "WEIGHT": Measure("Body weight", (("29463-7", "Body weight"),)),
    "TEMPERATURE": Measure("Body temperature", (("8310-5", "Body temperature"),)),
    "PULSE": Measure("Heart rate", (("8867-4", "Heart rate"),)),
    "HEARTRATE": Measure("Heart rate", (("8867-4", "Heart rate"),)),
    "RESPIRATIONRATE": Measure("Respiratory rate", (("9279-1", "Respiratory rate"),)),
    "O2SATURATION": Measure("Oxygen saturation",
        (("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"), ("2708-6", "Oxygen saturation in Arterial blood")),
    ),
    "HEADCIRCUMFERENCE": Measure("Head circumference", (("9843-4", "Head Occipital-frontal circumference"),)),
    "WAISTCIRCUMFERENCE": Measure("Waist circumference", (("56086-2", "Adult Waist Circumference Protocol"),)),
    "ANKLECIRCUMFERENCE": Measure("Ankle circumference"),
    "ANKLECIRCUMFERENCELEFT": Measure("Ankle circumference, left"),
    "ANKLECIRCUMFERENCERIGHT": Measure("Ankle circumference, right"),
    "ARMCIRCUMFERENCE": Measure("Arm circumference"),
    "BODYSURFACEAREA": Measure("Body surface area", (("3140-1", "Body surface area Derived from formula"),)),
    "BASALMETABOLICRATE": Measure("Basal metabolic rate"),
    "BLOODSUGAR": Measure("Blood glucose"),
    "PAINSCALE": Measure("Pain severity", (("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),), method="numeric"),
    "LEVELOFCONSCIOUSNESS": Measure("Level of consciousness", (("80288-4", "Level of consciousness"),)),
    # Whether an acuity is corrected is another reading: no LOINC code fits before both are known.
    "VOD": Measure("Visual acuity, right eye"),
    "VOS": Measure("Visual acuity, left eye"),
    "VOU": Measure("Visual acuity, both eyes"),
    "CORRECTION": Measure("Visual acuity, correction"),
    "BIRTHWEIGHT": Measure("Birth weight", (("8339-4", "Birth weight Measured"),)),
    "BIRTHLENGTH": Measure("Birth length", (("89269-5", "Body height Measured --at birth"),)),
    "NOTES": Measure("Vitals note"),
}

_N, _S, _C = Datatype.NUMERIC, Datatype.SET, Datatype.CHECKBOX
_F, _L = Datatype.FREETEXT, Datatype.LARGETEXTAREA

ELEMENTS = {  # clinicalelementid: measure, role, datatype, LOINC and name of a component, unit and UCUM when none is sent
    "VITALS.BLOODPRESSURE.SYSTOLIC": Element("BLOODPRESSURE", Role.COMPONENT, _N, "8480-6", "Systolic blood pressure", "mmHg", "mm[Hg]"),
    "VITALS.BLOODPRESSURE.DIASTOLIC": Element("BLOODPRESSURE", Role.COMPONENT, _N, "8462-4", "Diastolic blood pressure", "mmHg", "mm[Hg]"),
    "VITALS.BLOODPRESSURE.SITE": Element("BLOODPRESSURE", Role.BODY_SITE, _S, text="Blood pressure site"),
    "VITALS.BLOODPRESSURE.TYPE": Element("BLOODPRESSURE", Role.COMPONENT, _S, "8361-8", "Body position with respect to gravity"),
    "VITALS.BLOODPRESSURECUFFSIZE": Element("BLOODPRESSURE", Role.COMPONENT, _S, "8358-4", "Blood pressure device Cuff size"),
    "VITALS.BLOODPRESSURE.SYSTOLICREFUSED": Element("BLOODPRESSURE", Role.REFUSED, _C, "8480-6"),
    "VITALS.BLOODPRESSURE.DIASTOLICREFUSED": Element("BLOODPRESSURE", Role.REFUSED, _C, "8462-4"),
    "VITALS.BLOODPRESSURE.SYSTOLICREFUSEDREASON": Element("BLOODPRESSURE", Role.REFUSED_REASON, _S, "8480-6"),
    "VITALS.BLOODPRESSURE.DIASTOLICREFUSEDREASON": Element("BLOODPRESSURE", Role.REFUSED_REASON, _S, "8462-4"),
    "VITALS.BMI": Element("BMI", Role.VALUE, _N, unit="kg/m2", ucum="kg/m2"),
    "VITALS.BMI.PERCENTILE": Element("BMI.PERCENTILE", Role.VALUE, _N, unit="%", ucum="%"),
    "VITALS.HEIGHT": Element("HEIGHT", Role.VALUE, _N, unit="cm", ucum="cm"),
    "VITALS.HEIGHT.TYPE": Element("HEIGHT", Role.METHOD, _S, text="Body height, how measured"),
    "VITALS.WEIGHT": Element("WEIGHT", Role.VALUE, _N, unit="g", ucum="g"),
    "VITALS.WEIGHT.TYPE": Element("WEIGHT", Role.METHOD, _S, text="Body weight, how measured"),
    "VITALS.WEIGHT.PREPOST": Element("WEIGHT", Role.NOTE, _S, text="Body weight, before or after dialysis"),
    "VITALS.WEIGHT.OUTOFRANGE": Element("WEIGHT", Role.OUT_OF_RANGE, _C),
    "VITALS.TEMPERATURE": Element("TEMPERATURE", Role.VALUE, _N, unit="F", ucum="[degF]"),
    "VITALS.TEMPERATURE.TYPE": Element("TEMPERATURE", Role.BODY_SITE, _S, text="Body temperature site"),
    "VITALS.PULSE.RATE": Element("PULSE", Role.VALUE, _N, unit="/min", ucum="/min"),
    "VITALS.PULSE.TYPE": Element("PULSE", Role.COMPONENT, _S, "8884-9", "Heart rate rhythm"),
    "VITALS.PULSE.LOCATION": Element("PULSE", Role.BODY_SITE, _S, text="Heart rate site"),
    "VITALS.HEARTRATE": Element("HEARTRATE", Role.VALUE, _F, unit="/min", ucum="/min"),
    "VITALS.RESPIRATIONRATE": Element("RESPIRATIONRATE", Role.VALUE, _N, unit="/min", ucum="/min"),
    "VITALS.O2SATURATION": Element("O2SATURATION", Role.VALUE, _N, unit="%", ucum="%"),
    "VITALS.O2SATURATION.AIRTYPE": Element("O2SATURATION", Role.NOTE, _S, text="Oxygen saturation, air breathed"),
    "VITALS.O2SATURATION.OXYGENQUANTITY": Element("O2SATURATION", Role.COMPONENT, _N, "3151-8", "Inhaled oxygen flow rate", "L/min", "L/min"),
    "VITALS.INHALEDO2CONCENTRATION": Element("O2SATURATION", Role.COMPONENT, _N, "3150-0", "Inhaled oxygen concentration", "%", "%"),
    "VITALS.HEADCIRCUMFERENCE": Element("HEADCIRCUMFERENCE", Role.VALUE, _N, unit="cm", ucum="cm"),
    "VITALS.WAISTCIRCUMFERENCE": Element("WAISTCIRCUMFERENCE", Role.VALUE, _N, unit="cm", ucum="cm"),
    "VITALS.ANKLECIRCUMFERENCE": Element("ANKLECIRCUMFERENCE", Role.VALUE, _N, unit="cm", ucum="cm"),
    "VITALS.ANKLECIRCUMFERENCELEFT": Element("ANKLECIRCUMFERENCELEFT", Role.VALUE, _N, unit="cm", ucum="cm"),
    "VITALS.ANKLECIRCUMFERENCERIGHT": Element("ANKLECIRCUMFERENCERIGHT", Role.VALUE, _N, unit="cm", ucum="cm"),
    "VITALS.ARMCIRCUMFERENCE": Element("ARMCIRCUMFERENCE", Role.VALUE, _F),
    "VITALS.BODYSURFACEAREA": Element("BODYSURFACEAREA", Role.VALUE, _N, unit="m2", ucum="m2"),
    "VITALS.BASALMETABOLICRATE": Element("BASALMETABOLICRATE", Role.VALUE, _F),
    "VITALS.BLOODSUGAR": Element("BLOODSUGAR", Role.VALUE, _F),  # no unit is known for it: a number would be half a value
    "VITALS.PAINSCALE": Element("PAINSCALE", Role.VALUE, _N, unit="{score}", ucum="{score}"),  # a SET of 0 to 10
    "VITALS.PAINSCALETYPE": Element("PAINSCALE", Role.METHOD, _S, text="Pain severity, scale"),
    "VITALS.LEVELOFCONSCIOUSNESS": Element("LEVELOFCONSCIOUSNESS", Role.VALUE, _S),
    "VITALS.VOD": Element("VOD", Role.VALUE, _S),
    "VITALS.VOS": Element("VOS", Role.VALUE, _S),
    "VITALS.VOU": Element("VOU", Role.VALUE, _S),
    "VITALS.CORRECTION": Element("CORRECTION", Role.VALUE, _S),
    "VITALS.BIRTHWEIGHT": Element("BIRTHWEIGHT", Role.VALUE, _F),
    "VITALS.BIRTHLENGTH": Element("BIRTHLENGTH", Role.VALUE, _F),
    "VITALS.NOTES": Element("NOTES", Role.VALUE, _L),
    "VITALS.SUPPRESSHEIGHTACCELERATION": Element("HEIGHT", Role.IGNORED, _C),
}
# fmt: on


def element_of(clinicalelementid: str) -> Element | None:
    """The row of an element, else what its last part makes it: .VALUEID accompanies a SET, .REFUSED and
    .REFUSEDREASON exist for every measure. None for an element that no row knows."""
    key = clinicalelementid.upper()
    if row := ELEMENTS.get(key):
        return row
    of, _, last = key.rpartition(".")
    measure = of.removeprefix("VITALS.")
    if last == "VALUEID":
        return Element(measure, Role.IGNORED, Datatype.SET)
    measure = ELEMENTS[of].measure if of in ELEMENTS else measure
    if measure in MEASURES and last in ("REFUSED", "REFUSEDREASON"):
        role = Role.REFUSED if last == "REFUSED" else Role.REFUSED_REASON
        return Element(measure, role, Datatype.CHECKBOX if last == "REFUSED" else Datatype.SET)
    return None


UNITS = {  # unit as athenaNet writes it, in lower case: UCUM
    "g": "g",
    "kg": "kg",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "oz": "[oz_av]",
    "cm": "cm",
    "m": "m",
    "in": "[in_i]",
    "ft": "[ft_i]",
    "f": "[degF]",
    "c": "Cel",
    "%": "%",
    "mmhg": "mm[Hg]",
    "mm hg": "mm[Hg]",
    "bpm": "/min",
    "/min": "/min",
    "kg/m2": "kg/m2",
    "m2": "m2",
    "l/min": "L/min",
    "lpm": "L/min",
}

SITES = ConceptMap(  # values of .SITE, .LOCATION and TEMPERATURE.TYPE
    "athenanet-vitals-site",
    {
        "L arm": Concept("368208006", SNOMED, "Left upper arm structure"),
        "R arm": Concept("368209003", SNOMED, "Right upper arm structure"),
        "L leg": Concept("32153003", SNOMED, "Left lower limb structure"),
        "R leg": Concept("62175007", SNOMED, "Right lower limb structure"),
        "L wrist": Concept("5951000", SNOMED, "Left wrist region structure"),
        "R wrist": Concept("9736006", SNOMED, "Right wrist region structure"),
        "oral": Concept("74262004", SNOMED, "Oral cavity structure"),
        "ear": Concept("117590005", SNOMED, "Ear structure"),
        "axillary": Concept("91470000", SNOMED, "Axillary region structure"),
        "rectal": Concept("34402009", SNOMED, "Rectum structure"),
    },
)
SITES_AS_TEXT = frozenset(
    {"temporal artery", "apical", "brachial", "carotid", "femoral", "pedal", "popliteal", "radial"}
)

POSITIONS = ConceptMap(  # values of BLOODPRESSURE.TYPE
    "athenanet-vitals-position",
    {
        "sitting": Concept("33586001", SNOMED, "Sitting position"),
        "standing": Concept("10904000", SNOMED, "Orthostatic body position"),
        "supine": Concept("40199007", SNOMED, "Supine body position"),
        "prone": Concept("1240000", SNOMED, "Prone body position"),
    },
)

POSITIONS_AS_TEXT = frozenset({"lying on side"})  # does not say which side, as the codes do

LYING_HEIGHT = ("8306-3", "Body height --lying")  # besides 8302-2, where HEIGHT.TYPE says Lying

REFUSED_REASONS = {  # value of .REFUSEDREASON, in lower case: data-absent-reason
    "patient refused": "asked-declined",
    "not indicated": "not-performed",
    "not tolerated": "not-performed",
}
