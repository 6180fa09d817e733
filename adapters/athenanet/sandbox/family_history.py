"""GET /chart/{patientid}/familyhistory. [assumed] Which of the two documented layouts a GET has: by practice here."""

from __future__ import annotations

from adapters.athenanet.sandbox.answers import JSON
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.population.family_history import RelativeProblem, family_history

GROUPED = frozenset({"195901"})  # practices that answer by relative; the others give a row a problem


def familyhistory(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    own = [one for one in ask.practice.people.facts(person.number, family_history) if one.group == group]
    if ask.practice.practiceid not in GROUPED:
        rows = [{"patientid": person.number, **_relative(one), **_problem(one)} for one in own]
        return {"problems": rows, "totalcount": len(rows), "sectionnote": ""}
    relatives: dict[tuple[str, int], JSON] = {}
    for one in own:
        found = relatives.setdefault((one.relation, one.key), {**_relative(one), "problems": []})
        found["problems"].append(_problem(one))
    return {"relatives": list(relatives.values()), "sectionnote": ""}


def _relative(one: RelativeProblem) -> JSON:
    return {"relation": one.relation.title(), "relationkeyid": one.key}


def _problem(one: RelativeProblem) -> JSON:
    code = one.concept.code
    return {
        "problemid": 30_000 + one.number,
        "snomedcode": int(code) if code else 0,
        "description": one.concept.text,
        "onsetage": one.onset,
        "diedofage": one.died,
        "resolvedage": one.resolved,
        "note": one.note,
    }
