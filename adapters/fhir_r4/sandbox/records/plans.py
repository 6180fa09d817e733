"""Goal and CarePlan: what was agreed at a visit, and what its assessment says. CareTeam: who cares for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from adapters.fhir_r4.sandbox.records.case import Case, Making, Written
from adapters.fhir_r4.sandbox.records.elements import (
    US_CORE_SYSTEM,
    Element,
    coding,
    concept,
    element,
    full_name,
    identifier,
    listed,
    narrative,
    note,
    reference,
    resource,
    snomed,
)
from adapters.population.facts import Visit
from adapters.population.plans import VisitGoal, VisitPlan, plans
from adapters.population.team import Member, care_team, outsider

_PRIMARY = ("446050000", "Primary care provider")
_ROLES = {"Primary care provider": _PRIMARY}
_DROPPED = frozenset({"script", "style"})
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "td", "th", "ul", "ol", "table", "hr"})


def planned(case: Case) -> Making:
    for number, plan in case.people.facts(case.number, plans).items():
        visit = case.visits[number]
        if visit.state == "deleted":
            continue
        for index, goal in enumerate(plan.goals):
            if goal.name:
                yield _goal(case, visit, str(index), goal, plan if index == 0 else None)
        if plan.free_goal:
            yield _goal(case, visit, "text", VisitGoal(plan.free_goal), None if plan.goals else plan)
        if lines := readable(plan.assessment or ""):
            yield _plan(case, visit, lines)


def _goal(case: Case, visit: Visit, place: str, one: VisitGoal, plan: VisitPlan | None) -> Written:
    """What was said of all goals of the visit is a note of the first."""
    words = one.name or ""
    target = {"measure": concept(text=words), "detailString": one.target} if one.target else None
    said = (plan.discussion, plan.instructions) if plan else ()
    made = resource(
        "Goal",
        f"goal-{visit.person}-{visit.number}-{place}",
        lifecycleStatus="active",
        category=listed(concept(text=one.kind)),
        description=concept(text=words),
        subject=case.subject(),
        startDate=case.day(visit),
        target=listed(target),
        expressedBy=case.clinician(visit.clinician),
        note=listed(*map(note, (*said, one.horizon))),
    )
    return Written(made, visit.closed or visit.start, visit.clinician)


def _plan(case: Case, visit: Visit, lines: list[str]) -> Written:
    kind = coding(US_CORE_SYSTEM + "careplan-category", "assess-plan", "Assessment and Plan of Treatment")
    made = resource(
        "CarePlan",
        f"plan-{visit.person}-{visit.number}",
        text={**narrative(*lines), "status": "additional"},
        identifier=[identifier("plan", f"{visit.person}-{visit.number}")],
        status="active" if visit.state != "closed" else "completed",
        intent="plan",
        category=[concept(kind)],
        title=visit.title,
        subject=case.subject(),
        encounter=case.encounter(visit.number),
        period={"start": case.day(visit)},
        author=case.clinician(visit.clinician),
    )
    return Written(made, visit.closed or visit.start, visit.clinician)


# --- what somebody wrote, without markup ----------------------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._dropping += tag in _DROPPED
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._dropping -= tag in _DROPPED
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.text.append(data)


def readable(markup: str) -> list[str]:
    """The lines of a text or of HTML; none where nothing is in them."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.text).split("\n"))
    return [line for line in lines if line]


# --- care team ------------------------------------------------------------------------------------------------------


def team(case: Case) -> Making:
    """One over all charts; a team of nobody is none."""
    members = list(_participants(case))
    if members:
        made = resource(
            "CareTeam",
            f"careteam-{case.number}",
            status="active",
            name="Care team",
            subject=case.subject(),
            participant=members,
            managingOrganization=[reference("Organization", "practice")],
        )
        yield Written(made)


def _participants(case: Case) -> Iterator[Element]:
    if primary := case.clinician(case.person.clinician):
        yield {"role": [snomed(*_PRIMARY)], "member": primary}
    for one in case.people.facts(case.number, care_team):
        yield element(role=[_role(one)], member=_member(case, one))


def _role(one: Member) -> Element:
    if one.role is None:
        return concept(text="Care team member")
    known = _ROLES.get(one.role[1])
    return snomed(*known) if known else concept(text=one.role[1])


def _member(case: Case, one: Member) -> Element | None:
    found = outsider(case.people.seed, one.outsider)
    if found is None:
        return None
    if found.person:
        return reference("Practitioner", f"directory-{found.number}", full_name(found.person))
    return reference("Organization", f"facility-{found.number}", found.name)
