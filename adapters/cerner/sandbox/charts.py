"""One person's chart in Millennium's dialect, made when somebody asks for it; and the directory, made once.

A search is answered by the plain resources (a category that is shown as absent is known to the server all the same);
what goes out is the dialect's resource of the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from adapters.cerner.sandbox import ids
from adapters.cerner.sandbox.dialect import written
from adapters.cerner.sandbox.dialect.directory import system_user
from adapters.cerner.sandbox.dialect.shapes import About, Resource
from adapters.cerner.sandbox.rules import RULES, WITH_PROVENANCE
from adapters.cerner.sandbox.stored import stored
from adapters.fhir_r4.sandbox import records
from adapters.fhir_r4.sandbox.records import File
from adapters.fhir_r4.sandbox.records.case import Case
from adapters.fhir_r4.sandbox.records.people import patient
from adapters.fhir_r4.sandbox.records.provenance import provenance
from adapters.fhir_r4.sandbox.store import Store
from adapters.population import Population, population

CHARTS_KEPT = 256
CARDS_KEPT = 4096
OPENED = "2012-03-05T10:00:00Z"
"""When what belongs to nobody was last changed."""


@dataclass(frozen=True, slots=True)
class Chart:
    plain: Store
    made: Mapping[tuple[str, str], Resource]
    files: Mapping[str, File]

    def shown(self, plain: Iterable[Resource]) -> list[Resource]:
        return [self.made[one["resourceType"], one["id"]] for one in plain]


class Charts:
    """`size` of the population does not matter: nothing is made before it is asked for. `staff`: references into the
    directory by the plain ones; `drugs`: the plain Medications; both are there once the directory is."""

    def __init__(self, people: Population, tenant: str) -> None:
        self.people = people
        self.tenant = tenant
        self._chart = lru_cache(maxsize=CHARTS_KEPT)(self._make_chart)
        self._card = lru_cache(maxsize=CARDS_KEPT)(self._make_card)
        self.staff: dict[str, str] = {}
        self.drugs: dict[str, Resource] = {}

    @cached_property
    def directory(self) -> Chart:
        return self._make_directory()

    def chart(self, number: int) -> Chart | None:
        """None: no such person, or one whose record was deleted."""
        return self._chart(number) if self._known(number) else None

    def patient(self, number: int) -> Resource | None:
        """The Patient alone, as it stands in the chart: a search of many makes nobody's whole chart."""
        return self._card(number).made["Patient", ids.patient(number)] if self._known(number) else None

    def _known(self, number: int) -> bool:
        return 1 <= number <= len(self.people) and self.people.person(number).status != "deleted"

    def _make_chart(self, number: int) -> Chart:
        return _Chart(self, number).make(records.chart(self.people, number))

    def _make_card(self, number: int) -> Chart:
        """What a chart begins with."""
        case = Case(self.people, number)
        (first,) = patient(case)
        return _Chart(self, number).make(records.Records((first.resource, provenance(case, first))))

    def _make_directory(self) -> Chart:
        found = records.directory(self.people).resources
        self.drugs = {f"Medication/{one['id']}": one for one in found if one["resourceType"] == "Medication"}
        places: dict[str, int] = {}
        serials: dict[str, int] = {}
        for one in found:
            if one["resourceType"] in RULES:
                type_ = one["resourceType"]
                places[type_] = places.get(type_, 0) + 1
                key = f"{type_}/{one['id']}"
                serials[key] = ids.STAFF + places[type_]
                self.staff[key] = f"{type_}/{serials[key]}"
        for one in found:
            if one["resourceType"] == "PractitionerRole":
                self.staff[f"PractitionerRole/{one['id']}"] = self.staff[one["practitioner"]["reference"]]
        plain = [{**system_user(), "meta": {"lastUpdated": OPENED}}]
        about = About(self.tenant, 0, "")
        made = {("Practitioner", ids.SYSTEM_USER): written(plain[0], 1, about)}
        for one in found:
            if (serial := serials.get(f"{one['resourceType']}/{one['id']}")) is None:
                continue
            named = {**rewritten(one, self.staff), "id": str(serial), "meta": {"lastUpdated": OPENED}}
            plain.append(named)
            made[one["resourceType"], str(serial)] = written(named, serial, about)
        return Chart(Store(plain), made, {})


class _Chart:
    """The making of one."""

    def __init__(self, charts: Charts, number: int) -> None:
        self.charts = charts
        self.directory = charts.directory  # made first: it names the staff
        self.number = number
        self.names: dict[str, str] = dict(charts.staff)
        self.serials: dict[str, int] = {}

    def make(self, found: records.Records) -> Chart:
        everything = {f"{one['resourceType']}/{one['id']}": one for one in found.resources}
        kept = {key: one for key, one in everything.items() if self._kept(one)}
        recorded = {
            one["target"][0]["reference"]: one["recorded"]
            for one in everything.values()
            if one["resourceType"] == "Provenance"
        }
        stored(kept, recorded, self.number)
        self._name(kept)
        files: dict[str, File] = {}
        about = self._about(everything, dict(found.files), files)
        plain, made = [], {}
        for key, one in kept.items():
            named = rewritten(one, self.names)
            named["id"] = self.names[key].partition("/")[2]
            named["meta"] = {"lastUpdated": recorded.get(key) or one.get("recorded") or OPENED}
            plain.append(named)
        for (key, _), named in zip(kept.items(), plain, strict=True):
            made[named["resourceType"], named["id"]] = written(rewritten(named, {}), self.serials[key], about)
        return Chart(Store(plain), made, files)

    def _kept(self, one: Resource) -> bool:
        if one["resourceType"] == "Provenance":
            return one["target"][0]["reference"].partition("/")[0] in WITH_PROVENANCE
        return one["resourceType"] in RULES

    def _name(self, kept: Mapping[str, Resource]) -> None:
        """Numbers count within a type, so that a further type of record changes no other's ids."""
        places: dict[str, int] = {}
        for key, one in kept.items():
            type_ = one["resourceType"]
            if type_ == "Patient":
                self.serials[key] = ids.PATIENT + self.number
                continue
            places[type_] = places.get(type_, 0) + 1
            self.serials[key] = self.number * ids.BLOCK + places[type_]
            self.names[key] = f"{type_}/{ids.record(one, self.serials[key])}"
        for number in (self.number - 1, self.number, self.number + 1):
            self.names[f"Patient/{number}"] = f"Patient/{ids.patient(number)}"

    def _about(self, everything: Mapping[str, Resource], sources: dict[str, File], files: dict[str, File]) -> About:
        name = everything[f"Patient/{self.number}"]["name"][0]
        return About(
            tenant=self.charts.tenant,
            person=self.number,
            name=", ".join(part for part in (name.get("family"), " ".join(name.get("given", ()))) if part),
            practice=self.names["Organization/practice"],
            restricted=self.charts.people.person(self.number).restricted,
            medications=self.charts.drugs,
            sources=sources,
            files=files,
        )


@lru_cache(maxsize=8)
def charts_of(size: int, seed: int, heavy: bool, tenant: str) -> Charts:
    """Servers over the same people share their charts: nothing that is made is changed."""
    return Charts(population(size, seed, heavy=heavy), tenant)


def rewritten(value: Any, names: Mapping[str, str]) -> Any:
    """A copy whose references name Millennium's ids, where they are known."""
    if isinstance(value, dict):
        made = {key: rewritten(one, names) for key, one in value.items()}
        if isinstance(reference := value.get("reference"), str):
            made["reference"] = names.get(reference, reference)
        return made
    if isinstance(value, list):
        return [rewritten(one, names) for one in value]
    return value
