"""Telecom and addresses as patients, departments and contacts carry them."""

from __future__ import annotations

from typing import Any

from mappings import fhir
from mappings.athenanet.scalars import as_str
from mappings.mapped import Record

DECLINED = "declined"
"""What athenaNet writes where a person would not say: never a value."""


def said(value: Any) -> str | None:
    """The text, None where it is absent or "declined"."""
    text = as_str(value)
    return None if text is None or text.casefold() == DECLINED else text


def contact_point(system: str, value: Any, use: str | None = None, rank: int | None = None) -> fhir.Element | None:
    """ContactPoint with the number or address as sent; None where there is none."""
    text = said(value)
    return fhir.element(system=system, value=text, use=use, rank=rank) if text else None


def address(record: Record, *, second_line: str, use: str | None = None, first_line: str = "address1") -> Any:
    """Address, None where no part of it is known. `country` is the two-letter code where there is one."""
    country = as_str(record.get("countrycode3166")) or as_str(record.get("countrycode"))
    parts = fhir.element(
        line=[as_str(record.get(first_line)), as_str(record.get(second_line))],
        city=as_str(record.get("city")),
        state=as_str(record.get("state")),
        postalCode=_postal_code(record.get("zip"), country),
    )
    if parts is None:
        return None
    return fhir.element(use=use, **parts, country=country)


def _postal_code(value: Any, country: str | None) -> str | None:
    text = as_str(value)
    if isinstance(value, int) and text and (country is None or country.startswith("US")):
        # A number has lost the zeros in front: 2110 is Boston's 02110.
        return text.zfill(5 if len(text) <= 5 else 9)
    return text
