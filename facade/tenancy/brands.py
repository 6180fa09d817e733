"""A tenant's settings -> its brands: its own, and those of its practices that have one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from capability.brands import Brand, Identifier, Portal
from facade.tenancy.configuration import AddressSettings, BrandSettings

URI = "urn:ietf:rfc:3986"
"""The system of an identifier that is a web address. https://hl7.org/fhir/R4/identifier-registry.html"""

Place = tuple[str | int, ...]


def brand(settings: BrandSettings, *, key: str, name: str, base: str, part_of: str | None = None) -> Brand:
    """The brand of a FHIR base. `name`: where the settings have none; `part_of`: key of the brand above."""
    return Brand(
        key=key,
        name=settings.name or name,
        base=base,
        website=settings.website,
        developers=settings.developers or f"{base}/docs",
        identifiers=identifiers(settings),
        addresses=tuple(map(_address, settings.addresses)),
        categories=settings.categories,
        aliases=settings.aliases,
        logo=settings.logo,
        logo_license=settings.logo_license,
        portal=Portal(**settings.portal.model_dump()) if settings.portal else None,
        part_of=part_of,
    )


def identifiers(settings: BrandSettings) -> tuple[Identifier, ...]:
    """Those configured, then the website's host, as SMART recommends: without `www.` and without a path."""
    host = urlsplit(settings.website).netloc.lower().removeprefix("www.")
    own = [Identifier(each.system, each.value) for each in settings.identifiers]
    return tuple(dict.fromkeys([*own, Identifier(URI, f"https://{host}")]))


def shared_names(brands: Mapping[Place, BrandSettings]) -> Iterator[Place]:
    """Places of the brands whose first identifier is another brand's too, so that it would not say which is meant."""
    named = {place: identifiers(settings) for place, settings in brands.items()}
    for place, own in named.items():
        if any(own[0] in others for other, others in named.items() if other != place):
            yield place


def _address(settings: AddressSettings) -> dict[str, Any]:
    found = {
        "line": list(settings.line),
        "city": settings.city,
        "state": settings.state,
        "postalCode": settings.postal_code,
        "country": settings.country,
    }
    return {name: value for name, value in found.items() if value}
