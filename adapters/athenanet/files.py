"""What an answer that should be a file means: the file's bytes, or the EHRError it stands for.

[assumed] A page or an original is answered as the file itself with its Content-Type, or as JSON with its base64 under
one of BASE64; a C-CDA as XML, or as JSON with its text under one of TEXT. No recorded answer shows which.
"""

from __future__ import annotations

import base64

from adapters.athenanet import answers
from adapters.contract import Document
from adapters.upstream import Reply
from capability.issues import EHRInvalid
from mappings.athenanet.attachments import mime_type
from mappings.athenanet.scalars import as_str

BASE64 = ("attachmentcontents", "filecontent", "content")
TEXT = ("ccda", "ccdaxml")
UNTOLD = "application/octet-stream"
NOTHING_SAID = frozenset({None, UNTOLD, "binary/octet-stream"})


def document(reply: Reply, expected: str | None) -> Document:
    """`expected` is the MIME type that the record names. Raises: EHRInvalid for what can't be that file."""
    said = reply.headers.get("content-type")
    kind = mime_type(said)
    if kind == "application/json" and expected != kind:
        return _unwrapped(reply, expected)
    if not reply.content or (kind == "text/html" and expected != kind):
        # a page of the way there, not of the document
        raise EHRInvalid(answers.UNREADABLE)
    return Document(expected or UNTOLD if kind in NOTHING_SAID else said or UNTOLD, reply.content)


def _unwrapped(reply: Reply, expected: str | None) -> Document:
    found = answers.one(answers.document(reply)) or {}
    try:
        if text := next(filter(None, (as_str(found.get(key)) for key in TEXT)), None):
            return Document(f"{expected or UNTOLD}; charset=utf-8", text.encode())
        if text := next(filter(None, (as_str(found.get(key)) for key in BASE64)), None):
            named = mime_type(as_str(found.get("attachmenttype")))
            return Document(expected or named or UNTOLD, base64.b64decode("".join(text.split()), validate=True))
    except ValueError as exc:
        raise EHRInvalid(answers.UNREADABLE) from exc
    raise EHRInvalid(answers.UNREADABLE)
