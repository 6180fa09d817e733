# ruff: noqa: E501 (one row a line, however long)
"""FHIR R4's own lists, against which "not listed" is measured.

https://hl7.org/fhir/R4/resourcelist.html, https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from __future__ import annotations

ADDRESS = "address address-city address-country address-postalcode address-state address-use"
PERSON = f"{ADDRESS} email family gender given identifier name phone phonetic telecom"

COMMON = "_content _contained _containedType _filter _has _id _in _language _lastUpdated _list _profile _query _security _source _tag _text _type".split()
"""On every type. https://hl7.org/fhir/R4/search.html#all"""

PARAMETERS = {
    type_: names.split()
    for type_, names in {
        "AllergyIntolerance": "asserter category clinical-status code criticality date identifier last-date manifestation onset patient recorder route severity type verification-status",
        "CarePlan": "activity-code activity-date activity-reference based-on care-team category condition date encounter goal identifier instantiates-canonical instantiates-uri intent part-of patient performer replaces status subject",
        "CareTeam": "category date encounter identifier participant patient status subject",
        "Condition": "abatement-age abatement-date abatement-string asserter body-site category clinical-status code encounter evidence evidence-detail identifier onset-age onset-date onset-info patient recorded-date severity stage subject verification-status",
        "Coverage": "beneficiary class-type class-value dependent identifier patient payor policy-holder status subscriber type",
        "Device": "device-name identifier location manufacturer model organization patient status type udi-carrier udi-di url",
        "DiagnosticReport": "based-on category code conclusion date encounter identifier issued media patient performer result results-interpreter specimen status subject",
        "DocumentReference": "authenticator author category contenttype custodian date description encounter event facility format identifier language location patient period related relatesto relation relationship security-label setting status subject type",
        "Encounter": "account appointment based-on class date diagnosis episode-of-care identifier length location location-period part-of participant participant-type patient practitioner reason-code reason-reference service-provider special-arrangement status subject type",
        "Goal": "achievement-status category identifier lifecycle-status patient start-date subject target-date",
        "Immunization": "date identifier location lot-number manufacturer patient performer reaction reaction-date reason-code reason-reference series status status-reason target-disease vaccine-code",
        "Location": f"{ADDRESS} endpoint identifier name near operational-status organization partof status type",
        "Medication": "code expiration-date form identifier ingredient ingredient-code lot-number manufacturer status",
        "MedicationDispense": "code context destination identifier medication patient performer prescription receiver responsibleparty status subject type whenhandedover whenprepared",
        "MedicationRequest": "authoredon category code date encounter identifier intended-dispenser intended-performer intended-performertype intent medication patient priority requester status subject",
        "Observation": "based-on category code code-value-concept code-value-date code-value-quantity code-value-string combo-code combo-code-value-concept combo-code-value-quantity combo-data-absent-reason combo-value-concept combo-value-quantity component-code component-code-value-concept component-code-value-quantity component-data-absent-reason component-value-concept component-value-quantity data-absent-reason date derived-from device encounter focus has-member identifier method part-of patient performer specimen status subject value-concept value-date value-quantity value-string",
        "Organization": f"active {ADDRESS} endpoint identifier name partof phonetic type",
        "Patient": f"active birthdate death-date deceased general-practitioner language link organization {PERSON}",
        "Practitioner": f"active communication {PERSON}",
        "PractitionerRole": "active date email endpoint identifier location organization phone practitioner role service specialty telecom",
        "Procedure": "based-on category code date encounter identifier instantiates-canonical instantiates-uri location part-of patient performer reason-code reason-reference status subject",
        "Provenance": "agent agent-role agent-type entity location patient recorded signature-type target when",
        "QuestionnaireResponse": "author authored based-on encounter identifier part-of patient questionnaire source status subject",
        "RelatedPerson": f"active birthdate patient relationship {PERSON}",
        "ServiceRequest": "authored based-on body-site category code encounter identifier instantiates-canonical instantiates-uri intent occurrence patient performer performer-type priority replaces requester requisition specimen status subject",
        "Specimen": "accession bodysite collected collector container container-id identifier parent patient status subject type",
    }.items()
}  # fmt: skip
"""By type, of those that US Core profiles."""

MODIFIERS = "above below contains exact identifier in missing not not-in of-type text".split()
"""https://hl7.org/fhir/R4/search.html#modifiers"""

TYPES = """
Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
MedicationRequest MedicationStatement MedicinalProduct MessageDefinition MessageHeader MolecularSequence NamingSystem
NutritionOrder Observation ObservationDefinition OperationDefinition OperationOutcome Organization
OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner
PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter
ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription Substance SupplyDelivery
SupplyRequest Task TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
""".split()

OPERATIONS = "$convert $docref $everything $expand $export $graph $graphql $lastn $match $meta $process-message $stats $validate".split()
