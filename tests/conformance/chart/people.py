"""The patients, those who care for them, and where."""

from __future__ import annotations

from typing import Any

from tests.conformance.chart.building import (
    SNOMED,
    TERMINOLOGY,
    US_CORE,
    concept,
    identifier,
    reference,
    resource,
)

NPI = "http://hl7.org/fhir/sid/us-npi"
CDCREC = "urn:oid:2.16.840.1.113883.6.238"


def everybody() -> list[dict[str, Any]]:
    return [_ana(), _ben(), *_staff(), *_relations("ana"), *_relations("ben")]


def _address(line: str, **more: Any) -> dict[str, Any]:
    return {"line": [line], "city": "Springfield", "state": "MA", "postalCode": "01101", "country": "US", **more}


def _phone(number: str, **more: Any) -> dict[str, Any]:
    return {"system": "phone", "value": number, **more}


def _omb(name: str, code: str, display: str) -> dict[str, Any]:
    return {
        "url": f"{US_CORE}us-core-{name}",
        "extension": [
            {"url": "ombCategory", "valueCoding": {"system": CDCREC, "code": code, "display": display}},
            {"url": "text", "valueString": display},
        ],
    }


def _ana() -> dict[str, Any]:
    affiliation = concept(f"{TERMINOLOGY}v3-TribalEntityUS", "91", "Fort Mojave Indian Tribe")
    return resource(
        "Patient",
        "ana",
        "us-core-patient",
        extension=[
            _omb("race", "1002-5", "American Indian or Alaska Native"),
            _omb("ethnicity", "2186-5", "Not Hispanic or Latino"),
            {
                "url": f"{US_CORE}us-core-tribal-affiliation",
                "extension": [{"url": "tribalAffiliation", "valueCodeableConcept": affiliation}],
            },
            {"url": f"{US_CORE}us-core-birthsex", "valueCode": "F"},
            {"url": f"{US_CORE}us-core-sex", "valueCode": "248152002"},
            {"url": f"{US_CORE}us-core-genderIdentity", "valueCodeableConcept": concept(SNOMED, "446141000124107")},
        ],
        identifier=[identifier("http://hospital.example.org/mrn", "A-1001")],
        active=True,
        name=[
            {"use": "official", "family": "Ångström", "given": ["Ana", "Luz"], "suffix": ["MD"]},
            {"use": "old", "family": "Velez", "given": ["Ana"], "period": {"end": "2010-06-01"}},
        ],
        telecom=[_phone("555-0101", use="home")],
        gender="female",
        birthDate="1950-03-07",
        deceasedDateTime="2024-02-29T08:30:00-05:00",
        address=[
            _address("1 Elm Street", use="home", period={"start": "2010-06-01"}),
            _address("9 Oak Street", use="old", period={"end": "2010-05-31"}),
        ],
        communication=[{"language": concept("urn:ietf:bcp:47", "es", "Spanish")}],
    )


def _ben() -> dict[str, Any]:
    return resource(
        "Patient",
        "ben",
        "us-core-patient",
        identifier=[identifier("http://hospital.example.org/mrn", "B-2002")],
        name=[{"use": "official", "family": "O'Brien", "given": ["Ben"]}],
        gender="unknown",
        birthDate="1988-11-30",
        address=[_address("5 Pine Road", use="home")],
    )


def _staff() -> list[dict[str, Any]]:
    return [
        resource(
            "Practitioner",
            "doc",
            "us-core-practitioner",
            identifier=[identifier(NPI, "1234567893"), identifier("http://hospital.example.org/staff", "S-7")],
            name=[{"family": "Curie", "given": ["Marie"]}],
            telecom=[_phone("555-0199")],
            address=[_address("2 Main Street")],
        ),
        resource(
            "Practitioner",
            "nurse",
            "us-core-practitioner",
            identifier=[identifier(NPI, "1245319599")],
            name=[{"family": "Nightingale", "given": ["Flo"]}],
        ),
        resource(
            "PractitionerRole",
            "role",
            "us-core-practitionerrole",
            practitioner=reference("Practitioner/doc"),
            organization=reference("Organization/clinic"),
            code=[concept("http://nucc.org/provider-taxonomy", "207R00000X", "Internist")],
            specialty=[concept("http://nucc.org/provider-taxonomy", "207RC0000X", "Cardiology")],
            location=[reference("Location/ward")],
            telecom=[_phone("555-0198")],
        ),
        resource(
            "PractitionerRole",
            "ward-role",
            "us-core-practitionerrole",
            practitioner=reference("Practitioner/nurse"),
            telecom=[_phone("555-0197")],
        ),
        resource(
            "Organization",
            "clinic",
            "us-core-organization",
            identifier=[identifier(NPI, "1144221847")],
            active=True,
            name="Clinic, North",
            telecom=[_phone("555-0100")],
            address=[_address("2 Main Street")],
        ),
        resource("Organization", "payer", "us-core-organization", active=True, name="Example Health Plan"),
        resource(
            "Location",
            "ward",
            "us-core-location",
            status="active",
            name="Ward 3",
            telecom=[_phone("555-0103")],
            address=_address("2 Main Street"),
            managingOrganization=reference("Organization/clinic"),
        ),
        resource("Location", "annex", "us-core-location", status="active", name="Annex", address=_address("3 Main St")),
    ]


def _relations(patient: str) -> list[dict[str, Any]]:
    subject = reference(f"Patient/{patient}")
    if patient == "ben":
        return [_coverage(patient, "self")]
    return [
        resource(
            "RelatedPerson",
            "sister",
            "us-core-relatedperson",
            active=True,
            patient=subject,
            relationship=[concept(f"{TERMINOLOGY}v3-RoleCode", "SIS", "sister")],
            name=[{"family": "Velez", "given": ["Rosa"]}],
            telecom=[_phone("555-0177")],
            address=[_address("4 Elm Street")],
        ),
        _coverage(patient, "self"),
        _device("pacemaker", subject, "704708004", "Cardiac pacemaker", "active"),
        _device("hip", subject, "304120007", "Hip prosthesis", "inactive"),
    ]


def _coverage(patient: str, relationship: str) -> dict[str, Any]:
    kinds = f"{TERMINOLOGY}coverage-class"
    return resource(
        "Coverage",
        f"{patient}-coverage",
        "us-core-coverage",
        identifier=[{"type": concept(f"{TERMINOLOGY}v2-0203", "MB"), **identifier("http://plan.example.org", patient)}],
        status="active",
        type=concept(f"{TERMINOLOGY}v3-ActCode", "EHCPOL", "extended healthcare"),
        subscriberId=f"S-{patient}",
        beneficiary=reference(f"Patient/{patient}"),
        relationship=concept(f"{TERMINOLOGY}subscriber-relationship", relationship),
        period={"start": "2020-01-01"},
        payor=[reference("Organization/payer")],
        **{
            "class": [
                {"type": concept(kinds, "group"), "value": "G1", "name": "Group One"},
                {"type": concept(kinds, "plan"), "value": "P1", "name": "Plan One"},
            ]
        },
    )


def _device(id_: str, patient: dict[str, str], code: str, display: str, status: str) -> dict[str, Any]:
    return resource(
        "Device",
        id_,
        "us-core-implantable-device",
        udiCarrier=[{"deviceIdentifier": f"DI-{id_}", "carrierHRF": f"(01){id_}(17)300101"}],
        status=status,
        distinctIdentifier=f"D-{id_}",
        manufactureDate="2019-05-01",
        expirationDate="2030-01-01",
        lotNumber="L-1",
        serialNumber=f"SN-{id_}",
        type=concept(SNOMED, code, display),
        patient=patient,
    )
