"""Names of FHIR R4 that FHIRPath needs: resource types, data types, and the elements whose type is a choice.

Facts of http://hl7.org/fhir/R4/resourcelist.html, /datatypes.html and the elements written `[x]` in R4.
"""

from __future__ import annotations

# http://hl7.org/fhir/R4/resourcelist.html
RESOURCE_TYPES = frozenset(
    """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic
    Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry
    ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
    CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage
    CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric
    DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
    Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable
    ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
    HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
    ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure MeasureReport Media Medication
    MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
    MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
    MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
    MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader
    MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
    OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation
    Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
    RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
    RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition
    StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
""".split()
)

ABSTRACT_RESOURCES = frozenset({"Resource", "DomainResource"})

# http://hl7.org/fhir/R4/datatypes.html
PRIMITIVES = frozenset(
    """
    base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string
    time unsignedInt uri url uuid xhtml
""".split()
)
DATA_TYPES = frozenset(
    """
    Address Age Annotation Attachment CodeableConcept Coding ContactDetail ContactPoint Contributor Count
    DataRequirement Distance Dosage Duration ElementDefinition Expression Extension HumanName Identifier
    MarketingStatus Meta Money MoneyQuantity Narrative ParameterDefinition Period Population ProdCharacteristic
    ProductShelfLife Quantity Range Ratio Reference RelatedArtifact SampledData Signature SimpleQuantity
    SubstanceAmount Timing TriggerDefinition UsageContext
""".split()
)

# http://hl7.org/fhirpath/N1/#types-and-reflection
SYSTEM_TYPES = frozenset({"Any", "Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity"})

# a type, and what else is one: http://hl7.org/fhir/R4/datatypes.html
SPECIALISATIONS = {
    "Quantity": ("Age", "Count", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity"),
    "integer": ("positiveInt", "unsignedInt"),
    "string": ("code", "id", "markdown"),
    "uri": ("canonical", "oid", "url", "uuid"),
}

# http://hl7.org/fhir/R4/datatypes.html#open
OPEN = (
    "Address",
    "Age",
    "Annotation",
    "Attachment",
    "Base64Binary",
    "Boolean",
    "Canonical",
    "Code",
    "CodeableConcept",
    "Coding",
    "ContactDetail",
    "ContactPoint",
    "Contributor",
    "Count",
    "DataRequirement",
    "Date",
    "DateTime",
    "Decimal",
    "Distance",
    "Dosage",
    "Duration",
    "Expression",
    "HumanName",
    "Id",
    "Identifier",
    "Instant",
    "Integer",
    "Markdown",
    "Meta",
    "Money",
    "Oid",
    "ParameterDefinition",
    "Period",
    "PositiveInt",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "RelatedArtifact",
    "SampledData",
    "Signature",
    "String",
    "Time",
    "Timing",
    "TriggerDefinition",
    "UnsignedInt",
    "Uri",
    "Url",
    "UsageContext",
    "Uuid",
)

# every element `name[x]` of R4 and the endings of its JSON names, over all types that have one of this name
CHOICES: dict[str, tuple[str, ...]] = {
    "abatement": ("Age", "DateTime", "Period", "Range", "String"),
    "additive": ("CodeableConcept", "Reference"),
    "age": ("Age", "CodeableConcept", "Range", "String"),
    "allowed": ("Boolean", "CodeableConcept", "Money", "String", "UnsignedInt"),
    "amount": ("Quantity", "Range", "Ratio", "String"),
    "answer": (
        "Boolean",
        "Coding",
        "Date",
        "DateTime",
        "Decimal",
        "Integer",
        "Quantity",
        "Reference",
        "String",
        "Time",
    ),
    "asNeeded": ("Boolean", "CodeableConcept"),
    "author": ("Reference", "String"),
    "born": ("Date", "Period", "String"),
    "bounds": ("Duration", "Period", "Range"),
    "characteristic": ("CodeableConcept", "Quantity"),
    "chargeItem": ("CodeableConcept", "Reference"),
    "code": ("CodeableConcept", "Reference"),
    "collected": ("DateTime", "Period"),
    "content": ("Attachment", "Reference", "String"),
    "created": ("DateTime", "Period"),
    "date": ("DateTime", "Period"),
    "deceased": ("Age", "Boolean", "Date", "DateTime", "Range", "String"),
    "defaultValue": OPEN,
    "definingSubstance": ("CodeableConcept", "Reference"),
    "definition": (
        "Canonical",
        "CodeableConcept",
        "DataRequirement",
        "Expression",
        "Reference",
        "TriggerDefinition",
        "Uri",
    ),
    "detail": ("Boolean", "CodeableConcept", "Integer", "Quantity", "Range", "Ratio", "String"),
    "diagnosis": ("CodeableConcept", "Reference"),
    "dose": ("Quantity", "Range"),
    "doseNumber": ("PositiveInt", "String"),
    "due": ("Date", "Duration"),
    "effective": ("DateTime", "Instant", "Period", "Timing"),
    "entity": ("CodeableConcept", "Reference"),
    "event": ("Coding", "Uri"),
    "example": ("Boolean", "Canonical"),
    "fastingStatus": ("CodeableConcept", "Duration"),
    "fixed": OPEN,
    "identified": ("DateTime", "Period"),
    "indication": ("CodeableConcept", "Reference"),
    "item": ("CodeableConcept", "Reference"),
    "legallyBinding": ("Attachment", "Reference"),
    "location": ("Address", "CodeableConcept", "Reference"),
    "manufacturer": ("Reference", "String"),
    "maxValue": ("Date", "DateTime", "Decimal", "Instant", "Integer", "PositiveInt", "Quantity", "Time", "UnsignedInt"),
    "medication": ("CodeableConcept", "Reference"),
    "minValue": ("Date", "DateTime", "Decimal", "Instant", "Integer", "PositiveInt", "Quantity", "Time", "UnsignedInt"),
    "minimumVolume": ("Quantity", "String"),
    "module": ("Canonical", "CodeableConcept", "Uri"),
    "multipleBirth": ("Boolean", "Integer"),
    "name": ("Reference", "Url"),
    "occurred": ("DateTime", "Period"),
    "occurrence": ("DateTime", "Period", "String", "Timing"),
    "offset": ("Duration", "Range"),
    "onset": ("Age", "DateTime", "Period", "Range", "String"),
    "participantEffective": ("DateTime", "Duration", "Period", "Timing"),
    "pattern": OPEN,
    "performed": ("Age", "DateTime", "Period", "Range", "String"),
    "probability": ("Decimal", "Range"),
    "procedure": ("CodeableConcept", "Reference"),
    "product": ("CodeableConcept", "Reference"),
    "quantity": ("Quantity", "Range", "Ratio"),
    "rate": ("Quantity", "Range", "Ratio"),
    "reported": ("Boolean", "Reference"),
    "scheduled": ("Period", "String", "Timing"),
    "seriesDoses": ("PositiveInt", "String"),
    "serviced": ("Date", "Period"),
    "source": ("Attachment", "Canonical", "Reference", "Uri"),
    "start": ("CodeableConcept", "Date"),
    "statusReason": ("CodeableConcept", "Reference"),
    "studyEffective": ("DateTime", "Duration", "Period", "Timing"),
    "subject": ("CodeableConcept", "Reference"),
    "substance": ("CodeableConcept", "Reference"),
    "target": ("Canonical", "Identifier", "Reference", "Uri"),
    "time": ("DateTime", "Period"),
    "timing": ("Age", "Date", "DateTime", "Duration", "Period", "Range", "Reference", "Timing"),
    "topic": ("CodeableConcept", "Reference"),
    "used": ("Money", "String", "UnsignedInt"),
    "value": OPEN,
    "when": ("Period", "Range"),
}
