"""The practice on and off every id and reference: adapters speak local ids, clients see `<practice>.<local>`.

`Observation/vital-1-7` of practice rb is `Observation/rb.vital-1-7` outside. Architecture, section 2. A local id for
which FHIR's 64 characters have no room, or that has others than FHIR's, is `rb.x-` and an alias outside.

The url of an attachment is an address, not a reference: it is absolute, below the tenant's base whichever base was
asked, so that a resource is the same, with the same version, under all of them. What is no Binary of ours is taken out:
a client could not open it with its token, and it would name the EHR's host.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.query import Clause, Query, ReferenceValue, TokenValue, Value
from capability.attachments import ATTACHMENTS
from capability.declare import BINARY
from capability.issues import EHRInvalid
from facade.policy.absent import unknown
from facade.state.aliases import PREFIX, Aliases, Space
from mappings.mapped import Resource

LONGEST_ID = 64
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
LOCAL_ID = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%]{1,1024}")
"""What an EHR may have for an id: a segment of a URL's path (RFC 3986), where it stands with the EHR. The longest known
has 130 characters."""

LOCAL = re.compile(rf"([A-Z][A-Za-z]+)/({LOCAL_ID.pattern})")
"""A relative reference as an adapter writes it."""


def split(public_id: str) -> tuple[str, str] | None:
    """`rb.vital-1-7` -> ("rb", "vital-1-7"); None where it cannot be an id of ours."""
    if not FHIR_ID.fullmatch(public_id):
        return None
    practice, dot, local = public_id.partition(".")
    return (practice, local) if dot and practice and local else None


@dataclass(slots=True)
class Outside:
    """How the records of a practice are named outside, to one who asks: by its key, or by an alias; and below which
    base its attachments are opened. One answer's, or a part's: `minted` are the aliases that it has."""

    space: Space
    base: str
    aliases: Aliases
    minted: dict[str, str] = field(default_factory=dict)

    def id(self, local: str) -> str:
        """The id that clients see. Raises EHRInvalid for what can be nobody's id, Overloaded."""
        found = f"{self.space.practice}.{local}"
        if len(found) <= LONGEST_ID and local and not local.startswith(PREFIX) and FHIR_ID.fullmatch(found):
            return found
        if not LOCAL_ID.fullmatch(local):
            raise EHRInvalid("a record of the EHR has an id that cannot be expressed in FHIR")
        alias = self.aliases.of(self.space, local)
        self.minted[alias] = local
        return f"{self.space.practice}.{alias}"

    def name(self, type_and_local: str) -> str:
        """`Observation/vital-1-7` -> `Observation/rb.vital-1-7`. Raises as `id`."""
        type_, _, local = type_and_local.partition("/")
        return f"{type_}/{self.id(local)}"

    def binary(self, local: str) -> str:
        """The url of the attachment whose content is this Binary. Raises as `id`."""
        return f"{self.base}/{BINARY}/{self.id(local)}"

    async def keep(self) -> None:
        """To be awaited before anything leaves that was named here. Raises Overloaded."""
        if self.minted:
            await self.aliases.keep(self.space, self.minted)

    async def locals(self, named: Iterable[str]) -> dict[str, str]:
        """What `split` gave -> the local id, of those that are somebody's. Raises Overloaded."""
        every = set(named)
        aliases = {each for each in every if each.startswith(PREFIX)}
        found = await self.aliases.find(self.space, aliases) if aliases else {}
        return {each: each for each in every - aliases} | found


def globalise(resources: Iterable[Resource], outside: Outside) -> list[Resource]:
    """The resources with the practice on their ids, on every relative reference and in the urls of attachments, in new
    dicts where changed. They leave after `outside.keep()`. Raises as `Outside.id`."""
    return [{**_walk(resource, outside), "id": outside.id(resource["id"])} for resource in resources]


def _walk(node: Any, outside: Outside) -> Any:
    if isinstance(node, dict):
        return {
            key: _reference(value, outside)
            if key == "reference" and isinstance(value, str)
            else (_below(key, value, outside) if isinstance(value, dict | list) else value)
            for key, value in node.items()
        }
    return [_walk(item, outside) if isinstance(item, dict | list) else item for item in node]


def _below(key: str, node: Any, outside: Outside) -> Any:
    found = _walk(node, outside)
    if key not in ATTACHMENTS:
        return found
    if isinstance(found, list):
        return [_attachment(each, outside) for each in found]
    return _attachment(found, outside)


def _attachment(node: Any, outside: Outside) -> Any:
    url = node.get("url") if isinstance(node, dict) else None
    if url is None:
        return node
    match = LOCAL.fullmatch(url) if isinstance(url, str) else None
    if match and match[1] == BINARY:
        return {**node, "url": outside.binary(match[2])}
    left = {key: value for key, value in node.items() if key not in ("url", "_url")}
    return left if "data" in left else {**left, "_url": unknown()}


def _reference(text: str, outside: Outside) -> str:
    match = LOCAL.fullmatch(text)
    return f"{match[1]}/{outside.id(match[2])}" if match else text


def practices_named(query: Query, references: Iterable[str]) -> frozenset[str] | None:
    """Practices that `_id` and the reference parameters of a query point at; None when it names no id at all.

    Clauses on the same or different parameters must agree: an empty set means that nothing can match.
    """
    named: frozenset[str] | None = None
    for name in ("_id", *references):
        for clause in query.named(name):
            ids = [text for value in clause.values if (text := _id_in(value)) is not None]
            if clause.modifier in ("missing", "not") or len(ids) < len(clause.values):
                continue
            found = frozenset(parts[0] for text in ids if (parts := split(text)) is not None)
            named = found if named is None else named & found
    return named


async def localise(query: Query, outside: Outside, references: Iterable[str]) -> Query | None:
    """The query as the practice's adapter sees it: its own ids only, without the practice. Raises Overloaded.

    None where nothing can match, since nobody has any of the ids that a clause names.
    """
    practice, names = outside.space.practice, frozenset(("_id", *references))
    asked = [clause for clause in query.clauses if _asks_by_id(clause, names)]
    own = (parts for clause in asked for value in clause.values if (parts := split(_id_in(value) or "")) is not None)
    known = await outside.locals(local for key, local in own if key == practice)
    clauses: list[Clause] = []
    for clause in query.clauses:
        values = clause.values
        if _asks_by_id(clause, names):
            values = tuple(new for value in values if (new := _local_value(value, practice, known)) is not None)
        if clause.values and not values and clause.modifier != "not":
            return None
        clauses.append(replace(clause, values=values))
    return replace(query, clauses=tuple(clauses))


def _asks_by_id(clause: Clause, names: Collection[str]) -> bool:
    """Whether its values name resources; that of `:missing` says whether, not which."""
    return clause.name in names and clause.modifier != "missing"


def _local_value(value: Value, practice: str, known: Mapping[str, str]) -> Value | None:
    text = _id_in(value)
    if text is None:
        return value
    key, named = split(text) or ("", "")
    local = known.get(named) if key == practice else None
    if local is None:
        return None
    return replace(value, id=local) if isinstance(value, ReferenceValue) else TokenValue(None, local)


def _id_in(value: Value) -> str | None:
    match value:
        case ReferenceValue(url=None):
            return value.id
        case TokenValue(system=None):
            return value.code
        case _:
            return None
