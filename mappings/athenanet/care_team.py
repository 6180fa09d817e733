"""athenaNet care teams of a patient -> US Core CareTeam.

Source  GET /v1/{practiceid}/chart/{patientid}/careteam?departmentid, of each chart; primaryproviderid of
        GET /v1/{practiceid}/patients/{patientid}
Shape   [assumed] {"members": [{memberid, clinicalproviderid, recipientclass{code, description}, name, firstname,
        lastname, specialty, phone}]}
Units   none
Times   none
Target  US Core 6.1.0 CareTeam, one over all charts of the patient. Members are of athena's nationwide directory, where
        no search could find them: they are contained. The practice's own provider who has the patient is a member as
        well. A team of nobody is none: US Core wants a participant.
Skips   memberid, specialty
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.clinical_provider import described
from mappings.athenanet.codes_people import PRIMARY_CARE_PROVIDER, RECIPIENT_CLASS
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record, Resource

MEMBERS = "members"  # [assumed] the list's key

STATUS = "active"  # [assumed]: a care team always exists, and who leaves it is taken out


def care_team(
    members: Iterable[Any], *, patient: str, primaryproviderid: Any, practice: Practice
) -> tuple[Mapped, ...]:
    """The CareTeam of the members of all charts; none where there is nobody. `patient` is the patientid."""
    translation = Translation(practice)
    team = _Team(translation)
    for member in members:
        team.add(as_record(member))
    participants = [one for one in (_primary(primaryproviderid, practice), *team.participants) if one]
    if not participants:
        return ()
    resource = fhir.resource(
        "CareTeam",
        id=ids.local("careteam", patient),
        contained=list(team.contained.values()),
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


class _Team:
    """Members, each once for each of their parts in the care, and who they are, each once by number."""

    def __init__(self, translation: Translation) -> None:
        self.participants: list[fhir.Element] = []
        self.contained: dict[str, Resource] = {}
        self._translation = translation

    def add(self, record: Record) -> None:
        member = self._member(record)
        role = self._translation.codeable(RECIPIENT_CLASS, _class(record.get("recipientclass")))
        one = fhir.element(role=[role or fhir.absent_code()], member=member) if member else None
        if one and one not in self.participants:  # the same in two charts
            self.participants.append(one)

    def _member(self, record: Record) -> fhir.Element | None:
        number = as_str(record.get("clinicalproviderid"))
        names = [as_str(record.get("firstname")), as_str(record.get("lastname"))]
        display = as_str(record.get("name")) or " ".join(filter(None, names)) or None
        if number is None:
            return fhir.element(display=display)
        if number not in self.contained:
            local_id = f"member-{len(self.contained) + 1}"
            self.contained[number] = described(record, local_id, self._translation)
        return fhir.element(reference=f"#{self.contained[number]['id']}", display=display)


def _class(recipient: Any) -> str | None:
    """Its words; an object, or the words themselves."""
    return as_str(recipient.get("description")) if isinstance(recipient, Mapping) else as_str(recipient)
