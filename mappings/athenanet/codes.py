"""athenaNet's vocabularies -> FHIR codes, one table each. A practice may put its own rows over them by a table's name.

Vocabulary pages: docs.athenahealth.com (patients, problems, allergies, encounters), http://terminology.hl7.org.
"""

from __future__ import annotations

from mappings.athena.degrees import degrees
from mappings.concept_map import Concept, ConceptMap, codes, codings
from mappings.fhir import NULL_FLAVOR, SNOMED

ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
CONTACT_ROLE = "http://terminology.hl7.org/CodeSystem/v2-0131"
MARITAL_STATUS = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
FHIR_VALUE_SET = "http://hl7.org/fhir/ValueSet/"
US_CORE_VALUE_SET = "http://hl7.org/fhir/us/core/ValueSet/"
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"

# --- people ---------------------------------------------------------------------------------------------------------

GENDER = codes(  # sex -> administrative-gender
    "athenanet-sex",
    {
        "M": "male",
        "F": "female",
        "N": "unknown",
        "U": "unknown",
    },
    value_set=FHIR_VALUE_SET + "administrative-gender",
)

SEX = codings(  # sex -> us-core-sex (Federal Administrative Sex); other letters say nothing that it could hold
    "athenanet-us-core-sex",
    SNOMED,
    {
        "M": ("248153007", "Male"),
        "F": ("248152002", "Female"),
    },
)

BIRTH_SEX = codes(  # assignedsexatbirth -> us-core-birthsex
    "athenanet-birthsex",
    {
        "M": "M",
        "F": "F",
        "N": "UNK",
        "U": "UNK",
        "UNK": "UNK",
        "ASKU": "ASKU",
        "OTH": "OTH",
    },
    value_set=US_CORE_VALUE_SET + "birthsex",
)

GENDER_IDENTITY = ConceptMap(  # genderidentity: a practice's list, after the 2015 edition's strings and an older set
    "athenanet-genderidentity",
    {
        "Identifies as Male": Concept("446151000124109", SNOMED, "Identifies as male gender"),
        "Male": Concept("446151000124109", SNOMED, "Identifies as male gender"),
        "Identifies as Female": Concept("446141000124107", SNOMED, "Identifies as female gender"),
        "Female": Concept("446141000124107", SNOMED, "Identifies as female gender"),
        "Transgender Male/Female-to-Male (FTM)": Concept("407377005", SNOMED, "Female-to-male transsexual"),
        "Transgender Female/Male-to-Female (MTF)": Concept("407376001", SNOMED, "Male-to-female transsexual"),
        "Gender non-conforming (neither exclusively male nor female)": Concept(
            "446131000124102", SNOMED, "Identifies as non-conforming gender"
        ),
        "Genderqueer (neither exclusively male nor female)": Concept(
            "446131000124102", SNOMED, "Identifies as non-conforming gender"
        ),
        "Additional gender category / other, please specify": Concept("OTH", NULL_FLAVOR, "other"),
        "Additional gender category/other, please specify": Concept("OTH", NULL_FLAVOR, "other"),
        "Additional gender category or other": Concept("OTH", NULL_FLAVOR, "other"),
        "Choose not to disclose": Concept("ASKU", NULL_FLAVOR, "asked but unknown"),
    },
)

MARITAL = ConceptMap(  # maritalstatus
    "athenanet-maritalstatus",
    {
        "D": Concept("D", MARITAL_STATUS, "Divorced"),
        "M": Concept("M", MARITAL_STATUS, "Married"),
        "S": Concept("S", MARITAL_STATUS, "Never Married"),
        "W": Concept("W", MARITAL_STATUS, "Widowed"),
        "X": Concept("L", MARITAL_STATUS, "Legally Separated"),
        "P": Concept("T", MARITAL_STATUS, "Domestic partner"),
        "U": Concept("UNK", NULL_FLAVOR, "unknown"),
    },
)

RELATIONSHIP = ConceptMap(  # contactrelationship, nextkinrelationship
    "athenanet-contactrelationship",
    {
        "SPOUSE": Concept("SPS", ROLE_CODE, "spouse"),
        "PARENT": Concept("PRN", ROLE_CODE, "parent"),
        "CHILD": Concept("CHILD", ROLE_CODE, "child"),
        "SIBLING": Concept("SIB", ROLE_CODE, "sibling"),
        "FRIEND": Concept("FRND", ROLE_CODE, "unrelated friend"),
        "COUSIN": Concept("COUSN", ROLE_CODE, "cousin"),
        "GUARDIAN": Concept("GUARD", ROLE_CODE, "guardian"),
        "OTHER": Concept("O", CONTACT_ROLE, "Other"),
    },
)

PATIENT_ACTIVE = codes(  # status -> Patient.active; [assumed]: a prospective patient's record is in use
    "athenanet-patientstatus",
    {
        "active": "true",
        "a": "true",
        "prospective": "true",
        "p": "true",
        "inactive": "false",
        "i": "false",
        "deleted": "false",
        "d": "false",
    },
    closed=True,
)

CONFIDENTIALITY = codings(  # confidentialitycode, where the practice uses it
    "athenanet-confidentialitycode",
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    {
        "N": ("N", "normal"),
        "R": ("R", "restricted"),
    },
)

QUALIFICATION = degrees("athenanet-providertype")  # providertypeid

# --- encounters -----------------------------------------------------------------------------------------------------

# REVIEW waits for the sign-off of a visit that is over. A visit is in progress until CLOSED, unless its appointment
# has a check-out: the patient has left, so what is open is the paper only, and the encounter is finished.
ENCOUNTER_STATUS = codes(
    "athenanet-encounterstatus",
    {
        "OPEN": "in-progress",
        "PEND": "in-progress",
        "REVIEW": "in-progress",
        "TEMP": "in-progress",
        "CLOSED": "finished",
        "DELETED": "entered-in-error",
        "SCHEDULE": "planned",
    },
    value_set=FHIR_VALUE_SET + "encounter-status",
)

ENCOUNTER_CLASS = codings(  # encountertype
    "athenanet-encountertype",
    ACT_CODE,
    {
        "VISIT": ("AMB", "ambulatory"),
        "ORDERSONLY": ("VR", "virtual"),
        "FLOWSHEET": ("VR", "virtual"),
    },
)

DIAGNOSIS_CODESET = codes(  # codeset of icdcodes[] and of problems
    "athenanet-codeset",
    {
        "SNOMED": SNOMED,
        "ICD10": "http://hl7.org/fhir/sid/icd-10-cm",
        "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
    },
)

# --- problems -------------------------------------------------------------------------------------------------------

LATERALITY = codings(
    "athenanet-laterality",
    SNOMED,
    {
        "LEFT": ("7771000", "Left"),
        "RIGHT": ("24028007", "Right"),
        "BILATERAL": ("51440002", "Right and left"),
    },
)

PROBLEM_STATUS = codes(  # CHRONIC and ACUTE have no element of their own: a note
    "athenanet-problemstatus",
    {
        "CHRONIC": "Chronic",
        "ACUTE": "Acute",
    },
)

# --- allergies ------------------------------------------------------------------------------------------------------

SEVERITY = codes(  # severitysnomedcode or severity -> reaction-event-severity, the higher one where athenaNet has two
    "athenanet-allergyseverity",
    {
        "255604002": "mild",
        "Mild": "mild",
        "371923003": "moderate",
        "Mild to moderate": "moderate",
        "6736007": "moderate",
        "Moderate": "moderate",
        "371924009": "severe",
        "Moderate to severe": "severe",
        "24484000": "severe",
        "Severe": "severe",
        "399166001": "severe",
        "Fatal": "severe",
    },
    value_set=FHIR_VALUE_SET + "reaction-event-severity",
)
FATAL = frozenset({"399166001", "fatal"})

CRITICALITY = codes(  # criticality, where a practice has it
    "athenanet-allergycriticality",
    {
        "low": "low",
        "high": "high",
        "unable-to-assess": "unable-to-assess",
        "unable to assess": "unable-to-assess",
    },
    value_set=FHIR_VALUE_SET + "allergy-intolerance-criticality",
)
