"""What a vendor's note may show as a FHIR narrative."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.narrative import ATTRIBUTES, TAGS, narrative

XHTML = "{http://www.w3.org/1999/xhtml}"


def _body(text: str) -> str | None:
    made = narrative(text, "additional")
    return (
        made["div"].removeprefix('<div xmlns="http://www.w3.org/1999/xhtml">').removesuffix("</div>") if made else None
    )


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("plain\nlines & a<b", "plain<br/>lines &amp; a&lt;b"),
        ("BP &lt; 140", "BP &lt; 140"),
        ("<p>a&nbsp;b<br>c", "<p>a\N{NO-BREAK SPACE}b<br/>c</p>"),
        ("<b onclick=x style='background:url(http://h)'>a</b>", "<b>a</b>"),
        ("<script>x</script><a href='http://intranet/'>here</a><img src=y>", "here"),
        ("<td colspan=2>x", "x"),
        (
            "<table><tr><td colspan='2\"'>x</table>",
            '<table><tbody><tr><td colspan="2&quot;">x</td></tr></tbody></table>',
        ),
        ("<p>&#1;x\ufffe</p>", "<p>x</p>"),
        ("<p> &nbsp; <br></p>", None),
        ("<style>p {}</style>", None),
        ("  \n ", None),
        ("", None),
    ],
)
def test_formatting_is_kept_and_nothing_else(text: str, body: str | None) -> None:
    assert body == _body(text)


MARKUP = st.sampled_from(
    ["<p>", "</p>", "<td>", "<br>", "<svg>", "<math>", "<!--", "-->", "<![CDATA[", "<a b='", "&nbsp;"]
)


@given(st.lists(MARKUP | st.text(max_size=4), max_size=8).map("".join))
def test_any_text_becomes_well_formed_xhtml_or_nothing(text: str) -> None:
    made = narrative(text, "additional")

    for element in ElementTree.fromstring(made["div"]).iter() if made else ():  # noqa: S314  # what we made ourselves
        assert element.tag.removeprefix(XHTML) in TAGS
        assert element.attrib.keys() <= ATTRIBUTES.get(element.tag.removeprefix(XHTML), set())
