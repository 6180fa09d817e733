"""What is awkward about Millennium, by name: where it shows, so that tests of an adapter can say what they are about.

All of it is there by default among 25 people, but for what says "option".
"""

from __future__ import annotations

from collections.abc import Mapping

ODDITIES: Mapping[str, str] = {
    # the server
    "406 empty": "Accept without JSON is 406 with no body; Binary takes only its contentType or application/fhir+json.",
    "403 for a wrong tenant": "Another tenant in the path is 403, short text, before the token is looked at.",
    "404 for everything unknown": "Unknown id, unknown type and malformed id are the same 404 OperationOutcome.",
    "closed type": "Option closed: a type answers 403 'Forbidden resource' whatever the token's scopes.",
    "r does not search": "A scope .r reads, and a search under it is 403 insufficient_scope.",
    "no scope no token": "The token endpoint without a scope it may grant is 400 invalid_scope, urn ...empty-scopes.",
    "scopes by registration": "sandbox-client has v2 scopes, sandbox-client-v1 those of v1; the other's are none.",
    "required parameters": "Each type but Organization has them; without, 400 'at least one of ... must be provided'.",
    "unknown parameters": "Ignored beside those that suffice; option refuse_unknown: 400.",
    "_id alone": "_id with any other parameter of the type but _revinclude and _count is 400.",
    "closed ranges": "Two dates have to be a lower and an upper bound, and with a prefix a time with its zone.",
    "date or _lastUpdated": "Together they are 400 on most types; MedicationDispense ignores date beside _lastUpdated.",
    "bare codes": "clinical-status, status and intent with a system are 400.",
    "own code only": "Observation.code finds 85354-9, never 8480-6 or 8462-4, and no proprietary code.",
    "single criteria": "Patient takes each criterion once and with one value; over 1000 matches is 422.",
    "location by name": "Location without _id, type or -physicalType is 400.",
    "coverage by id": "Coverage has no _id search.",
    "poisoned record": "Option poisoned: one record lacks its status, and any search or read that meets it is 500.",
    "problems by encounter": "Option diagnoses_and_problems: Condition by encounter adds the whole problem list.",
    # pages
    "unpaged": "AllergyIntolerance, Condition, Immunization, Procedure and others come in one page, however long.",
    "cursors": "-pageContext is a UUID (Encounter), deflated base64 (Observation, reports, documents) or base64 text.",
    "social history first": "All SH- records found are on page one, beyond _count; later pages are shorter.",
    "twice": "A record with a version divisible by three stands on two pages, the later one a version higher.",
    "no total": "Bundle.total is there on one-page Patient, Encounter and Immunization only; Bundle.id always.",
    # every resource
    "id outside the grammar": "CARE_TEAM-... and LIFETIME_PROVIDER-... have an underscore.",
    "three spellings": "meta.lastUpdated ends in .000Z, Z or +00:00, by number modulo 3.",
    "versions": "versionId is 0 to 7, a large number (problems) or 1-1 (pressures).",
    "narrative names the patient": "text.div of every clinical resource holds the patient's name.",
    "restricted": "meta.security R on all of person 15.",
    "dual coding": "codeSet, nomenclature or synonym with userSelected true before the standard code with false.",
    "proprietary only": "No standard code: laboratory 1 of 7, problems 1 of 9, allergies 1 of 8, procedures 1 of 7, "
    "medicines 11 of 25, orders 1 of 6, surveys 1 of 3.",
    "code without display": "Standard codings without one: Observation 1 of 9, Immunization 1 of 4, medicines 1 of 9.",
    "site's clock": "Instants at -06:00 in place of UTC: 1 of 5.",
    "contained": "RelatedPerson (allergies 1 of 6), PractitionerRole (procedures 1 of 6), Location (vaccines 1 of 5), "
    "Medication (mixtures, 1 of 8).",
    # by type
    "merged patient": "Person 8: inactive, replaced-by person 7, found by id only.",
    "identifiers": "MRN with rendered-value; an expired one without system (1 of 3); the community's, MR too (1 of 2); "
    "Federated Person Principal and Millennium Person Identifier always; one that is only an extension (1 of 5).",
    "former name": "A name of use old with a period: 1 of 4.",
    "bare telephone": "Digits only, the typed form in iso21090-TEL-address.",
    "panel code in components": "Components of BP- carry 85354-9 beside their own code.",
    "one-sided pressure": "A pressure that was not taken is left out of 1 of 2 pairs, else it has a dataAbsentReason.",
    "laboratory prefix on vital signs": "Percentiles are L- though vital-signs, half of them without unit.",
    "translations": "Weights list themselves in ng, ug, mg, cg, g and kg.",
    "control text": "Notes hold ^~:!PDF: Observation 1 of 10.",
    "absent category": "data-absent-reason alone: laboratory 1 of 7, documents 1 of 5, reports' second 1 of 4.",
    "unit as words": "A laboratory's quantity without system and code: 1 of 4.",
    "no specimen": "Laboratory Observations never name theirs.",
    "blank behind the status": "'entered-in-error ' with masked values: a second entry of 1 of 19 results.",
    "second category": "Problems: SNOMED 74188005 beside problem-list-item, 1 of 4; documents: LOINC without text.",
    "IMO": "Problems have a code of e-imo.com: 1 of 3.",
    "diagnosis without status": "Encounter diagnoses without clinicalStatus: 1 of 3.",
    "health concern": "A problem under a UUID, on the list of health concerns: 1 of 13.",
    "canceled allergy": "A second entry, entered in error, no clinicalStatus, text Canceled: 1 of 5.",
    "trailing dot": "Encounter identifiers have the system urn:oid:5.5.5.5.5.5. with a dot at its end.",
    "repeated participants": "Each participant three times: Encounter 1 of 4.",
    "no Medication": "Drugs are concepts or contained; there is no Medication, and no PractitionerRole: 404.",
    "requester absent": "data-absent-reason in its place: MedicationRequest 1 of 6 and where nobody is known.",
    "tablets": "Doses in tablets have the code {tbl}.",
    "unknown dose": "0.0 {unknownunit} where no dose is known, and on 1 of 5 vaccines.",
    "three forms": "Documents are pdf, xml, html; reports text, xml, pdf; absolute URLs, never inline.",
    "report without results": "DiagnosticReport.result left out: 1 of 5.",
    "end only": "effectivePeriod without a start: reports 1 of 4 of those with a period.",
    "CPT as text": "Procedure.code.text is the CPT number.",
    "open end": "Members of a care team leave on 2100-12-31.",
    "system user": "Practitioner/1 stands for whoever has no record in the directory.",
}
