"""If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since. RFC 9110 section 13, FHIR R4 http.html#cread

FHIR's entity tags are weak and its clients put them into If-Match too, so that both compare alike, without `W/`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from typing import Any

from starlette.responses import Response

from capability.issues import PreconditionFailed


def last_modified(resource: Mapping[str, Any]) -> datetime.datetime | None:
    """When the resource last changed, to the second; None where its source doesn't tell."""
    return instant(resource.get("meta", {}).get("lastUpdated"))


def http_date(moment: datetime.datetime) -> str:
    return format_datetime(moment, usegmt=True)


def unchanged(headers: Mapping[str, str], version: str, modified: datetime.datetime | None) -> bool:
    """The client has this version already: the answer is 304. Raises PreconditionFailed where it asks for another."""
    expected, known = headers.get("if-match"), headers.get("if-none-match")
    if expected is not None:
        if not _names(expected, version):
            raise PreconditionFailed("this is not the current version; read it without If-Match to see what is")
    elif modified is not None and (limit := _date(headers.get("if-unmodified-since"))) and modified > limit:
        raise PreconditionFailed("it has changed since; read it without If-Unmodified-Since to see what is")
    if known is not None:
        return _names(known, version)
    since = _date(headers.get("if-modified-since"))
    return modified is not None and since is not None and modified <= since


def tagged(response: Response, headers: Mapping[str, str]) -> Response:
    """`response`, the same for everybody, with a hash of its body as ETag; 304 for who has it already.

    Raises PreconditionFailed.
    """
    version = blake2b(response.body, digest_size=9).hexdigest()
    response.headers["ETag"] = f'W/"{version}"'
    if not unchanged(headers, version, None):
        return response
    kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(None, 304, kept)


def _names(tags: str, version: str) -> bool:
    """The list of entity tags has this version in it, or is `*`."""
    each = [tag.strip() for tag in tags.split(",")]
    return each == ["*"] or version in (tag.removeprefix("W/").removeprefix('"').removesuffix('"') for tag in each)


def _date(text: str | None) -> datetime.datetime | None:
    """An HTTP date; what is none counts as not sent."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None
    return _utc(found)


def instant(text: str | None) -> datetime.datetime | None:
    """A FHIR instant to the second; None for what is none."""
    try:
        found = datetime.datetime.fromisoformat(text).replace(microsecond=0) if text else None
    except ValueError:
        return None
    return _utc(found)


def _utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    if moment is None:
        return None
    try:
        return moment.astimezone(datetime.UTC) if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    except OverflowError:
        return None
