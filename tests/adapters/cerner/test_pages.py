"""Pages as Millennium cuts them: cursors as they are, what it gives at once, and a cursor that it has forgotten."""

from __future__ import annotations

import time

from tests.adapters.cerner.world import ADA, of, token, world


async def test_every_page_is_asked_for_by_the_server_s_own_link() -> None:
    async with world({"page_size": 10}) as tenant:
        whole = await tenant.every("MedicationRequest", of(ADA, "12724001", "12724003"))
        tenant.asked()
        found = await tenant.every("Observation", of(ADA), token("category", "vital-signs"))
        asked = [values for _, values in tenant.asked()]
        following = [values for values in asked if "-pageContext" in values]

    assert whole
    assert len(following) == len(asked) - 1 >= 1
    assert {("NEXT",)} == {tuple(values["-pageDirection"]) for values in following}
    assert {("10",)} == {tuple(values["_count"]) for values in asked}
    async with world() as tenant:
        once = await tenant.every("Observation", of(ADA), token("category", "vital-signs"))
    assert {one["id"] for one in once} == {one["id"] for one in found}


async def test_a_forgotten_page_is_found_again_from_the_start() -> None:
    now = [time.time()]
    async with world({"page_size": 10}, clock=lambda: now[0]) as tenant:
        first = await tenant.ask("Encounter", of(ADA, "12724001"))
        whole = [one["id"] for one in await tenant.every("Encounter", of(ADA, "12724001"))]
        observed = await tenant.ask("Observation", of(ADA))
        now[0] += 3600
        tenant.asked()
        rest = await tenant.every("Observation", of(ADA), cursor=observed.cursor) if observed.cursor else []
        again = tenant.asked()
        everything = await tenant.every("Observation", of(ADA))

    assert first.resources[0]["id"] == whole[0]
    assert {one["id"] for one in everything} == {one["id"] for one in (*observed.resources, *rest)}
    assert 1 == sum("-pageContext" not in values for _, values in again)


async def test_what_the_server_gives_at_once_is_one_page_and_no_count_is_sent() -> None:
    async with world({"page_size": 10}) as tenant:
        page = await tenant.ask("Condition", of(ADA), count=1)

        assert page.cursor is None
        assert [("/Condition", {"patient": [ADA]})] == tenant.asked()
    assert len(page.resources) > 1
