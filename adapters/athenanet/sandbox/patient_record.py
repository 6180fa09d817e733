"""One patient as GET /patients/{patientid} shows it."""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import PracticeData
from adapters.athenanet.sandbox.social_history import ORIENTATION
from adapters.population.facts import Coded, Contact, Person
from adapters.population.family import guarantor
from adapters.population.social_history import social_history

SEX = {"female": "F", "male": "M"}
MARITAL = {
    "single": ("S", "SINGLE"),
    "married": ("M", "MARRIED"),
    "divorced": ("D", "DIVORCED"),
    "widowed": ("W", "WIDOWED"),
    "separated": ("X", "SEPARATED"),
    "partner": ("P", "PARTNER"),
    "unknown": ("U", "UNKNOWN"),
}
GENDER_IDENTITY = {
    "woman": "Identifies as Female",
    "man": "Identifies as Male",
    "transgender woman": "Transgender Female/Male-to-Female (MTF)",
    "transgender man": "Transgender Male/Female-to-Male (FTM)",
    "non-conforming": "Gender non-conforming (neither exclusively male nor female)",
    "other": "Additional gender category / other, please specify",
    "undisclosed": "Choose not to disclose",
}
CHANNEL = {"home": "HOMEPHONE", "mobile": "MOBILEPHONE", "work": "WORKPHONE", "mail": "MAIL", "portal": "PORTAL"}
HIERARCHY = {  # CDC race code: hierarchical code
    "1002-5": "R1",
    "2028-9": "R2",
    "2029-7": "R2.01",
    "2034-7": "R2.06",
    "2054-5": "R3",
    "2058-6": "R3.02",
    "2079-2": "R4.01.001",
    "2106-3": "R5",
    "2118-8": "R5.02",
    "2131-1": "R9",
}
DECLINED = "declined"
GUARANTOR_IDS = {
    "self": "1",
    "spouse": "2",
    "child": "3",
    "ward": "10",
}  # what the patient is to the guarantor [assumed]
_TOPICS = ("appointment", "announcement", "billing", "lab")


def sex(person: Person) -> str | None:
    """Unknown is a letter, another letter, or nothing at all."""
    return SEX.get(person.sex) or ("U", "N", None)[person.number % 3 - 2]


def ethnicity(person: Person) -> str | None:
    return DECLINED if person.ethnicity_declined else person.ethnicities[0].code if person.ethnicities else None


def language(person: Person) -> str | None:
    return DECLINED if person.language_declined else person.language


def race(person: Person) -> list[str] | None:
    return [DECLINED] if person.race_declined else [one.code for one in person.races] or None


def patient_record(ask: Ask, person: Person) -> JSON:
    """Everything that is on file, by the show* and omit* flags of the request. None: not on file."""
    return {
        **_identity(ask, person),
        **_background(person, ask.sandbox.settings.strict),
        **_reach(person),
        **_contacts(person),
        **_guarantor(ask, person),
        **_administration(ask, person),
    }


def _identity(ask: Ask, person: Person) -> JSON:
    ssn = person.ssn
    told = ask.practice.people.facts(person.number, social_history)
    old = [str(number) for number in person.previous_numbers]
    return {
        "patientid": str(person.number),
        "localpatientid": str(person.number) if ask.flag("showlocalpatientid") else None,
        "previouspatientids": old or None if ask.flag("showpreviouspatientids") else None,
        "firstname": person.name.given,
        "middlename": person.name.middle,
        "lastname": person.name.family,
        "suffix": person.name.suffix,
        "preferredname": person.name.nickname,
        "altfirstname": person.name.used,
        "dob": dates.plain(person.born),
        "deceaseddate": dates.plain(person.died),
        "sex": sex(person),
        "assignedsexatbirth": SEX.get(person.sex_at_birth or ""),
        "genderidentity": GENDER_IDENTITY.get(person.gender_identity or ""),
        "genderidentityother": person.gender_identity_text,
        "sexualorientation": ORIENTATION.get(told.orientation or ""),
        "occupationcode": told.occupation,
        "industrycode": told.industry,
        "preferredpronouns": person.pronouns,
        "ssn": None if ssn is None else ssn if ask.flag("showfullssn") else f"*****{ssn[-4:]}",
    }


def _background(person: Person, strict: bool) -> JSON:
    first: Coded | None = person.races[0] if person.races else None
    codes = race(person)
    declined = person.race_declined
    return {
        "race": DECLINED if declined and not strict else codes,
        "racename": "Patient Declined" if declined else first.text if first else None,
        "racecode": first.code if first else None,
        "hierarchicalcode": HIERARCHY.get(first.code) if first else None,
        "ethnicitycode": ethnicity(person),
        "ethnicitycodes": [one.code for one in person.ethnicities] or None,
        "language6392code": language(person),
        "maritalstatus": MARITAL[person.marital][0] if person.marital else None,
        "maritalstatusname": MARITAL[person.marital][1] if person.marital else None,
        "veteran": None,
        "homebound": False,
        "povertylevelincomerangedeclined": False,
        "povertylevelfamilysizedeclined": False,
    }


def _reach(person: Person) -> JSON:
    address, wants = person.address, person.preferences
    topics: JSON = {}
    for topic in _TOPICS:
        topics[f"contactpreference_{topic}_email"] = wants.emails
        topics[f"contactpreference_{topic}_phone"] = wants.calls
        topics[f"contactpreference_{topic}_sms"] = wants.texts
    return {
        "address1": address.line if address else None,
        "address2": address.line2 if address else None,
        "city": address.city.upper() if address else None,
        "state": address.state if address else None,
        "zip": _zip(person),
        "countrycode": "USA" if address else None,
        "countrycode3166": "US" if address else None,
        "homephone": person.home_phone,
        "mobilephone": person.mobile_phone,
        "workphone": person.work_phone,
        "hasmobile": person.mobile_phone is not None,
        "email": DECLINED if person.email_declined else person.email,
        "emailexists": person.email is not None,
        "contactpreference": CHANNEL.get(wants.channel or ""),
        "consenttocall": wants.calls,
        "consenttotext": wants.texts,
        "donotcall": not wants.calls,
        "onlinestatementonly": False,
        "caresummarydeliverypreference": "PORTAL" if wants.channel == "portal" else None,
        **topics,
    }


def _zip(person: Person) -> str | int | None:
    """Text or number, even within one list; never a number where that would lose a leading zero."""
    if person.address is None:
        return None
    digits = person.address.zip
    return int(digits) if person.number % 4 == 0 and not digits.startswith("0") else digits


def _contacts(person: Person) -> JSON:
    contact, kin, guardian = person.contact, person.next_of_kin, person.guardian
    return {
        "contactname": _whole(contact),
        "contactrelationship": contact.relationship.upper() if contact else None,
        "contacthomephone": contact.phone if contact else None,
        "nextkinname": _whole(kin),
        "nextkinrelationship": kin.relationship.upper() if kin else None,
        "nextkinphone": kin.phone if kin else None,
        "guardianfirstname": guardian.given if guardian else None,
        "guardianlastname": guardian.family if guardian else None,
    }


def _whole(contact: Contact | None) -> str | None:
    return f"{contact.name.given} {contact.name.family}" if contact else None


def _guarantor(ask: Ask, person: Person) -> JSON:
    payer = ask.practice.people.facts(person.number, guarantor)
    same = payer.address is None
    address = person.address if payer.patient_is == "self" else payer.address
    return {
        "guarantorfirstname": payer.name.given,
        "guarantorlastname": payer.name.family,
        "guarantordob": dates.plain(payer.born),
        "guarantorrelationshiptopatient": GUARANTOR_IDS[payer.patient_is],
        "guarantoraddresssameaspatient": same and person.address is not None,
        "guarantoraddress1": address.line if address else None,
        "guarantorcity": address.city.upper() if address else None,
        "guarantorstate": address.state if address else None,
        "guarantorzip": address.zip if address else None,
        "guarantorphone": payer.phone,
        "guarantoremail": payer.email,
        "guarantorcountrycode": "USA",
        "guarantorcountrycode3166": "US",
    }


def _administration(ask: Ask, person: Person) -> JSON:
    owed = "-120.5" if person.number % 5 == 0 else 0
    groups = [{"balance": owed, "departmentlist": "1,21,148", "providergroupid": 1, "cleanbalance": True}]
    groups += [{"balance": 0, "departmentlist": "62,150", "providergroupid": 2, "cleanbalance": True}]
    first, last = _seen(ask.practice, person)
    statuses = [
        {"departmentid": ask.practice.group_department(group), "status": person.status, "primaryproviderid": None}
        for group in person.groups
    ]
    return {
        "departmentid": str(person.registered_at),
        "primarydepartmentid": str(person.department) if person.department else None,
        "primaryproviderid": str(person.clinician) if person.clinician else None,
        "status": person.status,
        "allpatientstatuses": statuses if ask.flag("showallpatientdepartmentstatus") else None,
        "registrationdate": dates.plain(person.registered),
        "firstappointment": first,
        "lastappointment": last,
        "patientphoto": None if ask.flag("omitphotoinformation") else False,
        "driverslicense": False,
        "privacyinformationverified": person.number % 2 == 1,
        "medicationhistoryconsentverified": False,
        "portalaccessgiven": person.email is not None,
        "portaltermsonfile": person.email is not None,
        "portalstatus": {"registered": person.email is not None, "noportal": False}
        if ask.flag("showportalstatus")
        else None,
        "balances": None if ask.flag("omitbalances") else groups,
        "customfields": [] if ask.flag("showcustomfields") else None,
        "insurances": [] if ask.flag("showinsurance") else None,
    }


def _seen(practice: PracticeData, person: Person) -> tuple[str | None, str | None]:
    """First and last appointment in the wall time of their departments."""
    kept = [
        visit
        for visit in practice.people.visits(person.number)
        if visit.kind in ("office", "video") and visit.outcome in ("kept", "arrived")
    ]
    if not kept:
        return None, None
    texts = [
        visit.start.astimezone(practice.zones[visit.department]).strftime("%m/%d/%Y %H:%M")
        for visit in (kept[0], kept[-1])
    ]
    return texts[0], texts[1]
