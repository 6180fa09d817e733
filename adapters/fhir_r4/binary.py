"""What an attachment holds, by its owner and its number there: asked for as the type that the owner says it has."""

from __future__ import annotations

import base64
import binascii

from adapters.contract import Call, Document
from adapters.fhir_r4.client import JSON, FHIRServer
from adapters.fhir_r4.read import record_of
from adapters.query import Query
from capability.issues import EHRInvalid, NotFound
from mappings import fhirjson
from mappings.fhir_r4.walk import binary_of, files_of

NO_FILE = "no Binary with this id"
ANY = "application/octet-stream"


async def content(ehr: FHIRServer, call: Call, query: Query) -> Document:
    """The bytes of the Binary `query.id`. Raises NotFound, EHRError."""
    owner = ehr.names.owner_of(query.id or "")
    record = await record_of(ehr, call, owner[0], owner[1]) if owner is not None else None
    repaired = ehr.repaired(record) if record is not None else None
    files = files_of(repaired) if repaired is not None else []
    if owner is None or owner[2] >= len(files):
        raise NotFound(NO_FILE)
    named = files[owner[2]]
    path = binary_of(named["url"], ehr.settings.base_url)
    if path is None:
        raise NotFound(NO_FILE)
    kind = str(named.get("contentType") or ANY)
    accept = ehr.dialect.binary_as or kind
    reply = await ehr.get(call, f"{ehr.settings.root}/{path}", operation="GET /Binary/{id}", headers={"Accept": accept})
    if reply.status in (404, 410):
        raise NotFound(NO_FILE)
    if reply.status != 200:
        raise ehr.refusal(reply, "Binary")
    said = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _unpacked(reply.content) if said == JSON and kind != JSON else Document(kind, reply.content)


def _unpacked(body: bytes) -> Document:
    """A Binary resource in JSON: the EHR gave that instead of the bytes."""
    try:
        found = fhirjson.loads(body)
        return Document(str(found["contentType"]), base64.b64decode(found.get("data", ""), validate=True))
    except (LookupError, TypeError, ValueError, binascii.Error) as exc:
        raise EHRInvalid("the EHR's Binary cannot be read") from exc
