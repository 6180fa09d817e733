"""The one door out: a resource becomes `Released` here and nowhere else, and every serialiser takes nothing else.

Effects. An optional element vanishes, with its extensions, and what it leaves empty vanishes too. A mandatory one stays
valid: it says that the reason for its absence is unknown, or its code becomes `unknown`; where neither is possible the
resource is left out (a read then is 404). What lost something loses its narrative. Contained resources fall under the
rules of their own types, and what references repeat of a hidden element goes with it. An error in a rule is an error of
the request: nothing is let through unexamined.

Attachments. Where something of patients is hidden they go too: who wrote a letter named the patient, with address and
birth date; and so do narratives that say more than the elements. The summary of a whole chart goes where anything of a
chart is hidden. Rules on them are all or nothing, also for what they hold: it goes out only while the released owner
still names it, and no rule on Binary takes anything from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NewType

from adapters.contract import Document
from capability.declare import BINARY
from capability.issues import FHIRError
from facade.fhirpath import EvaluationError
from facade.policy.elsewhere import (
    NO_SUMMARY,
    Walk,
    attachments_of,
    mark_values,
    may_repeat,
    repeated,
    tells_of_chart,
    tells_of_patient,
)
from facade.policy.marks import Marks, mark, mark_path, sweep
from facade.policy.rule import Caller, Policy, Removal
from facade.principal import Practice, Principal
from mappings.mapped import Resource

Released = NewType("Released", dict[str, Any])

GENERATED = "generated"
"""Status of a narrative all of which is in the elements. http://hl7.org/fhir/R4/valueset-narrative-status.html"""
COLLECTIONS = frozenset({"Bundle", "Parameters"})


def release(policy: Policy, resources: Iterable[Resource], principal: Principal, practice: Practice) -> list[Released]:
    """What this principal may see of `resources`, in their order. They are never changed; what loses nothing is the
    very same object.

    Raises FHIRError (500) when a rule can't be evaluated.
    """
    door = _door(policy, Caller.of(principal, practice))
    return [Released(left) for resource in resources if (left := door.pass_(resource)) is not None]


@dataclass(frozen=True, slots=True)
class ReleasedContent:
    """What an attachment holds, with the public id of its Binary and the reference to its owner."""

    id: str
    owner: str
    document: Document

    @property
    def binary(self) -> Resource:
        """The Binary without its data."""
        return _binary(self.id, self.owner, self.document.content_type)


def release_content(
    policy: Policy, owner: Released, url: str, document: Document, principal: Principal, practice: Practice
) -> ReleasedContent | None:
    """What stands behind an attachment's `url`, as far as its owner is released with it; None where policy hides it.

    Raises FHIRError (500) when a rule can't be evaluated.
    """
    if attachment(owner, url) is None:
        return None
    found = ReleasedContent(url.rpartition("/")[2], f"{owner['resourceType']}/{owner['id']}", document)
    return None if _door(policy, Caller.of(principal, practice)).takes_from(found.binary) else found


def attachment(owner: Released, url: str) -> Mapping[str, Any] | None:
    """The attachment of a released resource that has this url."""
    return next((each for each in _nodes(owner) if each.get("url") == url), None)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node:
        if isinstance(each, dict | list):
            yield from _nodes(each)


def _binary(id_: str, owner: str, content_type: str) -> Resource:
    return {
        "resourceType": BINARY,
        "id": id_,
        "contentType": content_type,
        "securityContext": {"reference": owner},
    }


@lru_cache(maxsize=1024)
def _door(policy: Policy, caller: Caller) -> _Door:
    return _Door(policy, caller)


class _Door:
    """The rules as they are for one caller at one practice. Holds nothing of any resource."""

    def __init__(self, policy: Policy, caller: Caller) -> None:
        self.variables = caller.variables
        self.removals = policy.removals(caller.client)
        self.active: dict[str, Sequence[Removal]] = {}
        try:
            self.repeated = repeated(policy, caller.client, self.variables)
            self.tells = tells_of_patient(self.removals, self.variables)
        except EvaluationError as exc:
            raise FHIRError("a policy rule could not be evaluated") from exc

    def pass_(self, resource: Resource) -> Resource | None:
        try:
            return self._pass(resource)
        except EvaluationError as exc:
            raise FHIRError("a policy rule could not be evaluated") from exc

    def takes_from(self, binary: Resource) -> bool:
        """Whether some rule takes anything from a Binary. Its data is not looked at: a `where` on it counts as true."""
        try:
            return any(self._takes(removal, binary) for removal in self._active(BINARY))
        except EvaluationError as exc:
            raise FHIRError("a policy rule could not be evaluated") from exc

    def _takes(self, removal: Removal, binary: Resource) -> bool:
        if removal.unless is not None and removal.unless.holds(binary, self.variables):
            return False
        return bool(removal.path) or removal.where is None or removal.where.holds(binary, self.variables)

    def _pass(self, resource: Resource) -> Resource | None:
        marks: Marks = {}
        if self._mark(resource, marks):
            return None
        contained = resource.get("contained")
        dropped = self._mark_contained(resource, contained, marks) if contained else frozenset[str]()
        names = bool(self.repeated.names)
        if dropped or (self.repeated and may_repeat(resource, names)):
            types = {each.get("id", ""): each["resourceType"] for each in contained or ()}
            Walk(self.repeated, self.variables, marks, types, dropped).mark(resource)
        if names or self.tells:
            self._mark_narratives(resource, contained or (), marks)
        if self._hides_letters:
            mark_values(marks, resource)
        return sweep(resource, marks) if marks else resource

    def _mark_narratives(self, resource: Resource, contained: Iterable[Resource], marks: Marks) -> None:
        """A narrative may hold the name of anyone; the mere presence of marks takes it away."""
        for each in contained:
            if self._narrates(each):
                marks.setdefault(id(each), {})
                mark(marks, resource, "contained")
        if self._narrates(resource):
            marks.setdefault(id(resource), {})

    def _narrates(self, resource: Resource) -> bool:
        """Whether its narrative may say more than its elements: whatever somebody wrote, as letters do."""
        text = resource.get("text")
        if text is None or self.repeated.names:
            return text is not None
        return not isinstance(text, dict) or text.get("status") != GENERATED

    def _mark(self, resource: Resource, marks: Marks) -> bool:
        """Marks what the rules of its type take from a resource; whether it goes altogether."""
        type_ = resource.get("resourceType")
        if not isinstance(type_, str):
            raise FHIRError("a resource without a type was about to be released")
        for removal in self._active(type_):
            if removal.unless is not None and removal.unless.holds(resource, self.variables):
                continue
            if not removal.path:
                if removal.where is None or removal.where.holds(resource, self.variables):
                    return True
            else:
                mark_path(marks, resource, removal, self.variables)
        return False

    def _active(self, type_: str) -> Sequence[Removal]:
        """The removals of a type without those that can't apply, whatever the resource."""
        found = self.active.get(type_)
        if found is None:
            found = [each for each in self.removals.get(type_, ()) if each.applies(self.variables) is not False]
            if type_ != BINARY:
                found += self._attachments(type_)
            self.active[type_] = found
        return found

    @property
    def _hides_letters(self) -> bool:
        return "Patient" in self.repeated.names or self.tells

    def _attachments(self, type_: str) -> list[Removal]:
        """What takes attachments that repeat what is hidden from this caller."""
        if self._hides_letters:
            return attachments_of(type_)
        if type_ == "DocumentReference" and tells_of_chart(self.removals, self.variables):
            return attachments_of(type_, NO_SUMMARY)
        return []

    def _mark_contained(self, resource: Resource, contained: list[Resource], marks: Marks) -> frozenset[str]:
        """Ids of the contained resources that go; one that holds others does, against the standard (dom-2)."""
        dropped = set()
        for at, each in enumerate(contained):
            inner: Marks = {}
            goes = self._mark(each, inner) or "contained" in each or each["resourceType"] in COLLECTIONS
            if goes or (inner and sweep(each, inner) is None):
                mark(marks, resource, "contained").items.add(at)
                dropped.add(str(each.get("id", "")))
            elif inner:
                marks.update(inner)
                mark(marks, resource, "contained")
        return frozenset(dropped)
