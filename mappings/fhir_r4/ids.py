"""Local id <-> the id that a FHIR server gives, for servers whose ids have no structure that we know.

Local   the server's own id; a character outside A-Z, a-z, 0-9 and `-` is `.hh`, the hex of its UTF-8 bytes, so that
        ids outside FHIR's grammar (with `_`) fit it. The first character is written so as well where the id would
        begin like one of ours: `x-` (an alias), `file-` (an attachment's content), `prov-` (a derived Provenance).
Binary  `file-<number>-<FHIR type>-<local id of the owner>`: the attachment `number` (from 0) of that resource.
Length  not limited here: what FHIR's 64 characters cannot hold is the facade's to alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from mappings.mapped import Resource

FILE = "file"
RESERVED = ("x-", "file-", "prov-")

_LOCAL = re.compile(r"(?:[A-Za-z0-9-]|\.[0-9a-f]{2})+")
_UNSAFE = re.compile(r"[^A-Za-z0-9-]")
_ESCAPED = re.compile(r"((?:\.[0-9a-f]{2})+)")
_NOBODYS = re.compile(r"[/\\?#%,\s\x00-\x1f\x7f]|^\.{1,2}$")
"""In no server's id: what ends a part of an address or leads out of it, or parts a list."""

_BINARY = re.compile(r"file-(0|[1-9][0-9]{0,3})-([A-Z][A-Za-z]+)-(.+)")


class Names(Protocol):
    """How one connection's server names its records, and how we do."""

    def local(self, type_: str, id_: str, about: Resource) -> str | None:
        """Our local id of the server's `type_`/`id_`; None where it is not of this practice or cannot be told.

        `about` is the resource, as the server wrote it, that the id stands in: its own or a reference's.
        """

    def upstream(self, type_: str, local: str) -> str | None:
        """The server's id of a local id of that type; None where it is malformed or cannot be told."""

    def types_of(self, local: str) -> frozenset[str]:
        """FHIR types that a local id can name on this server; empty where it is malformed."""

    def attachment(self, type_: str, local: str, n: int) -> str:
        """Local id of the Binary that is attachment `n` (from 0) of the resource."""

    def owner_of(self, local: str) -> tuple[str, str, int] | None:
        """(type, local id, number) of the resource whose attachment a Binary is; None for other ids."""


@dataclass(frozen=True, slots=True)
class PlainNames:
    """Ids as they are. `types`: those that the server is asked for; any id may be of any of them."""

    types: frozenset[str]

    @classmethod
    def of(cls, types: Iterable[str]) -> PlainNames:
        return cls(frozenset(types))

    def local(self, type_: str, id_: str, about: Resource) -> str | None:
        return escaped(id_)

    def upstream(self, type_: str, local: str) -> str | None:
        return unescaped(local)

    def types_of(self, local: str) -> frozenset[str]:
        if (owner := self.owner_of(local)) is not None:
            return frozenset({"Binary"}) if owner[0] in self.types else frozenset()
        return self.types if unescaped(local) is not None else frozenset()

    def attachment(self, type_: str, local: str, n: int) -> str:
        return f"{FILE}-{n}-{type_}-{local}"

    def owner_of(self, local: str) -> tuple[str, str, int] | None:
        found = _BINARY.fullmatch(local)
        if found is None or unescaped(found[3]) is None:
            return None
        return found[2], found[3], int(found[1])


def escaped(id_: str) -> str:
    """The local id of a server's own id. ValueError for an empty one, and for what can be no record's id."""
    if not id_:
        raise ValueError("a record without an id")
    if _NOBODYS.search(id_):
        raise ValueError("an id that would lead elsewhere")
    found = _UNSAFE.sub(_hex, id_)
    return f"{_hex_of(found[0])}{found[1:]}" if found.startswith(RESERVED) else found


def unescaped(local: str) -> str | None:
    """The server's own id that `escaped` made `local` of; None for every other text."""
    if not _LOCAL.fullmatch(local):
        return None
    try:
        found = _ESCAPED.sub(lambda part: bytes.fromhex(part[1].replace(".", "")).decode(), local)
        return found if escaped(found) == local else None
    except ValueError:  # not UTF-8, or nobody's id
        return None


def _hex(found: re.Match[str]) -> str:
    return _hex_of(found[0])


def _hex_of(text: str) -> str:
    return "".join(f".{byte:02x}" for byte in text.encode())


def patient_in(resource: Resource) -> str | None:
    """The server's own id of the patient that a resource is about, by whichever element says so."""
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id") or "") or None
    for element in ("subject", "patient", "beneficiary", "individual"):
        named: Any = resource.get(element)
        text = named.get("reference") if isinstance(named, dict) else None
        if isinstance(text, str) and "Patient/" in text:
            return text.rpartition("Patient/")[2].partition("/")[0] or None
    return None
