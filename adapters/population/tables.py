"""The rows people are made of: names, places, codes. Names are invented combinations; phones are 555-01xx."""

from __future__ import annotations

from adapters.population.facts import Coded

FAMILY = (
    "Abbott", "Alvarez", "Baker", "Banerjee", "Begay", "Bennett", "Brooks", "Carter", "Castillo", "Chen",
    "Coleman", "Cooper", "Cruz", "Davis", "Diaz", "Edwards", "Ellis", "Fischer", "Flores", "Foster",
    "Garcia", "Gomez", "Grant", "Haddad", "Hall", "Hassan", "Henderson", "Hernandez", "Howard", "Ito",
    "Jackson", "Jensen", "Johnson", "Kaur", "Kelly", "Kim", "Kowalski", "Lee", "Lewis", "Lopez",
    "Martin", "Mendoza", "Mitchell", "Morgan", "Murphy", "Nguyen", "Novak", "Okafor", "Ortiz", "Patel",
    "Perez", "Price", "Ramirez", "Reed", "Rivera", "Rossi", "Sanders", "Schmidt", "Silva", "Singh",
    "Stone", "Tanaka", "Torres", "Tran", "Turner", "Vargas", "Walker", "Washington", "Wright", "Yang",
)  # fmt: skip
AWKWARD_FAMILY = {  # by trait
    "name with an apostrophe": ("O'Brien-Núñez", "D'Angelo", "O'Súilleabháin", "N'Diaye"),
    "name with accents": ("Muñoz García", "Nguyễn", "Żółkowski", "Łuczak-Peña", "Fuß"),
    "name with a comma": ("Bartholomew, Sr", "Whitfield, Esq.", "Castellanos, II"),
    "name of several words": ("St. John", "van der Berg", "Al-Sayyid", "de la Cruz Ortega"),
}
GIVEN = {
    "female": (
        "Amelia", "Ana", "Beatrice", "Camila", "Chloe", "Clara", "Dana", "Diana", "Elena", "Esther",
        "Fatima", "Grace", "Hana", "Ingrid", "Irene", "Jasmine", "Joyce", "Julia", "Keiko", "Laura",
        "Leila", "Lucia", "Mabel", "Maria", "Mei", "Nadia", "Nora", "Olga", "Priya", "Rosa",
        "Ruth", "Sara", "Sofia", "Tessa", "Uma", "Vera", "Wanda", "Yara", "Zainab", "Zora",
    ),
    "male": (
        "Aaron", "Ahmed", "Albert", "Andre", "Benjamin", "Carlos", "Cesar", "Daniel", "David", "Diego",
        "Edward", "Elias", "Felix", "Gabriel", "George", "Hector", "Henry", "Ivan", "James", "Jorge",
        "Kenji", "Kofi", "Leon", "Liam", "Louis", "Marco", "Martin", "Miguel", "Nathan", "Omar",
        "Oscar", "Pablo", "Peter", "Quentin", "Rafael", "Raj", "Samuel", "Thomas", "Victor", "Wei",
    ),
    "unknown": ("Alex", "Avery", "Casey", "Jordan", "Kai", "Morgan", "Quinn", "Riley", "Rowan", "Sam"),
}  # fmt: skip
AWKWARD_GIVEN = {
    "female": ("Anne-Marie", "Zoë", "María José", "Siân", "Mary Ann"),
    "male": ("José María", "François", "Jean-Luc", "Søren", "D'Andre"),
    "unknown": ("René", "Noël"),
}
SUFFIXES = ("Jr.", "Sr.", "III", "Jr., MD")
PHYSICIAN_SUFFIX = "Jr., MD"
STREETS = ("Main St", "Oak Ave", "Elm St", "2nd St", "Park Rd", "River Rd", "Cedar Ln", "Hill St", "Lake Dr", "Mill Rd")
UNITS = ("Apt 3", "Unit #12", "Fl 2", "Apt B")

# department number -> towns its patients live in: city, state, zip, telephone area
TOWNS: dict[int, tuple[tuple[str, str, str, str], ...]] = {
    1: (("Boston", "MA", "02110", "617"), ("Cambridge", "MA", "02139", "617"), ("Quincy", "MA", "02169", "617")),
    21: (("Springfield", "MA", "01103", "413"), ("Holyoke", "MA", "01040", "413")),
    148: (("Boston", "MA", "02118", "617"),),
    62: (("Denver", "CO", "80202", "303"), ("Boulder", "CO", "80301", "303"), ("Golden", "CO", "80401", "303")),
    150: (("Phoenix", "AZ", "85004", "602"), ("Mesa", "AZ", "85201", "480")),
}

# department number, names by practice, zone, chart-sharing group, address line, phone, hidden from the portal
DEPARTMENTS: tuple[tuple[int, tuple[str, ...], str, int, str | None, str | None, bool], ...] = (
    (1, ("Main Street Medicine", "Hilltop Family Practice"), "US/Eastern", 1, "100 Main St", "6175550100", False),
    (21, ("Riverside Pediatrics", "Hilltop Children's Clinic"), "US/Eastern", 1, "21 River Rd", "4135550121", False),
    (62, ("Front Range Internal Medicine", "Canyon Clinic"), "US/Mountain", 2, "62 Larimer St", "3035550162", False),
    (148, ("Nurse Line", "Telephone Triage"), "US/Eastern", 1, None, None, True),
    (150, ("Desert Nephrology", "Mesa Renal Care"), "US/Arizona", 2, "150 Camelback Rd", "6025550150", False),
)  # fmt: skip

# number, credential, specialty, NUCC taxonomy, department, flags (room, deleted, unlisted: no NPI and no specialty)
CLINICIANS: tuple[tuple[int, str | None, str | None, str | None, int, frozenset[str]], ...] = (
    (71, "MD", "Family Medicine", "207Q00000X", 1, frozenset()),
    (72, "MD", "Family Medicine", "207Q00000X", 62, frozenset({"same as 71"})),
    (86, "MD", "Pediatrics", "208000000X", 21, frozenset()),
    (93, "NP", "Nurse Practitioner", "363L00000X", 62, frozenset()),
    (97, "MD", "Nephrology", "207RN0300X", 150, frozenset()),
    (101, None, "Ultrasound Room 1", None, 1, frozenset({"room"})),
    (110, "MD", "Internal Medicine", "207R00000X", 1, frozenset({"deleted"})),
    (115, "RES", None, None, 1, frozenset({"unlisted", "supervised by 71"})),
)

WHITE = Coded("CDCREC", "2106-3", "White")
BLACK = Coded("CDCREC", "2054-5", "Black or African American")
ASIAN = Coded("CDCREC", "2028-9", "Asian")
RACES: tuple[tuple[Coded, ...], ...] = (
    (WHITE,),
    (WHITE,),
    (WHITE,),
    (BLACK,),
    (BLACK, Coded("CDCREC", "2058-6", "African American")),
    (ASIAN, Coded("CDCREC", "2029-7", "Asian Indian")),
    (Coded("CDCREC", "2034-7", "Chinese"),),
    (Coded("CDCREC", "1002-5", "American Indian or Alaska Native"),),
    (Coded("CDCREC", "2079-2", "Native Hawaiian"),),
    (WHITE, Coded("CDCREC", "2118-8", "Middle Eastern or North African")),
    (Coded("CDCREC", "2131-1", "Other Race"),),
    (WHITE, ASIAN),
)
SEVERAL_RACES = (WHITE, Coded("CDCREC", "2029-7", "Asian Indian"), Coded("CDCREC", "2034-7", "Chinese"))
UNKNOWN_RACE = (Coded("LOCAL", "X-77", "Riverfolk"),)
NOT_HISPANIC = Coded("CDCREC", "2186-5", "Not Hispanic or Latino")
HISPANIC = Coded("CDCREC", "2135-2", "Hispanic or Latino")
MEXICAN = Coded("CDCREC", "2148-5", "Mexican")
ETHNICITIES: tuple[tuple[Coded, ...], ...] = (
    (NOT_HISPANIC,),
    (NOT_HISPANIC,),
    (HISPANIC,),
    (MEXICAN,),
    (HISPANIC, Coded("CDCREC", "2180-8", "Puerto Rican")),
)
LANGUAGES = ("eng", "eng", "eng", "eng", "spa", "zho", "vie", "hin", "ara", "fra", "por", "kor", "und")
RELATIONSHIPS = ("spouse", "parent", "child", "sibling", "friend", "other")

# SNOMED, text, ICD-10-CM, course, youngest, oldest, sex or None
ConditionRow = tuple[str, str, str, str | None, int, int, str | None]
CONDITIONS: tuple[ConditionRow, ...] = (
    ("38341003", "Hypertensive disorder", "I10", "chronic", 30, 120, None),
    ("44054006", "Type 2 diabetes mellitus", "E11.9", "chronic", 30, 120, None),
    ("55822004", "Hyperlipidemia", "E78.5", "chronic", 30, 120, None),
    ("195967001", "Asthma", "J45.909", "chronic", 4, 80, None),
    ("13645005", "Chronic obstructive pulmonary disease", "J44.9", "chronic", 50, 120, None),
    ("396275006", "Osteoarthritis", "M19.90", None, 50, 120, None),
    ("35489007", "Depressive disorder", "F32.A", None, 14, 120, None),
    ("37796009", "Migraine", "G43.909", "chronic", 12, 80, None),
    ("235595009", "Gastroesophageal reflux disease", "K21.9", None, 20, 120, None),
    ("40930008", "Hypothyroidism", "E03.9", "chronic", 25, 120, None),
    ("49436004", "Atrial fibrillation", "I48.91", "chronic", 60, 120, None),
    ("84229001", "Fatigue", "R53.83", None, 10, 120, None),
    ("10509002", "Acute bronchitis", "J20.9", "acute", 1, 120, None),
    ("65363002", "Otitis media", "H66.90", "acute", 0, 12, None),
    ("24079001", "Atopic dermatitis", "L20.9", "chronic", 0, 30, None),
    ("279039007", "Low back pain", "M54.50", None, 18, 120, None),
    ("414916001", "Obesity", "E66.9", "chronic", 16, 90, None),
    ("64859006", "Osteoporosis", "M81.0", "chronic", 55, 120, "female"),
    ("266569009", "Benign prostatic hyperplasia", "N40.0", "chronic", 50, 120, "male"),
)
KIDNEY_FAILURE: ConditionRow = ("46177005", "End-stage renal disease", "N18.6", "chronic", 0, 120, None)
ICD10 = {
    "I10": "Essential (primary) hypertension",
    "E11.9": "Type 2 diabetes mellitus without complications",
    "E78.5": "Hyperlipidemia, unspecified",
    "J45.909": "Unspecified asthma, uncomplicated",
    "J44.9": "Chronic obstructive pulmonary disease, unspecified",
    "M19.90": "Unspecified osteoarthritis, unspecified site",
    "F32.A": "Depression, unspecified",
    "G43.909": "Migraine, unspecified, not intractable, without status migrainosus",
    "K21.9": "Gastro-esophageal reflux disease without esophagitis",
    "E03.9": "Hypothyroidism, unspecified",
    "I48.91": "Unspecified atrial fibrillation",
    "R53.83": "Other fatigue",
    "J20.9": "Acute bronchitis, unspecified",
    "H66.90": "Otitis media, unspecified, unspecified ear",
    "L20.9": "Atopic dermatitis, unspecified",
    "M54.50": "Low back pain, unspecified",
    "E66.9": "Obesity, unspecified",
    "M81.0": "Age-related osteoporosis without current pathological fracture",
    "N40.0": "Benign prostatic hyperplasia without lower urinary tract symptoms",
    "N18.6": "End stage renal disease",
}

# local id, name, RxNorm or None, RxNorm text
ALLERGENS: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("33001", "Penicillins", "70618", "Penicillins"),
    ("13785", "ibuprofen", "5640", "ibuprofen"),
    ("12120", "aspirin", "1191", "aspirin"),
    ("12605", "codeine", "2670", "codeine"),
    ("13911", "lisinopril", "29046", "lisinopril"),
    ("12483", "peanut", "891658", "peanut allergenic extract"),
    ("30011", "Latex, Natural Rubber", None, None),
    ("30245", "shellfish derived", None, None),
    ("30377", "house dust mite", None, None),
)
PENICILLINS, IBUPROFEN = ALLERGENS[0], ALLERGENS[1]
RETIRED_ALLERGEN = ("99017", "deleted/unknown", None, None)
LOCAL_ALLERGEN = ("88001", "Grandmother's tea, unknown herbs", None, None)

REACTIONS: tuple[Coded, ...] = (
    Coded("SNOMED", "126485001", "Hives"),
    Coded("SNOMED", "271807003", "Rash"),
    Coded("SNOMED", "418290006", "Itching"),
    Coded("SNOMED", "422587007", "Nausea"),
    Coded("SNOMED", "49727002", "Cough"),
    Coded("SNOMED", "278528006", "Facial swelling"),
    Coded("SNOMED", "56018004", "Wheezing"),
    Coded("SNOMED", "74964007", "Other"),
)
ANAPHYLAXIS = Coded("SNOMED", "39579001", "Anaphylaxis")
SEVERITIES = ("mild", "mild to moderate", "moderate", "moderate to severe", "severe", "fatal")
VISIT_TITLES = ("Office Visit", "Follow Up", "Annual Physical", "Any 15", "New Patient Appointment")
ROOMS = ("Exam 1", "Exam 2", "Office 2", None)
STAFF = ("ksample", "tnurse", "API-1001", "mdesk")
CANCELLATIONS = ("PATIENT CANCELLED", "PROVIDER UNAVAILABLE", "CANCELLED FROM API")


def npi(nine: int) -> str:
    """Nine digits and their check digit: Luhn over the number with the prefix 80840 (CMS)."""
    total = 24
    for place, digit in enumerate(reversed(str(nine))):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return f"{nine}{-total % 10}"
