"""athenaNet order of an encounter -> US Core ServiceRequest.

Source  GET /v1/{practiceid}/chart/encounter/{encounterid}/orders?showexternalcodes=true&showclinicalprovider=true
        &showdeclinedorders=true, with the encounter of GET .../chart/{patientid}/encounters?showdiagnoses=true
Shape   a bare array of {diagnosis, diagnosissnomed, diagnosisicd[], orders[]}: an order for two diagnoses stands in two
        groups. An order has orderid, class, ordertype, description, status, externalcodes[]{code, codeset,
        description}, diagnosislist[]{diagnosiscode{}, snomedicdcodes[]}, declinedreason[], declinedreasontext
Units   none
Times   dateordered "MM/DD/YYYY hh:mm AM", [assumed] the department's wall time; futuresubmitdate a date, [assumed] when
        it is to be carried out; lastmodifieddatetime ISO with offset
Target  US Core 6.1.0 ServiceRequest. A diagnosis is referred to where the encounter has just one with its code, else it
        is a reason in words and codes. Who is to carry it out is named, not referred to: a person or a facility.
Skips   prescriptions and vaccines (MedicationRequest, Immunization), leaflets for patients; documents[] (a report says
        what it is based on), questions[], specimencollectionsite, assigneduser, documentationonly
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from mappings import fhir
from mappings.athena import ids
from mappings.athenanet import codes_results as codes
from mappings.athenanet.practice import CLINICAL_PROVIDER, Practice
from mappings.athenanet.scalars import as_id, as_list, as_record, as_str
from mappings.athenanet.translation import Translation
from mappings.check_digits import is_loinc, looks_like_loinc
from mappings.mapped import Mapped, Record

NO_SERVICES = frozenset({"PRESCRIPTION", "VACCINE", "PATIENTINFO", "PATIENT INFO"})
"""`class` or `ordertype` of what is asked for otherwise, or is no request."""


def orders(groups: Any) -> Iterator[tuple[Any, list[Record]]]:
    """Each order that is a request for a service, once, with the groups that it stands in. What is no object is given
    by itself, for the mapping to refuse."""
    found: dict[str, tuple[Any, list[Record]]] = {}
    for group in as_list(groups):
        if not isinstance(group, dict) or "orders" not in group:
            yield None, []
            continue
        for one in as_list(group["orders"]):
            if not isinstance(one, dict):
                yield None, []
            elif not _is_no_service(one):
                found.setdefault(str(one.get("orderid")).strip(), (one, []))[1].append(group)
    yield from found.values()


def _is_no_service(order: Record) -> bool:
    return any(str(order.get(key)).strip().upper() in NO_SERVICES for key in ("class", "ordertype"))


def service_request(
    record: Record, groups: Iterable[Record], *, encounter: Record, patient: str, practice: Practice
) -> Mapped:
    """`groups` are those that the order stands in, `encounter` the one with its diagnoses; `patient` the patientid.

    ValueError without an encounterid or an orderid.
    """
    record, translation = as_record(record), Translation(practice)
    encounterid, orderid = as_id(encounter.get("encounterid")), as_id(record.get("orderid"))
    department = record.get("departmentid") or encounter.get("departmentid")
    priority = translation.concept(codes.ORDER_PRIORITY, record.get("priority"))
    known, unknown = _reasons(record, groups, encounter, patient, translation)
    resource = fhir.resource(
        "ServiceRequest",
        id=ids.local("order", patient, encounterid, orderid),
        meta=translation.meta(record.get("lastmodifieddatetime")),
        identifier=[fhir.identifier(practice.system("order"), orderid, ("PLAC", "Placer Identifier"))],
        status=_status(record, translation),
        intent="order",
        category=[_category(record, translation)],
        priority=priority.code if priority else None,
        code=_code(record, translation),
        subject=fhir.reference("Patient", ids.local("", patient)),
        encounter=fhir.reference("Encounter", ids.local("encounter", patient, encounterid)),
        occurrenceDateTime=translation.date(record.get("futuresubmitdate")),
        authoredOn=translation.moment(record.get("dateordered"), practice.zone(department)),
        requester=_requester(record, practice),
        performer=[_performer(record)],
        reasonCode=unknown,
        reasonReference=known,
        note=[fhir.element(text=as_str(record.get("declinedreasontext")))],
    )
    modified = translation.moment(record.get("lastmodifieddatetime"), None)
    by = as_str(record.get("lastmodifiedby")) or record.get("orderingprovider")
    return translation.mapped(resource, practice.origin(by, modified, record.get("providerid")))


def _status(record: Record, translation: Translation) -> str:
    """What was declined is revoked, however its paper stands."""
    found = translation.concept(codes.ORDER_STATUS, record.get("status"))
    if found and found.code == "entered-in-error":
        return found.code
    if as_list(record.get("declinedreason")) or as_str(record.get("declinedreasontext")):
        return "revoked"
    return found.code if found else "unknown"


def _category(record: Record, translation: Translation) -> fhir.Element | None:
    kind = as_str(record.get("ordertype")) or as_str(record.get("class"))
    return translation.codeable(codes.ORDER_CATEGORY, kind)


def _code(record: Record, translation: Translation) -> fhir.Element:
    words = as_str(record.get("description"))
    codings = [_coding(as_record(one), translation) for one in as_list(record.get("externalcodes"))]
    if own := as_str(record.get("ordertypeid")):
        codings.append(fhir.coding(translation.practice.system("ordertype"), own, words))
    return fhir.codeable(*codings, text=words) or fhir.absent_code()


def _coding(record: Record, translation: Translation) -> fhir.Element | None:
    """A code of a codeset; the system of one that no table knows is named after athenaNet's word for it, and a LOINC
    code whose check digit is wrong has none."""
    code, codeset = as_str(record.get("code")), as_str(record.get("codeset"))
    if code is None or code == "0":
        return None
    known = translation.concept(codes.ORDER_CODESET, codeset)
    system = (
        known.code if known else f"urn:athenahealth:athenanet:codeset:{quote(codeset, safe='')}" if codeset else None
    )
    if system == fhir.LOINC and not is_loinc(code):
        translation.unknown("loinc", code, coded=looks_like_loinc(code))
        system = None
    return fhir.coding(system, code, as_str(record.get("description")))


def _requester(record: Record, practice: Practice) -> fhir.Element | None:
    name = as_str(record.get("orderingprovider"))
    return fhir.reference("Practitioner", practice.author(name, record.get("providerid"))) or fhir.element(display=name)


def _performer(record: Record) -> fhir.Element | None:
    """Of athena's nationwide directory: a person or a facility, which the number doesn't tell."""
    number = fhir.identifier(CLINICAL_PROVIDER, as_str(record.get("clinicalproviderid")))
    return fhir.element(identifier=number, display=as_str(record.get("clinicalprovidername")))


# --- reasons --------------------------------------------------------------------------------------------------------


def _reasons(
    record: Record, groups: Iterable[Record], encounter: Record, patient: str, translation: Translation
) -> tuple[list[fhir.Element | None], list[fhir.Element | None]]:
    """(references to diagnoses of the encounter, concepts of those that it does not have just once)."""
    listed = [as_record(one) for one in as_list(record.get("diagnosislist"))]
    named = [_listed(one) for one in listed] or [_grouped(one) for one in groups]
    known: list[fhir.Element | None] = []
    unknown: list[fhir.Element | None] = []
    for words, stated in named:
        if diagnosisid := _diagnosis(stated, encounter):
            local = ids.local("diagnosis", patient, as_id(encounter.get("encounterid")), diagnosisid)
            known.append(fhir.reference("Condition", local, words))
        else:
            unknown.append(fhir.codeable(*(_coding(one, translation) for one in stated), text=words))
    return _once(known), _once(unknown)


def _once(elements: list[fhir.Element | None]) -> list[fhir.Element | None]:
    return [one for place, one in enumerate(elements) if one not in elements[:place]]


Stated = tuple[str | None, list[Record]]
"""A diagnosis as an order states it: its words, and {code, codeset, description} of each of its codes."""


def _listed(one: Record) -> Stated:
    first = as_record(one.get("diagnosiscode") or {})
    return as_str(first.get("description")), [first, *map(as_record, as_list(one.get("snomedicdcodes")))]


def _grouped(one: Record) -> Stated:
    words = as_str(one.get("diagnosis"))
    first = {"code": one.get("diagnosissnomed"), "codeset": "SNOMED", "description": words}
    return words, [first, *map(as_record, as_list(one.get("diagnosisicd")))]


def _diagnosis(stated: list[Record], encounter: Record) -> str | None:
    """diagnosisid of the encounter's only diagnosis that has the first of these codes that any has."""
    diagnoses = [as_record(one) for one in as_list(encounter.get("diagnoses"))]
    for one in stated:
        code = as_str(one.get("code"))
        if code is None or code == "0":
            continue
        having = [each for each in diagnoses if code in _codes(each)]
        if having:
            return as_str(having[0].get("diagnosisid")) if len(having) == 1 else None
    return None


def _codes(diagnosis: Record) -> set[str | None]:
    icd = {as_str(as_record(one).get("code")) for one in as_list(diagnosis.get("icdcodes"))}
    return {as_str(diagnosis.get("snomedcode")), *icd}
