"""Nobody is looked up by an identifier that the caller may not see: the EHR isn't even asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest

from adapters.query import Clause, Query, TokenValue
from capability.issues import FHIRError
from facade.policy.admit import admit
from facade.policy.rule import Policy, Rule
from facade.principal import Principal
from tests.facade.policy.callers import PRACTICE, SYSTEM, for_purpose
from tests.facade.world import World, every

SSN = "http://hl7.org/fhir/sid/us-ssn"
SSN_OID = "urn:oid:2.16.840.1.113883.4.1"
NUMBER = "999001111"
SS_TYPE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "SS"}]}


@dataclass(frozen=True)
class Row:
    expression: str


ROWS = {"identifier": Row("Patient.identifier"), "_id": Row("Resource.id")}


def asked(*values: TokenValue, modifier: str | None = None) -> Clause:
    return Clause("identifier", modifier, values, "x")


def admitted(clause: Clause, *rules: Rule, who: Principal = SYSTEM) -> Clause:
    (found,) = admit(
        Policy.compile(rules, ssn_purposes=["HPAYMT"]), Query("Patient", (clause,)), who, PRACTICE, ROWS
    ).clauses
    return found


@pytest.mark.parametrize("system", [SSN, SSN_OID])
@pytest.mark.parametrize("code", [NUMBER, None])
def test_a_hidden_number_is_taken_out_of_the_question(system: str, code: str | None) -> None:
    other = TokenValue("urn:mrn", "7")

    assert (other,) == admitted(asked(TokenValue(system, code), other)).values
    assert () == admitted(asked(TokenValue(system, code))).values


def test_a_value_without_a_system_may_not_mean_the_hidden_number() -> None:
    clause = admitted(asked(TokenValue(None, NUMBER)))

    assert (TokenValue(None, NUMBER),) == clause.values
    assert not clause.may_ask({"system": SSN, "value": NUMBER})
    assert not clause.may_ask({"system": "urn:other", "type": SS_TYPE, "value": NUMBER})
    assert clause.may_ask({"system": "urn:mrn", "value": NUMBER})


def test_the_purpose_that_shows_numbers_may_ask_by_them() -> None:
    clause = asked(TokenValue(SSN, NUMBER), TokenValue(None, NUMBER))

    found = admitted(clause, who=for_purpose("HPAYMT"))

    assert clause == found
    assert found.may_ask({"system": SSN, "value": NUMBER})


@pytest.mark.parametrize(
    ("rule", "identifier", "may"),
    [
        (Rule("x", ("Patient.identifier",), where="system.startsWith('urn:')"), {"system": "urn:a"}, False),
        (Rule("x", ("Patient.identifier",), where="system.startsWith('urn:')"), {"system": "http:a"}, True),
        (Rule("x", ("Patient.identifier",), where="value.startsWith('9')"), {"system": "a"}, False),
        (Rule("x", ("Patient.identifier",), where="system = 'a'", unless="active"), {"system": "a"}, False),
        (Rule("x", ("Patient.identifier",), where="system = 'a'", clients=("other",)), {"system": "a"}, True),
        (Rule("x", ("Patient.identifier",), where="system = 'a'", unless="%client = 'system'"), {"system": "a"}, True),
        (Rule("x", ("Patient.identifier",), unless="active"), {"system": "a"}, True),
        (Rule("x", ("Patient.identifier.value",)), {"system": "a"}, False),
        (Rule("x", ("Patient.identifier.value",), where="$this.startsWith('9')"), {"system": "a"}, False),
        (Rule("x", ("Patient.identifier.value",), where="$this.startsWith('8')"), {"system": "a"}, True),
        (Rule("x", ("Patient.identifier.system",)), {"system": "a"}, False),
        (Rule("x", ("Patient.identifier.period",)), {"system": "a", "period": {"start": "2020"}}, True),
        (Rule("x", ("Patient.name",), where="use = 'old'"), {"system": "a"}, True),
    ],
    ids=str,
)
def test_whatever_a_rule_picks_is_not_asked_for(rule: Rule, identifier: dict[str, Any], may: bool) -> None:
    clause = admitted(asked(TokenValue(None, NUMBER)), rule)
    named = admitted(asked(TokenValue(identifier["system"], NUMBER)), rule)

    assert may is clause.may_ask({**identifier, "value": NUMBER})
    assert may is bool(named.values)


@pytest.mark.parametrize("modifier", ["not", "missing"])
def test_a_question_that_looks_nobody_up_stays_as_it_is(modifier: str) -> None:
    clause = asked(TokenValue(SSN, NUMBER), modifier=modifier)

    assert clause is admitted(clause)


def test_a_rule_that_cannot_be_evaluated_asks_nothing() -> None:
    rule = Rule("x", ("Patient.identifier",), where="value > 5")

    with pytest.raises(FHIRError, match="policy rule"):
        admitted(asked(TokenValue("a", NUMBER)), rule)


async def _number(here: World) -> str:
    """Some patient's social security number, as billing sees it."""
    for patient in await every(here.client("billing"), "/Patient"):
        for identifier in patient.get("identifier", ()):
            if identifier.get("system") == SSN:
                return str(identifier["value"])
    raise AssertionError("the population has somebody with a social security number")


@pytest.mark.parametrize("text", ["{ssn}|{number}", "{number}", "{dashed}", "{ssn}|", "1,{number}", "{ssn}|{number},1"])
async def test_the_ehr_is_never_asked_for_a_hidden_number(here: World, text: str) -> None:
    number = await _number(here)
    dashed = f"{number[:3]}-{number[3:5]}-{number[5:]}"
    await here.forget()

    response = await here.client().get(
        "/Patient", params={"identifier": text.format(ssn=SSN, number=number, dashed=dashed)}
    )

    assert 200 == response.status_code
    assert ("1" in text.split(",")) is ("entry" in response.json())
    assert not any("ssn" in parse_qs(call["query"]) for call in await here.calls())


async def test_the_ehr_is_asked_where_the_purpose_shows_the_number(here: World) -> None:
    number = await _number(here)
    await here.forget()

    response = await here.client("billing").get("/Patient", params={"identifier": number})

    assert 1 == response.json()["total"]
    assert any([number] == parse_qs(call["query"]).get("ssn") for call in await here.calls())
