"""Codes of the value sets that the profiles' required bindings name.

Those of FHIR are fixed by the release, those of US Core are checked against the packages. Sets that live at VSAC
(`http://cts.nlm.nih.gov/...`) are in no package: their rows are taken from the binding's own description.
"""

from __future__ import annotations

from dataclasses import dataclass

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
FHIR = "http://hl7.org/fhir/"
CDCREC = "urn:oid:2.16.840.1.113883.6.238"
NULL_FLAVOR = TERMINOLOGY + "v3-NullFlavor"
ABSENT_REASON = TERMINOLOGY + "data-absent-reason"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
US_CORE = "http://hl7.org/fhir/us/core/CodeSystem/"
US_CORE_CATEGORY = US_CORE + "us-core-category"


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of one system; `codes` None: every code of it."""

    system: str
    codes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class ValueSet:
    """`include` empty: the content is not known here, so nothing can be said to be outside."""

    url: str
    include: tuple[Codes, ...]

    @property
    def codes(self) -> frozenset[str] | None:
        """The bare codes, for elements of type `code`; None where any code of a system is allowed."""
        if not self.include or any(each.codes is None for each in self.include):
            return None
        return frozenset[str]().union(*(each.codes for each in self.include if each.codes is not None))

    def allows(self, system: object, code: object) -> bool:
        """Whether a coding is one of the set."""
        for each in self.include:
            if each.system == system and (each.codes is None or code in each.codes):
                return True
        return not self.include


def _set(url: str, *include: tuple[str, str | None]) -> ValueSet:
    return ValueSet(
        url, tuple(Codes(system, None if codes is None else frozenset(codes.split())) for system, codes in include)
    )


VS = FHIR + "ValueSet/"
US_VS = "http://hl7.org/fhir/us/core/ValueSet/"
FHIR_TERMINOLOGY = "http://terminology.hl7.org/ValueSet/"
VSAC = "http://cts.nlm.nih.gov/fhir/ValueSet/"
OMB_RACE = "1002-5 2028-9 2054-5 2076-8 2106-3"
OMB_ETHNICITY = "2135-2 2186-5"

ROWS = (
    # https://hl7.org/fhir/R4/terminologies-valuesets.html
    _set(VS + "address-type", (FHIR + "address-type", "postal physical both")),
    _set(VS + "address-use", (FHIR + "address-use", "home work temp old billing")),
    _set(VS + "administrative-gender", (FHIR + "administrative-gender", "male female other unknown")),
    _set(VS + "allergy-intolerance-category", (FHIR + "allergy-intolerance-category", "food medication environment biologic")),  # noqa: E501 (a row)
    _set(VS + "allergy-intolerance-criticality", (FHIR + "allergy-intolerance-criticality", "low high unable-to-assess")),  # noqa: E501 (a row)
    _set(VS + "allergy-intolerance-type", (FHIR + "allergy-intolerance-type", "allergy intolerance")),
    _set(VS + "allergyintolerance-clinical", (TERMINOLOGY + "allergyintolerance-clinical", "active inactive resolved")),
    _set(VS + "allergyintolerance-verification", (TERMINOLOGY + "allergyintolerance-verification", "unconfirmed confirmed refuted entered-in-error")),  # noqa: E501 (a row)
    _set(VS + "condition-clinical", (TERMINOLOGY + "condition-clinical", "active recurrence relapse inactive remission resolved")),  # noqa: E501 (a row)
    _set(VS + "condition-ver-status", (TERMINOLOGY + "condition-ver-status", "unconfirmed provisional differential confirmed refuted entered-in-error")),  # noqa: E501 (a row)
    _set(VS + "contact-point-system", (FHIR + "contact-point-system", "phone fax email pager url sms other")),
    _set(VS + "contact-point-use", (FHIR + "contact-point-use", "home work temp old mobile")),
    _set(VS + "days-of-week", (FHIR + "days-of-week", "mon tue wed thu fri sat sun")),
    _set(VS + "encounter-location-status", (FHIR + "encounter-location-status", "planned active reserved completed")),
    _set(VS + "encounter-status", (FHIR + "encounter-status", "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown")),  # noqa: E501 (a row)
    _set(VS + "identifier-use", (FHIR + "identifier-use", "usual official temp secondary old")),
    _set(VS + "link-type", (FHIR + "link-type", "replaced-by replaces refer seealso")),
    _set(VS + "location-mode", (FHIR + "location-mode", "instance kind")),
    _set(VS + "location-status", (FHIR + "location-status", "active suspended inactive")),
    _set(VS + "name-use", (FHIR + "name-use", "usual official temp nickname anonymous old maiden")),
    _set(VS + "narrative-status", (FHIR + "narrative-status", "generated extensions additional empty")),
    _set(VS + "observation-status", (FHIR + "observation-status", "registered preliminary final amended corrected cancelled entered-in-error unknown")),  # noqa: E501 (a row)
    _set(VS + "provenance-entity-role", (FHIR + "provenance-entity-role", "derivation revision quotation source removal")),  # noqa: E501 (a row)
    _set(VS + "quantity-comparator", (FHIR + "quantity-comparator", "< <= >= >")),
    _set(VS + "reaction-event-severity", (FHIR + "reaction-event-severity", "mild moderate severe")),
    _set(VS + "ucum-bodylength", (UCUM, "cm [in_i]")),
    _set(VS + "ucum-bodytemp", (UCUM, "Cel [degF]")),
    _set(VS + "ucum-bodyweight", (UCUM, "g kg [lb_av]")),
    _set(VS + "care-plan-activity-kind", (FHIR + "resource-types", "Appointment CommunicationRequest DeviceRequest MedicationRequest NutritionOrder Task ServiceRequest VisionPrescription")),  # noqa: E501 (a row)
    _set(VS + "care-plan-activity-status", (FHIR + "care-plan-activity-status", "not-started scheduled in-progress on-hold completed cancelled stopped unknown entered-in-error")),  # noqa: E501 (a row)
    _set(VS + "care-plan-intent", (FHIR + "request-intent", "proposal plan order option")),
    _set(VS + "care-team-status", (FHIR + "care-team-status", "proposed active suspended inactive entered-in-error")),
    _set(VS + "composition-status", (FHIR + "composition-status", "preliminary final amended entered-in-error")),
    _set(VS + "device-nametype", (FHIR + "device-nametype", "udi-label-name user-friendly-name patient-reported-name manufacturer-name model-name other")),  # noqa: E501 (a row)
    _set(VS + "device-status", (FHIR + "device-status", "active inactive entered-in-error unknown")),
    _set(VS + "diagnostic-report-status", (FHIR + "diagnostic-report-status", "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown")),  # noqa: E501 (a row)
    _set(VS + "document-reference-status", (FHIR + "document-reference-status", "current superseded entered-in-error")),
    _set(VS + "document-relationship-type", (FHIR + "document-relationship-type", "replaces transforms signs appends")),
    _set(VS + "event-status", (FHIR + "event-status", "preparation in-progress not-done on-hold stopped completed entered-in-error unknown")),  # noqa: E501 (a row)
    _set(VS + "fm-status", (FHIR + "fm-status", "active cancelled draft entered-in-error")),
    _set(VS + "goal-status", (FHIR + "goal-status", "proposed planned accepted active on-hold completed cancelled entered-in-error rejected")),  # noqa: E501 (a row)
    _set(VS + "immunization-status", (FHIR + "event-status", "completed entered-in-error not-done")),
    _set(VS + "medication-status", (FHIR + "CodeSystem/medication-status", "active inactive entered-in-error")),
    _set(VS + "medicationdispense-status", (FHIR + "CodeSystem/medicationdispense-status", "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown")),  # noqa: E501 (a row)
    _set(VS + "medicationrequest-category", (TERMINOLOGY + "medicationrequest-category", "inpatient outpatient community discharge")),  # noqa: E501 (a row)
    _set(VS + "medicationrequest-intent", (FHIR + "CodeSystem/medicationrequest-intent", "proposal plan order original-order reflex-order filler-order instance-order option")),  # noqa: E501 (a row)
    # any type of BCP 13; the list is open
    _set(VS + "mimetypes"),
    _set(VS + "medicationrequest-status", (FHIR + "CodeSystem/medicationrequest-status", "active on-hold cancelled completed entered-in-error stopped draft unknown")),  # noqa: E501 (a row)
    _set(VS + "questionnaire-answers-status", (FHIR + "questionnaire-answers-status", "in-progress completed amended entered-in-error stopped")),  # noqa: E501 (a row)
    _set(VS + "request-intent", (FHIR + "request-intent", "proposal plan directive order original-order reflex-order filler-order instance-order option")),  # noqa: E501 (a row)
    _set(VS + "request-priority", (FHIR + "request-priority", "routine urgent asap stat")),
    _set(VS + "request-status", (FHIR + "request-status", "draft active on-hold revoked completed entered-in-error unknown")),  # noqa: E501 (a row)
    _set(VS + "specimen-status", (FHIR + "specimen-status", "available unavailable unsatisfactory entered-in-error")),
    _set(VS + "udi-entry-type", (FHIR + "udi-entry-type", "barcode rfid manual card self-reported unknown")),
    # in the packages
    _set(US_VS + "us-core-problem-or-health-concern", (TERMINOLOGY + "condition-category", "problem-list-item"), ("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")),  # noqa: E501 (a row)
    _set(US_VS + "us-core-screening-assessment-condition-category", (US_CORE_CATEGORY, None)),
    _set(US_VS + "us-core-simple-observation-category", (US_CORE_CATEGORY, None), (TERMINOLOGY + "observation-category", None)),  # noqa: E501 (a row)
    _set(US_VS + "omb-race-category", (CDCREC, OMB_RACE), (NULL_FLAVOR, "UNK ASKU")),
    _set(US_VS + "omb-ethnicity-category", (CDCREC, OMB_ETHNICITY), (NULL_FLAVOR, "UNK ASKU")),
    _set(US_VS + "detailed-race", (CDCREC, None)),
    _set(US_VS + "detailed-ethnicity", (CDCREC, None)),
    _set(US_VS + "birthsex", (TERMINOLOGY + "v3-AdministrativeGender", "F M"), (NULL_FLAVOR, "UNK ASKU OTH")),
    _set(US_VS + "us-core-clinical-result-observation-category", (TERMINOLOGY + "observation-category", "laboratory exam therapy imaging procedure vital-signs activity")),  # noqa: E501 (a row)
    _set(US_VS + "us-core-diagnosticreport-category", (LOINC, "LP29684-5 LP29708-2 LP7839-6")),
    _set(US_VS + "us-core-documentreference-category", (US_CORE + "us-core-documentreference-category", None)),
    _set(US_VS + "us-core-documentreference-type", (NULL_FLAVOR, "UNK"), (LOINC, None)),
    _set(US_VS + "us-core-narrative-status", (FHIR + "narrative-status", "additional generated")),
    _set(US_VS + "us-core-observation-smoking-status-status", (FHIR + "observation-status", "final entered-in-error")),
    # the two categories of FHIR's own are 8.0.0's
    _set(US_VS + "us-core-screening-assessment-observation-category", (US_CORE_CATEGORY, "sdoh functional-status disability-status cognitive-status"), (TERMINOLOGY + "observation-category", "activity social-history")),  # noqa: E501 (a row)
    _set(US_VS + "us-core-screening-assessment-observation-maximum-category", (US_CORE_CATEGORY, None), (TERMINOLOGY + "observation-category", "social-history vital-signs imaging laboratory procedure exam therapy activity")),  # noqa: E501 (a row)
    _set(US_VS + "us-core-servicerequest-category", (US_CORE_CATEGORY, None), (SNOMED, "386053000 410606002 108252007 363679005 409063005 409073007 387713003")),  # noqa: E501 (a row)
    # any unit of UCUM
    _set(FHIR_TERMINOLOGY + "v3-UnitsOfMeasureCaseSensitive", (UCUM, None)),
    # at VSAC
    _set(VSAC + "2.16.840.1.113762.1.4.1021.24", (TERMINOLOGY + "v3-AdministrativeGender", "F M"), (NULL_FLAVOR, "UNK ASKU OTH")),  # noqa: E501 (a row)
    _set(VSAC + "2.16.840.1.113762.1.4.1240.3", (SNOMED, "248152002 248153007 184115007"), (ABSENT_REASON, "asked-declined")),  # noqa: E501 (a row)
    _set(VSAC + "2.16.840.1.113883.4.642.2.575", (CDCREC, OMB_RACE), (NULL_FLAVOR, "UNK ASKU")),
    _set(VSAC + "2.16.840.1.113883.4.642.40.2.48.3", (CDCREC, OMB_ETHNICITY), (NULL_FLAVOR, "UNK ASKU")),
    _set(VSAC + "2.16.840.1.113762.1.4.1267.25", (CDCREC, None)),
    _set(VSAC + "2.16.840.1.113883.4.642.40.2.48.1", (CDCREC, None)),
    # categories of advance directives; the list is not published with the binding
    _set(VSAC + "2.16.840.1.113883.11.20.9.69.4"),
    # interpreter needed: yes, no and reasons why it is not known; the list is not published with the binding
    _set(VSAC + "2.16.840.1.113762.1.4.1267.16"),
)  # fmt: skip

VALUE_SETS = {row.url: row for row in ROWS}
