"""What is known of a synthetic person: plain facts, in no vendor's shape and not in FHIR's.

Instants are aware datetimes in UTC. A `PartialDate` is ISO text of the precision that is known: "2015", "2015-03",
"2015-03-09". `None` and empty tuples mean that nobody wrote it down; what was asked and refused has its own flag.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

PartialDate = str


@dataclass(frozen=True, slots=True)
class Coded:
    """`system`: SNOMED, ICD10, ICD9, RXNORM, CDCREC or LOCAL."""

    system: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    family: str
    given: str
    middle: str | None = None
    suffix: str | None = None
    nickname: str | None = None
    used: str | None = None  # the first name the person goes by


@dataclass(frozen=True, slots=True)
class Address:
    line: str
    line2: str | None
    city: str
    state: str
    zip: str


@dataclass(frozen=True, slots=True)
class Contact:
    name: Name
    relationship: str  # spouse, parent, child, sibling, friend, guardian, other
    phone: str | None


@dataclass(frozen=True, slots=True)
class Preferences:
    channel: str | None  # home, mobile, work, mail, portal
    calls: bool
    texts: bool
    emails: bool


@dataclass(frozen=True, slots=True)
class Department:
    number: int
    name: str
    zone: str  # tz database name
    group: int  # departments of one chart-sharing group share one chart a person
    address: Address | None
    phone: str | None
    hidden: bool = False  # not offered on the patient portal


@dataclass(frozen=True, slots=True)
class Clinician:
    number: int
    name: Name
    credential: str | None  # MD, NP, PA, RES
    npi: str | None
    sex: str | None
    specialty: str | None
    taxonomy: str | None  # NUCC code
    department: int
    username: str
    person: bool = True  # False: a room or a machine that has a schedule
    deleted: bool = False
    supervisor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    number: int
    name: Name
    born: date
    died: date | None = None
    sex: str  # female, male, unknown
    sex_at_birth: str | None
    gender_identity: str | None = None
    gender_identity_text: str | None = None
    pronouns: str | None = None
    races: tuple[Coded, ...] = ()
    race_declined: bool = False
    ethnicities: tuple[Coded, ...] = ()
    ethnicity_declined: bool = False
    language: str | None = None  # ISO 639-2/T
    language_declined: bool = False
    marital: str | None = None  # single, married, divorced, widowed, separated, partner, unknown
    address: Address | None = None
    home_phone: str | None = None
    mobile_phone: str | None = None
    work_phone: str | None = None
    email: str | None = None
    email_declined: bool = False
    preferences: Preferences
    contact: Contact | None = None
    next_of_kin: Contact | None = None
    guardian: Name | None = None
    ssn: str | None = None  # nine digits of a range that is never issued
    status: str = "active"  # active, inactive, prospective, deleted
    restricted: bool = False
    merged_into: int | None = None
    previous_numbers: tuple[int, ...] = ()
    registered: date
    registered_at: int  # department
    department: int | None  # the current one
    groups: tuple[int, ...]  # chart-sharing groups with a chart
    clinician: int | None = None
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One entry of the schedule or the chart: `kind` office, video, orders, flowsheet or device (home readings)."""

    number: int
    person: int
    kind: str
    title: str
    start: datetime
    minutes: int
    department: int
    clinician: int | None
    outcome: str  # kept, booked, arrived, cancelled, no-show
    state: str  # of the note: closed, open, review, pending, temporary, deleted, planned, none
    booked: datetime
    arrived: datetime | None = None
    left: datetime | None = None
    closed: date | None = None
    room: str | None = None
    reason: str | None = None  # of a cancellation


@dataclass(frozen=True, slots=True)
class Diagnosis:
    concept: Coded | None
    icd: tuple[Coded, ...]
    rank: int | None
    laterality: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` and `unit` as they were written down. Measurements of one `act` belong together within a visit."""

    kind: str
    value: str
    unit: str | None
    act: int
    recorded: datetime
    by: str
    percentile: int | None = None


@dataclass(frozen=True, slots=True)
class LifecycleEvent:
    """`kind`: start, end, hidden, reactivated, or seen (named as a diagnosis of a visit)."""

    kind: str
    on: PartialDate | None
    onset: PartialDate | None = None
    recorded: date | None = None
    by: str | None = None
    course: str | None = None  # acute, chronic
    laterality: str | None = None
    source: str | None = None  # visit, history
    note: str | None = None
    icd: Coded | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    number: int
    group: int
    concept: Coded
    icd10: Coded | None
    events: tuple[LifecycleEvent, ...]
    modified: datetime
    by: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    concept: Coded | None
    text: str
    severity: str | None


@dataclass(frozen=True, slots=True)
class Allergy:
    group: int
    allergen: Coded  # LOCAL
    drug: Coded | None  # RXNORM
    onset: PartialDate | None
    reactions: tuple[Reaction, ...]
    critical: bool | None
    note: str | None
    ended: date | None
    modified: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    person: int
    conditions: tuple[Condition, ...]
    allergies: tuple[Allergy, ...]
    diagnoses: dict[int, tuple[Diagnosis, ...]]  # by visit number
    measurements: dict[int, tuple[Measurement, ...]]  # by visit number
    no_known_drug_allergies: frozenset[int]  # groups whose chart says so
    no_known_problems: frozenset[int]
