"""What a person with a browser reads: the same document, escaped, highlighted, linked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facade.http.highlight import link, pieces, read
from facade.http.page import HIGHLIGHTED_MAX
from tests.facade.http.test_negotiation import BROWSER
from tests.facade.scrapbook import scrapbook
from tests.facade.world import ORIGIN, World

BASE = f"{ORIGIN}/riverbend/fhir/r4"
AS_PAGE = {"Accept": BROWSER}
EVIL = "<script>alert(1)</script>"
ATTRIBUTE = "\" onmouseover='alert(1)' x=\""
HOSTILE = {
    "resourceType": "Patient",
    "id": "evil",
    "text": {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{EVIL}</div>"},
    "identifier": [
        {"system": "javascript:alert(1)", "value": ATTRIBUTE},
        {"system": "http://evil.example/" + ATTRIBUTE, "value": EVIL},
        {"system": "https://evil.example/<img src=x onerror=alert(1)>", "value": "</code></pre>" + EVIL},
        {"system": "data:text/html,<script>alert(1)</script>", "value": "{{ 7 * 7 }} {% raw %} ${7*7}"},
        {"system": "http://evil.example\\@facade.example.org/", "value": "\u202egnirts\u2028\u0000\u001b[2J"},
    ],
    "name": [{"family": EVIL, "given": [ATTRIBUTE, "</title>" + EVIL, "O'Neil & <b>Söhne</b>"]}],
    "photo": [{"url": "javascript:alert(1)"}, {"url": "JaVaScRiPt:alert(1)"}, {"url": "//evil.example/x"}],
    "generalPractitioner": [
        {"reference": "javascript:alert(1)"},
        {"reference": "http://elsewhere.example/fhir/Practitioner/1", "display": EVIL},
    ],
    EVIL: ATTRIBUTE,
}


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.anchors: list[dict[str, str]] = []
        self.shown = ""
        self.document = ""
        self._inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag == "a":
            self.anchors.append({name: value or "" for name, value in attrs})
        if tag not in ("meta", "link"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._inside.pop()

    def handle_data(self, data: str) -> None:
        self.shown += data
        if "pre" in self._inside:
            self.document += data


ELEMENTS = set(
    """html head meta title link body header h1 p nav a main dl div dt dd ul li strong code section h2 ol details
    summary small pre span footer""".split()
)


def seen(response: httpx.Response) -> Seen:
    """The page, after what holds for all of them."""
    assert "text/html; charset=utf-8" == response.headers["content-type"]
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert ("nosniff", "no-referrer") == (
        response.headers["x-content-type-options"],
        response.headers["referrer-policy"],
    )
    found = Seen(response.text)
    assert set() == found.tags - ELEMENTS
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    for anchor in found.anchors:
        assert anchor["href"].startswith(("http://", "https://", "?")), anchor
        outside = not anchor["href"].startswith((f"{ORIGIN}/", "?"))
        assert ("noreferrer" in anchor.get("rel", "").split()) is outside, anchor
    return found


def hrefs(page: Seen) -> set[str]:
    return {anchor["href"] for anchor in page.anchors}


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with scrapbook(tmp_path, [HOSTILE]) as (_, client):
        yield client


@pytest.mark.parametrize("address", ["/Patient/rb.evil", "/Patient", f"/Patient?family={EVIL}"])
async def test_nothing_that_an_ehr_says_becomes_markup(book: httpx.AsyncClient, address: str) -> None:
    plain = await book.get(address)
    page = seen(await book.get(address, headers=AS_PAGE))

    assert EVIL in page.document
    assert plain.json() == json.loads(page.document)
    assert not [href for href in hrefs(page) if "evil.example" in href]
    assert "http://elsewhere.example/fhir/Practitioner/1" in hrefs(page)
    assert "49" not in page.document


async def test_an_id_that_is_none_does_not_get_as_far_as_a_page(tmp_path: Path) -> None:
    async with scrapbook(tmp_path, [{**HOSTILE, "id": EVIL}]) as (_, client):
        response = await client.get("/Patient", headers=AS_PAGE)

    assert (502, False) == (response.status_code, EVIL in seen(response).document)


@pytest.mark.parametrize(
    "address",
    [
        f"/Patient?{EVIL}=1",
        f"/{EVIL}/1",
        f"/Patient/{EVIL}",
        f"/Patient?_format=html&{EVIL}",
        f"/Patient?_id={ATTRIBUTE}",
        f"/Patient/rb.evil/_history/{EVIL}",
    ],
)
async def test_nothing_that_a_request_says_becomes_markup(book: httpx.AsyncClient, address: str) -> None:
    response = await book.get(address, headers=AS_PAGE)

    assert 400 <= response.status_code < 500
    assert "OperationOutcome" == json.loads(seen(response).document)["resourceType"]


@pytest.mark.parametrize(
    "address",
    [
        "/Patient/rb.1",
        "/Patient?_count=3",
        "/Observation?patient=rb.1&_include=Observation:patient",
        "/metadata",
        "/Patient/rb.99999",
        "/Nonsense",
        "/Patient?famly=a",
        "/_history",
        "/Patient/_search",
    ],
)
async def test_every_answer_has_a_page_with_the_same_document_and_status(
    client: httpx.AsyncClient, address: str
) -> None:
    plain, response = await client.get(address), await client.get(address, headers=AS_PAGE)
    page = seen(response)

    assert plain.status_code == response.status_code
    shown = json.loads(page.document)
    assert plain.json().keys() == shown.keys()
    if "next" not in str(plain.json().get("link")):  # a paging link is sealed anew each time
        assert plain.json() == shown
    assert {f"{BASE}/metadata"} <= hrefs(page)
    assert str(response.status_code) in page.shown
    assert response.headers["x-request-id"] in page.shown


async def test_a_page_keeps_the_digits_of_decimals(client: httpx.AsyncClient) -> None:
    plain = await client.get("/Observation?patient=rb.1&_count=500")
    page = seen(await client.get("/Observation?patient=rb.1&_count=500", headers=AS_PAGE))

    assert json.loads(plain.text, parse_float=str) == json.loads(page.document, parse_float=str)


async def test_references_and_pages_lead_on(client: httpx.AsyncClient) -> None:
    observations = "/Observation?patient=rb.1&_count=2"
    found = (await client.get(observations)).json()
    first = seen(await client.get(observations, headers=AS_PAGE))
    (following,) = (
        anchor["href"] for anchor in first.anchors if "_cursor=" in anchor["href"] and "class" not in anchor
    )
    second = seen(await client.get(following, headers=AS_PAGE))

    assert f"{BASE}/Patient/rb.1" in hrefs(first)
    assert {entry["fullUrl"] for entry in found["entry"]} <= hrefs(first)
    assert not hrefs(first) & {each["fullUrl"] for each in json.loads(second.document)["entry"]}
    assert 200 == (await client.get(f"{BASE}/Patient/rb.1", headers=AS_PAGE)).status_code


async def test_the_page_has_a_link_to_itself_as_json(client: httpx.AsyncClient) -> None:
    page = seen(await client.get("/Patient?_count=2&_format=html", headers=AS_PAGE))
    (own,) = (href for href in hrefs(page) if href.startswith("?"))
    response = await client.get(f"/Patient{own}", headers=AS_PAGE)

    assert "application/fhir+json; charset=utf-8" == response.headers["content-type"]
    assert json.loads(page.document)["entry"] == response.json()["entry"]


async def test_a_refused_search_by_post_has_a_page_too(client: httpx.AsyncClient) -> None:
    page = seen(await client.post("/Patient/_search", data={"famly": "a"}, headers=AS_PAGE))

    assert "OperationOutcome" == json.loads(page.document)["resourceType"]
    assert not [href for href in hrefs(page) if href.startswith("?")]  # a link would ask by GET


async def test_without_a_token_the_page_says_what_to_do_next(here: World) -> None:
    for practice in (None, "rb"):
        client = here.client(None, practice=practice)
        page = seen(await client.get("/Patient/rb.1", headers=AS_PAGE))
        assert "What to do next" in page.shown
        assert f"{str(client.base_url).rstrip('/')}/.well-known/smart-configuration" in hrefs(page)


async def test_the_stylesheet_is_there_for_anyone_and_calls_nothing(here: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as anyone:
        response = await anyone.get("/static/fhir.css")
        again = await anyone.get("/static/fhir.css", headers={"If-None-Match": response.headers["etag"]})

    assert (200, "text/css; charset=utf-8") == (response.status_code, response.headers["content-type"])
    assert ("nosniff", 304) == (response.headers["x-content-type-options"], again.status_code)
    assert not [word for word in ("url(", "@import", "http") if word in response.text]


async def test_a_document_too_large_to_highlight_is_shown_plain(tmp_path: Path) -> None:
    big = {**HOSTILE, "id": "big", "name": [{"family": f"{EVIL} {n}"} for n in range(HIGHLIGHTED_MAX // 60)]}
    async with scrapbook(tmp_path, [big]) as (_, client):
        page = seen(await client.get("/Patient/rb.big", headers=AS_PAGE))

    assert json.loads(page.document)["name"] == big["name"]
    assert "span" not in page.tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient/1", f"{BASE}/Patient/1"),
        ("Patient/1/_history/2", f"{BASE}/Patient/1/_history/2"),
        ("http://example.org/x?a=1&b=2", "http://example.org/x?a=1&b=2"),
        ("https://example.org", "https://example.org"),
        ("#contained", None),
        ("urn:uuid:1", None),
        ("Patient/../../x", None),
        ("Patient/1\n", None),
        ("javascript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("http://", None),
        ("http://[", None),
        ("http:///x", None),
        ("https://a b", None),
        ("http://a/" + "x" * 3_000, None),
    ],
)
def test_only_what_is_safe_to_follow_is_a_link(text: str, expected: str | None) -> None:
    assert expected == link(text, BASE)


DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from([EVIL, "http://a/", "Patient/1", ATTRIBUTE]),
    lambda each: (
        st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("reference"), each, max_size=4)
    ),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(content=DOCUMENTS)
def test_the_pieces_are_the_document(content: Any) -> None:
    written = json.dumps(content, ensure_ascii=False, indent=2)

    shown = "".join(piece.text for piece in pieces(read(written.encode("utf-8", "surrogatepass")), BASE))
    assert written == shown
