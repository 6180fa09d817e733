"""fhirclient, the SMART Python client: what it makes of the facade, beside what plain HTTP finds."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.conftest import Facade, references
from tests.facade.world import link

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client's own
    from fhirclient import client
    from fhirclient.models.allergyintolerance import AllergyIntolerance
    from fhirclient.models.bundle import Bundle
    from fhirclient.models.capabilitystatement import CapabilityStatement
    from fhirclient.models.encounter import Encounter
    from fhirclient.models.location import Location
    from fhirclient.models.observation import Observation
    from fhirclient.models.patient import Patient
    from fhirclient.models.provenance import Provenance
    from fhirclient.server import FHIRNotFoundException, FHIRUnauthorizedException

VITALS = "Observation?patient=rb.1&category=vital-signs"


@pytest.fixture
def server(facade: Facade) -> Iterator[Any]:
    smart = client.FHIRClient(settings={"app_id": "test", "api_base": facade.base})
    smart.server.session.headers["Authorization"] = f"Bearer {facade.token}"
    with smart.server.session:
        yield smart.server


def _named(resources: Any) -> list[str]:
    return [f"{each.resource_type}/{each.id}" for each in resources]


def test_it_reads_the_capability_statement(server: Any, facade: Facade) -> None:
    statement = CapabilityStatement.read_from("metadata", server)

    assert facade.get("metadata") == statement.as_json()


def test_it_reads_and_reads_the_version_again(server: Any, facade: Facade) -> None:
    patient = Patient.read("rb.1", server)

    assert facade.get("Patient/rb.1") == patient.as_json()
    again = Patient.read_from(f"Patient/rb.1/_history/{patient.meta.versionId}", server)
    assert patient.as_json() == again.as_json()


def test_it_finds_a_patient_by_name_and_birthdate(server: Any) -> None:
    patient = Patient.read("rb.1", server)
    named = Patient.where({"family": patient.name[0].family, "birthdate": patient.birthDate.isostring})

    assert "Patient/rb.1" in _named(named.perform_resources_iter(server))


def test_it_searches_to_the_last_page(server: Any, facade: Facade) -> None:
    search = Observation.where({"patient": "rb.1", "category": "vital-signs", "_count": "3"})

    assert len(list(search.perform_iter(server))) > 2
    assert references(facade.pages(VITALS)) == _named(search.perform_resources_iter(server))


def test_it_searches_with_its_own_operators(server: Any, facade: Facade) -> None:
    first, *_, last = sorted(
        entry["resource"]["effectiveDateTime"][:10] for page in facade.pages(VITALS) for entry in page["entry"]
    )
    between = {"patient": "rb.1", "category": "vital-signs", "date": {"$and": [f"gt{first}", f"lt{last}"]}}

    found = list(Observation.where(between).perform_resources_iter(server))

    expected = references(facade.pages(f"{VITALS}&date=gt{first}&date=lt{last}"))
    assert 0 < len(expected) < len(references(facade.pages(VITALS)))
    assert expected == _named(found)


def test_it_sorts(server: Any) -> None:
    search = Observation.where({"patient": "rb.1", "category": "vital-signs", "_sort": "-date", "_count": "5"})
    dates = [each.effectiveDateTime.isostring for each in search.perform_resources_iter(server)]

    assert len(set(dates)) > 1
    assert sorted(dates, reverse=True) == dates


def test_it_searches_by_post(server: Any, facade: Facade) -> None:
    form = {"patient": "rb.1", "category": "vital-signs", "_count": "3"}
    pages = [server.post_as_form(f"{facade.base}/Observation/_search", form).json()]
    while following := link(pages[-1], "next"):
        pages.append(Bundle.read_from(following, server).as_json())

    assert len(pages) > 2
    assert references(facade.pages(VITALS)) == references(pages)


def test_it_includes_what_is_referred_to(server: Any) -> None:
    search = AllergyIntolerance.where({"patient": "rb.1"}).include("patient")
    found = _named(search.perform_resources_iter(server))

    assert {"AllergyIntolerance", "Patient"} == {each.partition("/")[0] for each in found}
    assert 1 == found.count("Patient/rb.1")


def test_it_includes_what_refers_to_a_match(server: Any) -> None:
    search = AllergyIntolerance.where({"patient": "rb.1"}).include("target", Provenance, reverse=True)
    found = list(search.perform_resources_iter(server))

    matches = _named(each for each in found if isinstance(each, AllergyIntolerance))
    targets = [target.reference for each in found if isinstance(each, Provenance) for target in each.target]
    assert matches
    assert set(matches) == set(targets)


def test_it_resolves_references(server: Any, facade: Facade) -> None:
    encounters = list(Encounter.where({"patient": "rb.1"}).perform_resources_iter(server))

    assert encounters
    for encounter in encounters:
        assert facade.get("Patient/rb.1") == encounter.subject.resolved(Patient).as_json()
        location = encounter.location[0].location
        assert facade.get(location.reference) == location.resolved(Location).as_json()


def test_it_fetches_everything_of_a_patient(server: Any, facade: Facade) -> None:
    """Without Provenance: its models refuse a required date that is absent with a reason, which FHIR allows."""
    types = "Patient,Observation,Condition,Encounter"
    pages = [Bundle.read_from(f"Patient/rb.1/$everything?_count=20&_type={types}", server)]
    while following := link(pages[-1].as_json(), "next"):
        pages.append(Bundle.read_from(following, server))

    expected = references(facade.pages(f"Patient/rb.1/$everything?_type={types}"))
    assert len(pages) > 2
    assert expected == references([page.as_json() for page in pages])


def test_its_errors_are_those_it_has_names_for(server: Any) -> None:
    with pytest.raises(FHIRNotFoundException) as missing:
        Patient.read("rb.nobody", server)
    assert "not-found" == missing.value.response.json()["issue"][0]["code"]

    del server.session.headers["Authorization"]
    with pytest.raises(FHIRUnauthorizedException) as anonymous:
        Patient.read("rb.1", server)
    assert "login" == anonymous.value.response.json()["issue"][0]["code"]
