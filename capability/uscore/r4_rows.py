"""Rows of FHIR R4. Written by `python -m capability.regenerate_r4`; do not edit by hand.

Source: https://hl7.org/fhir/R4/resourcelist.html, https://hl7.org/fhir/R4/searchparameter-registry.html
"""

# fmt: off
# ruff: noqa: E501 (one row per line, however long)

from capability.uscore.search import PREFIXES, SearchParameter
from capability.uscore.shapes import Shape

TYPES = ("Account", "Appointment", "Binary", "ChargeItem", "Claim", "FamilyMemberHistory", "Schedule", "Slot")

Sea = SearchParameter

SEARCH_PARAMETERS = (
    Sea("Account", "identifier", "token", "Account.identifier", "http://hl7.org/fhir/SearchParameter/Account-identifier"),
    Sea("Account", "name", "string", "Account.name", "http://hl7.org/fhir/SearchParameter/Account-name"),
    Sea("Account", "owner", "reference", "Account.owner", "http://hl7.org/fhir/SearchParameter/Account-owner", targets=("Organization",)),
    Sea("Account", "patient", "reference", "Account.subject", "http://hl7.org/fhir/SearchParameter/Account-patient", targets=("Patient",)),
    Sea("Account", "period", "date", "Account.servicePeriod", "http://hl7.org/fhir/SearchParameter/Account-period", PREFIXES),
    Sea("Account", "status", "token", "Account.status", "http://hl7.org/fhir/SearchParameter/Account-status"),
    Sea("Account", "subject", "reference", "Account.subject", "http://hl7.org/fhir/SearchParameter/Account-subject", targets=("Device", "HealthcareService", "Location", "Organization", "Patient", "Practitioner", "PractitionerRole")),
    Sea("Account", "type", "token", "Account.type", "http://hl7.org/fhir/SearchParameter/Account-type"),
    Sea("Appointment", "actor", "reference", "Appointment.participant.actor", "http://hl7.org/fhir/SearchParameter/Appointment-actor", targets=("Device", "HealthcareService", "Location", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")),
    Sea("Appointment", "appointment-type", "token", "Appointment.appointmentType", "http://hl7.org/fhir/SearchParameter/Appointment-appointment-type"),
    Sea("Appointment", "based-on", "reference", "Appointment.basedOn", "http://hl7.org/fhir/SearchParameter/Appointment-based-on", targets=("ServiceRequest",)),
    Sea("Appointment", "date", "date", "Appointment.start", "http://hl7.org/fhir/SearchParameter/Appointment-date", PREFIXES),
    Sea("Appointment", "identifier", "token", "Appointment.identifier", "http://hl7.org/fhir/SearchParameter/Appointment-identifier"),
    Sea("Appointment", "location", "reference", "Appointment.participant.actor", "http://hl7.org/fhir/SearchParameter/Appointment-location", targets=("Location",)),
    Sea("Appointment", "part-status", "token", "Appointment.participant.status", "http://hl7.org/fhir/SearchParameter/Appointment-part-status"),
    Sea("Appointment", "patient", "reference", "Appointment.participant.actor", "http://hl7.org/fhir/SearchParameter/Appointment-patient", targets=("Patient",)),
    Sea("Appointment", "practitioner", "reference", "Appointment.participant.actor", "http://hl7.org/fhir/SearchParameter/Appointment-practitioner", targets=("Practitioner",)),
    Sea("Appointment", "reason-code", "token", "Appointment.reasonCode", "http://hl7.org/fhir/SearchParameter/Appointment-reason-code"),
    Sea("Appointment", "reason-reference", "reference", "Appointment.reasonReference", "http://hl7.org/fhir/SearchParameter/Appointment-reason-reference", targets=("Condition", "ImmunizationRecommendation", "Observation", "Procedure")),
    Sea("Appointment", "service-category", "token", "Appointment.serviceCategory", "http://hl7.org/fhir/SearchParameter/Appointment-service-category"),
    Sea("Appointment", "service-type", "token", "Appointment.serviceType", "http://hl7.org/fhir/SearchParameter/Appointment-service-type"),
    Sea("Appointment", "slot", "reference", "Appointment.slot", "http://hl7.org/fhir/SearchParameter/Appointment-slot", targets=("Slot",)),
    Sea("Appointment", "specialty", "token", "Appointment.specialty", "http://hl7.org/fhir/SearchParameter/Appointment-specialty"),
    Sea("Appointment", "status", "token", "Appointment.status", "http://hl7.org/fhir/SearchParameter/Appointment-status"),
    Sea("Appointment", "supporting-info", "reference", "Appointment.supportingInformation", "http://hl7.org/fhir/SearchParameter/Appointment-supporting-info", targets=("Account", "AllergyIntolerance", "Appointment", "Binary", "CarePlan", "CareTeam", "ChargeItem", "Claim", "Condition", "Coverage", "Device", "DiagnosticReport", "DocumentReference", "Encounter", "Endpoint", "FamilyMemberHistory", "Goal", "HealthcareService", "Immunization", "Location", "Media", "Medication", "MedicationDispense", "MedicationRequest", "Observation", "Organization", "Patient", "Practitioner", "PractitionerRole", "Procedure", "Provenance", "Questionnaire", "QuestionnaireResponse", "RelatedPerson", "Schedule", "ServiceRequest", "Slot", "Specimen", "ValueSet")),
    Sea("ChargeItem", "account", "reference", "ChargeItem.account", "http://hl7.org/fhir/SearchParameter/ChargeItem-account", targets=("Account",)),
    Sea("ChargeItem", "code", "token", "ChargeItem.code", "http://hl7.org/fhir/SearchParameter/ChargeItem-code"),
    Sea("ChargeItem", "context", "reference", "ChargeItem.context", "http://hl7.org/fhir/SearchParameter/ChargeItem-context", targets=("Encounter", "EpisodeOfCare")),
    Sea("ChargeItem", "entered-date", "date", "ChargeItem.enteredDate", "http://hl7.org/fhir/SearchParameter/ChargeItem-entered-date", PREFIXES),
    Sea("ChargeItem", "enterer", "reference", "ChargeItem.enterer", "http://hl7.org/fhir/SearchParameter/ChargeItem-enterer", targets=("Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")),
    Sea("ChargeItem", "factor-override", "number", "ChargeItem.factorOverride", "http://hl7.org/fhir/SearchParameter/ChargeItem-factor-override", PREFIXES),
    Sea("ChargeItem", "identifier", "token", "ChargeItem.identifier", "http://hl7.org/fhir/SearchParameter/ChargeItem-identifier"),
    Sea("ChargeItem", "occurrence", "date", "ChargeItem.occurrence", "http://hl7.org/fhir/SearchParameter/ChargeItem-occurrence", PREFIXES),
    Sea("ChargeItem", "patient", "reference", "ChargeItem.subject", "http://hl7.org/fhir/SearchParameter/ChargeItem-patient", targets=("Patient",)),
    Sea("ChargeItem", "performer-actor", "reference", "ChargeItem.performer.actor", "http://hl7.org/fhir/SearchParameter/ChargeItem-performer-actor", targets=("CareTeam", "Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")),
    Sea("ChargeItem", "performer-function", "token", "ChargeItem.performer.function", "http://hl7.org/fhir/SearchParameter/ChargeItem-performer-function"),
    Sea("ChargeItem", "performing-organization", "reference", "ChargeItem.performingOrganization", "http://hl7.org/fhir/SearchParameter/ChargeItem-performing-organization", targets=("Organization",)),
    Sea("ChargeItem", "price-override", "quantity", "ChargeItem.priceOverride", "http://hl7.org/fhir/SearchParameter/ChargeItem-price-override", PREFIXES),
    Sea("ChargeItem", "quantity", "quantity", "ChargeItem.quantity", "http://hl7.org/fhir/SearchParameter/ChargeItem-quantity", PREFIXES),
    Sea("ChargeItem", "requesting-organization", "reference", "ChargeItem.requestingOrganization", "http://hl7.org/fhir/SearchParameter/ChargeItem-requesting-organization", targets=("Organization",)),
    Sea("ChargeItem", "service", "reference", "ChargeItem.service", "http://hl7.org/fhir/SearchParameter/ChargeItem-service", targets=("DiagnosticReport", "ImagingStudy", "Immunization", "MedicationAdministration", "MedicationDispense", "Observation", "Procedure", "SupplyDelivery")),
    Sea("ChargeItem", "subject", "reference", "ChargeItem.subject", "http://hl7.org/fhir/SearchParameter/ChargeItem-subject", targets=("Group", "Patient")),
    Sea("Claim", "care-team", "reference", "Claim.careTeam.provider", "http://hl7.org/fhir/SearchParameter/Claim-care-team", targets=("Organization", "Practitioner", "PractitionerRole")),
    Sea("Claim", "created", "date", "Claim.created", "http://hl7.org/fhir/SearchParameter/Claim-created", PREFIXES),
    Sea("Claim", "detail-udi", "reference", "Claim.item.detail.udi", "http://hl7.org/fhir/SearchParameter/Claim-detail-udi", targets=("Device",)),
    Sea("Claim", "encounter", "reference", "Claim.item.encounter", "http://hl7.org/fhir/SearchParameter/Claim-encounter", targets=("Encounter",)),
    Sea("Claim", "enterer", "reference", "Claim.enterer", "http://hl7.org/fhir/SearchParameter/Claim-enterer", targets=("Practitioner", "PractitionerRole")),
    Sea("Claim", "facility", "reference", "Claim.facility", "http://hl7.org/fhir/SearchParameter/Claim-facility", targets=("Location",)),
    Sea("Claim", "identifier", "token", "Claim.identifier", "http://hl7.org/fhir/SearchParameter/Claim-identifier"),
    Sea("Claim", "insurer", "reference", "Claim.insurer", "http://hl7.org/fhir/SearchParameter/Claim-insurer", targets=("Organization",)),
    Sea("Claim", "item-udi", "reference", "Claim.item.udi", "http://hl7.org/fhir/SearchParameter/Claim-item-udi", targets=("Device",)),
    Sea("Claim", "patient", "reference", "Claim.patient", "http://hl7.org/fhir/SearchParameter/Claim-patient", targets=("Patient",)),
    Sea("Claim", "payee", "reference", "Claim.payee.party", "http://hl7.org/fhir/SearchParameter/Claim-payee", targets=("Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")),
    Sea("Claim", "priority", "token", "Claim.priority", "http://hl7.org/fhir/SearchParameter/Claim-priority"),
    Sea("Claim", "procedure-udi", "reference", "Claim.procedure.udi", "http://hl7.org/fhir/SearchParameter/Claim-procedure-udi", targets=("Device",)),
    Sea("Claim", "provider", "reference", "Claim.provider", "http://hl7.org/fhir/SearchParameter/Claim-provider", targets=("Organization", "Practitioner", "PractitionerRole")),
    Sea("Claim", "status", "token", "Claim.status", "http://hl7.org/fhir/SearchParameter/Claim-status"),
    Sea("Claim", "subdetail-udi", "reference", "Claim.item.detail.subDetail.udi", "http://hl7.org/fhir/SearchParameter/Claim-subdetail-udi", targets=("Device",)),
    Sea("Claim", "use", "token", "Claim.use", "http://hl7.org/fhir/SearchParameter/Claim-use"),
    Sea("Condition", "encounter", "reference", "Condition.encounter", "http://hl7.org/fhir/SearchParameter/Condition-encounter", targets=("Encounter",)),
    Sea("Encounter", "appointment", "reference", "Encounter.appointment", "http://hl7.org/fhir/SearchParameter/Encounter-appointment", targets=("Appointment",)),
    Sea("FamilyMemberHistory", "code", "token", "FamilyMemberHistory.condition.code", "http://hl7.org/fhir/SearchParameter/clinical-code"),
    Sea("FamilyMemberHistory", "date", "date", "FamilyMemberHistory.date", "http://hl7.org/fhir/SearchParameter/clinical-date", PREFIXES),
    Sea("FamilyMemberHistory", "identifier", "token", "FamilyMemberHistory.identifier", "http://hl7.org/fhir/SearchParameter/clinical-identifier"),
    Sea("FamilyMemberHistory", "instantiates-uri", "uri", "FamilyMemberHistory.instantiatesUri", "http://hl7.org/fhir/SearchParameter/FamilyMemberHistory-instantiates-uri"),
    Sea("FamilyMemberHistory", "patient", "reference", "FamilyMemberHistory.patient", "http://hl7.org/fhir/SearchParameter/clinical-patient", targets=("Patient",)),
    Sea("FamilyMemberHistory", "relationship", "token", "FamilyMemberHistory.relationship", "http://hl7.org/fhir/SearchParameter/FamilyMemberHistory-relationship"),
    Sea("FamilyMemberHistory", "sex", "token", "FamilyMemberHistory.sex", "http://hl7.org/fhir/SearchParameter/FamilyMemberHistory-sex"),
    Sea("FamilyMemberHistory", "status", "token", "FamilyMemberHistory.status", "http://hl7.org/fhir/SearchParameter/FamilyMemberHistory-status"),
    Sea("Schedule", "active", "token", "Schedule.active", "http://hl7.org/fhir/SearchParameter/Schedule-active"),
    Sea("Schedule", "actor", "reference", "Schedule.actor", "http://hl7.org/fhir/SearchParameter/Schedule-actor", targets=("Device", "HealthcareService", "Location", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson")),
    Sea("Schedule", "date", "date", "Schedule.planningHorizon", "http://hl7.org/fhir/SearchParameter/Schedule-date", PREFIXES),
    Sea("Schedule", "identifier", "token", "Schedule.identifier", "http://hl7.org/fhir/SearchParameter/Schedule-identifier"),
    Sea("Schedule", "service-category", "token", "Schedule.serviceCategory", "http://hl7.org/fhir/SearchParameter/Schedule-service-category"),
    Sea("Schedule", "service-type", "token", "Schedule.serviceType", "http://hl7.org/fhir/SearchParameter/Schedule-service-type"),
    Sea("Schedule", "specialty", "token", "Schedule.specialty", "http://hl7.org/fhir/SearchParameter/Schedule-specialty"),
    Sea("Slot", "appointment-type", "token", "Slot.appointmentType", "http://hl7.org/fhir/SearchParameter/Slot-appointment-type"),
    Sea("Slot", "identifier", "token", "Slot.identifier", "http://hl7.org/fhir/SearchParameter/Slot-identifier"),
    Sea("Slot", "schedule", "reference", "Slot.schedule", "http://hl7.org/fhir/SearchParameter/Slot-schedule", targets=("Schedule",)),
    Sea("Slot", "service-category", "token", "Slot.serviceCategory", "http://hl7.org/fhir/SearchParameter/Slot-service-category"),
    Sea("Slot", "service-type", "token", "Slot.serviceType", "http://hl7.org/fhir/SearchParameter/Slot-service-type"),
    Sea("Slot", "specialty", "token", "Slot.specialty", "http://hl7.org/fhir/SearchParameter/Slot-specialty"),
    Sea("Slot", "start", "date", "Slot.start", "http://hl7.org/fhir/SearchParameter/Slot-start", PREFIXES),
    Sea("Slot", "status", "token", "Slot.status", "http://hl7.org/fhir/SearchParameter/Slot-status"),
)

Sha = Shape

SHAPES = (
    Sha("Account", ("contained", "coverage", "description", "extension", "guarantor", "id", "identifier", "implicitRules", "language", "meta", "modifierExtension", "name", "owner", "partOf", "servicePeriod", "status", "subject", "text", "type"), ("coverage", "coverage.coverage", "coverage.modifierExtension", "coverage.priority", "description", "id", "identifier", "implicitRules", "meta", "name", "owner", "servicePeriod", "status", "subject", "type"), ("status",), ("implicitRules", "modifierExtension", "status"), ("coverage", "guarantor")),
    Sha("Appointment", ("appointmentType", "basedOn", "cancelationReason", "comment", "contained", "created", "description", "end", "extension", "id", "identifier", "implicitRules", "language", "meta", "minutesDuration", "modifierExtension", "participant", "patientInstruction", "priority", "reasonCode", "reasonReference", "requestedPeriod", "serviceCategory", "serviceType", "slot", "specialty", "start", "status", "supportingInformation", "text"), ("appointmentType", "cancelationReason", "end", "id", "identifier", "implicitRules", "meta", "reasonCode", "serviceCategory", "serviceType", "specialty", "start", "status"), ("participant", "status"), ("implicitRules", "modifierExtension", "status"), ("participant",)),
    Sha("Binary", ("contentType", "data", "id", "implicitRules", "language", "meta", "securityContext"), ("contentType", "id", "implicitRules", "meta", "securityContext"), ("contentType",), ("implicitRules",)),
    Sha("ChargeItem", ("account", "bodysite", "code", "contained", "context", "costCenter", "definitionCanonical", "definitionUri", "enteredDate", "enterer", "extension", "factorOverride", "id", "identifier", "implicitRules", "language", "meta", "modifierExtension", "note", "occurrence", "overrideReason", "partOf", "performer", "performingOrganization", "priceOverride", "product", "quantity", "reason", "requestingOrganization", "service", "status", "subject", "supportingInformation", "text"), ("account", "bodysite", "code", "context", "enteredDate", "enterer", "id", "identifier", "implicitRules", "meta", "occurrence", "quantity", "status", "subject"), ("code", "status", "subject"), ("implicitRules", "modifierExtension", "status"), ("performer",), ("occurrence", "product")),
    Sha("Claim", ("accident", "billablePeriod", "careTeam", "contained", "created", "diagnosis", "enterer", "extension", "facility", "fundsReserve", "id", "identifier", "implicitRules", "insurance", "insurer", "item", "language", "meta", "modifierExtension", "originalPrescription", "patient", "payee", "prescription", "priority", "procedure", "provider", "referral", "related", "status", "subType", "supportingInfo", "text", "total", "type", "use"), ("billablePeriod", "created", "id", "implicitRules", "insurance", "insurance.coverage", "insurance.focal", "insurance.modifierExtension", "insurance.sequence", "insurer", "meta", "patient", "priority", "provider", "status", "type", "use"), ("created", "insurance", "patient", "priority", "provider", "status", "type", "use"), ("implicitRules", "modifierExtension", "status"), ("accident", "careTeam", "diagnosis", "insurance", "item", "item.detail", "item.detail.subDetail", "payee", "procedure", "related", "supportingInfo"), ("accident.location", "diagnosis.diagnosis", "item.location", "item.serviced", "procedure.procedure", "supportingInfo.timing", "supportingInfo.value")),
    Sha("FamilyMemberHistory", ("age", "born", "condition", "contained", "dataAbsentReason", "date", "deceased", "estimatedAge", "extension", "id", "identifier", "implicitRules", "instantiatesCanonical", "instantiatesUri", "language", "meta", "modifierExtension", "name", "note", "patient", "reasonCode", "reasonReference", "relationship", "sex", "status", "text"), ("age", "dataAbsentReason", "date", "deceased", "estimatedAge", "id", "identifier", "implicitRules", "instantiatesCanonical", "instantiatesUri", "meta", "name", "patient", "reasonCode", "reasonReference", "relationship", "sex", "status"), ("patient", "relationship", "status"), ("implicitRules", "modifierExtension", "status"), ("condition",), ("age", "born", "condition.onset", "deceased")),
    Sha("Schedule", ("active", "actor", "comment", "contained", "extension", "id", "identifier", "implicitRules", "language", "meta", "modifierExtension", "planningHorizon", "serviceCategory", "serviceType", "specialty", "text"), ("active", "actor", "id", "identifier", "implicitRules", "meta", "planningHorizon", "serviceCategory", "serviceType", "specialty"), ("actor",), ("active", "implicitRules", "modifierExtension")),
    Sha("Slot", ("appointmentType", "comment", "contained", "end", "extension", "id", "identifier", "implicitRules", "language", "meta", "modifierExtension", "overbooked", "schedule", "serviceCategory", "serviceType", "specialty", "start", "status", "text"), ("appointmentType", "end", "id", "identifier", "implicitRules", "meta", "schedule", "serviceCategory", "serviceType", "specialty", "start", "status"), ("end", "schedule", "start", "status"), ("implicitRules", "modifierExtension")),
)
