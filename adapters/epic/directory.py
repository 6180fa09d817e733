"""Types that belong to no patient: who and where. Source: Epic's CapabilityStatement of May 2026, epic-doc."""

from __future__ import annotations

from adapters.epic import patient
from adapters.epic.asks import PATIENT, codes, within
from adapters.fhir_r4 import asks
from adapters.fhir_r4.declare import Pairs, Pushed, Served, Writing
from adapters.query import Query
from capability.issues import Invalid

ID = frozenset({"_id"})


def first_of_each(query: Query, writing: Writing, made: list[Pairs]) -> list[Pairs]:
    """Of repeated parameters Epic counts the first: one goes, the facade applies all. Source: epic-doc.

    Raises Invalid where nothing is left that it can be asked by.
    """
    found = [tuple({name: (name, value) for name, value in reversed(one)}.values()) for one in made]
    if any(not one for one in found):
        named = sorted({clause.name for clause in query.clauses})
        text = f"{query.type} is searched here by system|code of {' and '.join(named)}: give the code system as well"
        raise Invalid(text, parameter=named[0] if named else None, code="required")
    return found


WITH_SYSTEM = "Values are `system|code`; a code alone is looked for in the systems that the connection is told of."
WHOLE_NAME = "A whole name: a beginning of one finds nobody."

PATIENTS = Served(
    "Patient",
    {name: Pushed(lambda clause, writing: None) for name in patient.PARAMS},
    filters=patient.FILTERS,
    requires=patient.REQUIRES,
    profiles=("us-core-patient",),
    replaced=True,
    adjust=patient.requests,
    notes={
        "family": WHOLE_NAME,
        "given": WHOLE_NAME,
        "name": "Alone it is a given and family name in one, both whole.",
        "birthdate": "One whole day, unless gender with phone or email find the patient.",
    },
)

DIRECTORY = (
    Served(
        "Practitioner",
        {"identifier": Pushed(within("practitioner_systems")), "name": Pushed(asks.string)},
        requires=(ID, frozenset({"identifier"}), frozenset({"name"})),
        profiles=("us-core-practitioner",),
        notes={"identifier": WITH_SYSTEM},
        adjust=first_of_each,
    ),
    Served(
        "PractitionerRole",
        {
            "practitioner": Pushed(asks.reference("Practitioner"), one_each=True),
            "specialty": Pushed(within("specialty_systems")),
        },
        requires=(ID, frozenset({"practitioner"}), frozenset({"specialty"})),
        profiles=("us-core-practitionerrole",),
        notes={"specialty": WITH_SYSTEM},
        adjust=first_of_each,
    ),
    Served(
        "Organization",
        filters=frozenset({"name", "address"}),
        requires=(ID,),
        profiles=("us-core-organization",),
    ),
    Served(
        "Location",
        {"type": Pushed(codes)},
        filters=frozenset({"name", "address", "address-city", "address-state", "address-postalcode"}),
        requires=(ID, frozenset({"type"})),
        profiles=("us-core-location",),
    ),
    Served(
        "RelatedPerson",
        {"patient": PATIENT},
        filters=frozenset({"name"}),
        requires=(ID, frozenset({"patient"})),
        profiles=("us-core-relatedperson",),
    ),
)
