"""Rules of FHIR's data types that hold wherever the type is used. https://hl7.org/fhir/R4/datatypes.html

Types without a row have no rule that a dict can break beyond its structure.
"""

from __future__ import annotations

from capability.uscore.profiles import Element

VS = "http://hl7.org/fhir/ValueSet/"

ELEMENTS = (
    Element("Address", "Address.use", types=("code",), value_set=VS + "address-use"),
    Element("Address", "Address.type", types=("code",), value_set=VS + "address-type"),
    Element("Address", "Address.period", types=("Period",)),
    Element("Annotation", "Annotation.text", 1, types=("markdown",)),
    Element("ContactPoint", "ContactPoint", constraints=("cpt-2",)),
    Element("ContactPoint", "ContactPoint.system", types=("code",), value_set=VS + "contact-point-system"),
    Element("ContactPoint", "ContactPoint.use", types=("code",), value_set=VS + "contact-point-use"),
    Element("ContactPoint", "ContactPoint.period", types=("Period",)),
    Element("HumanName", "HumanName.use", types=("code",), value_set=VS + "name-use"),
    Element("HumanName", "HumanName.period", types=("Period",)),
    Element("Identifier", "Identifier.use", types=("code",), value_set=VS + "identifier-use"),
    Element("Identifier", "Identifier.period", types=("Period",)),
    Element("Narrative", "Narrative.status", 1, types=("code",), value_set=VS + "narrative-status"),
    Element("Narrative", "Narrative.div", 1, types=("xhtml",)),
    Element("Period", "Period", constraints=("per-1",)),
    Element("Quantity", "Quantity", constraints=("qty-3",)),
    Element("Quantity", "Quantity.comparator", types=("code",), value_set=VS + "quantity-comparator"),
)

RULED = frozenset(row.profile for row in ELEMENTS)

# every data type that a choice element `x[x]` can take, https://hl7.org/fhir/R4/datatypes.html#open, and the
# special types that choices of single elements add
CHOICES = (
    "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer",
    "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid",
    "Address", "Age", "Annotation", "Attachment", "CodeableConcept", "Coding", "ContactPoint", "Count", "Distance",
    "Duration", "HumanName", "Identifier", "Money", "Period", "Quantity", "Range", "Ratio", "Reference", "SampledData",
    "Signature", "Timing", "ContactDetail", "Contributor", "DataRequirement", "Expression", "ParameterDefinition",
    "RelatedArtifact", "TriggerDefinition", "UsageContext", "Dosage", "Meta",
)  # fmt: skip
