"""Searches: whose chart, what the native parameters select there, what post-filters leave of it.

Source: Epic search rules, documentation and captures 2024 to 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from adapters.epic.sandbox import ids, oids, rules, staff, subresources
from adapters.epic.sandbox.asked import Asked, Pairs
from adapters.epic.sandbox.deployed import LISTS_OF_PATIENTS
from adapters.epic.sandbox.matcher import Matcher
from adapters.epic.sandbox.outcomes import Issue, Refused
from adapters.epic.sandbox.paging import Page, Session, Sessions
from adapters.epic.sandbox.selection import selected
from adapters.epic.sandbox.world import Chart, World

Resource = dict[str, Any]
Found = tuple[list[Resource], list[Issue]]
_SUBJECTS = ("patient", "subject", "beneficiary")
_MINIMUM = frozenset({"phone", "email"})
"""Post-filters of Patient that count towards the minimum of its search."""


Clock = Callable[[], float]


class Quota:
    """So many of a kind of request a day."""

    def __init__(self, a_day: int | None, clock: Clock) -> None:
        self._a_day = a_day
        self._clock = clock
        self._day, self._used = 0, 0

    def use(self) -> None:
        """Raises Refused (4135): none is left today."""
        day = int(self._clock() // 86_400)
        self._used = self._used + 1 if day == self._day else 1
        self._day = day
        if self._a_day is not None and self._used > self._a_day:
            raise Refused(Issue("4135"))


class Searches:
    """`documents`: searches of DocumentReference that a day of UTC allows; None: any number."""

    def __init__(
        self, world: World, sessions: Sessions, rights: rules.Rights, clock: Clock, documents: int | None = None
    ) -> None:
        self._world = world
        self._quota = Quota(documents, clock)
        self._sessions = sessions
        self._rights = rights
        self._matcher = Matcher(world.people)

    def page(self, type_: str, pairs: Pairs) -> Page:
        """The first page of a search, or the one that its sessionID names. Raises Refused."""
        asked = Asked(type_, pairs, self._world.release.post_filters)
        if session := asked.values("sessionID"):
            return self._sessions.resume(type_, session[0])
        if type_ == "DocumentReference":
            self._quota.use()
        rows, issues = self._by_id(asked) if asked.values("_id") else self._found(asked)
        return self._sessions.page(
            Session(
                type_,
                asked.echo(),
                rows,
                self._keep(asked, rows),
                asked.count(),
                tuple(issues),
                tuple(asked.values("_include")),
                "Provenance:target" in asked.values("_revinclude"),
            )
        )

    def read(self, type_: str, id_: str) -> Resource:
        """Raises Refused: 59008, 4103, 4107, 4130, 59203."""
        chart = self._world.owner(id_)
        if chart is None:
            raise Refused(Issue("59008", "The FHIR id is not valid.", "id"))
        if type_ == "Patient":
            self._admit(id_, "Patient/{}", Issue("59008"))
        self.admit(chart)
        found = chart.store.read(type_, id_)
        if found is None:
            raise Refused(Issue("59008", "The FHIR id is not valid.", "id"))
        if not self.visible(found):
            raise Refused(Issue("59203", f"Client not authorized for {subresources.of(found)}."))
        return found

    def visible(self, resource: Resource) -> bool:
        return subresources.of(resource) not in self._rights.lacking

    def _found(self, asked: Asked) -> Found:
        asked.check_dates()
        if asked.kind.only_id or (asked.type_ == "RelatedPerson" and not self._world.release.related_by_patient):
            raise Refused(*asked.ignored(()), Issue("59102", "Only _id is supported.", "demographics/_id"))
        if asked.type_ == "Patient":
            return self._patients(asked)
        if asked.type_ in staff.CRITERIA:
            pairs = staff.CRITERIA[asked.type_](asked)
            return selected(self._world.directory.store, asked.type_, pairs), asked.told()
        return self._of_patients(asked)

    def _by_id(self, asked: Asked) -> Found:
        """By nothing else: all other filters are dropped, and told of."""
        rows: list[Resource] = []
        issues = asked.ignored({"_id"})
        wanted = asked.listed("_id")
        for id_ in wanted:
            try:
                rows.append(self.read(asked.type_, id_))
            except Refused as refused:
                if len(wanted) == 1:
                    raise Refused(*issues, *refused.issues, status=max(400, _status(refused))) from refused
                issues.append(Issue("59008", "A FHIR id is not valid.", "_id", "information"))
        return rows, issues

    def _patients(self, asked: Asked) -> Found:
        criteria: dict[str, list[str]] = {}
        for name, value in asked.pairs:
            if name in asked.kind.native | _MINIMUM:
                criteria.setdefault(name, []).append(value)
        numbers, told = self._matcher.search(criteria)
        charts = [self._world.chart(number) for number in numbers]
        return [one for chart in charts for one in chart.store.of("Patient")], told + asked.told()

    def _of_patients(self, asked: Asked) -> Found:
        rules.before_the_subject(asked, self._rights)
        charts = self._subjects(asked)
        told = rules.RULES[asked.type_](asked, self._rights) if asked.type_ in rules.RULES else []
        pairs = [(name, value) for name, value in asked.native() if name.partition(":")[0] not in _SUBJECTS]
        if asked.type_ in ("Condition", "Observation"):
            pairs = [(name, _bare(value) if name == "category" else value) for name, value in pairs]
        rows = [row for chart in charts for row in selected(chart.store, asked.type_, pairs) if self.visible(row)]
        told += _afterwards(asked.type_, rows)
        chained = {"patient.identifier"} if asked.type_ == "Condition" else set()
        return rows, told + [issue for issue in asked.told() if issue.at not in chained]

    def _subjects(self, asked: Asked) -> list[Chart]:
        named = [set(asked.listed(name)) for name in _SUBJECTS if asked.values(name)]
        if len({frozenset(map(_local, one)) for one in named}) > 1:
            raise Refused(Issue("4112", "patient and subject name different patients.", "patient/subject"))
        if not named and asked.type_ == "Condition" and asked.values("patient.identifier"):
            numbers = self._matcher.identified(asked.values("patient.identifier")[0])
            return [self.admit(self._world.chart(number)) for number in numbers]
        if not named:
            rules.subject(asked)
        wanted = list(dict.fromkeys(map(_local, asked.listed(*_SUBJECTS))))
        if len(wanted) > 1 and (asked.type_ == "Observation" or not LISTS_OF_PATIENTS):
            raise Refused(Issue("59102", "More than one patient is not supported.", "patient"))
        return [self._subject(asked, id_) for id_ in wanted]

    def _subject(self, asked: Asked, id_: str) -> Chart:
        if ids.owner(id_) is None:
            raise Refused(Issue("59102", "The patient id is malformed.", "patient"))
        self._admit(
            id_, f"{asked.type_}?{asked.echo().replace(id_, '{}')}", Issue("4100", "No such patient.", "patient")
        )
        chart = self._world.owner(id_)
        if chart is None:
            raise Refused(Issue("4100", "No such patient.", "patient"))
        return self.admit(chart)

    def _admit(self, id_: str, elsewhere: str, unknown: Issue) -> None:
        """Raises Refused where the Patient id is nobody's, merged (to `elsewhere` with the survivor's id), deleted."""
        person = self._world.person(id_)
        if person is None:
            raise Refused(unknown)
        if person.merged_into is not None:
            raise Refused(Issue("4107"), location=elsewhere.format(self._world.patient_id(person.merged_into)))
        if person.status == "deleted":
            raise Refused(Issue("4103"))

    def admit(self, chart: Chart) -> Chart:
        """Raises Refused (4130): the glass would have to be broken, and this user may not."""
        if chart.number and self._world.people.person(chart.number).restricted:
            raise Refused(Issue("4130"))
        return chart

    def _keep(self, asked: Asked, rows: Sequence[Resource]) -> Callable[[Resource], bool]:
        """What post-filters leave; everything where there are none, or `_id` has switched them off."""
        pairs = [] if asked.values("_id") else asked.post()
        if asked.type_ == "Patient":
            pairs = [pair for pair in pairs if pair[0] not in _MINIMUM]
        if not pairs:
            return lambda row: True
        kept = {one["id"] for chart in self._charts(rows) for one in selected(chart.store, asked.type_, pairs)}
        return lambda row: row["id"] in kept

    def _charts(self, rows: Iterable[Resource]) -> list[Chart]:
        owners = dict.fromkeys(ids.owner(row["id"]) for row in rows)
        return [self._world.chart(one) if one else self._world.directory for one in owners if one is not None]


def _afterwards(type_: str, rows: Iterable[Resource]) -> list[Issue]:
    """What is told of the rows that were found."""
    bare = type_ == "Immunization" and any(oids.CVX not in oids.systems(row["vaccineCode"]) for row in rows)
    return [Issue("4117")] if bare else []


def _local(reference: str) -> str:
    return reference.rpartition("/")[2]


def _bare(value: str) -> str:
    return ",".join(one.rpartition("|")[2] for one in value.split(","))


def _status(refused: Refused) -> int:
    """A record that isn't there is a bad request where it is searched."""
    return 0 if refused.status in (404, 302) else refused.status
