from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.athenanet.sandbox import create_app
from tests.adapters.athenanet.sandbox_client import Athena, athena


class Clock:
    """Unix seconds that pass when a test says so."""

    now = 1_767_225_600.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wire(clock: Clock) -> AsyncIterator[Athena]:
    async with athena(create_app(clock=clock)) as wire:
        yield wire


async def test_a_token_lasts_an_hour_and_says_so_in_a_string(wire: Athena, clock: Clock) -> None:
    answer = (await wire.token()).json()

    assert ("Bearer", "3600") == (answer["token_type"], answer["expires_in"])
    clock.now += 3_601
    assert 401 == (await wire.get("/departments")).status_code


async def test_the_token_quota_counts_down_and_ends_in_429_until_the_minute_is_over(wire: Athena, clock: Clock) -> None:
    answers = [await wire.token() for _ in range(5)]  # the fixture took one already

    assert ["3", "2", "1", "0", "0"] == [answer.headers["x-ratelimit-remaining"] for answer in answers]
    assert [200, 200, 200, 200, 429] == [answer.status_code for answer in answers]
    clock.now += 60
    assert 200 == (await wire.token()).status_code


async def test_a_higher_token_quota_may_be_set() -> None:
    async with athena(create_app(token_quota=100)) as wire:
        assert [200] * 20 == [(await wire.token()).status_code for _ in range(20)]


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"client": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"scope": "athena/everything"}, 400, "invalid_scope"),
    ],
)
async def test_a_bad_token_request_is_refused(wire: Athena, form: dict[str, str], status: int, error: str) -> None:
    answer = await wire.token(**form)

    assert (status, error) == (answer.status_code, answer.json()["error"])


async def test_fhir_scopes_may_join_the_rest_scope(wire: Athena) -> None:
    scope = "athena/service/Athenanet.MDP.* system/Patient.read"

    assert scope == (await wire.token(scope=scope)).json()["scope"]


async def test_no_token_is_plain_text_and_a_bad_one_is_challenged(wire: Athena) -> None:
    wire.bearer = None
    without = await wire.get("/departments")
    wire.bearer = "garbled"
    garbled = await wire.get("/departments")

    assert (401, "Developer Inactive") == (without.status_code, without.text)
    assert (401, "Invalid Access Token.") == (garbled.status_code, garbled.json()["error"])
    assert 'error="invalid_token"' in garbled.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("practice", "status", "error"),
    [("195902", 401, "Incorrect permissions."), ("4711", 404, "Invalid practice.")],
)
async def test_a_practice_is_granted_or_refused(wire: Athena, practice: str, status: int, error: str) -> None:
    for path in ("ping", "departments", "patients/1", "nothing/here"):
        answer = await wire.get(f"/v1/{practice}/{path}")

        assert (status, error) == (answer.status_code, answer.json()["error"])


async def test_the_dummy_practice_lists_what_the_key_can_reach(wire: Athena) -> None:
    everything = await wire.json("/v1/1/practiceinfo")
    one = await wire.json("/practiceinfo")

    assert ["195900", "195901"] == [row["practiceid"] for row in everything["practiceinfo"]]
    assert (2, 1) == (everything["totalcount"], one["totalcount"])
    assert 404 == (await wire.get("/v1/1/departments")).status_code


async def test_practices_share_numbers_but_no_people(wire: Athena) -> None:
    one = (await wire.json("/v1/195900/patients/1"))[0]
    other = (await wire.json("/v1/195901/patients/1"))[0]

    assert one["patientid"] == other["patientid"] == "1"
    assert (one["lastname"], one["dob"]) != (other["lastname"], other["dob"])
    assert 404 == (await wire.get("/v1/195901/patients/20")).status_code


async def test_a_path_that_no_service_has_is_text(wire: Athena) -> None:
    answer = await wire.get("/patients/1/photo")

    assert (404, "Service not registered with API gateway.") == (answer.status_code, answer.text)


async def test_ping_answers_with_and_without_a_practice(wire: Athena) -> None:
    assert {"pong": "true"} == await wire.json("/ping") == await wire.json("/v1/195900/ping")


async def test_answers_carry_the_daily_quota_and_an_id(wire: Athena, clock: Clock) -> None:
    first, second = await wire.get("/departments"), await wire.get("/departments")

    assert ("50000", "49999", "49998") == (
        first.headers["x-ratelimit-limit"],
        first.headers["x-ratelimit-remaining"],
        second.headers["x-ratelimit-remaining"],
    )
    assert first.headers["x-request-id"].startswith("rrt-")


async def test_the_day_and_the_second_have_their_limits(wire: Athena, clock: Clock) -> None:
    wire.sandbox.settings.change({"per_second": 1})
    within, over = await wire.get("/departments"), await wire.get("/departments")
    wire.sandbox.settings.change({"per_second": None, "daily_quota": 1})
    spent = await wire.get("/departments")

    assert (200, 403, 403) == (within.status_code, over.status_code, spent.status_code)
    assert ("Developer Over Qps", "Developer Over Rate") == (over.text, spent.text)
    wire.sandbox.settings.change({"token_seconds": 200_000})
    clock.now += 86_400
    wire.bearer = (await wire.token()).json()["access_token"]
    assert 200 == (await wire.get("/departments")).status_code


@pytest.mark.parametrize("change", [{"strikt": True}, {"strict": 1}, {"latency_ms": "slow"}])
async def test_a_wrong_setting_is_refused_and_changes_nothing(wire: Athena, change: dict[str, object]) -> None:
    before = await wire.json("/_sandbox/settings")
    answer = await wire.client.post("/_sandbox/settings", json=change)

    assert 400 == answer.status_code
    assert before == await wire.json("/_sandbox/settings")
