"""Which types are deployed, what each is searched by, and what a search of it must name.

Source: Epic CapabilityStatement May 2026 and search captures. Native parameters select in the database; post-filters
are applied to what those fetched. `_id`, `_count` and the result parameters go everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`native`, `post`: parameters by name. `missing`: the number a search without patient fails with, None where it
    needs none. `only_id`: found by nothing else. `search` False: read alone. `create`: POST has an API too.
    """

    native: frozenset[str]
    post: frozenset[str]
    missing: str | None = None
    only_id: bool = False
    search: bool = True
    create: bool = False
    update: bool = False


def _kind(
    native: str,
    post: str = "",
    missing: str | None = "59159",
    *,
    only_id: bool = False,
    search: bool = True,
    writes: str = "",
) -> Kind:
    return Kind(
        frozenset(native.split()),
        frozenset(post.split()),
        missing,
        only_id,
        search,
        "c" in writes,
        "u" in writes,
    )


_ADDRESS = "address address-city address-state address-postalcode"
_ONLY_ID = _kind("", missing=None, only_id=True)

KINDS: dict[str, Kind] = {
    "AllergyIntolerance": _kind("clinical-status patient", "code category date verification-status", writes="c"),
    "Appointment": _kind("date identifier patient service-category status", "actor practitioner location"),
    "Binary": _ONLY_ID,
    "CarePlan": _kind(
        "category patient subject encounter status activity-date part-of", "date identifier intent instantiates-uri"
    ),
    "CareTeam": _kind("patient subject status", "category date encounter identifier participant"),
    "Communication": _kind("patient subject category", "status sent", writes="c"),
    "Condition": _kind(
        "category clinical-status code encounter onset-date abatement-date recorded-date patient subject",
        "verification-status severity identifier asserter body-site stage",
        writes="c",
    ),
    "Coverage": _kind("beneficiary patient", "status type payor identifier subscriber"),
    "Device": _kind("patient device-name manufacturer model udi-carrier udi-di", "type status identifier"),
    "DiagnosticReport": _kind(
        "category code date identifier patient subject",
        "status issued encounter performer based-on conclusion result",
        writes="u",
    ),
    "DocumentReference": _kind(
        "author category date docstatus encounter patient subject period status type",
        "_lastUpdated identifier contenttype custodian description facility",
        "59108",
        writes="cu",
    ),
    "Encounter": _kind(
        "class date identifier patient subject",
        "status type location participant practitioner service-provider reason-code account",
    ),
    "EpisodeOfCare": _kind("patient type", "status date"),
    "Flag": _kind("patient subject category", "status date"),
    "Goal": _kind(
        "category lifecycle-status patient subject start-date", "target-date achievement-status identifier description"
    ),
    "Group": _ONLY_ID,
    "ImagingStudy": _kind("patient subject", "status started"),
    "Immunization": _kind(
        "date patient status", "vaccine-code performer location lot-number manufacturer status-reason identifier"
    ),
    "List": _kind("patient subject code", "status date"),
    "Location": _kind("type", f"name {_ADDRESS} organization status identifier", None),
    "Medication": _ONLY_ID,
    "MedicationAdministration": _kind("patient subject", "status effective-time"),
    "MedicationDispense": _kind(
        "category patient subject", "status type code whenhandedover whenprepared prescription"
    ),
    "MedicationRequest": _kind(
        "category date intent patient subject status",
        "authoredon encounter code requester identifier priority medication",
    ),
    "Observation": _kind(
        "category code based-on date focus issued patient subject",
        "encounter status performer value-concept value-string value-date value-quantity component-code combo-code "
        "component-value-concept combo-value-concept data-absent-reason specimen has-member identifier method",
        "59108",
        writes="cu",
    ),
    "Organization": _ONLY_ID,
    "Patient": _kind(
        f"{_ADDRESS} birthdate family gender given identifier legal-sex name telecom own-name own-prefix",
        "active email phone death-date deceased language general-practitioner",
        None,
        writes="c",
    ),
    "Practitioner": _kind(f"{_ADDRESS} family given identifier name", "active email phone gender telecom", None),
    "PractitionerRole": _kind(
        "practitioner location organization role specialty email phone identifier", "active date", None
    ),
    "Procedure": _kind(
        "category code date identifier patient subject", "status encounter performer based-on location", writes="cu"
    ),
    "Provenance": _kind("", missing=None, search=False),
    "QuestionnaireResponse": _kind("encounter patient subject", "questionnaire authored status identifier", writes="c"),
    "RelatedPerson": _kind("patient", "name relationship active identifier birthdate gender"),
    "ServiceRequest": _kind(
        "authored category code encounter identifier patient subject requester status",
        "intent occurrence performer priority specimen",
        writes="cu",
    ),
    "Specimen": _ONLY_ID,
    "Task": _kind("patient subject status", "code authored-on", writes="u"),
}

RESULT_PARAMETERS = frozenset({"_count", "_include", "_revinclude", "_format", "_summary"})
PREFIXES = frozenset({"eq", "lt", "le", "gt", "ge"})
"""Of dates; others are refused."""

DATES = frozenset(
    {
        "date",
        "issued",
        "authored",
        "authoredon",
        "onset-date",
        "abatement-date",
        "recorded-date",
        "birthdate",
        "period",
        "target-date",
        "start-date",
        "whenhandedover",
        "activity-date",
        "death-date",
        "_lastUpdated",
    }
)

OBSERVATION_CATEGORIES = frozenset(
    "laboratory vital-signs social-history core-characteristics LDA LDA-property LDA-assessment "
    "functional-mental-status periodontal labor-delivery newborn-delivery obstetrics-gynecology survey sdoh imaging "
    "exam phenotype smartdata procedure therapy activity".split()
)
CARE_PLANS = {
    "38717003": "longitudinal",
    "734163000": "encounter",
    "736271009": "outpatient",
    "736353004": "inpatient",
    "738906000": "dental",
    "736378000": "oncology",
    "719091000000102": "questionnaires due",
    "959871000000107": "anticoagulation",
    "inpatient-pathway": "inpatient pathway",
    "409073007": "education",
    "care-path": "care path",
}
CONDITION_CATEGORIES = frozenset(
    "problem-list-item encounter-diagnosis health-concern medical-history infection reason-for-visit dental-finding "
    "genomics".split()
)
MEDICATION_CATEGORIES = frozenset({"inpatient", "outpatient", "community", "discharge"})
CLINICAL_STATUS = {
    "AllergyIntolerance": frozenset({"active"}),
    "Condition": frozenset({"active", "inactive", "resolved"}),
}
ENCOUNTER_CLASSES = frozenset(str(number) for number in range(1, 100))
"""Organisations number their own classes; anything else is no Epic code."""

ASSESS_PLAN_IS_A_CATEGORY = False
"""Whether CarePlan takes US Core's own category. The statement's list does not name it. [assumed]"""

LISTS_OF_PATIENTS = True
"""Whether `patient=a,b` is taken, but by Observation: at some customers. [assumed]"""

UNKNOWN_PARAMETERS_TOLD = True
"""Whether a 200 tells in its outcome entry of a parameter that was dropped (59100). [assumed]"""
