"""Two patients with an appointment each, and all that came of it: for tests/facade/chartbox.py."""

from __future__ import annotations

from typing import Any


def _one(type_: str, id_: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": type_, "id": f"{type_.lower()}-{id_}", **elements}


def _to(type_: str, id_: str) -> dict[str, str]:
    return {"reference": f"{type_}/{type_.lower()}-{id_}"}


def _visit(number: str, patient: str, year: str) -> list[dict[str, Any]]:
    """An appointment, its encounter, and what was charged for it."""
    who = _to("Patient", patient)
    return [
        _one(
            "Appointment",
            number,
            status="fulfilled",
            start=f"{year}-05-04T09:00:00-04:00",
            slot=[_to("Slot", number)],
            participant=[{"actor": actor, "status": "accepted"} for actor in (who, _to("Practitioner", "1"))],
        ),
        _one("Slot", number, status="busy", start=f"{year}-05-04T09:00:00-04:00", schedule=_to("Schedule", "1")),
        _one(
            "Encounter",
            number,
            status="finished",
            subject=who,
            appointment=[_to("Appointment", number)],
            period={"start": f"{year}-05-04", "end": f"{year}-05-04"},
        ),
        _one(
            "ChargeItem",
            number,
            status="billed",
            code={"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "99213"}]},
            subject=who,
            context=_to("Encounter", number),
            account=[_to("Account", patient)],
            occurrenceDateTime=f"{year}-05-04",
        ),
        _one(
            "Claim",
            number,
            status="active",
            use="claim",
            patient=who,
            created=f"{year}-05-06",
            item=[{"sequence": 1, "encounter": [_to("Encounter", number)]}],
        ),
    ]


BOOK = [
    _one("Patient", "1", name=[{"family": "Adler"}]),
    _one("Patient", "2", name=[{"family": "Baker"}]),
    _one("Practitioner", "1", name=[{"family": "Okafor"}]),
    _one("Schedule", "1", actor=[_to("Practitioner", "1")]),
    _one("Account", "1", status="active", subject=[_to("Patient", "1")]),
    _one("Account", "2", status="active", subject=[_to("Patient", "2")]),
    _one("FamilyMemberHistory", "1", status="completed", patient=_to("Patient", "1"), relationship={"text": "Mother"}),
    *_visit("1", "1", "2024"),
    *_visit("2", "2", "2025"),
    _one("Binary", "1", contentType="text/plain", data="SGk=", securityContext=_to("Patient", "1")),
    _one(
        "DocumentReference",
        "1",
        status="current",
        subject=_to("Patient", "1"),
        content=[{"attachment": {"contentType": "text/plain", "url": "Binary/binary-1"}}],
    ),
]
