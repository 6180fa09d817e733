"""Nobody reads an attachment of what he may not see, and nobody is told that there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.contract import Document
from facade.policy.release import ReleasedContent, release, release_content
from facade.policy.rule import Policy, PolicyError, Rule
from tests.facade.chartbox import ChartBox
from tests.facade.http.documents import documents_box
from tests.facade.policy.callers import PRACTICE, SYSTEM
from tests.facade.world import ORIGIN

pytestmark = pytest.mark.asyncio(loop_scope="module")

LETTER = "box.file-0-documentreference-1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChartBox]:
    async with documents_box(tmp_path_factory.mktemp("box")) as made:
        yield made


async def _issue(box: ChartBox, id_: str, client: str = "system", **base: Any) -> Any:
    response = await box.here.client(client, **base).get(f"/Binary/{id_}")
    return response.status_code, response.json().get("issue") if response.status_code >= 400 else None


@pytest.mark.parametrize(
    ("client", "id_"),
    [
        pytest.param("system", "box.file-0-documentreference-2", id="an owner that a rule hides"),
        pytest.param("system", "box.file-2-documentreference-1", id="a file that its owner does not name"),
        pytest.param("system", "box.file-9-documentreference-1", id="a number that is not there"),
        pytest.param("system", "box.file-0-documentreference-99", id="an owner that is not there"),
        pytest.param("system", "box.file-00-documentreference-1", id="another spelling of a number"),
        pytest.param("system", "box.file-0-documentreference-3", id="what its owner has elsewhere"),
        pytest.param("system", "box.documentreference-1", id="the owner itself"),
        pytest.param("system", "box.prov-documentreference-1", id="a Provenance"),
        pytest.param("system", "nowhere.file-0-documentreference-1", id="an unknown practice"),
        pytest.param("system", "file-0-documentreference-1", id="a local id"),
        pytest.param("listing", LETTER, id="an attachment that a rule removes"),
        pytest.param("pageless", "box.file-1-documentreference-1", id="one of the attachments that a rule removes"),
        pytest.param("noteless", LETTER, id="an owner whose type is denied"),
        pytest.param("nameless", LETTER, id="what tells a patient's name, which a rule removes"),
        pytest.param("nameless", "box.file-7-documentreference-6", id="a picture of who has no name"),
        pytest.param("dataless", LETTER, id="a Binary whose data a rule removes"),
        pytest.param("elsewhere", LETTER, id="a practice that is not granted"),
        pytest.param("binaries", LETTER, id="scopes without the owner's type"),
    ],
)
async def test_it_is_answered_like_an_id_that_nobody_has(box: ChartBox, client: str, id_: str) -> None:
    unknown = await _issue(box, "box.file-0-documentreference-404", client)
    box.forget()

    assert unknown == await _issue(box, id_, client)
    assert 404 == unknown[0]
    if client != "dataless":
        assert "Binary" not in box.asked()


async def test_what_a_rule_leaves_can_be_read(box: ChartBox) -> None:
    for client in ("system", "pageless"):
        assert (200, None) == await _issue(box, LETTER, client)
    assert (200, None) == await _issue(box, "mill.file-0-documentreference-1", "elsewhere")


async def test_another_tenant_or_practice_does_not_know_the_id(box: ChartBox) -> None:
    foreign = box.here.client("system", tenant="hillside")
    foreign.headers["Authorization"] = f"Bearer {box.here.token('system', 'riverbend')}"

    assert 401 == (await foreign.get(f"/Binary/{LETTER}")).status_code
    assert 404 == (await _issue(box, LETTER, practice="mill"))[0]


async def test_without_the_scope_for_binary_it_is_refused(box: ChartBox) -> None:
    status, issue = await _issue(box, LETTER, "patients")

    assert (403, "forbidden") == (status, issue[0]["code"])


async def test_a_removed_attachment_tells_nothing_of_itself(box: ChartBox) -> None:
    address = "/DocumentReference/box.documentreference-1"
    whole = (await box.here.client("system").get(address)).json()
    listing = (await box.here.client("listing").get(address)).json()
    pageless = (await box.here.client("pageless").get(address)).json()

    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    assert [{"attachment": {"extension": [absent]}}] * 2 == listing["content"]
    assert [whole["content"][0], {"attachment": {"extension": [absent]}}] == pageless["content"]


async def test_the_door_lets_out_only_what_the_released_owner_names() -> None:
    owner = {"resourceType": "Patient", "id": "rb.1", "photo": [{"url": f"{ORIGIN}/Binary/rb.file-0-1"}]}
    policy, document = Policy.compile(), Document("image/png", b"")
    (released,) = release(policy, [owner], SYSTEM, PRACTICE)

    found = [
        release_content(policy, released, f"{ORIGIN}/Binary/rb.file-{n}-1", document, SYSTEM, PRACTICE) for n in (0, 1)
    ]

    assert [ReleasedContent("rb.file-0-1", "Patient/rb.1", document), None] == found


@pytest.mark.parametrize("name", ["url", "data", "hash", "size", "title", "contentType"])
async def test_a_rule_on_a_part_of_an_attachment_is_refused(name: str) -> None:
    with pytest.raises(PolicyError, match=r"remove 'DocumentReference\.content\.attachment'"):
        Policy.compile([Rule("part", (f"DocumentReference.content.attachment.{name}",))])
