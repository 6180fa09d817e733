"""athenaNet care teams of a patient -> US Core CareTeam.

Source  GET /v1/{practiceid}/chart/{patientid}/careteam?departmentid, of each chart; primaryproviderid of
        GET /v1/{practiceid}/patients/{patientid}
Shape   [assumed] {"members": [{memberid, clinicalproviderid, recipientclass{code, description}, name, firstname,
        lastname, specialty, phone}]}
Units   none
Times   none
Target  US Core 6.1.0 CareTeam, one over all charts of the patient. Members are of athena's directory; the practice's
        own provider who has the patient is one as well. A team of nobody is none: US Core wants a participant.
Skips   memberid; specialty and phone, which the directory has
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.clinical_provider import is_person
from mappings.athenanet.codes_people import PRIMARY_CARE_PROVIDER, RECIPIENT_CLASS
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

MEMBERS = "members"  # [assumed] the list's key

STATUS = "active"  # [assumed]: a care team always exists, and who leaves it is taken out


def care_team(
    members: Iterable[Any], *, patient: str, primaryproviderid: Any, practice: Practice
) -> tuple[Mapped, ...]:
    """The CareTeam of the members of all charts; none where there is nobody. `patient` is the patientid."""
    translation = Translation(practice)
    participants = [_primary(primaryproviderid, practice)]
    for member in members:
        one = _participant(as_record(member), translation)
        if one not in participants:  # the same in two charts
            participants.append(one)
    if not any(participants):
        return ()
    resource = fhir.resource(
        "CareTeam",
        id=ids.local("careteam", patient),
        status=STATUS,
        subject=fhir.reference("Patient", ids.local("", patient)),
        participant=participants,
        managingOrganization=[{"reference": practice.organization}],
    )
    return (translation.mapped(resource, practice.origin()),)


def _primary(providerid: Any, practice: Practice) -> fhir.Element | None:
    provider = practice.practitioner(providerid)
    if provider is None:
        return None
    return fhir.element(role=[PRIMARY_CARE_PROVIDER.codeable()], member=fhir.reference("Practitioner", provider))


def _participant(record: Record, translation: Translation) -> fhir.Element | None:
    member = _member(record)
    if member is None:
        return None
    role = translation.codeable(RECIPIENT_CLASS, _class(record.get("recipientclass")))
    return fhir.element(role=[role or fhir.absent_code()], member=member)


def _class(recipient: Any) -> str | None:
    """Its words; an object, or the words themselves."""
    return as_str(recipient.get("description")) if isinstance(recipient, Mapping) else as_str(recipient)


def _member(record: Record) -> fhir.Element | None:
    number = as_str(record.get("clinicalproviderid"))
    names = [as_str(record.get("firstname")), as_str(record.get("lastname"))]
    display = as_str(record.get("name")) or " ".join(filter(None, names)) or None
    if number is None:
        return fhir.element(display=display)
    if is_person(record):
        return fhir.reference("Practitioner", ids.local("directory", number), display)
    return fhir.reference("Organization", ids.local("facility", number), display)
