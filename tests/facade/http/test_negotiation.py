"""Which form an answer has, refusals too."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.facade.world import ORIGIN, World, link

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FHIR, JSON, TEXT, HTML = (
    f"{name}; charset=utf-8" for name in ("application/fhir+json", "application/json", "text/json", "text/html")
)

ACCEPTED = [
    (None, FHIR),
    ("", FHIR),
    ("*/*", FHIR),
    ("*; q=.2", FHIR),
    ("application/*", FHIR),
    ("application/fhir+json", FHIR),
    ("APPLICATION/FHIR+JSON", FHIR),
    ("application/fhir+json; fhirVersion=4.0", FHIR),
    ('application/fhir+json; fhirVersion="4.0.1"; charset=utf-8', FHIR),
    ("application/json", JSON),
    ("text/json", TEXT),
    ("text/*", TEXT),
    ("application/json, */*;q=0.1", JSON),
    ("application/fhir+xml, application/fhir+json;q=0.9", FHIR),
    ("application/json;q=0.5, application/fhir+json;q=0.6", FHIR),
    ("application/json;q=0.6, application/fhir+json;q=0.5", JSON),
    ("application/fhir+json;q=0, */*", JSON),
    ("application/fhir+json;fhirVersion=3.0, */*;q=0.1", FHIR),
    ('application/fhir+json; profile="a,b;q=0"', FHIR),
    (BROWSER, HTML),
    ("text/html", HTML),
    ("text/html;q=0.5, application/json", JSON),
    ("application/fhir+json, text/html", FHIR),
    ("text/html, application/fhir+json", HTML),
]
REFUSED = [
    "application/fhir+xml",
    "application/xml",
    "application/xhtml+xml",
    "text/turtle",
    "json",
    "image/*",
    "application/fhir+json;q=0",
    "application/fhir+json;q=nan",
    "*/*;q=0",
    "application/fhir+json; fhirVersion=5.0",
    "application/json;fhirVersion=3.0",
    "a" * 2_000,
    ",".join(["application/fhir+json"] * 60),
]


async def raw(client: httpx.AsyncClient, address: str, accept: str | None) -> httpx.Response:
    """GET with exactly this Accept header, or none at all."""
    request = client.build_request("GET", address)
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    return await client.send(request)


@pytest.mark.parametrize(("accept", "expected"), ACCEPTED)
@pytest.mark.parametrize("address", ["/metadata", "/Patient/rb.1"])
async def test_the_form_that_is_wanted_most_is_given(
    client: httpx.AsyncClient, accept: str | None, expected: str, address: str
) -> None:
    response = await raw(client, address, accept)

    assert (200, expected) == (response.status_code, response.headers["content-type"])


@pytest.mark.parametrize("accept", REFUSED)
@pytest.mark.parametrize("address", ["/metadata", "/Patient/rb.1", "/Patient?family=a"])
async def test_a_form_that_is_not_written_is_406_in_json(here: World, accept: str, address: str) -> None:
    await here.forget()
    response = await raw(here.client(), address, accept)

    assert (406, FHIR) == (response.status_code, response.headers["content-type"])
    assert "not-supported" == response.json()["issue"][0]["code"]
    assert [] == await here.calls()


async def test_several_lines_of_accept_are_one_list(client: httpx.AsyncClient) -> None:
    lines = [("Accept", "application/fhir+xml"), ("Accept", "application/json")]
    response = await client.send(client.build_request("GET", "/metadata", headers=lines))

    assert (200, JSON) == (response.status_code, response.headers["content-type"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("json", FHIR),
        ("application/json", FHIR),
        ("text/json", FHIR),
        ("application/fhir+json", FHIR),  # as it is typed: the + comes as a space
        ("application/fhir%2Bjson", FHIR),
        ("application/fhir%2Bjson;fhirVersion=4.0", FHIR),
        ("html", HTML),
        ("text/html", HTML),
    ],
)
async def test_format_overrides_accept(client: httpx.AsyncClient, wanted: str, expected: str) -> None:
    for accept in ("application/fhir+xml", BROWSER, "application/json"):
        response = await client.get(f"/Patient/rb.1?_format={wanted}", headers={"Accept": accept})
        assert (200, expected) == (response.status_code, response.headers["content-type"])


@pytest.mark.parametrize("wanted", ["xml", "", "ttl", "application/fhir%2Bjson;fhirVersion=5.0", "%00"])
async def test_a_format_that_is_not_written_is_406_naming_it(client: httpx.AsyncClient, wanted: str) -> None:
    response = await client.get(f"/Patient/rb.1?_format={wanted}")

    assert 406 == response.status_code
    assert ["http._format"] == response.json()["issue"][0]["location"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/Patient/rb.99999", 404),
        ("/Patient/rb_1", 400),
        ("/Patient?famly=a", 400),
        ("/Nonsense/1", 404),
        ("/_history", 405),
        ("/metadata?_pretty=perhaps", 400),
        ("/Patient?" + "&".join(["a=1"] * 2_000), 400),
        ("/Patient?family=" + "a" * 20_000, 414),
    ],
)
@pytest.mark.parametrize(("accept", "expected"), [(BROWSER, HTML), ("application/json", JSON), ("text/turtle", FHIR)])
async def test_refusals_have_the_form_that_is_asked_for(
    client: httpx.AsyncClient, address: str, status: int, accept: str, expected: str
) -> None:
    response = await client.get(address, headers={"Accept": accept})

    assert response.status_code in (status, 406 if accept == "text/turtle" else status)
    assert expected == response.headers["content-type"]


async def test_without_a_token_a_browser_gets_a_page_and_a_program_json(here: World) -> None:
    client = here.client(None)
    page = await client.get("/Patient/rb.1", headers={"Accept": BROWSER})
    plain = await client.get("/Patient/rb.1")

    assert [(401, HTML), (401, FHIR)] == [(each.status_code, each.headers["content-type"]) for each in (page, plain)]
    assert "Bearer" == page.headers["www-authenticate"]
    assert "What to do next" in page.text


async def test_answers_say_what_they_vary_by(here: World) -> None:
    read, found = await here.client().get("/Patient/rb.1"), await here.client().get("/Patient?family=a")
    open_ = await here.client(None).get("/metadata")
    refused = await here.client(None).get("/Patient/rb.1")

    for private in (read, found):
        assert {"Accept", "Authorization"} <= set(private.headers["vary"].split(", "))
        assert "no-store" == private.headers["cache-control"]
    assert "Accept" in open_.headers["vary"].split(", ")
    assert ("no-store", True) == (refused.headers["cache-control"], "Accept" in refused.headers["vary"])


@pytest.mark.parametrize("type_", ["application/octet-stream", "application/fhir+json", None])
async def test_the_type_of_a_body_that_is_not_there_matters_to_no_search(
    client: httpx.AsyncClient, type_: str | None
) -> None:
    headers = {"Content-Type": type_} if type_ else {}

    posted = await client.post("/Observation/_search?patient=rb.1", headers=headers)

    assert (await client.get("/Observation?patient=rb.1")).json()["entry"] == posted.json()["entry"]


async def test_a_form_body_of_another_fhir_version_is_415(client: httpx.AsyncClient) -> None:
    form = "application/x-www-form-urlencoded"
    answers = [
        await client.post("/Patient/_search", content=b"family=a", headers={"Content-Type": f"{form}{parameter}"})
        for parameter in ("; fhirVersion=3.0", "; charset=utf-8", "; fhirVersion=4.0", "")
    ]

    assert [415, 200, 200, 200] == [answer.status_code for answer in answers]
    assert "fhirVersion" in answers[0].json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize(
    "prefer",
    ["return=everything", "return=", "return", "handling=maybe", 'return="min"', "respond-async, return=x"],
)
@pytest.mark.parametrize("address", ["/Patient/rb.1", "/Patient?family=a"])
async def test_a_preference_of_another_value_is_400_naming_prefer(
    here: World, client: httpx.AsyncClient, address: str, prefer: str
) -> None:
    response = await client.get(address, headers={"Prefer": prefer})

    assert 400 == response.status_code
    assert ["http.Prefer"] == response.json()["issue"][0]["location"]
    assert [] == await here.calls()


@pytest.mark.parametrize(
    "prefer",
    [
        "return=minimal",
        "return=representation",
        "return=OperationOutcome",
        'Return="minimal"',
        "return=minimal, return=nonsense",  # the first counts
        "wait=5, respond-async, something=else",
        "",
    ],
)
async def test_what_is_preferred_of_writes_does_not_change_a_read(client: httpx.AsyncClient, prefer: str) -> None:
    response = await client.get("/Patient/rb.1", headers={"Prefer": prefer})

    assert (200, "Patient") == (response.status_code, response.json()["resourceType"])
    assert "preference-applied" not in response.headers


@pytest.mark.parametrize("handling", ["strict", "lenient"])
async def test_a_search_says_which_handling_it_applied(client: httpx.AsyncClient, handling: str) -> None:
    asked = await client.get("/Patient?family=a", headers={"Prefer": f"return=minimal; handling={handling}"})
    unasked = await client.get("/Patient?family=a")

    assert f"handling={handling}" == asked.headers["preference-applied"]
    assert "preference-applied" not in unasked.headers


TOKENS = st.sampled_from(
    """application fhir+json json text html * / ; , q= 0 1 .5 -1 nan inf = " \\ fhirVersion= 4.0 3.0 xml charset=utf-8
    1e999 application/fhir+json""".split()
)
HEADERS = st.one_of(
    st.lists(TOKENS, max_size=30).map("".join),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(accept=HEADERS)
async def test_any_accept_header_is_200_or_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await raw(client, "/metadata", accept.strip())

    assert response.status_code in (200, 406)
    named = response.headers["content-type"]
    assert named in ((FHIR, JSON, TEXT, HTML) if response.status_code == 200 else (FHIR,))


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [
        ("abc-123", True),
        ("a" * 64, True),
        ("A.b_c-9", True),
        ("a" * 65, False),
        ("", False),
        ("a b", False),
        ("a\tb", False),
        ("<script>", False),
        ("é", False),
        ("../x", False),
    ],
)
async def test_a_harmless_request_id_is_echoed_and_another_replaced(here: World, sent: str, echoed: bool) -> None:
    for address in ("/metadata", "/Patient/rb.1", "/Nonsense"):
        response = await here.client(None).get(address, headers=[(b"X-Request-Id", sent.encode())])
        assert (sent == response.headers["x-request-id"]) is echoed
        assert response.headers["x-request-id"]


async def test_smart_configuration_and_errors_outside_any_base_know_their_form(here: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.app), base_url=ORIGIN) as client:
        for accept in (BROWSER, "application/fhir+xml", "text/turtle"):
            smart = await client.get("/riverbend/fhir/r4/.well-known/smart-configuration", headers={"Accept": accept})
            assert (200, "application/json") == (smart.status_code, smart.headers["content-type"])
        lost = await client.get("/nowhere", headers={"Accept": BROWSER})

    assert (404, HTML) == (lost.status_code, lost.headers["content-type"])


@pytest.mark.parametrize("address", ["/Patient?_count=2", "/Patient/rb.1/$everything?_count=2"])
async def test_the_next_page_comes_in_the_form_that_was_asked_for(client: httpx.AsyncClient, address: str) -> None:
    refused = {"Accept": "application/fhir+xml"}
    first = (await client.get(f"{address}&_format=json&_pretty=true", headers=refused)).json()

    following = await client.get(link(first, "next") or "", headers=refused)

    assert 200 == following.status_code
    assert following.text.startswith("{\n")
    assert "_format=json" in (link(first, "self") or "")


async def test_a_form_body_says_the_format_too(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/Patient/_search", data={"_format": "json", "_count": "2"}, headers={"Accept": "application/fhir+xml"}
    )

    assert (200, "Bundle") == (response.status_code, response.json()["resourceType"])
