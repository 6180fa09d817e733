"""Faults of what is served: profiles, must support, references, missing data, notes, screening, Provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.chart.building import ABSENT, US_CORE
from tests.conformance.faults import fault
from tests.conformance.server import Hooks

NOTES = ("DocumentReference", "DiagnosticReport")
SURVEYS = ("Observation",)

Resources = list[dict[str, Any]]


def holding(change: Callable[[Resources], object]) -> Callable[[Hooks], None]:
    """A fault of the data: `change` alters the resources in place."""
    return lambda hooks: hooks.chart.append(lambda held: (change(held), None)[1])


def _of(held: Resources, type_: str) -> Iterator[dict[str, Any]]:
    return (one for one in held if one["resourceType"] == type_)


def _every(type_: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Hooks], None]:
    return holding(lambda held: [change(one) for one in _of(held, type_)])


def _dropping(which: Callable[[dict[str, Any]], bool]) -> Callable[[Hooks], None]:
    def change(held: Resources) -> None:
        held[:] = [one for one in held if not which(one)]

    return holding(change)


def _inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in list(value.values()):
            yield from _inside(each)
    elif isinstance(value, list):
        for each in value:
            yield from _inside(each)


# --- profiles ------------------------------------------------------------------------------------------------------

fault("mandatory-missing", "a mandatory element is missing", "profiles")(
    _every("Condition", lambda one: one.pop("code"))
)
fault("code-outside-value-set", "a required binding is broken", "profiles")(
    _every("Encounter", lambda one: one.update(status="over"))
)
fault("wrong-profile-claimed", "resources claim a profile that they don't conform to", "profiles")(
    _every("Condition", lambda one: one["meta"].update(profile=[f"{US_CORE}us-core-condition-encounter-diagnosis"]))
)
fault("profile-not-claimed", "resources don't name the profile that they conform to", "profiles")(
    _every("AllergyIntolerance", lambda one: one.pop("meta"))
)
fault("invariant-broken", "an invariant of the profile is broken", "profiles")(
    _every("Practitioner", lambda one: one["identifier"][0].update(value="1234567890"))
)
fault("must-support-dropped", "an element that the chart has is never shown", "must-support")(
    _every("Patient", lambda one: one.pop("communication", None))
)
fault("slice-dropped", "a must-support extension is never shown", "must-support")(
    _every(
        "Patient",
        lambda one: (
            one.update(extension=[e for e in one["extension"] if "tribal" not in e["url"]])
            if "extension" in one
            else None
        ),
    )
)
fault("absence-as-evidence", "a must-support element only ever says why it is absent", "must-support")(
    _every(
        "Patient",
        lambda one: (
            one.pop("birthDate"),
            one.update(_birthDate={"extension": [{"url": ABSENT, "valueCode": "masked"}]}),
        ),
    )
)

# --- references ----------------------------------------------------------------------------------------------------

fault("reference-dangles", "references point at nothing", "references")(
    _every("Encounter", lambda one: one["location"][0].update(location={"reference": "Location/gone"}))
)
fault("reference-of-wrong-type", "a reference points at a type that the profile doesn't allow", "references")(
    _every("Encounter", lambda one: one.update(serviceProvider={"reference": "Practitioner/doc"}))
)

# --- missing data --------------------------------------------------------------------------------------------------

fault("reason-invented", "a data-absent-reason is no code of the set", "missing-data")(
    holding(
        lambda held: [each.update(valueCode="dunno") for each in _inside(held) if each.get("url") == ABSENT],
    )
)
fault("no-reason", "a mandatory value is left out without a reason", "missing-data")(
    _every("Immunization", lambda one: one.pop("_occurrenceDateTime", None))
)
fault("empty-string", "a missing value is an empty string", "missing-data")(
    _every("Location", lambda one: one.update(description=""))
)
fault("null", "a missing value is null", "missing-data")(_every("Condition", lambda one: one.update(note=None)))

# --- notes and screening -------------------------------------------------------------------------------------------

fault("note-type-missing", "one of the common note types is missing", "clinical-notes", types=NOTES)(
    _dropping(lambda one: one["id"] == "ana-note-7")
)
fault("custodian-missing", "a note has neither custodian nor Provenance", "clinical-notes", types=NOTES)(
    _dropping(lambda one: one["resourceType"] == "Provenance" and "-note-0" in one["id"])
)
fault("report-not-a-document", "a report's form is in no DocumentReference", "clinical-notes", types=NOTES)(
    _every("DocumentReference", lambda one: one["content"][0]["attachment"].update(url="https://files.example.org/x"))
)
fault("attachment-lost", "an attachment's URL leads nowhere", "clinical-notes", types=NOTES)(
    _every(
        "DocumentReference",
        lambda one: one["content"][0]["attachment"].update(url=f"https://fhir.example.org/r4/Binary/{one['id']}"),
    )
)
fault("tag-missing", "screening is not tagged", "screening", types=SURVEYS)(
    holding(
        lambda held: [each.update(code="social") for each in _inside(held) if each.get("code") == "disability-status"]
    )
)
fault("previous-name-missing", "previous names are not shown", "screening")(
    _every("Patient", lambda one: one.update(name=one["name"][:1]))
)

# --- Provenance ----------------------------------------------------------------------------------------------------

fault("provenance-without-organisation", "a practitioner's Provenance has no onBehalfOf", "provenance")(
    _every("Provenance", lambda one: one["agent"][0].pop("onBehalfOf"))
)
fault("provenance-without-agent", "a Provenance names nobody", "provenance")(
    _every("Provenance", lambda one: one.pop("agent"))
)
fault("provenance-of-others", "_revinclude brings a Provenance of another resource", "provenance")(
    lambda hooks: hooks.bundle.append(_strange)
)


def _strange(bundle: dict[str, Any]) -> None:
    for entry in bundle.get("entry", ()):
        if entry["resource"]["resourceType"] == "Provenance":
            entry["resource"] = {**entry["resource"], "target": [{"reference": "Patient/nobody"}]}
