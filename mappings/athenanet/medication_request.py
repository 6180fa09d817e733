"""athenaNet medication entry -> US Core MedicationRequest.

Source  GET /v1/{practiceid}/chart/{patientid}/medications?departmentid&showrxnorm=true&showndc=true&showpend=true, and
        the same with medicationtype=Denied
Shape   one entry of the inner arrays: medicationentryid C… (a prescription of the practice, by its document) or H…
        (told, downloaded or written down), events[]{type ENTER | ORDER | START | END | HIDE | FILL, eventdate},
        structuredsig{}, unstructuredsig, quantity, refillsallowed, orderingmode, status, ...
Units   quantities as written: "tablet(s)", "mL"
Times   dates "MM/DD/YYYY", partial ones too; 01/01/1 is an unknown, 12/31/9999 an open date
Target  US Core 6.1.0 MedicationRequest. No element of the source says how the therapy stands: its events do. `status`
        is that of the prescription's document and counts only before it is sent and after it is deleted; `route` is
        how it is sent, never how the medicine is taken. START and END bound the therapy (dosageInstruction.timing), not
        the time in which a pharmacy may dispense
Skips   route, approvedby, issafetorenew, earliestfilldate, futuresubmitdate, the section note; the grouping of entries
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_medicines as codes
from mappings.athenanet.dosage import dosage, duration, quantity
from mappings.athenanet.medication import drug_code, drug_id
from mappings.athenanet.practice import AUDIT_ZONE, Practice
from mappings.athenanet.scalars import as_bool, as_id, as_int, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.concept_map import Concept
from mappings.mapped import Mapped, Record

NCPDP = "http://terminology.hl7.org/NamingSystem/NCPDPProviderIdentificationNumber"

HIDDEN = "unknown"  # [assumed] status of an entry that was hidden, and not ended: nobody says whether it is taken
END_UNKNOWN = True  # [assumed] an END at an unknown time has happened
REPORTED_CATEGORY = Concept("community", codes.REQUEST_CATEGORY, "Community")  # [assumed] of H entries: taken at home
KINDS = frozenset({"ENTER", "ORDER", "START", "END", "HIDE", "FILL"})
END_OF_COURSE = "end of course"  # of GET /reference/medications/stopreasons
MOST_REFILLS = 2**31 - 1


def medication_request(
    record: Record, *, patient: str, practice: Practice, today: date, denied: bool = False
) -> Mapped:
    """`patient` is the patientid, `denied` whether athenaNet lists the entry as denied; by `today` an END is of the
    past or planned. ValueError without a medicationentryid."""
    translation = Translation(practice)
    entry = as_id(record.get("medicationentryid"))
    ordered = entry.upper().startswith("C")
    events = _events(record, translation)
    status = "cancelled" if denied else _status(record, events, today, translation)
    resource = fhir.resource(
        "MedicationRequest",
        id=ids.local("medication", patient, entry),
        identifier=[fhir.identifier(practice.system("medicationentry"), entry)],
        status=status,
        statusReason=fhir.codeable(text=as_str(record.get("stopreason"))),
        intent="order" if ordered else "plan",
        category=[_category(record, ordered, translation)],
        reportedBoolean=not ordered,
        **_medication(record, patient),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=_encounter(record, patient),
        authoredOn=_first(events, "ORDER") or _first(events, "ENTER"),
        requester=_requester(record, practice) if ordered else None,
        recorder=_person(record.get("createdby"), practice),
        note=[fhir.element(text=as_str(record.get(key))) for key in ("patientnote", "providernote")],
        dosageInstruction=[dosage(record, _period(events), translation)],
        dispenseRequest=_dispense(record, translation) if ordered else None,
    )
    recorded = translation.moment(record.get("lastmodifieddate"), AUDIT_ZONE)
    author = as_str(record.get("lastmodifiedby")) or as_str(record.get("createdby"))
    return translation.mapped(resource, practice.origin(author, recorded))


# --- events ---------------------------------------------------------------------------------------------------------

Event = tuple[str, str | None, bool]
"""Kind, date (None where it is not known), and whether the date is open."""


def _events(record: Record, translation: Translation) -> list[Event]:
    found: list[Event] = []
    for event in map(as_record, as_list(record.get("events"))):
        kind, text = (as_str(event.get("type")) or "").upper(), as_str(event.get("eventdate")) or ""
        if kind not in KINDS:
            translation.unknown("athenanet-medicationevent", kind)
        found.append((kind, translation.date(text), text.endswith("9999")))
    return found


def _first(events: Sequence[Event], kind: str) -> str | None:
    return fhir.earliest(on for each, on, _ in events if each == kind)


def _period(events: Sequence[Event]) -> fhir.Element | None:
    """Of the therapy; an end before its start is left out."""
    start, end = _first(events, "START"), fhir.latest(on for kind, on, _ in events if kind == "END")
    if start and end and end[: len(start)] < start[: len(end)]:
        end = None
    return fhir.element(start=start, end=end)


def _status(record: Record, events: Sequence[Event], today: date, translation: Translation) -> str:
    document = translation.concept(codes.PRESCRIPTION_STATUS, record.get("status"))
    state = document.code if document else "active"
    if as_str(record.get("deletedby")) or state == "entered-in-error":
        return "entered-in-error"
    discontinued = _discontinued(record)
    ends = [(on, open_) for kind, on, open_ in events if kind == "END" and not open_]
    if discontinued or any(_over(on, events, today) for on, _ in ends):
        return "completed" if _ran_its_course(record, events, discontinued, translation) else "stopped"
    return HIDDEN if any(kind == "HIDE" for kind, _, _ in events) else state


def _discontinued(record: Record) -> bool:
    """A flag that cannot be read says nothing."""
    try:
        return bool(as_bool(record.get("isdiscontinued")))
    except ValueError:
        return False


def _over(end: str | None, events: Sequence[Event], today: date) -> bool:
    """Whether an END has come, and nothing was started again after it."""
    if end is None:
        return END_UNKNOWN
    if end > today.isoformat()[: len(end)]:
        return False
    starts = [on for kind, on, _ in events if kind == "START" and on]
    return not any(on[: len(end)] > end[: len(on)] for on in starts)


def _ran_its_course(record: Record, events: Sequence[Event], discontinued: bool, translation: Translation) -> bool:
    """Whether it ended as it was meant to: so it is said, or the end is where start and duration lead to."""
    reason = as_str(record.get("stopreason"))
    if reason is not None or discontinued:
        return reason is not None and reason.casefold() == END_OF_COURSE
    start, end = _first(events, "START"), fhir.latest(on for kind, on, _ in events if kind == "END")
    length = duration(record, translation)
    days = {"d": 1, "wk": 7}.get(length["code"]) if length else None
    if not (start and end and length and days and len(start) == len(end) == 10):
        return False
    planned = timedelta(days=float(length["value"]) * days)
    return date.fromisoformat(end) - date.fromisoformat(start) >= planned


# --- elements -------------------------------------------------------------------------------------------------------


def _medication(record: Record, patient: str) -> dict[str, fhir.Element | None]:
    drug = drug_id(record, patient)
    if drug is None:
        return {"medicationCodeableConcept": drug_code(record)}
    return {"medicationReference": fhir.reference("Medication", drug, as_str(record.get("medication")))}


def _category(record: Record, ordered: bool, translation: Translation) -> fhir.Element | None:
    mode = translation.concept(codes.ORDERING_MODE, record.get("orderingmode"))
    found = mode if ordered else REPORTED_CATEGORY
    return found.codeable() if found else None


def _encounter(record: Record, patient: str) -> fhir.Element | None:
    encounter = as_str(record.get("encounterid"))
    known = encounter is not None and encounter != "0"
    return fhir.reference("Encounter", ids.local("encounter", patient, encounter) if known and encounter else None)


def _requester(record: Record, practice: Practice) -> fhir.Element:
    """Who prescribed; us-core-21: an order always says who, be it that nobody knows."""
    named = _person(as_str(record.get("prescribedby")) or as_str(record.get("approvedby")), practice)
    source = as_str(record.get("source"))
    return named or fhir.element(display=source) or fhir.absent()


def _person(username: object, practice: Practice) -> fhir.Element | None:
    name = as_str(username)
    if name is None:
        return None
    return fhir.reference("Practitioner", practice.author(name)) or {"display": name}


def _dispense(record: Record, translation: Translation) -> fhir.Element | None:
    pharmacy = as_str(record.get("pharmacy"))
    number = fhir.identifier(NCPDP, as_str(record.get("pharmacyncpdpid")))
    return fhir.element(
        numberOfRepeatsAllowed=_refills(record, translation),
        quantity=quantity(record, "quantity", "quantityunit", translation),
        expectedSupplyDuration=duration(record, translation),
        performer=fhir.element(identifier=number, display=pharmacy),
    )


def _refills(record: Record, translation: Translation) -> int | None:
    try:
        refills = as_int(record.get("refillsallowed"))
    except ValueError:
        refills = -1
    if refills is None or 0 <= refills <= MOST_REFILLS:
        return refills
    translation.unknown("refills", as_str(record.get("refillsallowed")))
    return None
