"""GET /chart/{patientid}/socialhistory and its configuration, by keys of athenaNet's and of the practice's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.athenanet.sandbox import dates
from adapters.athenanet.sandbox.answers import JSON
from adapters.athenanet.sandbox.chart import chart_of
from adapters.athenanet.sandbox.parameters import Ask
from adapters.population.social_history import Answer, social_history


@dataclass(frozen=True, slots=True)
class Question:
    """`stored` is what `answer` holds for each of the plain answers, `labels` what a person reads instead; empty for
    a question that is answered in one's own words."""

    key: str
    question: str
    inputtype: str
    stored: dict[str, str]
    labels: dict[str, str]
    status: str | None = None  # socialhistorystatus
    template: int = 41


YES_NO = {"yes": "Y", "no": "N"}


def _yes_no(key: str, question: str, status: str | None = None, template: int = 41) -> Question:
    return Question(key, question, "YESNO", YES_NO, {}, status, template)


def _words(key: str, question: str, kind: str = "FREETEXT", template: int = 41) -> Question:
    return Question(key, question, kind, {}, {}, None, template)


def _choice(key: str, question: str, template: int = 41, **rows: tuple[str, str]) -> Question:
    """`rows`: plain answer (_ for a blank) = (stored, label)."""
    stored = {plain.replace("_", " "): row[0] for plain, row in rows.items()}
    return Question(key, question, "DROPDOWN", stored, dict(rows.values()), None, template)


SMOKING = Question(
    "SMOKINGSTATUS",
    "Tobacco Smoking Status",
    "DROPDOWN",
    {
        "never": "Never",
        "former": "Formerly",
        "every day": "CurrentlyEveryDay",
        "some days": "CurrentlySomeDays",
        "smokes, amount unknown": "CurrentStatusUnknown",
        "unknown if ever": "UnknownIfEver",
    },
    {
        "Never": "Never smoker",
        "Formerly": "Former smoker",
        "CurrentlyEveryDay": "Current every day smoker",
        "CurrentlySomeDays": "Current some day smoker",
        "CurrentStatusUnknown": "Smoker - current status unknown",
        "UnknownIfEver": "Unknown if ever smoked",
    },
)
ORIENTATION = {
    "straight": "Straight or heterosexual",
    "gay": "Lesbian, gay or homosexual",
    "bisexual": "Bisexual",
    "other": "Something else, please describe",
    "unsure": "Don't know",
    "undisclosed": "Choose not to disclose",
}
QUESTIONS: dict[str, Question] = {
    "smoking": SMOKING,
    "cigarettes": _words("SMOKING", "How much tobacco do you smoke?"),
    "chewing tobacco": _choice(
        "CHEWINGTOBACCO", "Chewing tobacco", none=("none", "None"), former=("former", "Former"), yes=("yes", "Yes")
    ),
    "vaping": _choice(
        "ECIGVAPESTATUS", "E-cigarette/vape status", never=("N", "Never"), former=("F", "Former"), daily=("D", "Daily")
    ),
    "alcohol": _choice(
        "ALCOHOL",
        "What is your level of alcohol consumption?",
        none=("None", "None"),
        occasional=("Occasional", "Occasional"),
        moderate=("Moderate", "Moderate"),
        heavy=("Heavy", "Heavy"),
    ),
    "drugs": _yes_no("ILLICITDRUGSUSE", "Do you use any illicit or recreational drugs?"),
    "caffeine": _words("CAFFEINEPERDAY", "Caffeine per day"),
    "exercise": _words("EXERCISE", "What is your level of physical activity?"),
    "education": _words("EDUCATION", "What is the highest grade you have completed in school?"),
    "work": _words("EMPLOYMENT", "What is your occupation?"),
    "housing": _words("LIVINGSITUATION", "What is your current living situation?"),
    "children": _words("NUMCHILDREN", "How many children do you have?", "NUMERIC"),
    "advance directive": _yes_no("ADVANCEDIRECTIVE", "Do you have an advance directive?"),
    "blind": _yes_no("BLINDBADEYESIGHT", "Are you blind or do you have difficulty seeing?", "FUNCTIONAL"),
    "deaf": _yes_no("DEAFHARDHEARING", "Are you deaf or do you have difficulty hearing?", "FUNCTIONAL"),
    "stairs": _yes_no("WALKINGSTAIRS", "Do you have difficulty walking or climbing stairs?", "FUNCTIONAL"),
    "bathing": _yes_no("DRESSBATHING", "Do you have difficulty dressing or bathing?", "FUNCTIONAL"),
    "errands": _yes_no("ERRANDSALONE", "Do you have difficulty doing errands alone?", "FUNCTIONAL"),
    "concentrating": _yes_no("MENTALFOCUS", "Do you have difficulty concentrating or remembering?", "COGNITIVE"),
    "own care": _yes_no("ABLETOCAREFORSELF", "Are you able to care for yourself?", "FUNCTIONAL"),
    "orientation": Question(
        "SEXUALORIENTATION",
        "Sexual orientation",
        "DROPDOWN",
        ORIENTATION,
        {word: word for word in ORIENTATION.values()},
    ),
    "pregnant": _choice(
        "LOCAL.61",
        "Are you pregnant?",
        55,
        pregnant=("Y", "Yes"),
        not_pregnant=("N", "No"),
        unknown=("U", "Do not know"),
    ),
    "wants children": _choice(
        "LOCAL.62",
        "Would you like to become pregnant in the next year?",
        55,
        yes=("Y", "Yes"),
        no=("N", "No"),
        ambivalent=("A", "Okay either way"),
    ),
    "anxiety score": _words("LOCAL.44", "GAD-7", template=55),
}
TEMPLATES = {41: "Adult", 55: "Riverbend extras"}
NOT_PERFORMED = {
    "not indicated": ("410534003", "Not indicated"),
    "not tolerated": ("407563006", "Not tolerated"),
    "refused": ("105480006", "Patient refused"),
}
FIRST_QUESTION = 2200


def socialhistory(ask: Ask) -> JSON:
    """Unanswered questions and those not performed come only where they are asked for."""
    person, _chart, group = chart_of(ask)
    told = ask.practice.people.facts(person.number, social_history)
    own = [one for one in told.answers if one.group == group]
    rows = [
        _question(one, place)
        for place, one in enumerate(own)
        if one.answer or (ask.flag("shownotperformedquestions") if one.refused else ask.flag("showunansweredquestions"))
    ]
    shown = {int(row["templateid"]) for row in rows}
    templates = [{"templateid": number, "templatename": name} for number, name in TEMPLATES.items() if number in shown]
    return {"questions": rows, "templates": templates, "sectionnote": ""}


def _question(one: Answer, place: int) -> JSON:
    row = QUESTIONS[one.topic]
    number = FIRST_QUESTION + list(QUESTIONS).index(one.topic)
    code, reason = NOT_PERFORMED[one.refused] if one.refused else (None, None)
    return {
        "questionid": str(number) if row.key.startswith("LOCAL") else number,
        "templateid": row.template,
        "key": row.key,
        "question": row.question,
        "answer": row.stored.get(one.answer or "", one.answer) or None,
        "note": one.note,
        "notelastupdateddate": dates.plain(one.on) if one.note else None,
        "notelastupdatedby": one.by if one.note else None,
        "lastupdated": dates.plain(one.on),
        "lastupdatedby": one.by if one.on else None,
        "ordering": place,
        "socialhistorystatus": row.status,
        "notperformedreasoncode": code,
        "notperformedreason": reason,
    }


def configuration(ask: Ask) -> list[JSON]:
    """Templates with their questions. An option is an object of one key: the stored answer."""
    return [
        {
            "templateid": number,
            "templatename": name,
            "questions": [
                _configured(row, place) for place, row in enumerate(QUESTIONS.values()) if row.template == number
            ],
        }
        for number, name in TEMPLATES.items()
    ]


def _configured(row: Question, place: int) -> JSON:
    options: Any = [{stored: label} for stored, label in row.labels.items()] or None
    return {
        "questionid": FIRST_QUESTION + place,
        "key": row.key,
        "question": row.question,
        "inputtype": row.inputtype,
        "ordering": place,
        "options": options,
    }
