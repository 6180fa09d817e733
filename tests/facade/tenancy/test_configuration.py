"""A wrong configuration is refused with every mistake at once, each with file and line; a right one is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

import adapters
from facade.demo import CONFIGURATION
from facade.keys import new_keys
from facade.tenancy.directory import load
from facade.tenancy.source import ConfigurationError
from tests.facade.world import reached

WRONG = """\
server:
  public_url: facade.example.org/
  signing_key: ${MISSING_KEY}
  cursor_keys: ["k"]
  colour: blue
tenants:
  health:
    name: Reserved
    practices:
      rb: {name: x, connections: {a: {adapter: athenanet}}}
  riverbend:
    name: Riverbend
    us_core: 5.0.1
    practices:
      fhir:
        name: Reserved
        timezone: Mars/Olympus
        connections: {}
"""

RIGHT_SHAPE = """\
server:
  public_url: https://facade.example.org
  signing_key: ${SIGNING}
  cursor_keys: ["${CURSOR}"]
tenants:
  riverbend:
    name: Riverbend
    policy:
      - name: broken
        remove: [Patient.shoeSize]
      - name: broken too
        remove: [Patient.identifier]
        where: "system = = 'x'"
    clients:
      app:
        scopes: ["system/*.rs", "nonsense"]
        practices: [elsewhere]
    practices:
      rb:
        name: Riverbend
        routes: {Patient: [nowhere], Shoe: [main]}
        connections:
          main:
            adapter: athenanet
            settings:
              practiceid: "1"
              client_id: x
              client_secret: x
              colour: blue
          other:
            adapter: nosuch
"""

SANDBOXES = reached("http://127.0.0.1:2")


def mistakes(text: str, folder: Path, **environ: str) -> dict[int, list[str]]:
    """Line -> texts of all mistakes."""
    path = folder / "facade.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(path, environ)
    found: dict[int, list[str]] = {}
    for problem in caught.value.problems:
        assert str(path) == problem.file
        found.setdefault(problem.line, []).append(problem.text)
    return found


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def test_every_mistake_of_shape_is_told_with_its_line(tmp_path: Path) -> None:
    found = mistakes(WRONG, tmp_path)

    for needle in ("public_url", "signing_key", "colour", "health:", "us_core", "fhir:", "timezone", "connections: {}"):
        assert line_of(WRONG, needle) in found, needle
    assert any("MISSING_KEY" in text for text in found[line_of(WRONG, "signing_key")])


def test_every_mistake_of_meaning_is_told_with_its_line(tmp_path: Path) -> None:
    keys = new_keys()
    found = mistakes(RIGHT_SHAPE, tmp_path, SIGNING=keys["FACADE_SIGNING_KEY"], CURSOR=keys["FACADE_CURSOR_KEY"])

    for needle in ("shoeSize", "where:", "scopes:", "elsewhere", "routes:", "colour", "nosuch"):
        assert line_of(RIGHT_SHAPE, needle) in found, (needle, found)


def test_mistakes_of_shape_do_not_hide_those_of_meaning(tmp_path: Path) -> None:
    keys = new_keys()
    text = RIGHT_SHAPE.replace("    name: Riverbend\n", "    nome: Riverbend\n", 1).replace(
        "tenants:", "  shade: 1\ntenants:", 1
    )
    found = mistakes(text, tmp_path, SIGNING=keys["FACADE_SIGNING_KEY"], CURSOR=keys["FACADE_CURSOR_KEY"])

    for needle in ("nome", "shade", "shoeSize", "where:", "scopes:", "elsewhere", "routes:", "colour", "nosuch"):
        assert line_of(text, needle) in found, (needle, found)


def test_folders_that_hold_no_adapters_and_adapters_that_cannot_be_loaded_are_told(tmp_path: Path) -> None:
    (tmp_path / "adapters" / "halfdone").mkdir(parents=True)
    (tmp_path / "adapters" / "halfdone" / "__init__.py").write_text("import no_such_module\n", encoding="utf-8")
    text = RIGHT_SHAPE.replace("tenants:", f"  adapters_path: [{tmp_path}, /nowhere/at/all]\ntenants:", 1)
    text = text.replace("adapter: nosuch", "adapter: halfdone")
    keys = new_keys()
    before = list(adapters.__path__)
    try:
        found = mistakes(text, tmp_path, SIGNING=keys["FACADE_SIGNING_KEY"], CURSOR=keys["FACADE_CURSOR_KEY"])
    finally:
        adapters.__path__[:] = before

    assert any("/nowhere/at/all" in each for each in found[line_of(text, "adapters_path")])
    assert any("no_such_module" in each for each in found[line_of(text, "halfdone")])


def test_a_page_smaller_than_its_default_is_told(tmp_path: Path) -> None:
    keys = new_keys()
    text = RIGHT_SHAPE.replace("tenants:", "  limits:\n    page_default: 900\n    page_max: 500\ntenants:", 1)
    found = mistakes(text, tmp_path, SIGNING=keys["FACADE_SIGNING_KEY"], CURSOR=keys["FACADE_CURSOR_KEY"])

    assert ["is smaller than page_default"] == found[line_of(text, "page_max")]


def test_an_unset_variable_is_told_once(tmp_path: Path) -> None:
    found = mistakes(RIGHT_SHAPE, tmp_path, CURSOR=new_keys()["FACADE_CURSOR_KEY"])

    assert ["environment variable SIGNING is not set; export it"] == found[line_of(RIGHT_SHAPE, "signing_key")]


@pytest.mark.parametrize("text", ["", "a: [", "server: {a: 1, a: 2}", "- just\n- a list"])
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    assert mistakes(text, tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "nowhere.yaml", {})


def test_a_bad_key_is_told_before_the_start(tmp_path: Path) -> None:
    found = mistakes(
        CONFIGURATION.read_text("utf-8"),
        tmp_path,
        FACADE_PUBLIC_URL="http://127.0.0.1:1",
        **SANDBOXES,
        FACADE_SIGNING_KEY="not a key",
        FACADE_CURSOR_KEY="not a key either",
    )

    text = CONFIGURATION.read_text("utf-8")
    assert {line_of(text, "signing_key"), line_of(text, "cursor_keys")} == set(found)


def test_no_value_of_the_file_is_repeated_in_a_mistake(tmp_path: Path) -> None:
    text = RIGHT_SHAPE.replace("client_secret: x", "client_secret: [hunter2]")
    keys = new_keys()
    found = mistakes(text, tmp_path, SIGNING=keys["FACADE_SIGNING_KEY"], CURSOR=keys["FACADE_CURSOR_KEY"])

    assert "hunter2" not in str(found)


@pytest.mark.parametrize("name", ["demo.yaml", "example.yaml"])
def test_the_shipped_configurations_are_good(name: str) -> None:
    environ = {
        **new_keys(),
        "FACADE_PUBLIC_URL": "http://127.0.0.1:1",
        **SANDBOXES,
        "ATHENA_CLIENT_ID": "x",
        "ATHENA_CLIENT_SECRET": "x",
    }

    assert load(CONFIGURATION.with_name(name), environ).tenants


def test_secrets_do_not_show_in_a_representation() -> None:
    environ = {**new_keys(), "FACADE_PUBLIC_URL": "http://127.0.0.1:1", **SANDBOXES}
    shown = repr(load(CONFIGURATION, environ))

    assert environ["FACADE_SIGNING_KEY"] not in shown
    assert environ["FACADE_CURSOR_KEY"] not in shown
    assert "sandbox-secret" not in shown


LINKED = """\
    links:
      - {patients: [rb.1, rb.2], confirmed_by: x}
      - {patients: [rb.3, elsewhere.1], confirmed_by: x}
      - {patients: [rb.4], confirmed_by: x}
      - {patients: [rb.5, "lake_1"], confirmed_by: x}
      - {patients: [rb.6, lake.6], confirmed_by: x, confirmed_on: 31.1.2026}
      - {patients: [lake.7, rb.7], confirmed_by: x}
      - {patients: [rb.8, lake.8]}
      - {patients: [rb.9, lake.7], confirmed_by: x}
"""


def test_every_mistake_in_a_link_is_told_with_its_line(tmp_path: Path) -> None:
    keys = new_keys()
    head, _, practices = RIGHT_SHAPE.partition("    practices:\n")
    lake = "      lake: {name: Lake, connections: {a: {adapter: athenanet}}}\n"
    text = f"{head}{LINKED}    practices:\n{lake}{practices}"
    found = mistakes(text, tmp_path, SIGNING=keys["FACADE_SIGNING_KEY"], CURSOR=keys["FACADE_CURSOR_KEY"])

    begin = line_of(text, "links:")
    told = {line - begin: texts for line, texts in found.items() if 0 <= line - begin < LINKED.count("\n")}
    assert {1, 2, 3, 4, 5, 7, 8} == told.keys()
    assert "is the second of its practice here" in told[1][0]
    assert ["names no practice of this tenant"] == told[2]
    assert ["is required"] == told[7]
    assert "stands in another link" in told[8][0]
