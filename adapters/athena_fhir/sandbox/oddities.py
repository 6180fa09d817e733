"""What is odd about athena's FHIR, by name: where it occurs in the sandbox's 25 people, and how often.

Source: deviations of recorded answers (preview, November 2024) and of the Athena Core guide. Whether one record is
odd depends on its id alone; "one of n" is that share of the ids.
"""

from __future__ import annotations

from collections.abc import Mapping

ODDITIES: Mapping[str, str] = {
    # --- of every type
    "no meta": "Observation: three of five, and every AllergyIntolerance, say nothing of when they were last updated.",
    "retired profile": "Condition: one of two names the profile us-core-condition, without a version.",
    "updated at midnight": "Encounter: meta.lastUpdated is local midnight.",
    "updated before it was recorded": "Condition: one of seven was last updated the day before its recordedDate.",
    "offsets": "Every type: times end in Z in one half of the records, in Eastern's offset in the other.",
    "entered in error": "Observation, Condition, DiagnosticReport, DocumentReference, AllergyIntolerance: default "
    "searches find twins that were entered in error, under numbers that the REST API does not have.",
    "identifier without system": "Condition, CarePlan, CareTeam, Goal: identifier has a value only.",
    # --- people
    "former name": "Patient: one of four has two official names; the former one only has a period that ended.",
    "former address": "Patient: one of four has two home addresses; the former one only has a period that ended.",
    "billing address": "Patient: one of three has the address once more, use billing, type postal.",
    "retired gender identity": "Patient: us-core-genderIdentity with a code of http://hl7.org/fhir/gender-identity.",
    "SSN in clear": "Patient: identifier of http://hl7.org/fhir/sid/us-ssn with all digits.",
    "tax number": "Practitioner: identifier of urn:oid:2.16.840.1.113883.4.4, a number that is never issued.",
    "inactive practitioner": "Practitioner: deleted users are shown, with active false.",
    "room": "Practitioner: ah-practitioner-provider-details says isPerson false of a room or a machine.",
    "athena's qualifications": "Practitioner: qualification in ah-provider-type and ah-specialty.",
    "time zone in meta": "Location: meta.extension timezone.",
    "member as an organization": "CareTeam: persons are members as Organization (LCP-...), too.",
    "role in words": "CareTeam: role has a text and no coding.",
    "member no longer": "CareTeam: a participant whose period ended is still there.",
    # --- problems, visits, allergies
    "diagnosis without clinical status": "Condition: no encounter-diagnosis has a clinicalStatus.",
    "unconfirmed": "Condition: verificationStatus of one of three encounter diagnoses.",
    "health concern": "Condition: one of three problems comes again as health-concern of US Core's category system.",
    "HTML in a note": "Condition: one of two notes is a fragment of HTML.",
    "diagnosis without ICD": "Condition: one of thirteen encounter diagnoses lacks its ICD-10-CM coding.",
    "pseudo disposition": "Encounter: dischargeDisposition is the code not-applicable of data-absent-reason.",
    "participant twice": "Encounter: the same individual as ATND and as PPRF, with definitions for texts.",
    "visit in words": "Encounter: type is a text, such as FOLLOW UP 15, where it is no CPT code.",
    "orders only": "Encounter: of orders alone is VR, SNOMED CT 185316007.",
    "no beginning": "Encounter: one of eleven has no period.start.",
    "no end": "Encounter: no period.end while the note is open.",
    "cancelled": "Encounter: of an appointment that was called off; the REST API has none.",
    "food and medication": "AllergyIntolerance: one of four of either category has both.",
    "bare manifestation": "AllergyIntolerance: coded manifestations have neither display nor text.",
    "class of drugs": "AllergyIntolerance: a class is coded as SNOMED CT product 6369005.",
    # --- results
    "false LOINC": "Observation: a laboratory code of http://loinc.org is athena's own number, its display LOINC's.",
    "words for a code": "Observation: laboratory code has a text only (one of ten, and what has no LOINC name).",
    "number as text": "Observation: one of five laboratory numbers, and those with a comparator, are valueString.",
    "no result": "Observation: np or comment as valueString.",
    "unit in words": "Observation: laboratory valueQuantity has neither system nor code.",
    "interpretation in words": "Observation: above high normal, high, abnormal, normal ... as text.",
    "interpretation with a version": "Observation: where interpretation is coded, with version 2.1.0.",
    "padded range": "Observation: referenceRange has only a text, one of three padded with blanks.",
    "line breaks in a note": "Observation: laboratory notes hold newlines.",
    "unknown status": "Observation: one of seventeen final laboratory values says unknown.",
    "midnight for a day": "Observation: laboratory effectiveDateTime of a mere day is local midnight.",
    "report issued before": "DiagnosticReport: one of five was issued two days before its effective time.",
    "report in plain text": "DiagnosticReport: presentedForm is text/plain, inline.",
    "imaging in words": "DiagnosticReport: imaging has a category of LOINC parts, no code and status unknown.",
    "report without encounter": "DiagnosticReport: only one of twelve names its encounter.",
    "day for a time": "Observation: vital signs have a day and no hour.",
    "refused": "Observation: a vital sign that was refused is amended, with a dataAbsentReason.",
    "wrong words for a unit": "Observation: millimeter of mercury; Beats / minute, for breaths as well.",
    "oximetry twice": "Observation: oxygen saturation has 2708-6 and 59408-5.",
    "oxygen concentration": "Observation: component code 3150-0.",
    "smoking without effective": "Observation: 72166-2 has issued and no effective[x].",
    "occupation in words": "Observation: occupation has a valueCodeableConcept.text only.",
    # --- documents, plans
    "page as a system": "DocumentReference: note type's system is https://hl7.org/fhir/valueset-doc-section-codes.html.",
    "paper without content": "DocumentReference: laboratoryReport has neither data nor url, and says so three times.",
    "plan without content": "CarePlan: text is additional and holds the title.",
    "goal without start": "Goal: no startDate, a due date for one of five.",
    # --- medicines, procedures, devices
    "active though stopped": "MedicationRequest: one of two that ended is active; ah-stop-date tells.",
    "deactivated": "MedicationRequest: of a medicine that was hidden is active; ah-deactivated-date tells.",
    "medication in words": "MedicationRequest: one of three has a medicationCodeableConcept, the others a reference.",
    "never primary": "Immunization: primarySource and isSubpotent are false whatever the id says.",
    "notes with a label": "Immunization: (Administer User), (Sig), (Perform Date), (NDC Description) in notes.",
    "dose without UCUM": "Immunization: doseQuantity has a unit and no code.",
    "objection": "Immunization: every not-done has PATOBJ and no date.",
    "CPT without display": "Procedure: three of four billing codes are bare.",
    "as long as the visit": "Procedure: performedPeriod of what was documented at a visit is the visit's.",
    "in progress": "Procedure: of a visit that is still open.",
    "device in words": "Device: type has a text only; version holds the reference number; one of three has its UDI.",
}
