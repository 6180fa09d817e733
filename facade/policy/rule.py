"""A tenant's rules: what is removed, from whom, and when not. Compiled at start, where a wrong one is refused.

    policy:
      - name: limited-demographics
        clients: [limited]
        remove: [Patient.telecom, Patient.address, Patient.contact]
      - name: ssn
        remove: [Patient.identifier]
        where: "system = 'http://hl7.org/fhir/sid/us-ssn'"
        unless: "%purpose = 'HPAYMT'"

Rules add up: what any of them removes is gone, and an `unless` lifts its own rule only. A condition that is true of
nothing, because what it compares is missing, does not hold: neither does it remove (`where`) nor lift (`unless`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from facade.fhirpath import Expression, FHIRPathError
from facade.fhirpath import compile as compile_fhirpath
from facade.fhirpath.syntax import Literal, render
from facade.policy.elements import Element
from facade.policy.paths import PathError, Types, check, found_types, resolve
from facade.policy.twins import OTHERWISE_SAID, twins
from facade.principal import Practice, Principal

VARIABLES = frozenset({"client", "user", "purpose", "practice"})

# Social security numbers as US Core, its OID and the identifier type say it: https://terminology.hl7.org/NamingSystem-USSSN
SSN_RULE = "ssn"
SSN_ELEMENTS = ("Patient.identifier", "Person.identifier", "Practitioner.identifier", "RelatedPerson.identifier")
SSN_WHERE = (
    "system = 'http://hl7.org/fhir/sid/us-ssn' or system = 'urn:oid:2.16.840.1.113883.4.1'"
    " or type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'SS').exists()"
)

Text = Annotated[str, StringConstraints(min_length=1)]


@dataclass(frozen=True, slots=True)
class Rule:
    """Removes elements (`Patient.identifier`, `Observation.valueQuantity`), or whole resources (`Patient`).

    `where`    FHIRPath over each value of the element: only those for which it holds; None for all
    `unless`   FHIRPath over the resource with %client, %user, %purpose and %practice; where it holds nothing is removed
    `clients`  keys of the clients it is for; None for all
    """

    name: str
    remove: tuple[str, ...]
    where: str | None = None
    unless: str | None = None
    clients: tuple[str, ...] | None = None


class RuleSettings(BaseModel):
    """A rule as the tenant's file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text = Field(description="for people and the audit; `ssn` replaces the built-in rule of that name")
    remove: tuple[Text, ...] = Field(min_length=1, description="element paths, or a type to hide it altogether")
    where: Text | None = Field(None, description="FHIRPath over each value: remove only those for which it holds")
    unless: Text | None = Field(None, description="FHIRPath over the resource: where it holds, nothing is removed")
    clients: tuple[Text, ...] | None = Field(None, min_length=1, description="clients it is for; all when left out")

    def rule(self) -> Rule:
        return Rule(self.name, self.remove, self.where, self.unless, self.clients)


class PolicyError(Exception):
    """Every mistake in a policy: (index of the rule, its field, what is wrong)."""

    def __init__(self, mistakes: Iterable[tuple[int, str, str]]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"rule {index}, {field}: {text}" for index, field, text in self.mistakes))


@dataclass(frozen=True, slots=True)
class Removal:
    """One path of one rule, ready to run. `path` is empty when it takes the whole resource."""

    rule: str
    type: str
    path: tuple[Element, ...]
    names: tuple[str, ...]
    where: Expression | None
    unless: Expression | None

    def applies(self, variables: Mapping[str, Any]) -> bool | None:
        """Whether it takes all of its element from this caller: always or never; None where the resource decides."""
        lifted = _decided(self.unless, variables, without=False)
        chosen = _decided(self.where, variables, without=True)
        if lifted is True or chosen is False:
            return False
        return True if lifted is False and chosen is True else None


def _decided(condition: Expression | None, variables: Mapping[str, Any], *, without: bool) -> bool | None:
    """What a condition says of any resource; None where it looks at the resource, `without` where there is none."""
    if condition is None:
        return without
    return condition.holds({}, variables) if condition.constant else None


def ssn_rule(purposes: Iterable[str] = ()) -> Rule:
    """The built-in rule: social security numbers are removed, except for these purposes of use (none by default)."""
    allowed = " | ".join(render(Literal(purpose)) for purpose in purposes)
    return Rule(SSN_RULE, SSN_ELEMENTS, SSN_WHERE, f"%purpose in ({allowed})" if allowed else None)


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A tenant's compiled rules. `version` changes whenever they do: it is part of every version id and cursor."""

    version: str
    everyone: Mapping[str, tuple[Removal, ...]]
    clients: Mapping[str, Mapping[str, tuple[Removal, ...]]]

    @classmethod
    def compile(cls, rules: Iterable[Rule | RuleSettings] = (), *, ssn_purposes: Iterable[str] = ()) -> Policy:
        """The rules and the built-in one, which a rule named `ssn` replaces. Raises PolicyError with every mistake."""
        given = [rule.rule() if isinstance(rule, RuleSettings) else rule for rule in rules]
        mistakes: list[tuple[int, str, str]] = []
        compiled = [(rule, _compile(index, rule, mistakes)) for index, rule in enumerate(given)]
        names = [rule.name for rule in given]
        mistakes += [(at, "name", "is used twice") for at, name in enumerate(names) if name in names[:at]]
        if mistakes:
            raise PolicyError(mistakes)
        if SSN_RULE not in names:
            built_in = ssn_rule(ssn_purposes)
            given.append(built_in)
            compiled.append((built_in, _compile(len(given), built_in, mistakes)))
        version = hashlib.sha256(repr(given).encode()).hexdigest()[:12]
        named = {client for rule in given for client in rule.clients or ()}
        return cls(version, _by_type(compiled, None), {client: _by_type(compiled, client) for client in sorted(named)})

    def removals(self, client: str) -> Mapping[str, tuple[Removal, ...]]:
        """What the rules take from a client, by FHIR type."""
        return self.clients.get(client, self.everyone)


@dataclass(frozen=True, slots=True)
class Caller:
    """What `unless` and `where` know of who asks; None is the empty collection."""

    client: str
    user: str | None
    purpose: str | None
    practice: str

    @classmethod
    def of(cls, principal: Principal, practice: Practice) -> Caller:
        return cls(principal.client, principal.user, principal.purpose, practice.key)

    @property
    def variables(self) -> dict[str, Any]:
        return {"client": self.client, "user": self.user, "purpose": self.purpose, "practice": self.practice}


def _by_type(compiled: Iterable[tuple[Rule, Iterable[Removal]]], client: str | None) -> dict[str, tuple[Removal, ...]]:
    found: defaultdict[str, list[Removal]] = defaultdict(list)
    for rule, removals in compiled:
        if rule.clients is None or client in rule.clients:
            for removal in removals:
                found[removal.type].append(removal)
    return {type_: tuple(each) for type_, each in found.items()}


def _compile(index: int, rule: Rule, mistakes: list[tuple[int, str, str]]) -> list[Removal]:
    paths: list[tuple[str, tuple[Element, ...]]] = []
    for path in rule.remove:
        try:
            paths.append(resolve(path))
        except PathError as exc:
            mistakes.append((index, "remove", str(exc)))
    where = _condition(index, "where", rule.where, (found_types(path, type_) for type_, path in paths), mistakes)
    unless = _condition(index, "unless", rule.unless, (frozenset({type_}) for type_, _ in paths), mistakes)
    own = [
        Removal(rule.name, type_, path, tuple(element.name for element in path), where, unless) for type_, path in paths
    ]
    return [*own, *_elsewhere(rule, where, unless)]


def _elsewhere(rule: Rule, where: Expression | None, unless: Expression | None) -> Iterator[Removal]:
    """The same facts where they stand besides. A condition over the resource that the rule names cannot be asked of
    another one: there it neither chooses nor lifts, unless it says the same of any resource."""
    lifting = unless if unless is not None and unless.constant else None
    for named in rule.remove:
        for twin in twins(named):
            type_, path = resolve(twin)
            alike = twin not in OTHERWISE_SAID and len(path) == len(named.split(".")) - 1
            chosen = where if path and alike else None
            lifted_by = unless if named.startswith(f"{type_}.") else lifting
            yield Removal(rule.name, type_, path, tuple(element.name for element in path), chosen, lifted_by)


def _condition(
    index: int, field: str, text: str | None, over: Iterator[Types], mistakes: list[tuple[int, str, str]]
) -> Expression | None:
    if text is None:
        return None
    try:
        expression = compile_fhirpath(text, variables=VARIABLES)
        for types in over:
            check(expression.tree, types)
    except FHIRPathError as exc:
        mistakes.append((index, field, str(exc)))
        return None
    return expression
