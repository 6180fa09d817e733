"""What an answer of athenaNet means: its document, or the EHRError it stands for.

Nothing of an answer's text is repeated: it may quote what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.upstream import Reply
from capability.issues import EHRCredentials, EHRError, EHRInvalid, EHRThrottled, EHRTimeout, EHRUnavailable
from mappings import fhirjson
from mappings.athenanet.scalars import as_bool, as_str
from mappings.mapped import Record

# The legacy gateway throttles with 403 and these words ("Developer Over Qps", "Developer Over Rate").
THROTTLING = ("over qps", "over rate", "rate limit", "too many requests", "quota", "throttl")

# [assumed] no Retry-After was ever seen on a REST answer; the limit is per second, and its exact window unknown.
RETRY_AFTER = "2"

UNREADABLE = "the EHR's answer is not what its documentation says"


class NoSuchRecord(Exception):
    """athenaNet says itself that there is no such record."""


class NotOffered(EHRInvalid):
    """The path is none of this athenaNet's, or of what it offers this practice: that says nothing of a record."""


class NotGranted(EHRCredentials):
    """The practice does not give this app this call: athenahealth rolls many out by permission, one by one."""


def document(reply: Reply) -> Any:
    """The JSON document of a good answer: an object or a list.

    Raises: NoSuchRecord, NotOffered, NotGranted, EHRThrottled, EHRCredentials, EHRTimeout, EHRUnavailable, EHRInvalid,
    EHRError.
    """
    if reply.status == 200:
        return _good(reply.content)
    if reply.status == 404:
        raise _not_found(reply.content)
    if reply.status == 429 or (reply.status == 403 and _throttling(reply.content)):
        told = reply.headers.get("retry-after", "")
        seconds = told if told.isdecimal() and len(told) < 6 else RETRY_AFTER
        raise EHRThrottled("the EHR limits this practice; try again later", headers={"Retry-After": seconds})
    if reply.status in (401, 403):
        refused = NotGranted if reply.status == 403 else EHRCredentials
        raise refused("the EHR does not grant us this call for this practice")
    if reply.status in (408, 504):
        raise EHRTimeout("the EHR did not answer in time; try again later")
    if reply.status >= 500:
        raise EHRUnavailable("the EHR failed to answer; try again later")
    raise EHRInvalid("the EHR did not understand the request")


def _good(content: bytes) -> Any:
    """A 200 can be a failure: an object with `error`, `success` false, a bare 1 or a bare string."""
    try:
        found = fhirjson.loads(content)
    except ValueError as exc:
        raise EHRInvalid(UNREADABLE) from exc
    for one in found if isinstance(found, list) else [found]:
        if not isinstance(one, dict) or "error" in one or "errormessage" in one or _failed(one.get("success")):
            raise EHRInvalid(UNREADABLE)
    return found


def _failed(success: object) -> bool:
    try:
        return as_bool(success) is False
    except ValueError:
        return True


def _not_found(content: bytes) -> Exception:
    """Only athenaNet's own words mean an unknown record: a gateway answers 404 for a path that it doesn't route."""
    try:
        error = fhirjson.loads(content)["error"]
    except (ValueError, LookupError, TypeError):
        return NotOffered("the EHR does not offer this call")
    if isinstance(error, str) and "practice" in error.lower():
        return EHRError("the EHR does not know the practice that is configured")
    return NoSuchRecord()


def _throttling(content: bytes) -> bool:
    text = content[:2000].decode("utf-8", "replace").lower()
    return any(words in text for words in THROTTLING)


def one(found: Any) -> Record | None:
    """The record of a single GET: an array of one, or the object itself; None for an empty array."""
    if isinstance(found, dict):
        return found
    if isinstance(found, list) and len(found) <= 1:
        return found[0] if found else None
    raise EHRInvalid(UNREADABLE)


def rows(found: Any, key: str) -> list[Any]:
    """The list `key` of an envelope. An envelope that says it has no rows may leave the list out."""
    if isinstance(found, dict):
        listed = found.get(key)
        if isinstance(listed, list):
            return listed
        if listed is None and str(found.get("totalcount", "")) == "0":
            return []
    raise EHRInvalid(UNREADABLE)


def text(record: Any, key: str) -> str | None:
    """A field of a row as text; None where it, or the row itself, cannot be read: the mapping will say so."""
    value = record.get(key) if isinstance(record, dict) else None
    return as_str(value) if isinstance(value, str | int) else None


def ids(records: Iterable[Any], key: str) -> list[str]:
    """The ids that rows have in a field, each once and in order; what is no id is left out."""
    return sorted({found for record in records if (found := text(record, key)) and found.isdecimal()})


def readable(record: Any, key: str) -> bool:
    """Whether the row is an object whose `key` is a text, a number or missing. What is not is for the mapping to
    refuse, so that the answer says that something is left out."""
    return isinstance(record, dict) and isinstance(record.get(key), str | int | None)


def following(found: Any) -> str | None:
    """The link to the next rows."""
    link = found.get("next") if isinstance(found, dict) else None
    if link is None or link == "":
        return None
    if not isinstance(link, str):
        raise EHRInvalid(UNREADABLE)
    return link


def once(records: list[Any], key: str) -> Iterator[Any]:
    """Each record once by its id: offset paging over a list that changes repeats rows. Those without one all pass."""
    seen: set[str] = set()
    for record in records:
        value = record.get(key) if isinstance(record, dict) else None
        if value is not None:
            if str(value) in seen:
                continue
            seen.add(str(value))
        yield record
