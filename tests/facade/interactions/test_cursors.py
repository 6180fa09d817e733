"""A paging link opens for the one it was made for, until it expires, and stays short."""

from __future__ import annotations

import string

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from capability.issues import Gone, Invalid
from facade.interactions.cursors import Cursor, Cursors, Position
from facade.state.kept import KeptCursors

KEY = Fernet.generate_key().decode()


def cursors(*keys: str, seconds: int = 60) -> Cursors:
    return Cursors(keys or (KEY,), seconds=seconds, kept=KeptCursors(seconds=seconds))


TEXT = st.text(max_size=30)
CURSORS = st.builds(
    Cursor,
    type=st.sampled_from(["Patient", "Observation"]),
    pairs=st.lists(st.tuples(TEXT, TEXT), max_size=5).map(tuple),
    open=st.dictionaries(
        st.text(string.ascii_lowercase, min_size=1, max_size=12),
        st.builds(Position, st.none() | TEXT, st.integers(0, 500), TEXT, st.lists(TEXT, max_size=3).map(tuple)),
        max_size=3,
    ),
    total=st.none() | st.integers(0, 10_000),
)


@given(cursor=CURSORS)
async def test_what_is_sealed_is_opened(cursor: Cursor) -> None:
    made = cursors()

    assert cursor == await made.open(await made.seal(cursor, "me"), "me")


async def test_it_opens_for_nobody_else() -> None:
    made = cursors()
    sealed = await made.seal(Cursor("Patient", ()), "me")

    with pytest.raises(Invalid):
        await made.open(sealed, "you")


async def test_an_altered_one_is_refused() -> None:
    made = cursors()
    sealed = await made.seal(Cursor("Patient", ()), "me")

    for altered in (sealed[:-2], sealed.replace(sealed[20], "A" if sealed[20] != "A" else "B", 1), "", "x", "k.x"):
        with pytest.raises((Invalid, Gone)):
            await made.open(altered, "me")


async def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    new = Fernet.generate_key().decode()
    old_link = await cursors(KEY).seal(Cursor("Patient", ()), "me")
    rotated = cursors(new, KEY)

    assert "Patient" == (await rotated.open(old_link, "me")).type
    with pytest.raises(Invalid):
        await cursors(KEY).open(await rotated.seal(Cursor("Patient", ()), "me"), "me")


async def test_an_expired_one_is_gone() -> None:
    made = cursors(seconds=-1)

    with pytest.raises(Gone):
        await made.open(await made.seal(Cursor("Patient", ()), "me"), "me")


async def test_a_long_query_is_kept_and_its_link_stays_short() -> None:
    made = cursors()
    digits = "".join(Fernet.generate_key().decode() for _ in range(60))
    cursor = Cursor("Patient", (("name", digits),))
    sealed = await made.seal(cursor, "me")

    assert len(sealed) < 100
    assert cursor == await made.open(sealed, "me")
    with pytest.raises(Invalid):
        await made.open(sealed, "you")


async def test_a_link_is_short_and_a_search_too_long_to_be_kept_is_refused() -> None:
    made = cursors()
    noise = "".join(Fernet.generate_key().decode() for _ in range(2_000))

    assert len(await made.seal(Cursor("Patient", (("name", noise[:3_000]),)), "me")) < 100
    with pytest.raises(Invalid, match="too long"):
        await made.seal(Cursor("Patient", (("name", noise),)), "me")


async def test_nobody_s_links_push_out_another_s() -> None:
    made = cursors()
    noise = "".join(Fernet.generate_key().decode() for _ in range(800))
    mine = await made.seal(Cursor("Patient", (("name", noise[:30_000]),)), "me")
    for _ in range(40):
        await made.seal(Cursor("Patient", (("name", noise[:30_000]),)), "you")

    assert "Patient" == (await made.open(mine, "me")).type
