"""GET /chart/{patientid}/administeredquestionnairescreeners. The path is documented, the layout is not.

[assumed] Key, fields and states below; only their place in one list of screeners with questions is taken for granted.
"""

from __future__ import annotations

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON, page
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.athenanet.sandbox.practice import encounterid
from adapters.population.screening import INSTRUMENTS, Screening, screening

KEY = "questionnairescreeners"


def administered(ask: Ask) -> JSON:
    person, _chart, group = chart_of(ask)
    rows = []
    for one in ask.practice.people.facts(person.number, screening):
        department = ask.practice.department(one.visit.department)
        if department is not None and department.group == group:
            rows.append(_screener(ask, one))
    limit, offset = ask.window()
    return page(KEY, rows, path=ask.path, query=ask.query, limit=limit, offset=offset)


def _screener(ask: Ask, one: Screening) -> JSON:
    questions, labels = INSTRUMENTS[one.instrument]
    provider = ask.practice.people.clinicians.get(one.visit.clinician or 0)
    scored = one.score is not None
    return {
        "questionnairescreenerid": one.visit.person * 100 + one.number,
        "templateid": list(INSTRUMENTS).index(one.instrument) + 1,
        "name": one.instrument,
        "encounterid": encounterid(one.visit),
        "state": "SCORED" if scored else "COMPLETE" if one.complete else "PARTIAL",
        "score": str(one.score) if scored and one.number % 2 else one.score,
        "administereddate": dates.plain(one.visit.start.astimezone(ask.practice.zones[one.visit.department]).date()),
        "administeredby": provider.username if provider else None,
        "lastmodifieddatetime": dates.iso(one.visit.start),
        "questions": [
            {
                "questionid": place + 1,
                "question": question,
                "answer": None if answer is None else labels[answer],
                "score": answer if scored else None,
            }
            for place, (question, answer) in enumerate(zip(questions, one.answers, strict=True))
        ],
    }
