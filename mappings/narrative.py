"""A vendor's HTML or plain text as a FHIR Narrative. https://hl7.org/fhir/R4/narrative.html"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

from mappings import fhir

# Formatting alone (constraint txt-1). No links and images, which would have clients call hosts that are nobody's to
# name; no styles, which can call them too.
TAGS = frozenset(
    "p br hr div span h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr td th"
    " b i u em strong small big tt sub sup code pre blockquote q cite".split()
)
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
WITHOUT_TEXT = {"script", "style", "title", "textarea", "select"}
"""Elements whose content is no text to read."""

_NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)  # https://www.w3.org/TR/xml/#charsets

VOID = frozenset({"br", "hr", "col"})


def narrative(text: str | None, status: str) -> fhir.Element | None:
    """Narrative of `text`, which is HTML or has lines; None where there is nothing to read (constraint txt-2).

    `status` is a code of narrative-status.
    """
    if text is None:
        return None
    body = _xhtml(text) if nh3.is_html(text) else "<br/>".join(map(_escaped, html.unescape(text).splitlines()))
    written = _NOT_XML.sub("", body).strip()
    if not html.unescape(nh3.clean(written, tags=set())).strip():
        return None
    return fhir.element(status=status, div=f'<div xmlns="http://www.w3.org/1999/xhtml">{written}</div>')


def _xhtml(text: str) -> str:
    clean = nh3.clean(
        text,
        tags=set(TAGS),
        clean_content_tags=WITHOUT_TEXT,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(clean)
    writer.close()
    return "".join(writer.parts)


class _Writer(HTMLParser):
    """Well-formed HTML as XML: void elements are closed, and no entity that XML doesn't know is left."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs)
        self.parts.append(f"<{tag}{said}{'/' if tag in VOID else ''}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(_escaped(data))


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
