"""People around a patient: the care team of each chart, and athena's nationwide directory of clinical providers.

[assumed] Both layouts: no answer of either was seen.
"""

from __future__ import annotations

from adapters.athenanet.sandbox.answers import JSON, not_found
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.population.team import Member, Outsider, care_team, outsider


def careteam(ask: Ask) -> JSON:
    """Always there, if with nobody in it."""
    person, _chart, group = chart_of(ask)
    own = [one for one in ask.practice.people.facts(person.number, care_team) if one.group == group]
    return {"members": [_member(ask, person.number, one) for one in own]}


def _member(ask: Ask, person: int, one: Member) -> JSON:
    who = outsider(ask.practice.people.seed, one.outsider)
    name = who.person if who else None
    return {
        "memberid": str(person * 100 + one.number),
        "clinicalproviderid": one.outsider,
        "recipientclass": {"code": one.role[0], "description": one.role[1]} if one.role else None,
        "name": who.name if who else None,
        "firstname": name.given if name else None,
        "lastname": name.family if name else None,
        "specialty": who.specialty if who else None,
        "phone": who.phone if who else None,
    }


def clinicalprovider(ask: Ask) -> list[JSON]:
    found = outsider(ask.practice.people.seed, ask.id("clinicalproviderid"))
    if found is None:
        raise not_found("clinical provider")
    return [_record(found)]


def _record(one: Outsider) -> JSON:
    address = one.address
    return {
        "clinicalproviderid": str(one.number) if one.number % 2 else one.number,
        "name": one.name if one.person is None else f"{one.name}, MD",
        "firstname": one.person.given if one.person else None,
        "lastname": one.person.family if one.person else None,
        "npi": int(one.npi) if one.npi else None,
        "ncpdpid": one.pharmacy,
        "address1": address.line if address else None,
        "city": address.city.upper() if address else None,
        "state": address.state if address else None,
        "zip": address.zip if address else None,
        "phonenumber": one.phone,
        "faxnumber": None,
    }
