"""The command that validates a population finds what is wrong, and counts what is right."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from tests.facade.validate_population import command, tell, validate

CLAIMED = {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization"]}


def _organization(key: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Organization", "id": key, **elements}


def test_what_is_wrong_is_told_by_type() -> None:
    good = {"active": True, "name": "Clinic"}
    tallies = validate(
        {
            "Organization": [
                _organization("good", meta=CLAIMED, **good),
                _organization("not-what-it-claims", meta=CLAIMED, name="Clinic"),
                _organization("claims-nothing", meta={"versionId": "1"}, **good),
                _organization("no-boolean", meta=CLAIMED, active="yes, it is", name="Clinic"),
            ],
            "Goal": [],
        },
        "6.1.0",
    )

    faulty = [error.partition(":")[0] for error in tallies["Organization"].errors]
    assert ["not-what-it-claims", "claims-nothing", "no-boolean"] == [one.partition("/")[2] for one in faulty]
    assert (4, 3) == (tallies["Organization"].resources, tallies["Organization"].profiled)
    assert ["Goal: none is served"] == tallies["Goal"].errors
    assert 4 == tell(tallies)


def test_the_command_counts_what_one_person_is_served() -> None:
    done = CliRunner().invoke(command, ["--size", "1"])
    rows = {line.split()[0]: line.split()[1:] for line in done.output.splitlines()[1:] if line}

    assert (0, ["1", "1", "0"]) == (done.exit_code, rows["Patient"])
    assert "0" == rows["total"][-1]
    assert str(sum(int(row[0]) for key, row in rows.items() if key not in ("total", "1"))) == rows["total"][0]
