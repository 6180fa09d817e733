"""athenaNet's vocabularies of medicines and vaccines -> FHIR codes, one table each.

Vocabulary: docs.athenahealth.com (medications, vaccines), answers seen in public integrations. Targets:
http://snomed.info/sct, https://hl7.org/fhir/R4/valueset-medicationrequest-status.html,
https://hl7.org/fhir/R4/valueset-units-of-time.html, http://terminology.hl7.org/CodeSystem/v3-ActSite.
"""

from __future__ import annotations

from types import MappingProxyType

from mappings.concept_map import codes, codings
from mappings.fhir import SNOMED, UCUM

ACT_SITE = "http://terminology.hl7.org/CodeSystem/v3-ActSite"
REQUEST_CATEGORY = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"

# status of a prescription's document: how far the paper is, which says nothing of the therapy but before it is sent
# and after it is deleted. [assumed] PEND (approved for later, not submitted) is a draft.
PRESCRIPTION_STATUS = codes(
    "athenanet-prescriptionstatus",
    {
        "PEND": "draft",
        "DELETED": "entered-in-error",
        "REVIEW": "active",
        "SUBMIT": "active",
        "CLOSED": "active",
        "DATAENTRY": "active",
    },
)

ORDERING_MODE = codings(  # orderingmode: where the medicine is taken. [assumed] what is handed out is taken at home
    "athenanet-orderingmode",
    REQUEST_CATEGORY,
    {
        "PRESCRIBE": ("community", "Community"),
        "DISPENSE": ("community", "Community"),
        "ADMINISTER": ("outpatient", "Outpatient"),
    },
)

ROUTE = codings(  # dosageroute, administerroute; `route` of a medication is how the prescription is sent
    "athenanet-route",
    SNOMED,
    {
        "oral": ("26643006", "Oral route"),
        "PO": ("26643006", "Oral route"),
        "sublingual": ("37839007", "Sublingual route"),
        "intramuscular": ("78421000", "Intramuscular route"),
        "IM": ("78421000", "Intramuscular route"),
        "subcutaneous": ("34206005", "Subcutaneous route"),
        "SC": ("34206005", "Subcutaneous route"),
        "SQ": ("34206005", "Subcutaneous route"),
        "intradermal": ("372464004", "Intradermal route"),
        "ID": ("372464004", "Intradermal route"),
        "intravenous": ("47625008", "Intravenous route"),
        "IV": ("47625008", "Intravenous route"),
        "nasal": ("46713006", "Nasal route"),
        "intranasal": ("46713006", "Nasal route"),
        "topical": ("6064005", "Topical route"),
        "transdermal": ("45890007", "Transdermal route"),
        "inhalation": ("447694001", "Respiratory tract route"),
        "ophthalmic": ("54485002", "Ophthalmic route"),
        "otic": ("10547007", "Otic route"),
        "rectal": ("37161004", "Rectal route"),
        "vaginal": ("16857009", "Vaginal route"),
    },
)

SITE = codings(  # administersite, which is free text in many practices
    "athenanet-vaccinesite",
    ACT_SITE,
    {
        "left arm": ("LA", "left arm"),
        "L arm": ("LA", "left arm"),
        "right arm": ("RA", "right arm"),
        "R arm": ("RA", "right arm"),
        "left deltoid": ("LD", "left deltoid"),
        "right deltoid": ("RD", "right deltoid"),
        "left thigh": ("LT", "left thigh"),
        "right thigh": ("RT", "right thigh"),
    },
    free_text=True,
)

UNIT = codings(  # dosagequantityunit, quantityunit, units; a count of things is a UCUM annotation
    "athenanet-doseunit",
    UCUM,
    {
        "tablet(s)": ("{tbl}", "tablet(s)"),
        "capsule(s)": ("{capsule}", "capsule(s)"),
        "puff(s)": ("{puff}", "puff(s)"),
        "spray(s)": ("{spray}", "spray(s)"),
        "drop(s)": ("[drp]", "drop(s)"),
        "application(s)": ("{application}", "application(s)"),
        "mL": ("mL", "mL"),
        "L": ("L", "L"),
        "mcg": ("ug", "mcg"),
        "mg": ("mg", "mg"),
        "g": ("g", "g"),
    },
)

# dosagefrequencyunit -> what the frequency value counts: `times` in one of that time, or `times`' own length
PER_TIME = codes(
    "athenanet-frequencyunit",
    {
        "per day": "times d",
        "per week": "times wk",
        "per month": "times mo",
        "hour(s)": "every h",
        "day(s)": "every d",
        "week(s)": "every wk",
        "month(s)": "every mo",
    },
)

DURATION = codes(  # dosagedurationunit -> units-of-time
    "athenanet-durationunit",
    {
        "day": "d",
        "days": "d",
        "week": "wk",
        "weeks": "wk",
        "month": "mo",
        "months": "mo",
    },
)


CVX = "http://hl7.org/fhir/sid/cvx"
CVX_NAMES = MappingProxyType(
    # short descriptions, https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx; any other code stands
    # without a display: it is a code of CVX all the same
    {
        "03": "MMR",
        "08": "Hep B, adolescent or pediatric",
        "10": "IPV",
        "20": "DTaP",
        "21": "varicella",
        "33": "pneumococcal polysaccharide PPV23",
        "43": "Hep B, adult",
        "49": "Hib (PRP-OMP)",
        "52": "Hep A, adult",
        "62": "HPV, quadrivalent",
        "83": "Hep A, ped/adol, 2 dose",
        "88": "influenza, unspecified formulation",
        "94": "MMRV",
        "106": "DTaP, 5 pertussis antigens",
        "110": "DTaP-Hep B-IPV",
        "113": "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed",
        "114": "meningococcal MCV4P",
        "115": "Tdap",
        "116": "rotavirus, pentavalent",
        "119": "rotavirus, monovalent",
        "120": "DTaP-Hib-IPV",
        "121": "zoster live",
        "130": "DTaP-IPV",
        "133": "Pneumococcal conjugate PCV 13",
        "135": "Influenza, high dose seasonal",
        "136": "Meningococcal MCV4O",
        "140": "Influenza, split virus, trivalent, PF",
        "141": "Influenza, split virus, trivalent, preservative",
        "149": "influenza, live, intranasal, quadrivalent",
        "150": "Influenza, split virus, quadrivalent, PF",
        "165": "HPV9",
        "187": "zoster recombinant",
        "207": "COVID-19, mRNA, LNP-S, PF, 100 mcg/0.5mL dose or 50 mcg/0.25mL dose",
        "208": "COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose",
        "212": "COVID-19 vaccine, vector-nr, rS-Ad26, PF, 0.5 mL",
        "213": "SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED",
    }
)

MVX = "http://hl7.org/fhir/sid/mvx"
MVX_NAMES = MappingProxyType(
    # https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=mvx
    {
        "JSN": "Janssen",
        "MED": "MedImmune, Inc.",
        "MOD": "Moderna US, Inc.",
        "MSD": "Merck and Co., Inc.",
        "NOV": "Novartis Pharmaceutical Corporation",
        "PFR": "Pfizer, Inc",
        "PMC": "Sanofi Pasteur",
        "SEQ": "Seqirus",
        "SKB": "GlaxoSmithKline",
        "WAL": "Wyeth",
    }
)
