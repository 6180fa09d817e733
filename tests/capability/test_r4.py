"""What is served of FHIR R4 beyond US Core: its rows against models of R4, and how they are made."""

from __future__ import annotations

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from capability import regenerate_r4
from capability.declare import Support
from capability.declared import Chain, declared
from capability.uscore import TYPES, edition, r4_rows, shape
from capability.uscore.shapes import Shape


def modelled(type_: str) -> Any:
    return get_fhir_model_class(type_)


@pytest.mark.parametrize("row", r4_rows.SHAPES, ids=lambda row: row.type)
def test_the_elements_of_a_type_are_those_of_its_model(row: Shape) -> None:
    fields = modelled(row.type).model_fields
    elements = {
        field.json_schema_extra.get("one_of_many") or field.alias or name
        for name, field in fields.items()
        if name.partition("__")[2] == "" and (field.json_schema_extra or {}).get("element_property")
    }

    assert elements | {"id", "implicitRules", "language", "meta"} == {*row.elements}


@pytest.mark.parametrize("row", r4_rows.SHAPES, ids=lambda row: row.type)
def test_the_mandatory_elements_of_a_type_are_those_of_its_model(row: Shape) -> None:
    extras = [field.json_schema_extra or {} for field in modelled(row.type).model_fields.values()]
    fields = modelled(row.type).model_fields.items()
    mandatory = {
        field.alias or name
        for name, field in fields
        if field.is_required() or (field.json_schema_extra or {}).get("element_required")
    }
    choices = {extra["one_of_many"] for extra in extras if extra.get("one_of_many_required")}

    assert mandatory | choices == {*row.mandatory}


def test_no_type_of_these_is_one_of_us_core() -> None:
    tables = edition("8.0.0")

    assert {*r4_rows.TYPES} <= TYPES
    assert [] == [type_ for type_ in r4_rows.TYPES if tables.profiles(type_)]
    assert [] == [type_ for type_ in TYPES if tables.profiles(type_) and shape(type_) is None]


def test_a_parameter_of_several_types_is_read_for_one() -> None:
    of_three = "AllergyIntolerance.code | (FamilyMemberHistory.condition.code as CodeableConcept) | List.code"

    assert "FamilyMemberHistory.condition.code.ofType(CodeableConcept)" == regenerate_r4.of_type(
        of_three, "FamilyMemberHistory"
    )


def test_a_reference_to_anything_points_at_what_is_served() -> None:
    everything = {
        "resourceType": "SearchParameter",
        "url": "http://hl7.org/fhir/SearchParameter/Appointment-supporting-info",
        "code": "supporting-info",
        "base": ["Appointment"],
        "type": "reference",
        "expression": "Appointment.supportingInformation",
        "target": [*TYPES, "TestScript"],
    }

    (row,) = regenerate_r4.search_parameters([everything])

    assert row == edition("6.1.0").search_parameter("Appointment", "supporting-info")
    assert tuple(sorted(TYPES)) == row.targets


def searched(type_: str, *params: str) -> tuple[Support, Support]:
    return Support(type_, "read"), Support(type_, "search-type", frozenset(params))


def test_what_links_an_appointment_to_its_charges_is_offered_in_both_directions() -> None:
    supports = [
        *searched("Appointment", "patient", "slot"),
        *searched("ChargeItem", "patient", "context"),
        *searched("Claim", "patient", "encounter"),
        *searched("Encounter", "patient", "appointment"),
        *searched("Patient", "_id"),
        *searched("Slot", "schedule"),
        Support("Provenance", "read"),
        Support("Binary", "read"),
    ]

    rows = declared({"p": supports}, edition("6.1.0"))

    assert {"Encounter:appointment", "Provenance:target"} == rows["Appointment"].revincludes
    assert {"Appointment:patient", "Appointment:slot"} == rows["Appointment"].includes
    assert {"ChargeItem:context", "Claim:encounter", "Provenance:target"} == rows["Encounter"].revincludes
    assert Chain("context", "Encounter", "appointment") in rows["ChargeItem"].chains
    assert Chain("appointment", "Encounter", "patient") in rows["Appointment"].reverse
    assert {"Appointment", "ChargeItem", "Claim", "Encounter"} == {
        type_ for type_, row in rows.items() if row.compartment
    }
    assert not rows["Binary"].searchable
