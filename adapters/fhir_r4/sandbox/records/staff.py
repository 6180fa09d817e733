"""Practitioner, PractitionerRole, Organization, Location: who and what gives care, whoever gets it.

Specialties are NUCC's (http://nucc.org/provider-taxonomy).
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.fhir_r4.sandbox.records.elements import (
    ROLE_CODE,
    TERMINOLOGY,
    Element,
    Resource,
    address,
    coding,
    concept,
    element,
    full_name,
    human_name,
    identifier,
    listed,
    phone,
    reference,
    resource,
    term,
)
from adapters.population import Population, tables
from adapters.population.billing import LABOR, PLANS, SUPPLEMENT, Plan
from adapters.population.facts import Address, Clinician, Department
from adapters.population.team import PEOPLE, Outsider, outsider

PRACTICE_NAME = "Sample Health Partners"
NUCC = "http://nucc.org/provider-taxonomy"
NPI = "http://hl7.org/fhir/sid/us-npi"
NCPDP = "http://terminology.hl7.org/NamingSystem/NCPDPProviderIdentificationNumber"
FACILITIES = (11001, 11002, 11101, 11201, 11301, 11401, 11402)
INSURERS = (*PLANS, SUPPLEMENT, LABOR)
_QUALIFICATIONS = {
    "MD": "Doctor of Medicine",
    "NP": "Nurse Practitioner",
    "PA": "Physician Assistant",
}
_ROLES = {  # credential: SNOMED occupation
    "MD": ("309343006", "Physician"),
    "NP": ("224571005", "Nurse practitioner"),
    "PA": ("449161006", "Physician assistant"),
}
_MAIN = 1  # the department whose address and telephone are the practice's


def staff(people: Population) -> Iterator[Resource]:
    yield _practice(people)
    for department in people.departments.values():
        yield _site(department)
        yield _location(department)
    for clinician in people.clinicians.values():
        if clinician.person:
            yield _practitioner(people, clinician)
            yield _role(people, clinician)
    for number in PEOPLE:
        if found := outsider(people.seed, number):
            yield _outside(found)
    for number in FACILITIES:
        if found := outsider(people.seed, number):
            yield _facility(found)
    for plan in INSURERS:
        yield _payer(plan)


def _npi(number: str | None) -> Element | None:
    return identifier("npi", number, system=NPI) if number else None


def _provider() -> list[Element]:
    return [term("organization-type", "prov", "Healthcare Provider")]


def _practice(people: Population) -> Resource:
    main = people.departments[_MAIN]
    return resource(
        "Organization",
        "practice",
        identifier=listed(_npi(tables.npi(300_000_000 + people.seed)), identifier("practice", 1)),
        active=True,
        type=_provider(),
        name=PRACTICE_NAME,
        telecom=listed(phone(main.phone, "work")),
        address=listed(address(main.address, "work")),
    )


def _site(one: Department) -> Resource:
    return resource(
        "Organization",
        f"site-{one.number}",
        identifier=[identifier("department", one.number)],
        active=True,
        type=_provider(),
        name=one.name,
        telecom=listed(phone(one.phone, "work")),
        address=listed(address(one.address, "work")),
        partOf=reference("Organization", "practice", PRACTICE_NAME),
    )


def _location(one: Department) -> Resource:
    return resource(
        "Location",
        f"department-{one.number}",
        identifier=[identifier("department", one.number)],
        status="active",
        name=one.name,
        mode="instance",
        type=[concept(coding(ROLE_CODE, "OF", "Outpatient facility"))],
        telecom=listed(phone(one.phone, "work")),
        address=address(one.address, "work"),
        managingOrganization=reference("Organization", f"site-{one.number}", one.name),
    )


def _practitioner(people: Population, one: Clinician) -> Resource:
    department = people.departments[one.department]
    return resource(
        "Practitioner",
        f"practitioner-{one.number}",
        identifier=listed(_npi(one.npi), identifier("clinician", one.number), identifier("username", one.username)),
        active=not one.deleted,
        name=[human_name(one.name, "official", prefix=["Dr."] if one.credential == "MD" else None)],
        telecom=listed(phone(department.phone, "work")),
        address=listed(address(department.address, "work")),
        gender=one.sex,
        qualification=listed(_qualification(one)),
    )


def _qualification(one: Clinician) -> Element | None:
    if one.credential is None:
        return None
    words = _QUALIFICATIONS.get(one.credential)
    known = coding(TERMINOLOGY + "v2-0360", one.credential, words) if words else None
    return element(code=concept(known, text=words or "Resident"))


def _role(people: Population, one: Clinician) -> Resource:
    department = people.departments[one.department]
    role = _ROLES.get(one.credential or "")
    return resource(
        "PractitionerRole",
        f"role-{one.number}",
        active=not one.deleted,
        practitioner=reference("Practitioner", f"practitioner-{one.number}", full_name(one.name)),
        organization=reference("Organization", f"site-{one.department}", department.name),
        code=[concept(coding("http://snomed.info/sct", *role), text=role[1]) if role else concept(text="Resident")],
        specialty=listed(_specialty(one.taxonomy, one.specialty)),
        location=[reference("Location", f"department-{one.department}", department.name)],
        telecom=listed(phone(department.phone, "work")),
    )


def _specialty(taxonomy: str | None, words: str | None) -> Element:
    return concept(coding(NUCC, taxonomy, words) if taxonomy else None, text=words)


def _outside(one: Outsider) -> Resource:
    """A person of the nationwide directory: somebody who cares for patients elsewhere."""
    specialty = _specialty(one.taxonomy, one.specialty)
    return resource(
        "Practitioner",
        f"directory-{one.number}",
        identifier=listed(_npi(one.npi), identifier("directory", one.number)),
        active=True,
        name=[human_name(one.person, "official") if one.person else element(text=one.name)],
        telecom=listed(phone(one.phone, "work")),
        address=listed(address(one.address, "work")),
        qualification=[{"code": specialty}] if specialty else None,
    )


def _facility(one: Outsider) -> Resource:
    pharmacy = identifier("ncpdp", one.pharmacy, system=NCPDP) if one.pharmacy else None
    return resource(
        "Organization",
        f"facility-{one.number}",
        identifier=listed(pharmacy, identifier("directory", one.number)),
        active=True,
        type=_provider(),
        name=one.name,
        telecom=listed(phone(one.phone, "work")),
        address=listed(address(one.address, "work")),
    )


def payer_name(plan: Plan) -> str:
    return plan.payer or plan.category or plan.name


def _payer(plan: Plan) -> Resource:
    where = Address(plan.address[0], None, *plan.address[1:]) if plan.address else None
    return resource(
        "Organization",
        f"payer-{plan.number}",
        identifier=[identifier("payer", plan.payer_code or plan.number)],
        active=True,
        type=[term("organization-type", "pay", "Payer")],
        name=payer_name(plan),
        telecom=listed(phone(plan.phone, "work")),
        address=listed(address(where, "work")),
    )
