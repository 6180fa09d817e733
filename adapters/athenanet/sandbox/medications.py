"""/chart/{patientid}/medications: an array of arrays, one inner array for each drug as athenaNet groups them."""

from __future__ import annotations

from typing import Any

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, Refused
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import encounterid
from adapters.population.facts import Visit
from adapters.population.medicines import Medicine, Sig, medicines

TYPES = frozenset({"Active", "Historical", "Denied"})
# [assumed] Without medicationtype the list has what is active or historical, and not what was denied.
DENIED_HIDDEN = True

_PRESCRIPTIONS = 6_000_000  # documents
_ENTRIES = 7_000_000
_PER_PERSON = 1000
ORDERING_MODES = {"prescribed": "PRESCRIBE", "dispensed": "DISPENSE", "administered": "ADMINISTER"}
EVERY = {"day": "per day", "week": "per week", "month": "per month", "hours": "hour(s)"}
SENTINELS = {"0001-01-01": "01/01/1", "9999-12-31": "12/31/9999"}


def medications(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    kind = ask.text("medicationtype")
    if kind is not None and kind not in TYPES:
        raise Refused(400, f"The value '{kind}' did not match any of the enum values for MEDICATIONTYPE")
    own = [one for one in ask.practice.people.facts(person.number, medicines) if one.group == group]
    shown = [one for one in own if _is(one, kind) and (one.state != "planned" or ask.flag("showpend"))]
    visits = {visit.number: visit for visit in ask.practice.people.visits(person.number)}
    grouped: dict[int, list[JSON]] = {}
    for one in shown:
        grouped.setdefault(one.same or -one.number, []).append(_entry(ask, one, visits.get(one.visit or 0)))
    latest = max((one.entered for one in own), default=None)
    return {
        "medications": list(grouped.values()),
        "lastupdated": dates.plain(latest),
        "nomedicationsreported": not own and "complete" in person.traits,
        "sectionnote": "",
        "patientdownloadconsent": True,
        "patientneedsdownloadconsent": None if person.number % 2 else False,
    }


def _is(one: Medicine, kind: str | None) -> bool:
    if one.state == "denied":
        return kind == "Denied" or (kind is None and not DENIED_HIDDEN)
    over = one.state in ("stopped", "course over", "replaced", "hidden", "deleted")
    return kind is None or (kind == "Historical" if over else kind == "Active")


def entryid(one: Medicine, person: int) -> str:
    start, letter = (_PRESCRIPTIONS, "C") if one.kind == "prescribed" else (_ENTRIES, "H")
    return f"{letter}{start + person * _PER_PERSON + one.number}"


def _entry(ask: Ask, one: Medicine, visit: Visit | None) -> JSON:
    drug, prescribed = one.drug, one.kind == "prescribed"
    numbered = int(entryid(one, ask.id("patientid"))[1:])
    return {
        "medicationentryid": entryid(one, ask.id("patientid")),
        "medicationid": drug.number if drug else None,
        "medication": drug.name if drug else one.words,
        "clinicalordertypeid": drug.number - 600_000 if drug and prescribed else None,
        "fdbmedicationid": str(drug.number - 500_000) if drug else None,
        "rxnorm": list(drug.rxnorm) or None if drug and ask.flag("showrxnorm") else None,
        "ndcoptions": list(drug.ndc) or None if drug and ask.flag("showndc") else None,
        "therapeuticclass": drug.therapeutic if drug else None,
        "isstructuredsig": one.sig is not None,
        "structuredsig": _sig(one.sig) if one.sig else None,
        "unstructuredsig": one.sig.text if one.sig else one.free_sig,
        "stopreason": one.stop_reason,
        "isdiscontinued": True if one.state == "stopped" and one.number % 2 else None,
        "issafetorenew": one.state == "active" if prescribed else None,
        "patientnote": one.note,
        "source": one.source or f"API-{numbered % 9000}",
        "createdby": one.by,
        "events": _events(one),
        "lastmodifieddate": dates.plain(one.entered),
        "lastmodifiedby": one.by,
        **(_prescription(one, visit) if prescribed else {}),
    }


def _prescription(one: Medicine, visit: Visit | None) -> JSON:
    status = {"planned": "PEND", "deleted": "DELETED"}.get(one.state, ("REVIEW", "SUBMIT", "CLOSED")[one.number % 3])
    return {
        "quantity": number(one.quantity),
        "quantityunit": one.sig.unit if one.sig else None,
        "refillsallowed": one.refills,
        "route": one.sent.upper() if one.sent else None,  # how it goes to the pharmacy
        "orderingmode": ORDERING_MODES[one.handed],
        "status": status,
        "encounterid": encounterid(visit) if visit else None,
        "prescribedby": one.by,
        "approvedby": one.by if status != "PEND" else None,
        "deletedby": one.by if status == "DELETED" else None,
        "pharmacy": one.pharmacy,
        "pharmacyncpdpid": one.pharmacy_number,
        "futuresubmitdate": one.entered.isoformat() if status == "PEND" else None,
    }


def _sig(sig: Sig) -> JSON:
    quantity = number(sig.quantity)
    every = sig.times > 0
    return {
        "dosageaction": sig.action,
        "dosagequantityvalue": quantity,
        "dosagequantityunit": sig.unit,
        "dosagefrequencyvalue": sig.times if every else None,
        "dosagefrequencyunit": EVERY[sig.every] if every else None,
        "dosagefrequencydescription": sig.words,
        "dosageroute": sig.route,
        "dosagedurationvalue": sig.days,
        "dosagedurationunit": "day" if sig.days else None,
        "dosageadditionalinstructions": sig.more,
    }


def number(text: str | None) -> Any:
    """A JSON number where it is one: 0.5, but "a thin layer"."""
    if text is None or not text.replace(".", "", 1).isdigit():
        return text
    return float(text) if "." in text else int(text)


def _events(one: Medicine) -> list[JSON]:
    entered = {"type": "ENTER", "eventdate": dates.plain(one.entered), "userdisplayname": one.by}
    found: list[JSON] = [entered]
    if one.kind == "prescribed" and one.state != "planned":
        found.append({"type": "ORDER", "eventdate": dates.plain(one.entered), "userdisplayname": one.by})
    if one.started:
        found.append({"type": "START", "eventdate": _day(one.started)})
    if one.ended:
        found.append({"type": "END", "eventdate": _day(one.ended)})
    if one.state == "hidden":
        found.append({"type": "HIDE", "eventdate": dates.plain(one.entered)})
    return found


def _day(text: str) -> str | None:
    return SENTINELS.get(text) or dates.partial(text)
