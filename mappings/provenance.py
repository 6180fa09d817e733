"""Who wrote a mapped resource, and that we passed it on: US Core Provenance derived from an Origin.

Target  us-core-provenance: an author agent and a transmitter agent. `recorded` is the source's own time where that is
        an instant, else absent with a reason; never the time of our answer, so that the derived resource is the same
        on every read. http://hl7.org/fhir/us/core/StructureDefinition/us-core-provenance
"""

from __future__ import annotations

from mappings import fhir
from mappings.mapped import Origin, Resource

PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
US_CORE_PARTICIPANT = "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type"


def derived(target: Resource, origin: Origin | None, provenance_id: str) -> Resource:
    """The Provenance of `target` (its `resourceType` and `id` are read), with the id given.

    The author is the one the source names, by reference or by name, on behalf of the organisation; where it names
    none, the organisation itself. An organisation that is not known either is marked absent.
    """
    origin = origin or Origin()
    recorded = fhir.instant(origin.recorded)
    return fhir.resource(
        "Provenance",
        id=provenance_id,
        contained=[_facade()],
        target=[{"reference": f"{target['resourceType']}/{target['id']}"}],
        recorded=recorded,
        _recorded=None if recorded else fhir.absent(),
        agent=[_author(origin), _transmitter(origin)],
    )


def _facade() -> fhir.Element:
    name = {"name": "FHIR facade", "type": "user-friendly-name"}
    return fhir.resource("Device", id="facade", deviceName=[name])


def _author(origin: Origin) -> fhir.Element | None:
    kind = fhir.codeable(fhir.coding(PARTICIPANT, "author", "Author"))
    if origin.author:
        who = fhir.element(reference=origin.author, display=origin.author_name)
    elif origin.author_name:
        # Never an identifier: policy would find the name there only by a rule on identifiers. No type either: it may
        # be the account of a machine.
        who = fhir.element(display=origin.author_name)
    else:
        return fhir.element(type=kind, who=_organization(origin))
    return fhir.element(type=kind, who=who, onBehalfOf=_organization(origin))


def _transmitter(origin: Origin) -> fhir.Element | None:
    # constraint provenance-1: whoever a Device or a Practitioner acts for has to be said
    kind = fhir.codeable(fhir.coding(US_CORE_PARTICIPANT, "transmitter", "Transmitter"))
    return fhir.element(type=kind, who={"reference": "#facade"}, onBehalfOf=_organization(origin))


def _organization(origin: Origin) -> fhir.Element:
    return {"reference": origin.organization} if origin.organization else fhir.absent()
