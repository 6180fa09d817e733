"""Insurance policies of a patient, and claims."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, not_found, page
from adapters.athenanet.sandbox.chart import living
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import appointmentid
from adapters.population.billing import Charge, Invoice, Policy, invoices, policies
from adapters.population.facts import Coded, Visit

_INSURANCES = 23_000
_PER_PERSON = 10
_CLAIMS = 2_000_000
_VISITS = 100
RELATIONSHIPS = {
    "self": ("Self", 1),
    "spouse": ("Spouse", 2),
    "child": ("Child", 3),
    "employee": ("Employee", 12),
}


def insuranceid(person: int, number: int) -> int:
    return _INSURANCES + person * _PER_PERSON + number


def claimid(visit: Visit) -> int:
    return _CLAIMS + visit.person * _VISITS + visit.number


def transactionid(visit: Visit, index: int) -> str:
    return str(claimid(visit) * 10 + index)


def insurances(ask: Ask) -> JSON:
    """No department is needed. Cancelled policies only with showcancelled."""
    person = living(ask)
    rows = [
        _policy(person.number, one)
        for one in ask.practice.people.facts(person.number, policies)
        if one.cancelled is None or ask.flag("showcancelled")
    ]
    limit, offset = ask.window()
    return page("insurances", rows, path=ask.path, query=ask.query, limit=limit, offset=offset)


def _policy(person: int, one: Policy) -> JSON:
    number = str(insuranceid(person, one.number))
    words, code = RELATIONSHIPS.get(one.relation, (None, None))
    return {
        "insuranceid": number,
        "id": number,
        "insuranceidnumber": one.member,
        "policynumber": one.group,
        "sequencenumber": one.rank,
        "relationshiptoinsured": words,
        "relationshiptoinsuredid": str(code) if code and one.number % 2 == 0 else code,
        "issuedate": dates.plain(one.since),
        "expirationdate": dates.plain(one.until),
        "cancelled": dates.plain(one.cancelled),
        "eligibilitystatus": "Eligible" if one.eligible else "Unverified",
        "eligibilityreason": "Athena",
        "eligibilitylastchecked": dates.plain(one.since),
        "copays": [{"copaytype": "Office Visit", "copayamount": one.copay}] if one.copay else None,
        "casepolicytypename": "Worker's Comp" if one.relation == "employee" else None,
        **_plan(one),
        **_holder(one),
    }


def _plan(one: Policy) -> JSON:
    plan = one.plan
    line, city, state, postal = plan.address or (None, None, None, None)
    return {
        "insurancepackageid": plan.number,
        "insuranceplanname": plan.name,
        "insuranceplandisplayname": plan.name.title(),
        "insurancetype": plan.kind,
        "ircid": abs(plan.number) % 97 if plan.category else None,
        "ircname": plan.category,
        "insurancepayername": plan.payer,
        "insurancepackagepayerid": plan.payer_code,
        "insurancepackageaddress1": line,
        "insurancepackagecity": city,
        "insurancepackagestate": state,
        "insurancepackagezip": postal,
        "insurancephone": plan.phone,
    }


def _holder(one: Policy) -> JSON:
    """The same person twice, under two prefixes."""
    if one.holder is None:
        return {}
    given, family = one.holder.given.upper(), one.holder.family.upper()
    return {
        "insurancepolicyholder": f"{given} {family}",
        "insurancepolicyholderfirstname": given,
        "insurancepolicyholderlastname": family,
        "insuredfirstname": given,
        "insuredlastname": family,
        "insuredentitytypeid": 1,
    }


def claims(ask: Ask) -> JSON:
    since, until = ask.day("servicestartdate"), ask.day("serviceenddate")
    departments, providers = ask.integers("departmentid"), ask.integers("providerid")
    appointments, patients = ask.integers("appointmentid"), ask.integers("patientid")
    rows = []
    for one in _invoices(ask, patients):
        on = one.visit.start.astimezone(ask.practice.zones[one.visit.department]).date()
        if (since and on < since) or (until and on > until):
            continue
        if (departments and one.visit.department not in departments) or (
            providers and one.visit.clinician not in providers
        ):
            continue
        if not appointments or appointmentid(one.visit) in appointments:
            rows.append(one)
    limit, offset = ask.window()
    envelope = page("claims", rows, path=ask.path, query=ask.query, limit=limit, offset=offset)
    envelope["claims"] = [_claim(ask, one) for one in envelope["claims"]]
    return envelope


def _invoices(ask: Ask, patients: set[int]) -> Iterator[Invoice]:
    for number in sorted(patients) or range(1, len(ask.practice.people) + 1):
        person = ask.practice.person(number)
        if person is not None and person.merged_into is None:
            yield from ask.practice.people.facts(number, invoices)


def claim(ask: Ask) -> JSON:
    """A bare object."""
    person, number = divmod(ask.id("claimid") - _CLAIMS, _VISITS)
    found = _invoices(ask, {person}) if person > 0 else iter(())
    for one in found:
        if one.visit.number == number:
            return _claim(ask, one)
    raise not_found("claim")


def claims_of(ask: Ask, visit: Visit) -> list[JSON] | None:
    """Claims as they are shown with their appointment: [assumed] the same, of which only the id matters."""
    found = ask.practice.people.facts(visit.person, invoices)
    return [{"claimid": str(claimid(visit))} for one in found if one.visit.number == visit.number] or None


def _claim(ask: Ask, one: Invoice) -> JSON:
    visit = one.visit
    on = visit.start.astimezone(ask.practice.zones[visit.department]).date()
    diagnoses = [*((code, False) for code in one.diagnoses), *((code, True) for code in one.withdrawn)]
    amounts = {transactionid(visit, index): each.amount for index, each in enumerate(one.charges) if each.amount}
    return {
        "claimid": str(claimid(visit)),
        "patientid": visit.person,
        "departmentid": visit.department,
        "billedproviderid": visit.clinician,
        "billedservicedate": dates.plain(on),
        "claimcreateddate": dates.plain(one.created),
        "procedures": [_procedure(visit, index, each) for index, each in enumerate(one.charges)],
        "diagnoses": [_diagnosis(visit, index, *each) for index, each in enumerate(diagnoses)],
        "patientpayer": {"status": one.patient_status},
        "primaryinsurancepayer": {
            "primarypatientinsuranceid": insuranceid(visit.person, one.primary) if one.primary else 0,
            "status": one.primary_status,
        },
        "secondaryinsurancepayer": {
            "secondarypatientinsuranceid": insuranceid(visit.person, one.secondary) if one.secondary else 0,
            "status": one.secondary_status,
        },
        "transactiondetails": amounts,
        "customfields": [],
    }


def _procedure(visit: Visit, index: int, one: Charge) -> JSON:
    return {
        "procedurecode": ",".join((one.code, *one.modifiers)),
        "proceduredescription": one.text,
        "procedurecategory": one.category,
        "chargeamount": one.amount,
        "transactionid": transactionid(visit, index),
    }


def _diagnosis(visit: Visit, index: int, code: Coded, deleted: bool) -> JSON:
    return {
        "diagnosisid": str(claimid(visit) * 10 + index),
        "diagnosisrawcode": code.code,
        "diagnosiscodeset": code.system,
        "diagnosisdescription": code.text,
        "diagnosiscategory": "Claims are sorted by category",
        "deleteddiagnosis": "true" if deleted else "false",
    }
