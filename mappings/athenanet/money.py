"""Amounts of athenaNet, numbers or text, as FHIR Money: US dollars, to the digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mappings import fhir
from mappings.athenanet.scalars import as_str
from mappings.athenanet.translation import Translation

CURRENCY = "USD"


def amount(value: Any, translation: Translation) -> Decimal | None:
    """The exact number; one that cannot be read is noted and left out, None where there is none."""
    text = as_str(value)
    if text is None:
        return None
    try:
        return fhir.decimal(text)
    except ValueError:
        translation.unknown("amount", text)
        return None


def money(value: Decimal | None) -> fhir.Element | None:
    return None if value is None else {"value": value, "currency": CURRENCY}
