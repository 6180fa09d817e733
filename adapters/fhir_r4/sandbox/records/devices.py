"""Device: what was implanted, by its unique device identifier."""

from __future__ import annotations

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import coded, concept, identifier, resource
from adapters.population.devices import Device, devices

_GS1 = "http://hl7.org/fhir/NamingSystem/gs1-di"
_FDA = "http://hl7.org/fhir/NamingSystem/fda-udi"


def implants(case: Case) -> Making:
    for one in case.people.facts(case.number, devices):
        yield _device(case, one)


def _device(case: Case, one: Device) -> Written:
    carrier = {
        "deviceIdentifier": one.identifier,
        "issuer": _GS1,
        "jurisdiction": _FDA,
        "carrierHRF": one.udi,
        "entryType": "barcode",
    }
    made = resource(
        "Device",
        f"device-{case.number}-{one.number}",
        identifier=[identifier("device", f"{case.number}-{one.number}")],
        udiCarrier=[carrier],
        status="inactive" if one.removed else "active",
        manufacturer=one.model.maker,
        manufactureDate=one.made.isoformat(),
        expirationDate=one.expires.isoformat(),
        lotNumber=one.lot,
        serialNumber=one.serial,
        deviceName=[{"name": one.model.name, "type": "udi-label-name"}],
        modelNumber=one.model.model,
        type=concept(coded(one.model.kind), text=one.model.kind.text),
        patient=case.subject(),
    )
    return Written(made, one.made)
