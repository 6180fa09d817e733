"""Whatever the resource and the rules: what is hidden is not in what leaves, and nothing is changed on the way."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facade.policy.release import release
from facade.policy.rule import Policy, Rule
from tests.facade.policy.callers import PRACTICE, SYSTEM

SSN = "http://hl7.org/fhir/sid/us-ssn"
SECRET = "hidden-value"
plain = st.sampled_from(["a", "b"])
secret_or_plain = st.sampled_from([SECRET, "a", "b"])


def some(**elements: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=elements).filter(bool)


def many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=1, max_size=3)


narratives = st.just({"status": "generated", "div": f"<div>{SECRET}</div>"})
secret_names = some(family=st.just(SECRET), given=many(st.just(SECRET)), use=plain)
twins = st.just({"extension": [{"url": "u", "valueString": SECRET}]})
ssns = st.just({"system": SSN, "value": SECRET})
references = some(
    reference=st.sampled_from(["Patient/1", "https://h.example.org/Patient/2", "#p", "urn:uuid:1"]),
    type=st.just("Patient"),
    display=st.just(SECRET),
    identifier=ssns,
)
extensions = st.fixed_dictionaries({"url": st.just("u"), "valueReference": references})

named_patients = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.just("p")},
    optional={
        "name": many(secret_names),
        "birthDate": st.just(SECRET),
        "_birthDate": twins,
        "identifier": many(st.one_of(ssns, st.just({"value": "1"}))),
        "text": narratives,
        "active": st.booleans(),
    },
)
observations = st.fixed_dictionaries(
    {"resourceType": st.just("Observation"), "status": st.just("final"), "code": st.just({"text": "x"})},
    optional={
        "subject": references,
        "performer": many(references),
        "extension": many(extensions),
        "component": many(some(extension=many(extensions), valueString=plain)),
        "note": many(some(authorReference=references, text=plain)),
        "contained": st.lists(named_patients, min_size=1, max_size=1),
        "text": narratives,
    },
)
HIDING = (Rule("hide", ("Patient.name", "Patient.birthDate")),)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(named_patients, observations), max_size=3))
def test_a_hidden_value_is_nowhere_in_what_is_released(resources: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(resources)

    found = release(Policy.compile(HIDING), resources, SYSTEM, PRACTICE)

    assert SECRET not in json.dumps(found)
    assert before == resources
    assert len(resources) == len(found)


contacts = some(value=secret_or_plain, system=plain, use=plain)
contact_patients = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={"telecom": many(contacts), "active": st.booleans(), "text": narratives},
)
rules = st.builds(
    Rule,
    st.just(""),
    st.lists(
        st.sampled_from(["Patient.telecom", "Patient.telecom.value", "Patient.active"]), min_size=1, max_size=2
    ).map(tuple),
    st.none(),
    st.sampled_from([None, "%client = 'system'", "%client = 'nobody'", "active"]),
    st.sampled_from([None, ("system",), ("limited",)]),
)


def _elements(resource: dict[str, Any]) -> set[str]:
    """Everything a resource of these says, as text."""
    return {json.dumps({key: value}) for key, value in resource.items() if key != "telecom"} | {
        f"telecom {key} {value}" for contact in resource.get("telecom", ()) for key, value in contact.items()
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(rules, min_size=1, max_size=3), contact_patients)
def test_rules_together_leave_no_more_than_each_alone(each: list[Rule], patient: dict[str, Any]) -> None:
    named = [Rule(str(at), rule.remove, rule.where, rule.unless, rule.clients) for at, rule in enumerate(each)]
    (together,) = release(Policy.compile(named), [patient], SYSTEM, PRACTICE)
    (reversed_,) = release(Policy.compile(named[::-1]), [patient], SYSTEM, PRACTICE)

    assert reversed_ == together
    for rule in named:
        (alone,) = release(Policy.compile([rule]), [patient], SYSTEM, PRACTICE)
        assert _elements(together) <= _elements(alone)


@settings(max_examples=100, deadline=None)
@given(contact_patients)
def test_where_removes_what_it_holds_for_and_leaves_the_rest(patient: dict[str, Any]) -> None:
    rule = Rule("x", ("Patient.telecom",), where=f"value = '{SECRET}'")

    (found,) = release(Policy.compile([rule]), [patient], SYSTEM, PRACTICE)

    kept = [contact for contact in patient.get("telecom", ()) if contact.get("value") != SECRET]
    assert kept == found.get("telecom", [])
    assert (found is patient) == (kept == patient.get("telecom", []))
