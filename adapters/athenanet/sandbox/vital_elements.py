"""athenaNet's vital sign elements: one row for each kind of measurement that the population knows.

Source: the clinicalelementid table of the fact sheet; codes only where API answers were seen to carry them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    id: str
    datatype: str  # NUMERIC SET CHECKBOX FREETEXT LARGETEXTAREA
    unit: str | None = None  # sent with the reading; the native unit goes unsaid where this is None
    code: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    abbreviation: str
    ordering: int


# fmt: off
ELEMENTS = {
    "systolic": Element("VITALS.BLOODPRESSURE.SYSTOLIC", "NUMERIC", None, "8480-6", "Systolic blood pressure"),
    "diastolic": Element("VITALS.BLOODPRESSURE.DIASTOLIC", "NUMERIC", None, "8462-4", "Diastolic blood pressure"),
    "blood pressure site": Element("VITALS.BLOODPRESSURE.SITE", "SET"),
    "blood pressure position": Element("VITALS.BLOODPRESSURE.TYPE", "SET"),
    "cuff size": Element("VITALS.BLOODPRESSURECUFFSIZE", "SET"),
    "blood pressure refused": Element("VITALS.BLOODPRESSURE.REFUSED", "CHECKBOX"),
    "systolic refused": Element("VITALS.BLOODPRESSURE.SYSTOLICREFUSED", "CHECKBOX"),
    "diastolic refused": Element("VITALS.BLOODPRESSURE.DIASTOLICREFUSED", "CHECKBOX"),
    "blood pressure refused reason": Element("VITALS.BLOODPRESSURE.REFUSEDREASON", "SET"),
    "bmi": Element("VITALS.BMI", "NUMERIC", None, "39156-5", "Body mass index (BMI) [Ratio]"),
    "bmi percentile": Element("VITALS.BMI.PERCENTILE", "NUMERIC"),
    "height": Element("VITALS.HEIGHT", "NUMERIC", "cm", "8302-2", "Body height"),
    "height kind": Element("VITALS.HEIGHT.TYPE", "SET"),
    "weight": Element("VITALS.WEIGHT", "NUMERIC", "g", "29463-7", "Body weight"),
    "weight kind": Element("VITALS.WEIGHT.TYPE", "SET"),
    "dialysis phase": Element("VITALS.WEIGHT.PREPOST", "SET"),
    "weight out of range": Element("VITALS.WEIGHT.OUTOFRANGE", "CHECKBOX"),
    "weight refused": Element("VITALS.WEIGHT.REFUSED", "CHECKBOX"),
    "weight refused reason": Element("VITALS.WEIGHT.REFUSEDREASON", "SET"),
    "temperature": Element("VITALS.TEMPERATURE", "NUMERIC", "F", "8310-5", "Body temperature"),
    "temperature site": Element("VITALS.TEMPERATURE.TYPE", "SET"),
    "pulse": Element("VITALS.PULSE.RATE", "NUMERIC", None, "8867-4", "Heart rate"),
    "pulse rhythm": Element("VITALS.PULSE.TYPE", "SET"),
    "pulse site": Element("VITALS.PULSE.LOCATION", "SET"),
    "heart rate text": Element("VITALS.HEARTRATE", "FREETEXT", None, "8867-4", "Heart rate"),
    "respiratory rate": Element("VITALS.RESPIRATIONRATE", "NUMERIC"),
    "oxygen saturation": Element("VITALS.O2SATURATION", "NUMERIC", None, "59408-5",
                                 "Oxygen saturation in Arterial blood by Pulse oximetry"),
    "air": Element("VITALS.O2SATURATION.AIRTYPE", "SET"),
    "oxygen flow": Element("VITALS.O2SATURATION.OXYGENQUANTITY", "NUMERIC"),
    "inhaled oxygen": Element("VITALS.INHALEDO2CONCENTRATION", "NUMERIC"),
    "head circumference": Element("VITALS.HEADCIRCUMFERENCE", "NUMERIC", "cm"),
    "waist circumference": Element("VITALS.WAISTCIRCUMFERENCE", "NUMERIC", "cm"),
    "ankle circumference": Element("VITALS.ANKLECIRCUMFERENCE", "NUMERIC", "cm"),
    "left ankle circumference": Element("VITALS.ANKLECIRCUMFERENCELEFT", "NUMERIC", "cm"),
    "right ankle circumference": Element("VITALS.ANKLECIRCUMFERENCERIGHT", "NUMERIC", "cm"),
    "arm circumference": Element("VITALS.ARMCIRCUMFERENCE", "FREETEXT"),
    "body surface area": Element("VITALS.BODYSURFACEAREA", "NUMERIC"),
    "basal metabolic rate": Element("VITALS.BASALMETABOLICRATE", "FREETEXT"),
    "blood sugar": Element("VITALS.BLOODSUGAR", "FREETEXT"),
    "pain": Element("VITALS.PAINSCALE", "SET"),
    "pain scale": Element("VITALS.PAINSCALETYPE", "SET"),
    "consciousness": Element("VITALS.LEVELOFCONSCIOUSNESS", "SET"),
    "vision right": Element("VITALS.VOD", "SET"),
    "vision left": Element("VITALS.VOS", "SET"),
    "vision both": Element("VITALS.VOU", "SET"),
    "vision correction": Element("VITALS.CORRECTION", "SET"),
    "birth weight": Element("VITALS.BIRTHWEIGHT", "FREETEXT"),
    "birth length": Element("VITALS.BIRTHLENGTH", "FREETEXT"),
    "vital signs note": Element("VITALS.NOTES", "LARGETEXTAREA"),
    "peak flow": Element("VITALS.PEAKFLOW", "NUMERIC"),  # configured by practices; the id is assumed
    "neck circumference": Element("VITALS.NECKCIRCUMFERENCE", "NUMERIC", "cm"),  # likewise
    "last menstrual period": Element("VITALS.LMP", "FREETEXT"),  # likewise
}
# fmt: on
VALUE_ID = ".VALUEID"  # companion of a SET value
NO_ACCELERATION = Element("VITALS.SUPPRESSHEIGHTACCELERATION", "CHECKBOX")  # an internal flag beside heights

# first part of the element id after VITALS: abbreviation, position on the sheet
GROUPS = {
    "BLOODPRESSURE": Group("BP", 0),
    "BMI": Group("BMI", 1),
    "HEIGHT": Group("Ht", 2),
    "WEIGHT": Group("Wt", 3),
    "TEMPERATURE": Group("T", 4),
    "PULSE": Group("Pulse", 5),
    "HEARTRATE": Group("HR", 6),
    "RESPIRATIONRATE": Group("RR", 7),
    "O2SATURATION": Group("O2Sat", 8),
    "INHALEDO2CONCENTRATION": Group("Inh O2", 9),
    "HEADCIRCUMFERENCE": Group("HC", 10),
    "PAINSCALE": Group("Pain", 11),
}
LAST = 99  # ordering of a group without a place on the sheet
EMPTY_GROUPS = ("HEADCIRCUMFERENCE", "INHALEDO2CONCENTRATION", "PAINSCALE")  # configured: shown by showemptyvitals
