"""A derived Provenance tells nothing that policy takes out of what it is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from facade.policy.authorship import left_of
from facade.policy.rule import Caller, Policy, Rule
from facade.principal import Principal
from mappings.mapped import Origin
from tests.facade.policy.callers import LIMITED, PRACTICE, SYSTEM, for_purpose
from tests.facade.world import configuration, entries, world

WHOLE = Origin("2026-03-08T09:41:18-04:00", "Practitioner/provider-71", "ksample", "Organization/practice-1")
TIMELESS = Origin(None, WHOLE.author, WHOLE.author_name, WHOLE.organization)
AUTHORLESS = Origin(WHOLE.recorded)


@pytest.mark.parametrize(
    ("rule", "who", "expected"),
    [
        (Rule("x", ("Condition.recorder",)), SYSTEM, AUTHORLESS),
        (Rule("x", ("Condition.recorder.display",)), SYSTEM, AUTHORLESS),
        (Rule("x", ("Condition.asserter",)), SYSTEM, AUTHORLESS),
        (Rule("x", ("Condition.recordedDate",)), SYSTEM, TIMELESS),
        (Rule("x", ("Condition.recorder", "Condition.recordedDate")), SYSTEM, Origin()),
        (Rule("x", ("Condition.meta",)), SYSTEM, Origin()),
        (Rule("x", ("Condition.recorder",), unless="code.exists()"), SYSTEM, AUTHORLESS),
        (Rule("x", ("Condition.recorder",), where="display = 'x'"), SYSTEM, AUTHORLESS),
        (Rule("x", ("Condition.recorder",), clients=("limited",)), LIMITED, AUTHORLESS),
        (Rule("x", ("Condition.recorder",), clients=("limited",)), SYSTEM, WHOLE),
        (Rule("x", ("Condition.recorder",), unless="%purpose = 'TREAT'"), for_purpose("TREAT"), WHOLE),
        (Rule("x", ("Condition.note",)), SYSTEM, WHOLE),
        (Rule("x", ("Observation.performer", "Observation.issued")), SYSTEM, WHOLE),
    ],
    ids=lambda value: (
        " ".join(map(str, (*value.remove, value.clients, value.where, value.unless))) if isinstance(value, Rule) else ""
    ),
)
def test_what_is_hidden_of_author_and_time_is_not_told_again(rule: Rule, who: Principal, expected: Origin) -> None:
    assert expected == left_of(WHOLE, Policy.compile([rule]), "Condition", Caller.of(who, PRACTICE))


@pytest.mark.parametrize("path", ["Observation.effective", "Observation.effectiveDateTime", "Observation.issued"])
def test_a_choice_of_times_is_hidden_by_any_of_its_names(path: str) -> None:
    assert TIMELESS == left_of(WHOLE, Policy.compile([Rule("x", (path,))]), "Observation", Caller.of(SYSTEM, PRACTICE))


def test_an_unknown_origin_stays_unknown() -> None:
    policy = Policy.compile([Rule("x", ("Condition.recorder",))])

    assert left_of(None, policy, "Condition", Caller.of(SYSTEM, PRACTICE)) is None


async def _told(folder: Path, client: str, *remove: str) -> list[dict[str, Any]]:
    """Every Provenance of some patients' vital signs and problems that a client sees, `limited` under a rule; searched
    and read, which must be the same."""
    rule = {"name": "hide", "clients": ["limited"], "remove": list(remove)}
    found = []
    async with world(folder, configuration(riverbend={"policy": [rule]})) as made:
        for patient in ("rb.1", "rb.2", "rb.3"):
            for address in (f"/Observation?patient={patient}&category=vital-signs", f"/Condition?patient={patient}"):
                answer = await entries(made.client(client), f"{address}&_revinclude=Provenance:target&_count=20")
                found += [e["resource"] for e in answer if e["resource"]["resourceType"] == "Provenance"]
        for provenance in found[:3] + found[-3:]:
            assert provenance == (await made.client(client).get(f"/Provenance/{provenance['id']}")).json()
    assert found
    return found


async def test_a_hidden_name_is_not_told_by_a_provenance(tmp_path: Path) -> None:
    whole = await _told(tmp_path, "system", "Practitioner.name")
    names = {agent["who"].get("display") for one in whole for agent in one["agent"]} - {None}
    limited = json.dumps(await _told(tmp_path, "limited", "Practitioner.name"))

    assert names
    assert [] == [name for name in names if f'"{name}"' in limited]


async def test_a_hidden_author_is_not_told_by_a_provenance(tmp_path: Path) -> None:
    found = await _told(tmp_path, "limited", "Condition.recorder", "Observation.performer")

    assert {"extension"} == {key for one in found for key in one["agent"][0]["who"]}
    assert "Practitioner" not in json.dumps(found)


async def test_a_hidden_time_is_not_told_by_a_provenance(tmp_path: Path) -> None:
    whole = await _told(tmp_path, "system", "Condition.recordedDate", "Observation.issued")
    found = await _told(tmp_path, "limited", "Condition.recordedDate", "Observation.issued")

    assert any("recorded" in one for one in whole)
    assert not any("recorded" in one for one in found)
