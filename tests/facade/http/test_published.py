"""openapi.json, the page for people and the style sheet: open, valid, and from the same rows as the statement."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from capability.uscore import VERSIONS
from tests.facade.world import ORIGIN, World, configuration, world

DOCUMENTS = [
    pytest.param(version, narrowed, marks=() if (version, narrowed) == (VERSIONS[0], None) else pytest.mark.long)
    for version in VERSIONS
    for narrowed in (None, "rb")
]


@pytest.mark.parametrize(("version", "narrowed"), DOCUMENTS)
async def test_the_document_is_openapi_3_1(tmp_path: Path, version: str, narrowed: str | None) -> None:
    async with world(tmp_path, configuration(riverbend={"us_core": version})) as made:
        client = made.client(None, practice=narrowed)
        document = (await client.get("/openapi.json")).json()

    validate(document, cls=OpenAPIV31SpecValidator)
    assert "3.1.0" == document["openapi"]
    assert str(client.base_url).rstrip("/") == document["servers"][0]["url"]


async def test_the_document_says_what_the_statement_says(here: World) -> None:
    client = here.client(None)
    statement = (await client.get("/metadata")).json()["rest"][0]
    document = (await client.get("/openapi.json")).json()

    components = document["components"]["parameters"]
    for resource in statement["resource"]:
        codes = {each["code"] for each in resource["interaction"]}
        assert ("read" in codes) == (f"/{resource['type']}/{{id}}" in document["paths"])
        if "search-type" in codes:
            operation = document["paths"][f"/{resource['type']}"]["get"]
            names = {components[each["$ref"].rpartition("/")[2]]["name"] for each in operation["parameters"]}
            assert {each["name"] for each in resource["searchParam"]} <= names
            assert {each["name"] for each in statement["searchParam"]} - {"_revinclude", "_include"} <= names
            form = document["paths"][f"/{resource['type']}/_search"]["post"]["requestBody"]["content"]
            (schema,) = (each["schema"] for each in form.values())
            assert names - {"X-Request-Id", "Prefer", "X-Facade-Partial", "X-Facade-Explain"} == set(
                schema["properties"]
            )


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/vnd.oai.openapi+json;version=3.1", "application/vnd.oai.openapi+json"),
    ],
)
async def test_the_document_is_named_as_it_was_asked_for(here: World, accept: str, media_type: str) -> None:
    response = await here.client(None).get("/openapi.json", headers={"Accept": accept})

    assert (200, media_type) == (response.status_code, response.headers["content-type"])


@pytest.mark.parametrize("path", ["metadata", "openapi.json", "docs", ".well-known/smart-configuration"])
async def test_what_a_client_has_already_is_not_sent_again(here: World, path: str) -> None:
    client = here.client(None)
    tag = (await client.get(f"/{path}")).headers["etag"]

    again = await client.get(f"/{path}", headers={"If-None-Match": f'"x", {tag}'})

    assert tag.startswith('W/"')
    assert (304, b"") == (again.status_code, again.content)


@pytest.mark.parametrize("mode", ["full", "normative", "terminology"])
async def test_every_mode_of_the_statement_is_taken(here: World, mode: str) -> None:
    response = await here.client(None).get("/metadata", params={"mode": mode})

    assert (200, "CapabilityStatement") == (response.status_code, response.json()["resourceType"])


async def test_another_mode_is_refused_by_name(here: World) -> None:
    response = await here.client(None).get("/metadata", params={"mode": "partial"})

    assert (400, ["http.mode"]) == (response.status_code, response.json()["issue"][0]["location"])


class Page(HTMLParser):
    """What a page holds, by tag; `void` elements never close."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.handlers: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value or "")
            if name == "id":
                self.names.add(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop(), tag

    def handle_data(self, data: str) -> None:
        self.text += data


async def test_the_page_runs_nothing_and_loads_only_our_style(here: World) -> None:
    response = await here.client(None).get("/docs")

    assert (200, "text/html; charset=utf-8") == (response.status_code, response.headers["content-type"])
    assert "default-src 'none'" in response.headers["content-security-policy"]
    page = Page(response.text)
    assert [] == page.open
    assert {"script", "iframe", "object", "form", "style"}.isdisjoint(page.tags)
    assert [] == page.handlers


async def test_the_page_tells_every_row_of_the_statement(here: World) -> None:
    client = here.client(None)
    statement = (await client.get("/metadata")).json()["rest"][0]
    page = Page((await client.get("/docs")).text)

    for resource in statement["resource"]:
        assert resource["type"] in page.names
        for parameter in resource.get("searchParam", ()):
            assert parameter["definition"] in page.links
            assert parameter["name"] in page.text
        for include in (*resource.get("searchInclude", ()), *resource.get("searchRevInclude", ())):
            assert include in page.text


async def test_every_link_of_the_page_that_is_ours_leads_somewhere(here: World) -> None:
    page = Page((await here.client(None).get("/docs")).text)

    assert set() == {link[1:] for link in page.links if link.startswith("#")} - page.names
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        ours = [link for link in page.links if link.startswith(("/", ORIGIN))]
        assert 4 == len(ours)
        assert [200] * 4 == [(await client.get(link)).status_code for link in ours]


async def test_what_a_tenant_calls_itself_is_text_on_the_page(tmp_path: Path) -> None:
    async with world(tmp_path, configuration(riverbend={"name": "<script>alert(1)</script> & Sons"})) as made:
        response = await made.client(None).get("/docs")

    assert "script" not in Page(response.text).tags
    assert "<script>alert(1)</script> & Sons" in Page(response.text).text


async def test_no_other_file_can_be_named(here: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        style = await client.get("/static/docs.css")
        assert (200, "text/css; charset=utf-8") == (style.status_code, style.headers["content-type"])
        for name in ("..%2Fdocs.py", "%2e%2e/docs.py", "docs.py", "other.css"):
            assert 404 == (await client.get(f"/static/{name}")).status_code
