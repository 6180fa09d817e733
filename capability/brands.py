"""Plain facts of organisations -> the user-access brands Bundle, which is a service base URL list as well.

https://hl7.org/fhir/smart-app-launch/STU2.2/brands.html; 45 CFR 170.404(b)(2) asks for Organizations with a name, an
address, an identifier of the facility and their Endpoint, all in one Bundle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SMART = "http://hl7.org/fhir/smart-app-launch/StructureDefinition/"
CATEGORY = "http://hl7.org/fhir/smart-app-launch/CodeSystem/user-access-category"
BRAND = "http://hl7.org/fhir/StructureDefinition/organization-brand"
PORTAL = "http://hl7.org/fhir/StructureDefinition/organization-portal"
FHIR_VERSION = "http://hl7.org/fhir/StructureDefinition/endpoint-fhir-version"
CONNECTION = {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"}
# R4 wants a payload type; the profile fixes this one
PAYLOAD = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/endpoint-payload-type", "code": "none"}]}

CATEGORIES = {
    "clinical": "Clinical",
    "lab": "Laboratory",
    "imaging": "Imaging",
    "pharmacy": "Pharmacy",
    "insurer": "Insurance",
    "network": "Network",
    "aggregator": "Aggregator",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    system: str
    value: str

    def fhir(self) -> dict[str, str]:
        """As a FHIR Identifier."""
        return {"system": self.system, "value": self.value}


@dataclass(frozen=True, slots=True)
class Portal:
    """Where people manage their access."""

    url: str | None = None
    name: str | None = None
    description: str | None = None
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Brand:
    """An organisation under the name that people know, and the one FHIR base of which it is the primary brand.

    `key`         the resources' id
    `identifiers` the first one is this brand's alone in the whole Bundle
    `addresses`   as FHIR Address
    `developers`  URL of the page where developers learn how to get access
    `part_of`     key of the brand above it
    """

    key: str
    name: str
    base: str
    website: str
    developers: str
    identifiers: tuple[Identifier, ...]
    addresses: tuple[dict[str, Any], ...]
    categories: tuple[str, ...] = ("clinical",)
    aliases: tuple[str, ...] = ()
    logo: str | None = None
    logo_license: str | None = None
    portal: Portal | None = None
    part_of: str | None = None


def brands_bundle(brands: Sequence[Brand], *, root: str, changed: datetime) -> dict[str, Any]:
    """The Bundle. `root`: what stands before `/Organization/[key]` in the entries' URLs; `changed`: an instant.

    Raises ValueError where an identifier that names one brand is another's too, or a brand above isn't there.
    """
    _check(brands)
    timestamp = changed.isoformat(timespec="seconds").replace("+00:00", "Z")
    resources = [resource for brand in brands for resource in (_organization(brand), _endpoint(brand))]
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [SMART + "user-access-brands-bundle"]},
        "type": "collection",
        "timestamp": timestamp,
        "entry": [{"fullUrl": f"{root}/{each['resourceType']}/{each['id']}", "resource": each} for each in resources],
    }


def _check(brands: Sequence[Brand]) -> None:
    keys = {brand.key for brand in brands}
    for brand in brands:
        first = brand.identifiers[0]
        if sum(first in other.identifiers for other in brands) > 1:
            raise ValueError(f"the first identifier of {brand.key} is another brand's too")
        if brand.part_of is not None and brand.part_of not in keys:
            raise ValueError(f"the brand above {brand.key} is not published")


def _organization(brand: Brand) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "Organization",
        "id": brand.key,
        "meta": {"profile": [SMART + "user-access-brand"]},
        "extension": [
            *_extension(BRAND, [("brandLogo", "Url", brand.logo), ("brandLogoLicense", "Url", brand.logo_license)]),
            *(_portal(brand.portal, brand.key) if brand.portal else ()),
        ],
        "identifier": [each.fhir() for each in brand.identifiers],
        "active": True,
        "type": [_category(each) for each in brand.categories],
        "name": brand.name,
        "alias": list(brand.aliases),
        "telecom": [{"system": "url", "value": brand.website}],
        "address": [dict(each) for each in brand.addresses],
        "partOf": {"reference": f"Organization/{brand.part_of}"} if brand.part_of else None,
        "endpoint": [{"reference": f"Endpoint/{brand.key}"}],
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _endpoint(brand: Brand) -> dict[str, Any]:
    return {
        "resourceType": "Endpoint",
        "id": brand.key,
        "meta": {"profile": [SMART + "user-access-endpoint"]},
        "extension": [{"url": FHIR_VERSION, "valueCode": "4.0.1"}],
        "status": "active",
        "connectionType": CONNECTION,
        "name": f"FHIR R4 of {brand.name}",
        "managingOrganization": {"reference": f"Organization/{brand.key}"},
        "contact": [{"system": "url", "value": brand.developers}],
        "payloadType": [PAYLOAD],
        "address": brand.base,
    }


def _category(code: str) -> dict[str, Any]:
    return {"coding": [{"system": CATEGORY, "code": code, "display": CATEGORIES[code]}]}


def _portal(portal: Portal, key: str) -> Iterator[dict[str, Any]]:
    return _extension(
        PORTAL,
        [
            ("portalName", "String", portal.name),
            ("portalDescription", "Markdown", portal.description),
            ("portalUrl", "Url", portal.url),
            ("portalLogo", "Url", portal.logo),
            ("portalEndpoint", "Reference", {"reference": f"Endpoint/{key}"}),
        ],
    )


def _extension(url: str, parts: Iterable[tuple[str, str, Any]]) -> Iterator[dict[str, Any]]:
    """The extension with the parts that are there; none where there is no part."""
    found = [{"url": name, f"value{kind}": value} for name, kind, value in parts if value is not None]
    if found:
        yield {"url": url, "extension": found}
