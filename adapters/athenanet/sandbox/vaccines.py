"""/chart/{patientid}/vaccines: given, and by flags also refused, deleted, declined and merely ordered ones."""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.medications import number
from adapters.athenanet.sandbox.parameters import Ask
from adapters.population.facts import Coded
from adapters.population.vaccines import Vaccine, vaccines

_VACCINES = 8_000_000
_PER_PERSON = 1000
STATUSES = {"refused": "REFUSED", "declined": "PRESCRIBED", "contraindicated": "PRESCRIBED", "ordered": "PRESCRIBED"}
# [assumed] which flag shows what; an order that was declined keeps status PRESCRIBED
SHOWN_BY = {
    "deleted": "showdeleted",
    "refused": "showrefused",
    "ordered": "showprescribednotadministered",
    "declined": "showdeclinedorders",
    "contraindicated": "showdeclinedorders",
}
ROUTES = {"IM": "intramuscular", "SC": "subcutaneous", "PO": "oral", "NASAL": "intranasal"}


def listed(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    own = [one for one in ask.practice.people.facts(person.number, vaccines) if one.group == group]
    shown = [one for one in own if one.state not in SHOWN_BY or ask.flag(SHOWN_BY[one.state])]
    return {
        "vaccines": [_vaccine(one, person.number) for one in shown],
        "totalcount": str(len(shown)) if person.number % 3 else None,
    }


def _vaccine(one: Vaccine, person: int) -> JSON:
    product, given = one.product, one.state in ("given", "partly given", "deleted")
    letter = "H" if one.kind == "historical" else "C"
    return {
        "vaccineid": f"{letter}{_VACCINES + person * _PER_PERSON + one.number}",
        "patientid": person,
        "chartsharinggroupid": one.group,
        "vaccinetype": one.kind.upper(),
        "status": STATUSES.get(one.state, "ADMINISTERED"),
        "cvx": product.cvx if one.number % 4 or product.cvx is None else str(product.cvx),
        "mvx": product.maker,
        "ndc": product.ndc,
        "description": product.name,
        "genusname": product.family,
        "administerdate": dates.partial(one.on) if given else None,
        "administersite": product.site if given else None,
        "administerroute": product.route if given else None,
        "administerroutedescription": ROUTES.get(product.route or "") if given else None,
        "amount": number(product.amount) if given else None,
        "units": product.unit if given else None,
        "lotnumber": one.lot,
        "expirationdate": dates.plain(one.expires),
        "vaccinator": one.given_by,
        "administernote": one.note if given else None,
        "partiallyadministered": True if one.state == "partly given" else None,
        "entereddate": dates.plain(one.entered),
        "enteredby": one.by,
        "ordereddate": dates.plain(one.entered) if one.kind == "clinical" else None,
        "orderedby": one.ordered_by,
        "refuseddate": dates.partial(one.on) if one.state == "refused" else None,
        "refusedreason": one.why,
        "refusednote": one.note if one.state == "refused" else None,
        "declinedreason": [_coded(one.reason)] if one.reason and one.state == "declined" else None,
        "declinedreasontext": one.note if one.state == "declined" else None,
        "contraindicationreason": [_coded(one.reason)] if one.reason and one.state == "contraindicated" else None,
        "prescribeddate": dates.partial(one.on) if STATUSES.get(one.state) == "PRESCRIBED" else None,
        "deleteddate": dates.plain(one.entered) if one.state == "deleted" else None,
    }


def _coded(one: Coded) -> JSON:
    return {"code": one.code, "codeset": one.system, "description": one.text}
