"""athena's two APIs over the same people: whoever is asked, a record has one id, and either can read it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.contract import Search
from adapters.population import SIZE
from mappings.athena import ids
from mappings.mapped import Resource
from tests.adapters.test_contract import Candidate, sitting

HIDDEN = {"8"}
"""Patients whom the FHIR server does not show: a merged number."""


async def served(candidate: Candidate, type_: str) -> dict[str, Resource]:
    """What is found of the kinds that both can read, by id."""
    search: Search[Any] = next(
        one for one in candidate.adapter.interactions if isinstance(one, Search) and one.type == type_
    )
    shared = {kind.name for kind in ids.KINDS if kind.by == ids.BOTH}
    return {one["id"]: one for one in await candidate.served(search) if ids.parse(one["id"]).kind in shared}


def of_nobody_hidden(found: dict[str, Resource]) -> set[str]:
    return {one for one in found if ids.patient_of(one) not in HIDDEN}


@pytest.mark.parametrize("type_", ["Patient", "Encounter", "Condition", "Immunization", "Practitioner"])
async def test_what_the_rest_api_finds_the_fhir_server_names_alike(type_: str) -> None:
    async with sitting("athenanet", SIZE) as rest, sitting("athena_fhir", SIZE) as fhir:
        by_rest, by_fhir = await served(rest, type_), await served(fhir, type_)
        both = sorted(set(by_rest) & set(by_fhir))

        assert both
        assert set() == of_nobody_hidden(by_rest) - set(by_fhir)
        for one in both[:: max(1, len(both) // 12)]:
            assert await rest.read(type_, one) is not None
            assert await fhir.read(type_, one) is not None


@pytest.mark.parametrize("type_", ["DiagnosticReport", "Location", "Organization"])
async def test_what_both_find_either_reads(type_: str) -> None:
    async with sitting("athenanet", SIZE) as rest, sitting("athena_fhir", SIZE) as fhir:
        both = sorted(set(await served(rest, type_)) & set(await served(fhir, type_)))

        assert both
        for one in both:
            assert await rest.read(type_, one) is not None
            assert await fhir.read(type_, one) is not None


async def test_what_the_fhir_server_alone_finds_was_a_mistake_or_called_off() -> None:
    async with sitting("athenanet", SIZE) as rest, sitting("athena_fhir", SIZE) as fhir:
        for type_ in ("Encounter", "Condition"):
            by_rest, by_fhir = await served(rest, type_), await served(fhir, type_)
            alone = [by_fhir[one] for one in set(by_fhir) - set(by_rest)]

            assert alone
            for one in alone:
                told = one.get("status") or one["verificationStatus"]["coding"][0]["code"]
                assert told in ("cancelled", "entered-in-error")
