"""What the XHTML of a narrative may hold. https://hl7.org/fhir/R4/narrative.html#xhtml

Of the invariants txt-1 and txt-2 the elements and attributes are checked, and that something is there to be seen; the
content of style attributes is not.
"""

from __future__ import annotations

from xml.etree import ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"

# HTML 4.0, chapters 7 to 11 (except section 4 of chapter 9) and 15, links and images
ELEMENTS = frozenset(
    "a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 "
    "h6 hr i img li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var kbd".split()
)
ATTRIBUTES = frozenset(
    "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset "
    "cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name noshade "
    "nowrap rel rev rowspan rules scope shape span src start style summary tabindex title type usemap valign value "
    "vspace width {http://www.w3.org/XML/1998/namespace}lang xmlns".split()
)


def basic_html(div: object) -> bool:
    """txt-1: nothing but basic formatting, in a well-formed `div`."""
    root = _parsed(div)
    return (
        root is not None
        and root.tag == f"{XHTML}div"
        and all(
            each.tag.removeprefix(XHTML) in ELEMENTS and each.attrib.keys() <= ATTRIBUTES
            for each in root.iter()
            if isinstance(each.tag, str)
        )
    )


def some_content(div: object) -> bool:
    """txt-2: some text that is not white space, or an image."""
    root = _parsed(div)
    return root is not None and (bool("".join(root.itertext()).strip()) or root.find(f".//{XHTML}img") is not None)


def _parsed(div: object) -> ElementTree.Element | None:
    """None for what is no well-formed XML, or declares a document type: entities are not expanded."""
    if not isinstance(div, str) or "<!DOCTYPE" in div:
        return None
    try:
        return ElementTree.fromstring(div)  # noqa: S314 (no document type, so no entities)
    except ElementTree.ParseError:
        return None
