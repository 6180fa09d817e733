"""athenaNet provider -> US Core PractitionerRole.

Source  GET /v1/{practiceid}/providers, GET /v1/{practiceid}/providers/{providerid}; GET /v1/{practiceid}/departments
Shape   one provider object, flat; `homedepartment` is a department's name, `usualdepartmentid` its id. One person may
        be several providers, each with a role of its own.
Units   none
Times   none
Target  US Core 6.1.0 PractitionerRole of the practice, at the department that the provider calls home, by whose
        telephone the provider is reached: a provider has none of its own
Skips   what the Practitioner has, acceptance of patients, scheduling flags, supervising provider, provider groups
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet.codes_people import PROVIDER_ROLE
from mappings.athenanet.organization import department_telecom
from mappings.athenanet.practice import Practice
from mappings.athenanet.scalars import as_id, as_str
from mappings.athenanet.translation import Translation
from mappings.mapped import Mapped, Record

NUCC = "http://nucc.org/provider-taxonomy"


@dataclass(frozen=True, slots=True)
class Departments:
    """Departments by their id, and by the name in lower case where no other one has it."""

    by_id: Mapping[str, Record]
    by_name: Mapping[str, Record]

    @classmethod
    def of(cls, records: Iterable[Any]) -> Departments:
        """What cannot be read is left out."""
        by_id: dict[str, Record] = {}
        named: dict[str, list[Record]] = {}
        for record in records:
            if not isinstance(record, Mapping):
                continue
            key, name = record.get("departmentid"), record.get("name")
            if isinstance(key, str | int):
                by_id[str(key).strip()] = record
            if isinstance(name, str) and name.strip():
                named.setdefault(name.strip().casefold(), []).append(record)
        return cls(by_id, {name: found[0] for name, found in named.items() if len(found) == 1})


def practitioner_role(record: Record, *, departments: Departments, practice: Practice) -> Mapped:
    """ValueError without a providerid. Whether the provider is a person is for the caller to say."""
    translation = Translation(practice)
    providerid = as_id(record.get("providerid"))
    department = _department(record, departments)
    departmentid = as_str(department.get("departmentid")) if department else None
    role = translation.codeable(PROVIDER_ROLE, record.get("providertypeid"), record.get("providertype"))
    resource = fhir.resource(
        "PractitionerRole",
        id=ids.local("role", providerid),
        identifier=[fhir.identifier(practice.system("provider"), providerid, ("PRN", "Provider number"))],
        practitioner=fhir.reference("Practitioner", ids.local("provider", providerid), _name(record)),
        organization={"reference": practice.organization},
        code=[role],
        specialty=[_specialty(record)],
        location=[fhir.reference("Location", ids.local("department", departmentid)) if departmentid else None],
        telecom=_telecom(department),
    )
    return translation.mapped(resource, practice.origin())


def _department(record: Record, departments: Departments) -> Record | None:
    """The home, which is known by name alone, else the department where the provider mostly is."""
    home, usual = as_str(record.get("homedepartment")), as_str(record.get("usualdepartmentid"))
    found = departments.by_name.get(home.casefold()) if home else None
    return found or (departments.by_id.get(usual) if usual else None)


def _name(record: Record) -> str | None:
    names = [as_str(record.get("firstname")), as_str(record.get("lastname"))]
    return as_str(record.get("displayname")) or " ".join(filter(None, names)) or None


def _specialty(record: Record) -> fhir.Element | None:
    taxonomy, words = as_str(record.get("ansispecialtycode")), as_str(record.get("specialty"))
    return fhir.codeable(fhir.coding(NUCC, taxonomy) if taxonomy else None, text=words)


def _telecom(department: Record | None) -> list[fhir.Element | None]:
    """pd-1: there is one; where the department has none that is said."""
    found = department_telecom(department) if department else []
    return found if any(found) else [{"system": "phone", "_value": fhir.absent()}]
