"""athenaNet's social history vocabulary -> LOINC and SNOMED CT.

Keys and stored answers: GET /chart/configuration/socialhistory, docs.athenahealth.com "Social History". LOINC names:
loinc.org. A `LOCAL.n` question means something else in every practice: only the practice's own rows name those.
"""

# ruff: noqa: E501 (one row per line, however long)

from __future__ import annotations

from mappings.concept_map import Concept, ConceptMap, codings
from mappings.fhir import LOINC, NULL_FLAVOR, SNOMED

YES_NO_SYSTEM = "http://terminology.hl7.org/CodeSystem/v2-0136"

SMOKING_STATUS = "72166-2"
OCCUPATION = "11341-5"
INDUSTRY = "86188-0"
SEXUAL_ORIENTATION = "76690-7"
PREGNANCY_STATUS = "82810-3"
PREGNANCY_INTENT = "86645-9"

QUESTIONS = codings(  # key of a question -> what is observed
    "athenanet-socialhistory",
    LOINC,
    {
        "SMOKINGSTATUS": (SMOKING_STATUS, "Tobacco smoking status"),
        "CHEWINGTOBACCO": ("88031-0", "Smokeless tobacco status"),
        "ALCOHOL": ("11331-6", "History of Alcohol use"),
        "ALCOHOLUSE": ("11331-6", "History of Alcohol use"),
        "EDUCATION": ("82589-3", "Highest level of education"),
        "EMPLOYMENT": (OCCUPATION, "History of Occupation"),
        "SEXUALORIENTATION": (SEXUAL_ORIENTATION, "Sexual orientation"),
        "GENDERIDENTITY": ("76691-5", "Gender identity"),
        "ASSIGNEDSEX": ("76689-9", "Sex assigned at birth"),
        "DEAFHARDHEARING": ("69856-3", "Are you deaf, or do you have serious difficulty hearing"),
        "BLINDBADEYESIGHT": ("69857-1", "Are you blind, or do you have serious difficulty seeing, even when wearing glasses"),
        "MENTALFOCUS": ("69858-9", "Because of a physical, mental, or emotional condition, do you have serious difficulty concentrating, remembering, or making decisions"),
        "WALKINGSTAIRS": ("69859-7", "Do you have serious difficulty walking or climbing stairs"),
        "DRESSBATHING": ("69860-5", "Do you have difficulty dressing or bathing"),
        "ERRANDSALONE": ("69861-3", "Because of a physical, mental, or emotional condition, do you have difficulty doing errands alone such as visiting a physician's office or shopping"),
    },
)  # fmt: skip

# An answer is the stored key of an option, or what the person said: its tables are of free text.

SMOKING = codings(  # answer of SMOKINGSTATUS, stored or as it reads
    "athenanet-smokingstatus",
    SNOMED,
    {
        "Never": ("266919005", "Never smoked tobacco"),
        "Never smoker": ("266919005", "Never smoked tobacco"),
        "Formerly": ("8517006", "Ex-smoker"),
        "Former smoker": ("8517006", "Ex-smoker"),
        "CurrentlyEveryDay": ("449868002", "Smokes tobacco daily"),
        "Current every day smoker": ("449868002", "Smokes tobacco daily"),
        "CurrentlySomeDays": ("428041000124106", "Occasional tobacco smoker"),
        "Current some day smoker": ("428041000124106", "Occasional tobacco smoker"),
        "CurrentStatusUnknown": ("77176002", "Smoker"),
        "Smoker - current status unknown": ("77176002", "Smoker"),
        "Smoker – current status unknown": ("77176002", "Smoker"),
        "Smoker, current status unknown": ("77176002", "Smoker"),
        "UnknownIfEver": ("266927001", "Tobacco smoking consumption unknown"),
        "Unknown if ever smoked": ("266927001", "Tobacco smoking consumption unknown"),
        # [assumed] what newer lists add
        "Heavy tobacco smoker": ("428071000124103", "Heavy tobacco smoker"),
        "Light tobacco smoker": ("428061000124105", "Light tobacco smoker"),
    },
)

ORIENTATION = ConceptMap(  # sexualorientation of the registration, and the question of that key
    "athenanet-sexualorientation",
    {
        "Lesbian, gay or homosexual": Concept("38628009", SNOMED, "Homosexual"),
        "Straight or heterosexual": Concept("20430005", SNOMED, "Heterosexual"),
        "Bisexual": Concept("42035005", SNOMED, "Bisexual"),
        "Something else, please describe": Concept("OTH", NULL_FLAVOR, "other"),
        "Don't know": Concept("UNK", NULL_FLAVOR, "unknown"),
        "Choose not to disclose": Concept("ASKU", NULL_FLAVOR, "asked but unknown"),
    },
    free_text=True,
)

PREGNANT = ConceptMap(  # answer, stored or as it reads, of a question that a practice says is about pregnancy status
    "athenanet-pregnancystatus",
    {
        "Y": Concept("77386006", SNOMED, "Pregnancy"),
        "Yes": Concept("77386006", SNOMED, "Pregnancy"),
        "N": Concept("60001007", SNOMED, "Not pregnant"),
        "No": Concept("60001007", SNOMED, "Not pregnant"),
        "U": Concept("UNK", NULL_FLAVOR, "unknown"),
        "Unknown": Concept("UNK", NULL_FLAVOR, "unknown"),
    },
)

WANTS_PREGNANCY = ConceptMap(  # likewise about pregnancy intention in the next year
    "athenanet-pregnancyintent",
    {
        "Y": Concept("454381000124105", SNOMED, "Wants to become pregnant"),
        "Yes": Concept("454381000124105", SNOMED, "Wants to become pregnant"),
        "N": Concept("454391000124108", SNOMED, "Does not want to become pregnant"),
        "No": Concept("454391000124108", SNOMED, "Does not want to become pregnant"),
        "A": Concept("454401000124105", SNOMED, "Ambivalent about becoming pregnant"),
        "Unknown": Concept("UNK", NULL_FLAVOR, "unknown"),
    },
)

YES_NO = codings(  # answer of a YESNO question
    "athenanet-yesno",
    YES_NO_SYSTEM,
    {
        "Y": ("Y", "Yes"),
        "Yes": ("Y", "Yes"),
        "N": ("N", "No"),
        "No": ("N", "No"),
    },
)

NOT_PERFORMED = codings(  # notperformedreasoncode, notperformedreason, or the same as a stored answer
    "athenanet-notperformedreason",
    "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    {
        "410534003": ("not-performed", "Not Performed"),
        "Not indicated": ("not-performed", "Not Performed"),
        "407563006": ("not-performed", "Not Performed"),
        "Not tolerated": ("not-performed", "Not Performed"),
        "105480006": ("asked-declined", "Asked But Declined"),
        "Patient refused": ("asked-declined", "Asked But Declined"),
    },
)

ANSWERS = {  # LOINC of a question -> its answers
    SMOKING_STATUS: SMOKING,
    SEXUAL_ORIENTATION: ORIENTATION,
    PREGNANCY_STATUS: PREGNANT,
    PREGNANCY_INTENT: WANTS_PREGNANCY,
}

DISABILITY = frozenset({"69856-3", "69857-1", "69858-9", "69859-7", "69860-5", "69861-3"})
"""Questions of HHS's disability section, which US Core counts as disability status."""

STATUSES = {"FUNCTIONAL": "functional-status", "COGNITIVE": "cognitive-status"}
"""socialhistorystatus -> us-core-category. [assumed] the second: only FUNCTIONAL was seen."""
