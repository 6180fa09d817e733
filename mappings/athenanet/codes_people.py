"""athenaNet's vocabularies about people around a patient -> FHIR codes. As codes.py, by whose rules they are made.

Vocabulary pages: docs.athenahealth.com, "Patient Relationship Mapping" and "Patient Care Team";
http://terminology.hl7.org (v3-RoleCode, v3-RoleClass, v2-0131).
"""

from __future__ import annotations

from mappings.concept_map import Concept, ConceptMap, codings
from mappings.fhir import NULL_FLAVOR, SNOMED

CONTACT_ROLE = "http://terminology.hl7.org/CodeSystem/v2-0131"
ROLE_CLASS = "http://terminology.hl7.org/CodeSystem/v3-RoleClass"
ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"

SELF = "1"
"""guarantorrelationshiptopatient of patients who pay themselves."""

# guarantorrelationshiptopatient -> what the guarantor is to the patient. [assumed] The id says what the patient is to
# the guarantor, as in the claims it was made for (a child's guarantor has 3, Child), whatever the field is called. Ids
# that this reading makes doubtful (18 Mother, 19 Father), and dependents and plaintiffs, for whom the guarantor has no
# name of kinship, have no row: their words are kept.
GUARANTOR = ConceptMap(
    "athenanet-guarantorrelationship",
    {
        "2": Concept("SPS", ROLE_CODE, "spouse"),
        "3": Concept("PRN", ROLE_CODE, "parent"),
        "4": Concept("O", CONTACT_ROLE, "Other"),
        "5": Concept("GRNDCHILD", ROLE_CODE, "grandchild"),
        "6": Concept("GRPRN", ROLE_CODE, "grandparent"),
        "7": Concept("FAMMEMB", ROLE_CODE, "family member"),
        "9": Concept("PRNFOST", ROLE_CODE, "foster parent"),
        "10": Concept("GUARD", ROLE_CODE, "guardian"),
        "11": Concept("STPPRN", ROLE_CODE, "step parent"),
        "12": Concept("E", CONTACT_ROLE, "Employer"),
        "13": Concept("UNK", NULL_FLAVOR, "unknown"),
        "17": Concept("SIGOTHR", ROLE_CODE, "significant other"),
        "25": Concept("PRN", ROLE_CODE, "parent"),
        "26": Concept("DOMPART", ROLE_CODE, "domestic partner"),
        "27": Concept("PRN", ROLE_CODE, "parent"),
        "28": Concept("PRN", ROLE_CODE, "parent"),
    },
)

RELATIONSHIP_WORDS = {  # what the ids without a row say, of the patient
    "14": "Handicapped dependent",
    "15": "Sponsored dependent",
    "16": "Dependent of a minor dependent",
    "18": "Mother",
    "19": "Father",
    "21": "Emancipated minor",
    "22": "Organ donor",
    "23": "Cadaver donor",
    "24": "Injured plaintiff",
}

# providertypeid -> what a provider does in care; SNOMED occupations of the care team's value set
# (http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113762.1.4.1099.30)
PROVIDER_ROLE = codings(
    "athenanet-providerrole",
    SNOMED,
    {
        "MD": ("309343006", "Physician"),
        "DO": ("309343006", "Physician"),
        "NP": ("224571005", "Nurse practitioner"),
        "PA": ("449161006", "Physician assistant"),
        "RN": ("224535009", "Registered nurse"),
    },
)

PRIMARY_CARE_PROVIDER = Concept("446050000", SNOMED, "Primary care provider")

# description of a care team member's recipient class; a practice has classes of its own, and athenahealth's FHIR
# server gives text alone
RECIPIENT_CLASS = ConceptMap(
    "athenanet-recipientclass",
    {
        "Primary care provider": PRIMARY_CARE_PROVIDER,
        "Primary care physician": PRIMARY_CARE_PROVIDER,
        "PCP": PRIMARY_CARE_PROVIDER,
        "Registered nurse": Concept("224535009", SNOMED, "Registered nurse"),
        "Nurse practitioner": Concept("224571005", SNOMED, "Nurse practitioner"),
        "Pharmacist": Concept("46255001", SNOMED, "Pharmacist"),
    },
)
