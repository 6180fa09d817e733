"""What each type can be asked: required parameters, what goes together, page sizes, cursors.

Source: Millennium FHIR R4, reference of 2024 and CapabilityStatement of August 2026 (the newer wins where they
differ). What neither tells is marked [assumed].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.cerner.sandbox import dates
from adapters.cerner.sandbox.dates import Dates

REFUSE_UNKNOWN = False  # [assumed] an unknown parameter next to those that suffice is ignored
MAXIMUM = 200  # [assumed] the largest page of types whose maximum is not documented
PAGE = 50  # [assumed] of types with _count whose page is not documented


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind`: string, token (a code, or system|code), code (no system), reference (a bare id), subject (Patient/id),
    typed (Type/id), date, count. `listed`: values may be joined by a comma. `codes`: nothing else is taken."""

    kind: str
    listed: bool = False
    dates: Dates | None = None
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """`cursor`: uuid, deflated or base64, whichever the type's next links carry."""

    size: int
    most: int = MAXIMUM
    least: int = 1
    cursor: str = "base64"  # [assumed] where it was not seen


@dataclass(frozen=True, slots=True)
class Rules:
    """`required`: alternatives, each a set that has to be there whole; none: everything may be asked for.

    `exclusive`: at most one of each set. `beside`: a parameter counts only together with one of these.
    `page` None: the answer is one page, however long. `counted`: Bundle.total stands on an answer of one page.
    """

    required: tuple[frozenset[str], ...]
    parameters: Mapping[str, Parameter]
    interactions: tuple[str, ...] = ("read", "search-type")
    exclusive: tuple[frozenset[str], ...] = ()
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    page: Page | None = None
    counted: bool = False
    many_ids: bool = True


def _any(*names: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(name.split("+")) for name in names)


def _codes(text: str, *, listed: bool = False, kind: str = "code") -> Parameter:
    return Parameter(kind, listed, codes=frozenset(text.split()))


def _date(allowed: Dates) -> Parameter:
    return Parameter("date", dates=allowed)


ID = {"_id": Parameter("string", listed=True)}
COUNT = {"_count": Parameter("count")}
PATIENT = {"patient": Parameter("reference")}
SUBJECT = {**PATIENT, "subject": Parameter("subject")}
ENCOUNTER = {"encounter": Parameter("reference")}
CHANGED = {"_lastUpdated": _date(dates.CHANGED)}
TOKEN = Parameter("token")
TOKENS = Parameter("token", listed=True)
CODE = Parameter("code")
CODES = Parameter("code", listed=True)
STRING = Parameter("string")
ONE_PATIENT = frozenset({"patient", "subject"})
DATE_OR_CHANGED = frozenset({"date", "_lastUpdated"})
WRITES = ("create", "update")

CLINICAL: dict[str, Rules] = {
    "AllergyIntolerance": Rules(
        _any("_id", "patient"),
        {**ID, **PATIENT, "clinical-status": CODE, **CHANGED},
        ("read", "search-type", *WRITES),
    ),
    "CarePlan": Rules(
        _any("_id", "patient+category"),
        {**ID, **PATIENT, "category": _codes("assess-plan", kind="token"), "date": _date(dates.GE_LE)},
    ),
    "CareTeam": Rules(
        _any("_id", "patient", "encounter"),
        {
            **ID,
            **PATIENT,
            **ENCOUNTER,
            "status": CODE,
            "category": _codes("longitudinal encounter"),
        },
        exclusive=(frozenset({"encounter", "category"}), frozenset({"encounter", "status"})),
        beside={"category": frozenset({"patient"})},
        many_ids=False,
    ),
    "Condition": Rules(
        _any("_id", "patient", "subject"),
        {
            **ID,
            **SUBJECT,
            **ENCOUNTER,
            **CHANGED,
            "category": _codes("problem-list-item encounter-diagnosis health-concern", listed=True, kind="token"),
            "clinical-status": CODES,
        },
        ("read", "search-type", *WRITES),
        exclusive=(ONE_PATIENT,),
    ),
    "Coverage": Rules(
        _any("patient", "-encounter"),
        {**PATIENT, "-encounter": Parameter("reference")},
        ("read", "search-type", "create", "patch", "delete"),
    ),
    "Device": Rules(_any("_id", "patient"), {**ID, **PATIENT}),
    "DiagnosticReport": Rules(
        _any("_id", "patient"),
        {
            **ID,
            **PATIENT,
            **ENCOUNTER,
            **CHANGED,
            **COUNT,
            "category": TOKENS,
            "code": TOKENS,
            "date": _date(dates.WITHIN),
        },
        ("read", "search-type", "create"),
        exclusive=(DATE_OR_CHANGED,),
        page=Page(10, 100, cursor="deflated"),
    ),
    "DocumentReference": Rules(
        _any("_id", "patient"),
        {
            **ID,
            **PATIENT,
            **CHANGED,
            **COUNT,
            "encounter": Parameter("reference", listed=True),
            "type": TOKENS,
            "category": TOKENS,
            "date": _date(dates.WITHIN),
            "period": _date(dates.GE_LT),
        },
        ("read", "search-type", *WRITES),
        exclusive=(frozenset({"date", "period", "_lastUpdated"}),),
        page=Page(10, 100, cursor="deflated"),
    ),
    "Encounter": Rules(
        _any("_id", "patient", "subject", "account", "identifier"),
        {
            **ID,
            **SUBJECT,
            **CHANGED,
            **COUNT,
            "account": Parameter("reference"),
            "identifier": TOKEN,
            "date": _date(dates.INSTANT),
            "status": _codes("planned in-progress finished cancelled", listed=True),
        },
        ("read", "search-type", "create", "patch"),
        exclusive=(ONE_PATIENT, DATE_OR_CHANGED),
        beside={"status": ONE_PATIENT, "_count": ONE_PATIENT},
        page=Page(10, cursor="uuid"),
        counted=True,
    ),
    "Goal": Rules(_any("_id", "patient"), {**ID, **PATIENT, "target-date": _date(dates.DUE)}, many_ids=False),
    "Immunization": Rules(
        _any("_id", "patient"),
        {
            **ID,
            **PATIENT,
            "_lastUpdated": _date(dates.SINCE),
            "date": _date(dates.GE_OR_LE),
            "target-disease": TOKEN,
        },
        ("read", "search-type", *WRITES),
        exclusive=(DATE_OR_CHANGED,),
        counted=True,
    ),
    "MedicationAdministration": Rules(
        _any("_id", "patient"),
        {**ID, **PATIENT, "status": CODES, "performer": Parameter("reference"), "effective-time": _date(dates.WITHIN)},
    ),
    "MedicationDispense": Rules(
        _any("_id", "patient"), {**ID, **PATIENT, "date": _date(dates.SINCE), "_lastUpdated": _date(dates.SINCE)}
    ),
    "MedicationRequest": Rules(
        _any("_id", "patient"),
        {
            **ID,
            **PATIENT,
            **COUNT,
            "status": CODES,
            "intent": CODES,
            "-timing-boundsPeriod": _date(dates.FROM),
            "_lastUpdated": _date(dates.CHANGED_GE_LE),
        },
        ("read", "search-type", "create", "patch"),
        page=Page(25),
    ),
    "Observation": Rules(
        _any("_id", "patient", "subject"),
        {**ID, **SUBJECT, **CHANGED, **COUNT, "category": TOKENS, "code": TOKENS, "date": _date(dates.WITHIN)},
        ("read", "search-type", *WRITES),
        exclusive=(ONE_PATIENT, DATE_OR_CHANGED),
        page=Page(50, 200, cursor="deflated"),
    ),
    "Procedure": Rules(
        _any("_id", "patient", "subject"),
        {**ID, **SUBJECT, **CHANGED, "date": _date(dates.INSTANT)},
        ("read", "search-type", "create"),
        exclusive=(ONE_PATIENT, DATE_OR_CHANGED),
    ),
    "Provenance": Rules(_any("_id", "target"), {**ID, "target": Parameter("typed")}, ("read", "search-type", "create")),
    "QuestionnaireResponse": Rules(_any("_id", "patient"), {**ID, **PATIENT}, ("read", "search-type", "update")),
    "RelatedPerson": Rules(
        _any("_id", "-encounter", "patient+-relationship-level", "identifier+-relationship-level"),
        {
            **ID,
            **PATIENT,
            "-encounter": Parameter("reference"),
            "identifier": TOKEN,
            "-relationship-level": _codes("Patient"),
        },
        ("read", "search-type", "create", "patch"),
    ),
    "ServiceRequest": Rules(
        _any("_id", "patient", "subject"),
        {**ID, **SUBJECT, **CHANGED, **COUNT, "code": TOKEN},
        exclusive=(ONE_PATIENT,),
        page=Page(PAGE),
    ),
    "Specimen": Rules(_any("_id"), {**ID}),
}

_APPOINTMENT_DATES = frozenset({"date", "-date-or-req-period"})
_APPOINTMENT_WHOSE = frozenset({"patient", "practitioner", "location"})
SCHEDULING: dict[str, Rules] = {
    "Appointment": Rules(
        _any(
            "_id", *(f"{whose}+{when}" for whose in sorted(_APPOINTMENT_WHOSE) for when in sorted(_APPOINTMENT_DATES))
        ),
        {
            **ID,
            "patient": Parameter("reference", listed=True),
            "practitioner": Parameter("reference"),
            "location": Parameter("reference"),
            "date": _date(dates.GE_LT),
            "-date-or-req-period": _date(dates.GE_LT),
            "status": CODES,
        },
        ("read", "search-type", "create", "patch"),
        exclusive=(_APPOINTMENT_WHOSE, _APPOINTMENT_DATES),
    ),
    "Schedule": Rules(_any("_id"), {**ID}),
    "Slot": Rules(
        _any("_id", "service-type+start"),
        {
            **ID,
            **COUNT,
            "service-type": TOKENS,
            "start": _date(dates.GE_LT),
            "schedule.actor": Parameter("string"),
            "-location": Parameter("reference", listed=True),
        },
        ("read", "search-type", "patch"),
        page=Page(50, 200, 5),
    ),
}

_ADDRESS = frozenset({"address-state", "address-postalcode"})
_PLACE = frozenset({"_id", "-physicalType", "type"})
DIRECTORY: dict[str, Rules] = {
    "Location": Rules(
        _any("_id", "-physicalType", "type"),
        {
            **ID,
            **COUNT,
            "-physicalType": TOKEN,
            "type": TOKEN,
            "identifier": TOKEN,
            "address": STRING,
            "address-city": STRING,
            "address-state": STRING,
            "address-postalcode": STRING,
            "name": STRING,
            "organization": Parameter("reference"),
        },
        beside={"address-city": _ADDRESS, "name": _PLACE, "organization": _PLACE},
        page=Page(100),
    ),
    "Organization": Rules(
        (),
        {**ID, **COUNT, "identifier": TOKEN, "type": CODE, "name": STRING, "address": STRING},
        ("read", "search-type", "create"),
        page=Page(100),
    ),
    "Practitioner": Rules(
        _any("_id", "identifier", "family", "name", "active"),
        {
            **ID,
            **COUNT,
            "identifier": TOKEN,
            "family": STRING,
            "given": STRING,
            "name": STRING,
            "active": _codes("true false"),
        },
        ("read", "search-type", "create"),
        beside={"given": frozenset({"family"})},
        page=Page(PAGE),
    ),
}

_WHO = ("identifier", "name", "family", "given", "birthdate", "phone", "email", "address-postalcode")
RULES: dict[str, Rules] = {
    **CLINICAL,
    **SCHEDULING,
    **DIRECTORY,
    "Patient": Rules(
        _any("_id", *_WHO),
        {
            **ID,
            **COUNT,
            "identifier": TOKEN,
            "birthdate": _date(dates.BORN),
            **dict.fromkeys(("name", "family", "given", "phone", "email", "address-postalcode"), STRING),
            "gender": _codes("male female other unknown"),
        },
        ("read", "search-type", "create", "patch"),
        page=Page(20),
        counted=True,
    ),
    "Binary": Rules((), {}, ("read",)),
}

TARGETS = frozenset(
    "AllergyIntolerance CarePlan CareTeam Condition DiagnosticReport DocumentReference Encounter Goal Immunization"
    " MedicationRequest Observation Patient Procedure".split()
)
"""What Provenance.target can be asked for."""
REVINCLUDE = "Provenance:target"
WITH_PROVENANCE = TARGETS | frozenset(  # [assumed] which six are the rest of the nineteen that declare it
    "Coverage Device MedicationDispense QuestionnaireResponse RelatedPerson ServiceRequest".split()
)
CODE_SET_ONLY = 200
"""ServiceRequest.code is taken from this code set alone."""
