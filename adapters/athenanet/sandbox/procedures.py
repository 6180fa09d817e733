"""What was done: the surgical history of a chart, and the services of an encounter. Both layouts are [assumed]:
no answer was seen, only the paths and the keys of writes."""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, not_found
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.population.facts import Visit
from adapters.population.procedures import Service, Surgery, procedures

_SURGERIES = 60_000
_SERVICES = 2_000_000
_PER_PERSON = 100
_PER_VISIT = 20


def surgicalhistory(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    done = ask.practice.people.facts(person.number, procedures)
    own = [one for one in done.surgeries if one.group == group]
    return {
        "procedures": [_surgery(one, person.number) for one in own],
        "sectionnote": "reviewed" if own else "",
    }


def _surgery(one: Surgery, person: int) -> JSON:
    number = _SURGERIES + person * _PER_PERSON + one.number
    return {
        "procedureid": str(number) if number % 2 else number,
        "procedurecode": one.code.code if one.code else None,
        "description": one.words,
        "proceduredate": dates.partial(one.on),
        "note": one.note,
        "lastmodifieddatetime": dates.iso(one.modified),
        "lastmodifiedby": one.by,
    }


def services(ask: Ask) -> JSON:
    visit = ask.practice.encounter(ask.id("encounterid"))
    if visit is None:
        raise not_found("encounter")
    own = ask.practice.people.facts(visit.person, procedures).services.get(visit.number, ())
    return {
        "services": [_service(visit, index, one) for index, one in enumerate(own)],
        "totalcount": len(own),
    }


def _service(visit: Visit, index: int, one: Service) -> JSON:
    return {
        "serviceid": _SERVICES + (visit.person * _PER_PERSON + visit.number) * _PER_VISIT + index,
        "procedurecode": int(one.code.code) if one.code.code.isdigit() and index % 3 == 0 else one.code.code,
        "description": one.code.text,
        "modifiers": list(one.modifiers),
        "units": one.units,
        "billforservice": one.billed,
        "icd10codes": list(one.because),
    }
