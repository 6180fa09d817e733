"""Words and codes of athena's FHIR server -> FHIR codes. A practice may put rows of its own over them.

Sources: a recorded sandbox session [seen: FAST, 2024-11] where marked; else words in common use. Units are read against
https://ucum.org; a text of which letter case decides the meaning has no row, for case is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mappings.athena.degrees import degrees
from mappings.concept_map import Concept, ConceptMap, codings
from mappings.fhir import NULL_FLAVOR, SNOMED, UCUM

GENDER_IDENTITY = ConceptMap(  # codes of the retired http://hl7.org/fhir/gender-identity [seen: FAST] -> SNOMED CT
    "athenafhir-genderidentity",
    {
        "female": Concept("446141000124107", SNOMED, "Identifies as female gender"),
        "male": Concept("446151000124109", SNOMED, "Identifies as male gender"),
        "transgender-female": Concept("407376001", SNOMED, "Male-to-female transsexual"),
        "transgender-male": Concept("407377005", SNOMED, "Female-to-male transsexual"),
        "non-binary": Concept("446131000124102", SNOMED, "Identifies as non-conforming gender"),
        "other": Concept("OTH", NULL_FLAVOR, "other"),
        "non-disclose": Concept("ASKU", NULL_FLAVOR, "asked but unknown"),
    },
)

INTERPRETATION = codings(  # words of Observation.interpretation; the first and "high" [seen: FAST]
    "athenafhir-interpretation",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    {
        "above high normal": ("H", "High"),
        "high": ("H", "High"),
        "below low normal": ("L", "Low"),
        "low": ("L", "Low"),
        "above upper panic limits": ("HH", "Critical high"),
        "below lower panic limits": ("LL", "Critical low"),
        "abnormal": ("A", "Abnormal"),
        "normal": ("N", "Normal"),
    },
    free_text=True,
)

UNIT = codings(  # units of results and doses, without blanks and a trailing "(calc)"
    "athenafhir-unit",
    UCUM,
    {
        "%": ("%", "%"),
        "/uL": ("/uL", "/uL"),
        "K/uL": ("10*3/uL", "10*3/uL"),
        "x10E3/uL": ("10*3/uL", "10*3/uL"),
        "x10^3/uL": ("10*3/uL", "10*3/uL"),
        "10*3/uL": ("10*3/uL", "10*3/uL"),
        "Thousand/uL": ("10*3/uL", "10*3/uL"),
        "M/uL": ("10*6/uL", "10*6/uL"),
        "x10E6/uL": ("10*6/uL", "10*6/uL"),
        "x10^6/uL": ("10*6/uL", "10*6/uL"),
        "10*6/uL": ("10*6/uL", "10*6/uL"),
        "Million/uL": ("10*6/uL", "10*6/uL"),
        "fL": ("fL", "fL"),
        "pg": ("pg", "pg"),
        "g/dL": ("g/dL", "g/dL"),
        "g/L": ("g/L", "g/L"),
        "mg/dL": ("mg/dL", "mg/dL"),
        "mg/L": ("mg/L", "mg/L"),
        "mg/gcreat": ("mg/g{creat}", "mg/g creat"),
        "ug/dL": ("ug/dL", "ug/dL"),
        "mcg/dL": ("ug/dL", "ug/dL"),
        "ug/mL": ("ug/mL", "ug/mL"),
        "ng/dL": ("ng/dL", "ng/dL"),
        "ng/mL": ("ng/mL", "ng/mL"),
        "pg/mL": ("pg/mL", "pg/mL"),
        "nmol/L": ("nmol/L", "nmol/L"),
        "pmol/L": ("pmol/L", "pmol/L"),
        "umol/L": ("umol/L", "umol/L"),
        "mmol/L": ("mmol/L", "mmol/L"),
        "mEq/L": ("meq/L", "meq/L"),
        "U/L": ("U/L", "U/L"),
        "IU/L": ("[IU]/L", "IU/L"),
        "IU/mL": ("[IU]/mL", "IU/mL"),
        "mIU/L": ("m[IU]/L", "mIU/L"),
        "mIU/mL": ("m[IU]/mL", "mIU/mL"),
        "uIU/mL": ("u[IU]/mL", "uIU/mL"),
        "mm/h": ("mm/h", "mm/h"),
        "mm/hr": ("mm/h", "mm/h"),
        "mL/min": ("mL/min", "mL/min"),
        "mL/min/1.73": ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        "mL/min/1.73m2": ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        "titer": ("{titer}", "titer"),
        "ratio": ("{ratio}", "ratio"),
        "INR": ("{INR}", "INR"),
        "mL": ("mL", "mL"),
        "mg": ("mg", "mg"),
        "mcg": ("ug", "mcg"),
    },
    free_text=True,
)

CARE_TEAM_ROLE = codings(  # words of CareTeam.participant.role; the first and third [seen: FAST]
    "athenafhir-careteamrole",
    SNOMED,
    {
        "Primary Care Provider": ("446050000", "Primary care provider"),
        "Primary Care Physician": ("446050000", "Primary care provider"),
        "Ophthalmologist": ("422234006", "Ophthalmologist"),
        "Cardiologist": ("17561000", "Cardiologist"),
        "Physical therapist": ("36682004", "Physical therapist"),
        "Pharmacist": ("46255001", "Pharmacist"),
        "Registered nurse": ("224535009", "Registered nurse"),
        "Nurse practitioner": ("224571005", "Nurse practitioner"),
    },
    free_text=True,
)

QUALIFICATION = degrees("athenafhir-providertype")  # codes of https://fhir.athena.io/CodeSystem/ah-provider-type

TABLES: Mapping[str, ConceptMap] = MappingProxyType(
    {one.name: one for one in (GENDER_IDENTITY, INTERPRETATION, UNIT, CARE_TEAM_ROLE, QUALIFICATION)}
)

MANIFESTATIONS = {  # SNOMED CT codes of reactions that come without words [seen: FAST] -> what they say
    "126485001": "Urticaria",
    "271807003": "Eruption of skin",
    "39579001": "Anaphylaxis",
    "418290006": "Itching",
    "422587007": "Nausea",
    "422400008": "Vomiting",
    "62315008": "Diarrhea",
    "267036007": "Dyspnea",
    "56018004": "Wheezing",
    "41291007": "Angioedema",
    "25064002": "Headache",
    "404640003": "Dizziness",
    "49727002": "Cough",
    "65124004": "Swelling",
}
