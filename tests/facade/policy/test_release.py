"""What a rule hides does not leave, here or elsewhere, and what is left is valid."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from capability.issues import FHIRError
from facade.policy.release import release
from facade.policy.rule import Policy, Rule
from facade.principal import Principal
from tests.facade.policy.callers import LIMITED, PRACTICE, SYSTEM, for_purpose

SSN = "http://hl7.org/fhir/sid/us-ssn"
UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
UNKNOWN_CODING = {
    "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    "code": "unknown",
    "display": "Unknown",
}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "rb.1",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Ann Doe</div>'},
    "identifier": [{"system": SSN, "value": "999-00-1111"}, {"system": "urn:mrn", "value": "A1"}],
    "active": True,
    "name": [{"use": "official", "family": "Doe", "given": ["Ann", "May"]}, {"use": "old", "family": "Roe"}],
    "telecom": [{"system": "phone", "value": "555"}],
    "gender": "female",
    "birthDate": "1990-04-05",
    "_birthDate": {"extension": [{"url": "http://x", "valueDateTime": "1990-04-05T06:00:00Z"}]},
    "contact": [
        {"name": {"family": "Moe"}, "telecom": [{"value": "556"}]},
        {"relationship": [{"text": "aunt"}], "telecom": [{"value": "557"}]},
    ],
    "communication": [{"language": {"text": "English"}, "preferred": True}],
    "link": [{"other": {"reference": "Patient/rb.2"}, "type": "seealso"}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "rb.o-1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}], "text": "pulse"},
    "subject": {"reference": "Patient/rb.1", "display": "Ann Doe"},
    "performer": [{"reference": "Practitioner/rb.p-7", "display": "Dr. Who"}],
    "valueQuantity": {"value": 60, "unit": "/min"},
}


def released(resource: dict[str, Any], *rules: Rule, who: Principal = SYSTEM) -> dict[str, Any] | None:
    """The one resource as it leaves, checked to be valid R4; None when it does not."""
    before = copy.deepcopy(resource)
    found = release(Policy.compile(rules), [resource], who, PRACTICE)
    assert before == resource
    for one in found:
        get_fhir_model_class(one["resourceType"]).model_validate_json(json.dumps(one))
    return dict(found[0]) if found else None


def test_what_no_rule_touches_is_the_very_same_object() -> None:
    policy = Policy.compile([Rule("x", ("Patient.name",), clients=("other",)), Rule("y", ("Practitioner.name",))])

    (found,) = release(policy, [bare := {"resourceType": "Location", "id": "rb.l-1", "name": "x"}], SYSTEM, PRACTICE)
    assert bare is found


def test_an_optional_element_vanishes_with_its_twin_and_the_narrative() -> None:
    found = released(PATIENT, Rule("x", ("Patient.birthDate",)))

    assert found is not None
    assert {"birthDate", "_birthDate", "text"}.isdisjoint(found)
    assert PATIENT["telecom"] == found["telecom"]


def test_a_rule_for_one_client_spares_the_others() -> None:
    rule = Rule("x", ("Patient.telecom",), clients=("limited",))

    assert "telecom" not in (released(PATIENT, rule, who=LIMITED) or {})
    assert "telecom" in (released(PATIENT, rule) or {})


def test_where_chooses_among_values() -> None:
    found = released(PATIENT, Rule("x", ("Patient.name",), where="use = 'old'"))

    assert [PATIENT["name"][0]] == (found or {})["name"]


def test_a_removed_primitive_of_a_list_takes_its_extensions_along() -> None:
    first, second = (
        {"extension": [{"url": "http://a", "valueString": "1"}]},
        {"extension": [{"url": "http://b", "valueString": "2"}]},
    )
    patient = {"resourceType": "Patient", "name": [{"given": ["Ann", "May"], "_given": [first, second]}]}

    found = released(patient, Rule("x", ("Patient.name.given",), where="$this = 'Ann'"))

    assert [{"given": ["May"], "_given": [second]}] == (found or {})["name"]


def test_what_is_left_empty_vanishes_too() -> None:
    patient = {
        "resourceType": "Patient",
        "name": [{"family": "Doe"}, {"family": "Roe", "given": ["A"]}],
        "active": True,
    }

    assert [{"given": ["A"]}] == (released(patient, Rule("x", ("Patient.name.family",))) or {})["name"]
    assert {"resourceType": "Patient", "active": True} == released(
        patient, Rule("x", ("Patient.name.family", "Patient.name.given"))
    )


@pytest.mark.parametrize("path", ["Observation.value", "Observation.valueQuantity"])
def test_a_choice_goes_by_either_name(path: str) -> None:
    assert "valueQuantity" not in (released(OBSERVATION, Rule("x", (path,))) or {})


def test_the_other_types_of_a_choice_stay() -> None:
    assert "valueQuantity" in (released(OBSERVATION, Rule("x", ("Observation.valueString",))) or {})


@pytest.mark.parametrize(
    ("resource", "path", "left"),
    [
        (OBSERVATION, "Observation.code", {"code": {"coding": [UNKNOWN_CODING]}}),
        (OBSERVATION, "Observation.status", {"status": "unknown"}),
        (
            PATIENT,
            "Patient.communication.language",
            {"communication": [{"language": {"coding": [UNKNOWN_CODING]}, "preferred": True}]},
        ),
        (
            {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}},
            "Encounter.class",
            {"class": UNKNOWN_CODING},
        ),
        (
            {
                "resourceType": "Provenance",
                "target": [{"reference": "Patient/1"}],
                "recorded": "2024-01-01T00:00:00Z",
                "agent": [{"who": {"display": "x"}}],
            },
            "Provenance.agent",
            {"agent": [{"who": UNKNOWN}]},
        ),
        (
            {
                "resourceType": "Provenance",
                "target": [{"reference": "Patient/1"}],
                "recorded": "2024-01-01T00:00:00Z",
                "agent": [{"who": {"display": "x"}}],
            },
            "Provenance.recorded",
            {"_recorded": UNKNOWN},
        ),
        (
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "subject": {"reference": "Patient/1"},
                "medicationReference": {"reference": "Medication/1"},
            },
            "MedicationRequest.medication",
            {"medicationReference": UNKNOWN},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mandatory_element_stays_valid_and_says_unknown(
    resource: dict[str, Any], path: str, left: dict[str, Any]
) -> None:
    found = released(resource, Rule("x", (path,)))

    assert found is not None
    assert left == {key: found[key] for key in left}
    assert path.split(".")[1] in {key.lstrip("_").removesuffix("Reference") for key in found}


def test_a_mandatory_element_emptied_from_below_says_unknown() -> None:
    found = released(OBSERVATION, Rule("x", ("Observation.code.coding", "Observation.code.text")))

    assert {"coding": [UNKNOWN_CODING]} == (found or {})["code"]


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (
            {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"text": "x"},
                "patient": {"reference": "Patient/1"},
                "occurrenceString": "x",
            },
            "Immunization.status",
        ),
        (
            {
                "resourceType": "Condition",
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "subject": {"reference": "Patient/1"},
            },
            "Condition.clinicalStatus",
        ),
        (
            {
                "resourceType": "AllergyIntolerance",
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "patient": {"reference": "Patient/1"},
            },
            "AllergyIntolerance.clinicalStatus",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_no_code_says_unknown_the_resource_is_left_out(resource: dict[str, Any], path: str) -> None:
    assert released(resource, Rule("x", (path,))) is None


def test_a_part_that_nothing_valid_can_replace_goes_with_what_holds_it() -> None:
    found = released(PATIENT, Rule("x", ("Patient.link.type",)))

    assert found is not None
    assert "link" not in found


def test_the_invariants_of_the_type_hold_on_what_is_left() -> None:
    organization = {"resourceType": "Organization", "name": "Org", "active": True}

    contacts = (released(PATIENT, Rule("x", ("Patient.contact.telecom",))) or {})["contact"]
    assert [{"name": {"family": "Moe"}}] == contacts
    assert {"resourceType": "Organization", "active": True, "_name": UNKNOWN} == released(
        organization, Rule("x", ("Organization.name",))
    )


def test_a_type_can_be_hidden_altogether_or_in_part() -> None:
    assert released(PATIENT, Rule("x", ("Patient",))) is None
    assert released(PATIENT, Rule("x", ("Patient",), where="active = false")) is not None
    assert released(PATIENT, Rule("x", ("Patient",), where="active = true")) is None


def test_unless_lifts_its_own_rule_and_no_other() -> None:
    lifted = Rule("a", ("Patient.telecom",), unless="%purpose = 'TREAT'")
    other = Rule("b", ("Patient.telecom",), where="system = 'phone'")

    assert "telecom" in (released(PATIENT, lifted, who=for_purpose("TREAT")) or {})
    assert "telecom" not in (released(PATIENT, lifted, who=for_purpose("HMARKT")) or {})
    assert "telecom" not in (released(PATIENT, lifted) or {})
    assert "telecom" not in (released(PATIENT, lifted, other, who=for_purpose("TREAT")) or {})


def test_an_unless_that_compares_with_nothing_does_not_lift() -> None:
    assert "telecom" not in (released(PATIENT, Rule("a", ("Patient.telecom",), unless="%purpose != 'HMARKT'")) or {})


def test_unless_may_look_at_the_resource_and_the_practice() -> None:
    assert "telecom" in (released(PATIENT, Rule("a", ("Patient.telecom",), unless="active and %practice = 'rb'")) or {})
    assert "telecom" not in (
        released(PATIENT, Rule("a", ("Patient.telecom",), unless="active and %practice = 'xx'")) or {}
    )


def test_no_rule_sees_the_work_of_another() -> None:
    inner, outer = Rule("a", ("Patient.name.use",)), Rule("b", ("Patient.name",), where="use = 'old'")

    expected = [{"family": "Doe", "given": ["Ann", "May"]}]
    assert expected == (released(PATIENT, inner, outer) or {})["name"]
    assert expected == (released(PATIENT, outer, inner) or {})["name"]


@pytest.mark.parametrize("path", ["Patient.name", "Patient.name.family", "Patient"])
def test_a_hidden_name_goes_from_references_too(path: str) -> None:
    found = released({**OBSERVATION, "text": PATIENT["text"]}, Rule("x", (path,)))

    assert found is not None
    assert {"reference": "Patient/rb.1"} == found["subject"]
    assert OBSERVATION["performer"] == found["performer"]
    assert "text" not in found


def test_a_name_that_the_purpose_shows_stays_in_references() -> None:
    rule = Rule("x", ("Patient.name",), unless="%purpose = 'TREAT'")

    assert OBSERVATION == released(OBSERVATION, rule, who=for_purpose("TREAT"))
    assert "display" not in (released(OBSERVATION, rule) or {})["subject"]


def test_a_reference_that_might_be_to_anyone_says_no_name() -> None:
    observation = {**OBSERVATION, "performer": [{"display": "Ann Doe"}]}

    found = released(observation, Rule("x", ("Patient.name",)))

    assert [UNKNOWN] == (found or {})["performer"]


def test_codes_keep_their_display() -> None:
    observation = {**OBSERVATION, "category": [{"coding": [{"display": "Vital Signs"}]}]}

    assert observation["category"] == (released(observation, Rule("x", ("Patient.name",))) or {})["category"]


def test_contained_resources_fall_under_the_rules_of_their_type() -> None:
    contained = {"resourceType": "Patient", "id": "p", "name": [{"family": "Doe"}], "active": True}
    observation = {**OBSERVATION, "contained": [contained], "subject": {"reference": "#p", "display": "Ann Doe"}}

    hidden_name = released(observation, Rule("x", ("Patient.name",))) or {}
    assert [{"resourceType": "Patient", "id": "p", "active": True}] == hidden_name["contained"]
    assert {"reference": "#p"} == hidden_name["subject"]
    hidden_type = released(observation, Rule("x", ("Patient",))) or {}
    assert "contained" not in hidden_type
    assert UNKNOWN == hidden_type["subject"]


@pytest.mark.parametrize(
    "identifier",
    [
        {"system": SSN, "value": "999-00-1111"},
        {"system": "urn:oid:2.16.840.1.113883.4.1", "value": "999-00-1111"},
        {
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "SS"}]},
            "value": "999-00-1111",
        },
    ],
)
@pytest.mark.parametrize("type_", ["Patient", "Practitioner", "RelatedPerson", "Person"])
def test_social_security_numbers_vanish_without_any_rule_of_the_tenant(type_: str, identifier: dict[str, Any]) -> None:
    other = {"system": "urn:mrn", "value": "A1"}
    resource: dict[str, Any] = {"resourceType": type_, "identifier": [identifier, other]}
    if type_ == "RelatedPerson":
        resource["patient"] = {"reference": "Patient/1"}

    assert [other] == (released(resource) or {})["identifier"]


def test_a_reference_does_not_tell_the_number_either() -> None:
    observation = {**OBSERVATION, "subject": {"type": "Patient", "identifier": {"system": SSN, "value": "999-00-1111"}}}
    device = {**OBSERVATION, "subject": {"type": "Device", "identifier": {"system": "urn:udi", "value": "1"}}}

    assert UNKNOWN == (released(observation) or {})["subject"]
    assert device["subject"] == (released(device) or {})["subject"]


def test_the_purpose_shows_social_security_numbers() -> None:
    policy = Policy.compile(ssn_purposes=["HPAYMT", "BTG"])

    def systems(who: Principal) -> list[str]:
        (found,) = release(policy, [PATIENT], who, PRACTICE)
        return [identifier["system"] for identifier in found["identifier"]]

    assert [SSN, "urn:mrn"] == systems(for_purpose("HPAYMT"))
    assert ["urn:mrn"] == systems(for_purpose("TREAT"))
    assert ["urn:mrn"] == systems(SYSTEM)


def test_a_tenants_own_ssn_rule_replaces_the_built_in_one() -> None:
    own = Rule("ssn", ("Patient.identifier",), where=f"system = '{SSN}'", unless="%client = 'system'")

    assert PATIENT["identifier"] == (released(PATIENT, own) or {})["identifier"]
    assert PATIENT["identifier"][1:] == (released(PATIENT, own, who=LIMITED) or {})["identifier"]


@pytest.mark.parametrize(
    "rule",
    [
        Rule("x", ("Patient.telecom",), where="period.start > 5"),
        Rule("x", ("Patient.telecom",), unless="name.family.lower() = 'doe'"),
        Rule("x", ("Patient",), where="name.given.single() = 'Ann'"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_lets_nothing_through(rule: Rule) -> None:
    patient = {**PATIENT, "telecom": [{"value": "555", "period": {"start": "2020"}}]}

    with pytest.raises(FHIRError) as caught:
        release(Policy.compile([rule]), [patient], SYSTEM, PRACTICE)

    assert 500 == caught.value.status
    assert "Doe" not in caught.value.text


def test_what_has_no_type_is_not_released() -> None:
    with pytest.raises(FHIRError):
        release(Policy.compile(), [{"id": "1"}], SYSTEM, PRACTICE)
