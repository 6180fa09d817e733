"""Files as an office scans and receives them: small, real, and the same bytes for the same words."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from html import escape

_WIDTH = _HEIGHT = 16


def file(form: str, title: str, words: str) -> tuple[bytes, str]:
    """Content and MIME type of a file of this form: pdf, png, tiff or html."""
    make, mime = _FORMS[form]
    return make(title, words), mime


def mime(form: str) -> str:
    return _FORMS[form][1]


def _pdf(title: str, words: str) -> bytes:
    """One page with two lines. ISO 32000-1."""
    lines = "".join(f"({_literal(line)}) Tj T* " for line in (title, words))
    stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines}ET".encode("latin-1", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(out),
    )


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _rows(title: str, words: str) -> list[bytes]:
    """A grey pattern that differs from text to text."""
    seed = zlib.crc32(f"{title}\n{words}".encode())
    return [bytes((seed >> (x + y) % 24) & 0xFF for x in range(_WIDTH)) for y in range(_HEIGHT)]


def _png(title: str, words: str) -> bytes:
    """8-bit greyscale. https://www.w3.org/TR/png/"""
    pixels = b"".join(b"\0" + row for row in _rows(title, words))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def _tiff(title: str, words: str) -> bytes:
    """One uncompressed 8-bit greyscale strip. TIFF 6.0."""
    pixels = b"".join(_rows(title, words))
    tags = ((256, _WIDTH), (257, _HEIGHT), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, _HEIGHT))
    entries = [*tags, (279, len(pixels))]
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries) + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + directory


def _html(title: str, words: str) -> bytes:
    return f"<html><head><title>{escape(title)}</title></head><body><p>{escape(words)}</p></body></html>".encode()


_FORMS: Mapping[str, tuple[Callable[[str, str], bytes], str]] = {
    "pdf": (_pdf, "application/pdf"),
    "png": (_png, "image/png"),
    "tiff": (_tiff, "image/tiff"),
    "html": (_html, "text/html"),
}
