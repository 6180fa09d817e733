"""The pages in a real browser, over a real socket: what it loads, follows, runs and complains about.

Needs Chromium, or $CHROMIUM with the path of one; on Debian: apt-get install chromium
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.facade.http.test_gateway_wire import serving_on
from tests.facade.http.test_pages import ATTRIBUTE, EVIL, HOSTILE
from tests.facade.scrapbook import scrapbook
from tests.facade.served import served

playwright = pytest.importorskip("playwright.async_api", reason="NO BROWSER: the package playwright is not installed")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SHOTS = os.environ.get("SCREENSHOTS")  # a folder, for who wants to look

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="NO BROWSER: no chromium on the PATH; apt-get install chromium, or set CHROMIUM to its path",
)


class Tab:
    """A page of the browser, with everything that it complained about and asked for."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("request", lambda request: self.asked.append(request.url))

    async def shot(self, folder: Path, name: str) -> bytes:
        taken: bytes = await self.page.screenshot(path=Path(SHOTS or folder) / f"{name}.png", full_page=False)
        return taken


@asynccontextmanager
async def browser(profile: Path, token: str | None, scheme: str = "light") -> AsyncIterator[Tab]:
    """A tab of a browser with a profile of its own, that sends the token with every request."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with playwright.async_playwright() as driver:
        context = await driver.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=list(FLAGS),
            extra_http_headers=headers,
            color_scheme=scheme,
            viewport={"width": 1_200, "height": 900},
        )
        try:
            yield Tab(await context.new_page())
        finally:
            await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_person_reads_and_follows_links_without_a_complaint(tmp_path: Path, scheme: str) -> None:
    async with served(tmp_path) as there, browser(tmp_path / "profile", there.world.token(), scheme) as tab:
        page, base = tab.page, there.base
        answer = await page.goto(f"{base}/Observation?patient=rb.1&_count=3")
        assert (200, "text/html; charset=utf-8") == (answer.status, answer.headers["content-type"])
        taken = await tab.shot(tmp_path, f"bundle-{scheme}")
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")

        await page.get_by_role("link", name="next", exact=True).click()
        await page.wait_for_url("**/Observation?_cursor=*")
        await page.locator("pre a", has_text='"Patient/rb.1"').first.click()
        await page.wait_for_url(f"{base}/Patient/rb.1")
        await tab.shot(tmp_path, f"patient-{scheme}")
        assert "Patient/rb.1" == await page.title()
        await page.get_by_role("link", name="metadata", exact=True).click()
        await page.wait_for_url(f"{base}/metadata")
        assert '"CapabilityStatement"' in await page.locator("pre").inner_text()

    assert [] == tab.complaints
    assert {True} == {url.startswith(there.origin) for url in tab.asked}
    assert len(taken) > 10_000
    assert ("rgb(251, 251, 249)" if scheme == "light" else "rgb(21, 24, 28)") == ground


async def test_without_a_token_a_person_reads_what_to_do(tmp_path: Path) -> None:
    async with served(tmp_path) as there, browser(tmp_path / "profile", None) as tab:
        answer = await tab.page.goto(f"{there.base}/Patient/rb.1")
        assert 401 == answer.status
        await tab.shot(tmp_path, "unauthorized")
        assert await tab.page.get_by_role("heading", name="What to do next").is_visible()

    assert ["Failed to load resource: the server responded with a status of 401 (Unauthorized)"] == tab.complaints


async def test_what_an_ehr_says_is_read_and_never_run(tmp_path: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with (
        scrapbook(tmp_path, [HOSTILE], public_url=origin) as (made, _),
        serving_on(made.app, listening),
        browser(tmp_path / "profile", made.token()) as tab,
    ):
        await tab.page.goto(f"{origin}/riverbend/fhir/r4/Patient/rb.evil")
        await tab.shot(tmp_path, "hostile")
        assert await tab.page.locator("pre span", has_text=EVIL).first.is_visible()
        assert await tab.page.get_by_text(ATTRIBUTE.replace('"', '\\"')).first.is_visible()
        for element in await tab.page.locator("pre span").all():
            await element.hover(timeout=5_000)
        assert 0 == await tab.page.locator("script, img, iframe, [onmouseover]").count()

    assert [] == tab.complaints
    assert 2 == len(tab.asked)  # the page and its stylesheet


async def test_a_script_would_not_run_even_if_it_were_there(tmp_path: Path) -> None:
    async with served(tmp_path) as there, browser(tmp_path / "profile", there.world.token()) as tab:
        await tab.page.goto(f"{there.base}/Patient/rb.1")
        ran = await tab.page.evaluate(
            """() => { const s = document.createElement("script"); s.textContent = "window.ran = true";
                       document.body.append(s); return window.ran === true }"""
        )

    assert not ran
    assert "Content Security Policy" in " ".join(tab.complaints)
