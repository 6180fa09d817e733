"""The search parameters of FHIR R4 (4.0.1) that US Core or the vendors' documents name, and where they look.

https://hl7.org/fhir/R4/searchparameter-registry.html. US Core's own: race, ethnicity, gender-identity, asserted-date,
description, discharge-disposition, role.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.fhir_r4.sandbox.parameter import Parameter, read

_ANY = """
    _id                     token                   id
    _lastUpdated            date                    meta.lastUpdated
    _profile                uri                     meta.profile
    _security               token                   meta.security
    _tag                    token                   meta.tag
"""
_PERSON = """
    name                    string                  name
    family                  string                  name.family
    given                   string                  name.given
    gender                  token                   gender
    telecom                 token                   telecom
    phone                   token                   telecom[phone]
    email                   token                   telecom[email]
    active                  token                   active
    identifier              token                   identifier
    birthdate               date                    birthDate
"""
_ADDRESS = """
    address                 string                  address
    address-city            string                  address.city
    address-state           string                  address.state
    address-postalcode      string                  address.postalCode
    address-country         string                  address.country
    address-use             token                   address.use
"""

# name, kind, paths; a kind `reference:Type` finds references to that type alone; `path[phone]` keeps the elements whose
# system is that, `extension[name]` the extension of that name
_TABLE: Mapping[str, str] = {
    "AllergyIntolerance": """
    patient                 reference:Patient       patient
    clinical-status         token                   clinicalStatus
    code                    token                   code reaction.substance
    category                token                   category
    criticality             token                   criticality
    date                    date                    recordedDate
    type                    token                   type
    verification-status     token                   verificationStatus
    identifier              token                   identifier
    onset                   date                    reaction.onset
    manifestation           token                   reaction.manifestation
    recorder                reference               recorder
    asserter                reference               asserter
    """,
    "Appointment": """
    patient                 reference:Patient       participant.actor
    practitioner            reference:Practitioner  participant.actor
    location                reference:Location      participant.actor
    actor                   reference               participant.actor
    date                    date                    start
    status                  token                   status
    identifier              token                   identifier
    service-category        token                   serviceCategory
    service-type            token                   serviceType
    appointment-type        token                   appointmentType
    part-status             token                   participant.status
    slot                    reference               slot
    based-on                reference               basedOn
    reason-code             token                   reasonCode
    reason-reference        reference               reasonReference
    specialty               token                   specialty
    supporting-info         reference               supportingInformation
    """,
    "Binary": """
    contenttype             token                   contentType
    """,
    "CarePlan": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    category                token                   category
    date                    date                    period
    status                  token                   status
    intent                  token                   intent
    encounter               reference               encounter
    part-of                 reference               partOf
    care-team               reference               careTeam
    condition               reference               addresses
    goal                    reference               goal
    identifier              token                   identifier
    activity-date           date                    activity.detail.scheduledPeriod activity.detail.scheduledTiming
    """,
    "CareTeam": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    status                  token                   status
    role                    token                   participant.role
    category                token                   category
    date                    date                    period
    encounter               reference               encounter
    participant             reference               participant.member
    identifier              token                   identifier
    """,
    "Condition": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    category                token                   category
    clinical-status         token                   clinicalStatus
    verification-status     token                   verificationStatus
    code                    token                   code
    encounter               reference               encounter
    onset-date              date                    onsetDateTime onsetPeriod
    abatement-date          date                    abatementDateTime abatementPeriod
    recorded-date           date                    recordedDate
    asserted-date           date                    extension[condition-assertedDate].valueDateTime
    severity                token                   severity
    body-site               token                   bodySite
    asserter                reference               asserter
    identifier              token                   identifier
    """,
    "Coverage": """
    patient                 reference:Patient       beneficiary
    beneficiary             reference               beneficiary
    status                  token                   status
    type                    token                   type
    payor                   reference               payor
    subscriber              reference               subscriber
    policy-holder           reference               policyHolder
    identifier              token                   identifier
    class-type              token                   class.type
    class-value             string                  class.value
    """,
    "Device": """
    patient                 reference:Patient       patient
    type                    token                   type
    status                  token                   status
    device-name             string                  deviceName.name type.text
    manufacturer            string                  manufacturer
    model                   string                  modelNumber
    udi-carrier             string                  udiCarrier.carrierHRF
    udi-di                  string                  udiCarrier.deviceIdentifier
    identifier              token                   identifier
    organization            reference               owner
    """,
    "DiagnosticReport": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    category                token                   category
    code                    token                   code
    date                    date                    effectiveDateTime effectivePeriod
    status                  token                   status
    issued                  date                    issued
    encounter               reference               encounter
    performer               reference               performer
    result                  reference               result
    identifier              token                   identifier
    based-on                reference               basedOn
    specimen                reference               specimen
    """,
    "DocumentReference": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    category                token                   category
    type                    token                   type
    date                    date                    date
    period                  date                    context.period
    status                  token                   status
    docstatus               token                   docStatus
    encounter               reference:Encounter     context.encounter
    author                  reference               author
    custodian               reference               custodian
    identifier              token                   masterIdentifier identifier
    contenttype             token                   content.attachment.contentType
    format                  token                   content.format
    security-label          token                   securityLabel
    authenticator           reference               authenticator
    """,
    "Encounter": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    class                   token                   class
    date                    date                    period
    discharge-disposition   token                   hospitalization.dischargeDisposition
    identifier              token                   identifier
    location                reference:Location      location.location
    status                  token                   status
    type                    token                   type
    practitioner            reference:Practitioner  participant.individual
    participant             reference               participant.individual
    service-provider        reference               serviceProvider
    account                 reference               account
    part-of                 reference               partOf
    appointment             reference               appointment
    reason-code             token                   reasonCode
    location-period         date                    location.period
    """,
    "FamilyMemberHistory": """
    patient                 reference:Patient       patient
    code                    token                   condition.code
    date                    date                    date
    relationship            token                   relationship
    sex                     token                   sex
    status                  token                   status
    identifier              token                   identifier
    """,
    "Goal": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    lifecycle-status        token                   lifecycleStatus
    target-date             date                    target.dueDate
    description             token                   description
    category                token                   category
    start-date              date                    startDate
    achievement-status      token                   achievementStatus
    identifier              token                   identifier
    """,
    "Immunization": """
    patient                 reference:Patient       patient
    date                    date                    occurrenceDateTime
    status                  token                   status
    vaccine-code            token                   vaccineCode
    performer               reference               performer.actor
    location                reference               location
    lot-number              string                  lotNumber
    manufacturer            reference               manufacturer
    status-reason           token                   statusReason
    identifier              token                   identifier
    target-disease          token                   protocolApplied.targetDisease
    encounter               reference               encounter
    """,
    "Location": """
    name                    string                  name alias
    identifier              token                   identifier
    organization            reference               managingOrganization
    status                  token                   status
    type                    token                   type
    partof                  reference               partOf
    operational-status      token                   operationalStatus
    physical-type           token                   physicalType
    """
    + _ADDRESS,
    "Medication": """
    code                    token                   code
    identifier              token                   identifier
    status                  token                   status
    form                    token                   form
    ingredient-code         token                   ingredient.itemCodeableConcept
    ingredient              reference               ingredient.itemReference
    """,
    "MedicationDispense": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    status                  token                   status
    type                    token                   type
    code                    token                   medicationCodeableConcept
    medication              reference               medicationReference
    whenhandedover          date                    whenHandedOver
    whenprepared            date                    whenPrepared
    prescription            reference               authorizingPrescription
    performer               reference               performer.actor
    context                 reference               context
    category                token                   category
    identifier              token                   identifier
    """,
    "MedicationRequest": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    intent                  token                   intent
    status                  token                   status
    authoredon              date                    authoredOn
    encounter               reference               encounter
    category                token                   category
    code                    token                   medicationCodeableConcept
    medication              reference               medicationReference
    requester               reference               requester
    priority                token                   priority
    identifier              token                   identifier
    date                    date                    dosageInstruction.timing.event
    intended-performer      reference               performer
    """,
    "Observation": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    category                token                   category
    code                    token                   code
    date                    date                    effectiveDateTime effectivePeriod effectiveInstant
    status                  token                   status
    encounter               reference               encounter
    performer               reference               performer
    based-on                reference               basedOn
    focus                   reference               focus
    issued                  date                    issued
    value-concept           token                   valueCodeableConcept
    value-string            string                  valueString valueCodeableConcept.text
    value-date              date                    valueDateTime valuePeriod
    component-code          token                   component.code
    combo-code              token                   code component.code
    component-value-concept token                   component.valueCodeableConcept
    combo-value-concept     token                   valueCodeableConcept component.valueCodeableConcept
    data-absent-reason      token                   dataAbsentReason
    specimen                reference               specimen
    has-member              reference               hasMember
    derived-from            reference               derivedFrom
    part-of                 reference               partOf
    device                  reference               device
    method                  token                   method
    identifier              token                   identifier
    """,
    "Organization": """
    name                    string                  name alias
    identifier              token                   identifier
    active                  token                   active
    type                    token                   type
    partof                  reference               partOf
    """
    + _ADDRESS,
    "Patient": """
    death-date              date                    deceasedDateTime
    deceased                token                   deceasedBoolean
    language                token                   communication.language
    general-practitioner    reference               generalPractitioner
    organization            reference               managingOrganization
    link                    reference               link.other
    race                    token                   extension[us-core-race].extension.valueCoding
    ethnicity               token                   extension[us-core-ethnicity].extension.valueCoding
    gender-identity         token                   extension[us-core-genderIdentity].valueCodeableConcept
    """
    + _PERSON
    + _ADDRESS,
    "Practitioner": """
    communication           token                   communication
    """
    + _PERSON
    + _ADDRESS,
    "PractitionerRole": """
    practitioner            reference               practitioner
    specialty               token                   specialty
    organization            reference               organization
    location                reference               location
    role                    token                   code
    active                  token                   active
    identifier              token                   identifier
    telecom                 token                   telecom
    phone                   token                   telecom[phone]
    email                   token                   telecom[email]
    date                    date                    period
    service                 reference               healthcareService
    endpoint                reference               endpoint
    """,
    "Procedure": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    code                    token                   code
    date                    date                    performedDateTime performedPeriod
    status                  token                   status
    category                token                   category
    encounter               reference               encounter
    performer               reference               performer.actor
    based-on                reference               basedOn
    identifier              token                   identifier
    location                reference               location
    reason-code             token                   reasonCode
    reason-reference        reference               reasonReference
    part-of                 reference               partOf
    """,
    "Provenance": """
    target                  reference               target
    patient                 reference:Patient       target
    recorded                date                    recorded
    agent                   reference               agent.who
    agent-type              token                   agent.type
    agent-role              token                   agent.role
    entity                  reference               entity.what
    when                    date                    occurredDateTime
    location                reference               location
    """,
    "QuestionnaireResponse": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    questionnaire           reference               questionnaire
    status                  token                   status
    authored                date                    authored
    author                  reference               author
    encounter               reference               encounter
    identifier              token                   identifier
    based-on                reference               basedOn
    source                  reference               source
    part-of                 reference               partOf
    """,
    "RelatedPerson": """
    patient                 reference:Patient       patient
    relationship            token                   relationship
    """
    + _PERSON
    + _ADDRESS,
    "Schedule": """
    actor                   reference               actor
    date                    date                    planningHorizon
    active                  token                   active
    service-category        token                   serviceCategory
    service-type            token                   serviceType
    specialty               token                   specialty
    identifier              token                   identifier
    """,
    "ServiceRequest": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    category                token                   category
    code                    token                   code
    authored                date                    authoredOn
    status                  token                   status
    encounter               reference               encounter
    requester               reference               requester
    performer               reference               performer
    intent                  token                   intent
    occurrence              date                    occurrenceDateTime occurrencePeriod
    identifier              token                   identifier
    priority                token                   priority
    requisition             token                   requisition
    based-on                reference               basedOn
    specimen                reference               specimen
    """,
    "Slot": """
    schedule                reference               schedule
    start                   date                    start
    status                  token                   status
    service-category        token                   serviceCategory
    service-type            token                   serviceType
    appointment-type        token                   appointmentType
    specialty               token                   specialty
    identifier              token                   identifier
    """,
    "Specimen": """
    patient                 reference:Patient       subject
    subject                 reference               subject
    type                    token                   type
    status                  token                   status
    collected               date                    collection.collectedDateTime collection.collectedPeriod
    collector               reference               collection.collector
    accession               token                   accessionIdentifier
    identifier              token                   identifier
    bodysite                token                   collection.bodySite
    parent                  reference               parent
    """,
}

PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    type_: {**read(_ANY), **read(text)} for type_, text in _TABLE.items()
}
EVERY_TYPE: Mapping[str, Parameter] = read(_ANY)
