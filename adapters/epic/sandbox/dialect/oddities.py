"""What Epic's records have that FHIR or US Core would not lead one to expect, by name.

Source: Epic resource shapes, captures 2024 to 2026. Each occurs among the first 25 people; where it doesn't happen to
every record of a kind, the name goes to Writing.odd, which shares it out.
"""

from __future__ import annotations

ODDITIES: dict[str, str] = {
    # everywhere
    "no meta": "No resource has meta, and none but CarePlan a narrative.",
    "status coding with a version": "Codings of clinical and verification statuses carry version 4.0.0.",
    "SNOMED under an OID": "A SNOMED code of every third problem stands under urn:oid:2.16.840.1.113883.6.96.",
    "ICD-10 under an OID": "The ICD-10-CM code of every seventh problem stands under urn:oid:2.16.840.1.113883.6.90.",
    "encounter reference with its CSN": "References to an Encounter carry its contact serial number as an identifier.",
    # Patient
    "blank-padded identifier": "Patient.identifier INTERNAL is the record number padded with blanks on its left.",
    "identifier type in words": "Patient.identifier has type.text alone, no v2-0203 code; FHIR ids are among them.",
    "ethnicity in words": "The us-core-ethnicity of every third patient has its text and no ombCategory.",
    "race unknown": "Who told no race has ombCategory UNK of v3-NullFlavor.",
    "address text with CRLF": "Patient.address.text breaks its lines with carriage return and line feed.",
    "same name twice": "The official and the usual name of a patient are equal; no suffix, no period.",
    "marital status in words": "Patient.maritalStatus is text.",
    # Condition, AllergyIntolerance
    "visit diagnosis": "An encounter diagnosis has two categories, no clinicalStatus and no verificationStatus.",
    "impossible SNOMED code": "The manifestation of every third reaction has its words for a SNOMED code.",
    "not on file": "Who has no allergies recorded has one, SNOMED 1631000175102, unconfirmed.",
    "unreconciled allergy": "Every fifth allergy was imported and is unconfirmed.",
    "UNII under an OID": "Every other allergy to a drug also has a UNII code, under urn:oid:2.16.840.1.113883.4.9.",
    # Encounter
    "class of Epic's own": "Encounter.class is a code of Epic's OID, never of ActCode.",
    "surgery log": "Every eleventh office visit is of class 10.",
    "encounter status unknown": "Every seventh encounter that is over has status unknown.",
    "encounter by the day": "The period of an office visit is of dates.",
    "same location twice": "Encounter.location names its place twice.",
    "account by identifier": "Encounter.account is an identifier without a reference.",
    # Observation
    "flowsheet row": "A vital sign is coded by its flowsheet row, by LOINC under a Finnish OID, and by LOINC.",
    "percentile without value": "Every other percentile has a dataAbsentReason and a note in place of its value.",
    "temperature in Celsius": "A temperature is in Cel; an extension has it in Fahrenheit.",
    "laboratory category twice": "A laboratory result has two category concepts, the standard one and Epic's Lab.",
    "bare quantity": "Every third laboratory value is a number without unit.",
    "smoking status until today": "Smoking status has effectivePeriod with an end, today, and no start.",
    "pack years": "Smoking status has components that its profile doesn't name.",
    "social history without effective": "Every third of the other answers of the social history has no effective.",
    # medications
    "separate medication": "A request or dispense points to a Medication, which is never contained.",
    "three dose rates": "dosageInstruction.doseAndRate stands three times: calculated, admin-amount, ordered.",
    "quantity without system": "Quantities of doses and supplies have a unit and no system.",
    "authored by the day": "MedicationRequest.authoredOn is a date.",
    # documents and results
    "note twice": "A note has two attachments, HTML and RTF, with relative Binary URLs and no data.",
    "not released": "Every fourth note has securityLabel NOPAT; a patient's token doesn't find it.",
    "summary document": "A CDA summary has Epic's category summary-document in place of clinical-note.",
    "R5 extension": "Every third note has the R5 attester extension.",
    "report without LOINC": "Every third report is coded by CPT and Epic's OIDs alone.",
    "presented as HTML": "DiagnosticReport.presentedForm is HTML under a relative Binary URL.",
    # the rest
    "local code under CPT": "Every third order has a local code, LAB10052, under CPT's OID.",
    "procedure of Epic's own": "Every third procedure has Epic's OID for a code system alone.",
    "bare vaccine code": "CVX and NDC codes of an immunization have no display; its dose is in a unit of Epic's OID.",
    "manufacturer in words": "Immunization.manufacturer and location are display alone.",
    "role of Epic's own": "CareTeam roles are coded by Epic's OID.",
    "goal category of Epic's own": "Goal.category is coded by Epic's OID.",
    "filler order": "ServiceRequest.intent is filler-order, its category Epic's OID.",
    "longitudinal plan": "A care plan is of category 38717003, beside assess-plan.",
    "specialty under an OID": "PractitionerRole.specialty is a NUCC code under urn:oid:2.16.840.1.113883.6.101.",
    "masked name": "A patient's token sees family names of practitioners masked.",
}
