"""Binary: the bytes of a document, by the rule that Accept has to name what they are.

Source: Millennium FHIR R4, Binary. Accept equals the attachment's contentType, or application/fhir+json for a Binary
resource; application/json is refused. The right to read the type that refers to it is needed too.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from starlette.responses import Response

from adapters.cerner.sandbox import ids
from adapters.cerner.sandbox.answers import MEDIA_TYPE, Declined, encoded
from adapters.cerner.sandbox.state import Sandbox
from adapters.fhir_r4.sandbox.records import File


@dataclass(frozen=True, slots=True)
class Referred:
    """`referrer`: the type whose attachment this is."""

    file: File
    referrer: str


def file(sandbox: Sandbox, id_: str) -> Referred | None:
    number = ids.person_of("Binary", id_)
    chart = sandbox.charts.chart(number) if number else None
    found = chart.files.get(id_) if chart else None
    return Referred(found, ids.referrer(id_)) if found else None


def answer(id_: str, found: File, accept: str) -> Response:
    """Raises Declined (406, empty); a wildcard is no content type either [assumed]."""
    accepted = {one.partition(";")[0].strip().lower() for one in accept.split(",")}
    if MEDIA_TYPE in accepted:
        content = base64.b64encode(found.content).decode()
        resource = {"resourceType": "Binary", "id": id_, "contentType": found.content_type, "data": content}
        return Response(encoded(resource), media_type=MEDIA_TYPE)
    if found.content_type in accepted:
        return Response(found.content, headers={"Content-Type": found.content_type})
    raise Declined(406)
