"""Patients: GET /patients/{patientid}, GET /patients."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.athenanet import answers
from adapters.athenanet.client import AthenaNet, is_athena_id, together
from adapters.contract import Call, Page
from adapters.query import Clause, DateValue, Query, StringValue, TokenValue
from capability.issues import Gone
from mappings.athena import ids
from mappings.athenanet.patient import US_SSN, medical_record_number, patients, social_security_number
from mappings.athenanet.practice import Practice
from mappings.mapped import Record

# [assumed] `lastname` finds what begins with it, whatever its case and accents, as FHIR's string search does. Were it
# exact, `family` could not be pushed down at all: set this to False then, and a search by family walks departments.
LASTNAME_IS_A_PREFIX = True

LASTNAME_LENGTH = 20  # "Best Practices": 30, on some inputs 20; a longer text finds too much when cut, never too little

ALTERNATIVES = 8
"""Names given as alternatives that are asked for one by one; for more the departments are walked."""

OVERLAP = 10
"""Rows of a list that are read again with its next page."""

DELETED = {"status": "deleted"}

SEX = {"male": "M", "female": "F"}  # other and unknown stand for several letters, and for none

_DAY = re.compile(r"([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})")
_SSN = re.compile(r"([0-9]{3})-?([0-9]{2})-?([0-9]{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One list of patients to be read in pages; `label` names it in a cursor.

    `department` and `walked`: this list is one department's of a walk over those. `deleted`: it is the list of deleted
    registrations, which athenaNet leaves out of a list ([assumed]) unless it is asked for just them.
    """

    label: str
    params: dict[str, str]
    applied: frozenset[str] = frozenset()
    department: str | None = None
    walked: frozenset[str] = frozenset()
    deleted: bool = False

    def once(self, rows: list[Any]) -> Iterator[Any]:
        """Rows that this list gives. In a walk each patient is given by the department of its registration alone,
        in whose list it is whether athenaNet's filter looks at that department only, or at the current one too."""
        for row in answers.once(rows, "patientid"):
            if isinstance(row, dict) and (answers.text(row, "status") == "deleted") is not self.deleted:
                continue
            registered = answers.text(row, "departmentid") if self.department is not None else None
            if registered is None or registered == self.department or registered not in self.walked:
                yield row


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a page of a list begins; `after` is the last patientid of the page before."""

    offset: int = 0
    after: str | None = None


async def read(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """The patient; the id of one merged into another gives both. Raises: EHRError."""
    return await _by_id(ehr, call, _patientids((query.id,) if query.id else ()))


async def search(ehr: AthenaNet, call: Call, query: Query) -> Page:
    """By id and identifier directly, by family and birthdate as athenaNet finds them, else department by department,
    for there is no list of all patients. Pages of `count` rows, up to the setting `page_size`.

    Raises: EHRError, Gone for a cursor of departments that are no more.
    """
    named = query.ids("_id")
    if named is not None:
        return await _by_id(ehr, call, _patientids(named))
    practice = await ehr.practice(call)
    identified = _identified(query, practice)
    if identified is not None:
        return await _by_identifier(ehr, call, practice, *identified)
    criteria = _criteria(query) or await _walk(ehr, call, query)
    return await _page(ehr, call, query, practice, criteria)


def _patientids(local_ids: Iterable[str]) -> list[str]:
    return [one for one in dict.fromkeys(local_ids) if ids.types_of(one) == {"Patient"}]


async def _by_id(ehr: AthenaNet, call: Call, patientids: list[str]) -> Page:
    wanted = [patientid for patientid in patientids if is_athena_id(patientid)]
    if not wanted:
        return Page()
    practice = await ehr.practice(call)
    records = await together(ehr.patient(call, one) for one in wanted)
    found = answers.once([record for record in records if record is not None], "patientid")
    return _mapped(found, practice, frozenset({"_id"}))


def _mapped(records: Iterable[Record], practice: Practice, applied: frozenset[str], cursor: str | None = None) -> Page:
    return Page.mapped(partial(patients, practice=practice), records, cursor=cursor, applied=applied)


# --- by identifier --------------------------------------------------------------------------------------------------


def _identified(query: Query, practice: Practice) -> tuple[list[str], list[str]] | None:
    """(patientids, social security numbers) one of which a match has, by a clause on `identifier`; None without."""
    for clause in query.named("identifier"):
        if clause.modifier is not None or any(
            not isinstance(value, TokenValue) or value.code is None for value in clause.values
        ):
            continue
        tokens = [value for value in clause.values if isinstance(value, TokenValue)]
        patientids = dict.fromkeys(_codes(tokens, practice.system("patient")))
        numbers = dict.fromkeys("".join(found.groups()) for code in _codes(tokens, US_SSN) if (found := _ssn(code)))
        return (
            [each for each in patientids if clause.may_ask(medical_record_number(practice, each) or {})],
            [each for each in numbers if clause.may_ask(social_security_number(each) or {})],
        )
    return None


def _codes(tokens: Iterable[TokenValue], system: str) -> Iterator[str]:
    return (token.code for token in tokens if token.code and token.system in (None, system))


def _ssn(code: str) -> re.Match[str] | None:
    return _SSN.fullmatch(code)


async def _by_identifier(
    ehr: AthenaNet, call: Call, practice: Practice, patientids: list[str], numbers: list[str]
) -> Page:
    """Without `show_full_ssn` no Patient of ours carries a number, so none is asked for by one."""
    by_id = _by_id(ehr, call, patientids)
    by_ssn = [_by_ssn(ehr, call, practice, number) for number in numbers if ehr.settings.show_full_ssn]
    return Page.merged(await together((by_id, *by_ssn)))


async def _by_ssn(ehr: AthenaNet, call: Call, practice: Practice, number: str) -> Page:
    params = {**ehr.patient_flags, "ssn": number, "limit": str(ehr.settings.page_size)}
    ttl = ehr.settings.cache_seconds.patient
    lists = await together(
        ehr.rows(call, "/patients", "patients", {**params, **status}, ttl=ttl) for status in ({}, DELETED)
    )
    rows = [row for found in lists if found for row in found[0]]
    return _mapped(answers.once(rows, "patientid"), practice, frozenset({"identifier"}))


# --- by name and birthdate ------------------------------------------------------------------------------------------


def _criteria(query: Query) -> list[Criterion]:
    """What athenaNet's own filters can narrow without losing a match; empty where they cannot.

    `given` and `name` look into middle names, names used and nicknames too, where `firstname` does not.
    """
    born = next(filter(None, map(_born, query.named("birthdate"))), None)
    base = {**({"dob": born} if born else {}), **_sex(query)}
    families = next(filter(None, map(_families, query.named("family"))), None)
    applied = frozenset(name for name, there in (("birthdate", born), ("family", families)) if there)
    if families:
        lists = [(f"n{i}", {**base, "lastname": text}) for i, text in enumerate(families)]
    else:
        lists = [("d", base)] if born else []
    return [
        Criterion(label + mark, {**params, **status}, applied, deleted=bool(status))
        for mark, status in (("", {}), ("x", DELETED))
        for label, params in lists
    ]


def _born(clause: Clause) -> str | None:
    """`dob` for a birthdate that is one day; partial dates and ranges have no filter."""
    match clause:
        case Clause(modifier=None, values=(DateValue(prefix="eq", text=text),)):
            found = _DAY.fullmatch(text)
            return f"{found[2]}/{found[3]}/{found[1]}" if found else None
        case _:
            return None


def _families(clause: Clause) -> list[str] | None:
    if not LASTNAME_IS_A_PREFIX or clause.modifier not in (None, "exact") or len(clause.values) > ALTERNATIVES:
        return None
    texts = [value.text.strip()[:LASTNAME_LENGTH].strip() for value in clause.values if isinstance(value, StringValue)]
    by_folded = {_folded(text): text for text in reversed(texts)}
    if not by_folded or "" in by_folded:
        return None
    # What begins with a longer text is in the list of the shorter one already.
    return [
        text for long, text in by_folded.items() if not any(long != one and long.startswith(one) for one in by_folded)
    ]


def _folded(text: str) -> str:
    """As `lastname` compares."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _sex(query: Query) -> dict[str, str]:
    for clause in query.named("gender"):
        match clause:
            case Clause(modifier=None, values=(TokenValue(code=code),)) if code in SEX:
                return {"sex": SEX[code]}
    return {}


async def _walk(ehr: AthenaNet, call: Call, query: Query) -> list[Criterion]:
    """Every department in the order of its id."""
    walked = frozenset(await ehr.department_ids(call))
    return [
        *(
            Criterion(f"w{one}", {**_sex(query), "departmentid": one}, department=one, walked=walked)
            for one in sorted(walked, key=int)
        ),
        Criterion("x", {**_sex(query), **DELETED}, deleted=True),
    ]


async def _rows(ehr: AthenaNet, call: Call, query: Query, criterion: Criterion, begin: Begin) -> tuple[list[Any], str]:
    """Rows of one page of a list, and where the next one begins, "" where there is none.

    A page begins some rows early, at the one that ended the page before: so that a row which has gone since, and moved
    the others up, takes none with it. Where that one has gone itself, what is given twice is left out by its id.
    """
    size = ehr.settings.page_size
    # In a walk nearly every row may be filtered out by the facade: fewer and larger pages get there in time.
    limit = size if criterion.department is not None and query.clauses else min(max(query.count or 0, 10), size)
    early = min(begin.offset, OVERLAP)
    window = {"limit": str(limit + early), "offset": str(begin.offset - early)}
    params = {**ehr.patient_flags, **criterion.params, **window}
    found = await ehr.document(call, "/patients", params, ttl=ehr.settings.cache_seconds.patient)
    rows = answers.rows(found, "patients") if found is not None else []
    more = bool(rows) and answers.following(found) is not None
    reached = begin.offset - early + len(rows)
    seen = [answers.text(row, "patientid") for row in rows]
    if begin.after and begin.after in seen:
        rows = rows[seen.index(begin.after) + 1 :]
    return rows, f"{criterion.label}~{reached}~{seen[-1] or ''}" if more else ""


async def _page(ehr: AthenaNet, call: Call, query: Query, practice: Practice, criteria: list[Criterion]) -> Page:
    """One page of one criterion. The cursor is `label~offset~patientid`: the criterion to go on with, where, and the
    last patient before."""
    if not criteria:
        return Page()
    label, _, rest = (query.cursor or f"{criteria[0].label}~0~").partition("~")
    offset, _, after = rest.partition("~")
    place = next((i for i, criterion in enumerate(criteria) if criterion.label == label), None)
    if place is None or not offset.isdecimal():
        raise Gone("the EHR's lists changed while they were paged; run the search again")
    criterion, begin = criteria[place], Begin(int(offset), after or None)
    ahead = [] if query.cursor or criterion.department else criteria[1:]  # few and short: asked for at once
    (rows, cursor), *_ = await together(
        _rows(ehr, call, query, one, at) for one, at in ((criterion, begin), *((one, Begin()) for one in ahead))
    )
    if not cursor and place + 1 < len(criteria):
        cursor = f"{criteria[place + 1].label}~0~"
    return _mapped(criterion.once(rows), practice, criterion.applied, cursor or None)
