"""Whatever stands in the file, a mistake is told with its line and without its value, and text stays what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from adapters.athenanet.settings import AthenaNetSettings
from facade.keys import new_keys
from facade.tenancy.directory import Directory, load
from facade.tenancy.source import ConfigurationError, read

KEYS = new_keys()
GOOD = """\
server:
  public_url: https://facade.example.org
  signing_key: ${FACADE_SIGNING_KEY}
  cursor_keys: ["${FACADE_CURSOR_KEY}"]
tenants:
  riverbend:
    name: Riverbend
    policy:
      - {name: limited, clients: [app], remove: [Patient.telecom]}
    clients:
      app:
        scopes: ["system/*.rs"]
        jwks:
    practices:
      rb:
        name: Riverbend
        connections:
          main:
            adapter: athenanet
            settings:
              base_url: https://ehr.example.org
              practiceid: "195900"
              client_id: x
              client_secret: x
"""
EC = ECKey.generate_key("P-384", private=True)
PUBLIC = {**EC.as_dict(private=False), "kid": "a"}


def loaded(folder: Path, text: str) -> Directory:
    path = folder / "facade.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, KEYS)


def with_line(key: str, value: str) -> tuple[str, int]:
    """The good file with another value of a key, and the number of that line."""
    lines = GOOD.split("\n")
    (at,) = [at for at, line in enumerate(lines) if line.strip().startswith(f"{key}:")]
    lines[at] = f"{lines[at].partition(':')[0]}: {value}"
    return "\n".join(lines), at + 1


def mistakes(folder: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, text)
    return [(problem.line, str(problem)) for problem in caught.value.problems]


def settings_of(folder: Path, text: str) -> AthenaNetSettings:
    found = loaded(folder, text).tenants["riverbend"].practices["rb"].connections["main"][0].settings
    assert isinstance(found, AthenaNetSettings)
    return found


def test_the_good_file_is_good(tmp_path: Path) -> None:
    assert "195900" == settings_of(tmp_path, GOOD).practiceid


@pytest.mark.parametrize(
    "value",
    [
        "!!int hunter2",
        "!!float hunter2",
        "!!bool hunter2",
        "!!null hunter2",
        "!!timestamp hunter2",
        "!!binary hunter2",
        "!!python/name:hunter2 x",
        "!vault hunter2",
        "!hunter2 x",
        "!!set {hunter2: x}",
        "!vault [hunter2]",
        "*hunter2",
        "!hunter2!x y",
        "&hunter2 [*hunter2]",
        "[" * 2000 + "hunter2",
        "{a: " * 2000 + "hunter2",
        "{[hunter2]: x}",
        "{{hunter2: x}: y}",
        '"\\UFFFFFFFF hunter2"',
        '"\\hunter2"',
        "'hunter2",
        "%hunter2",
        "@hunter2",
        "hunter2: hunter2",
    ],
    ids=lambda value: value[:24],
)
def test_a_secret_that_yaml_takes_for_something_else_is_refused_and_not_repeated(tmp_path: Path, value: str) -> None:
    text, _ = with_line("client_secret", value)

    found = mistakes(tmp_path, text)

    assert found
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    "value", ["!!int hunter2", "!vault x", "[" * 40, "&a [*a]", "{[x]: y}", '"\\hunter2"', "!!set {x: y}"]
)
def test_what_is_no_plain_value_is_told_with_its_line(tmp_path: Path, value: str) -> None:
    text, line = with_line("client_secret", value)

    assert line in [at for at, _ in mistakes(tmp_path, text)]


@pytest.mark.parametrize(
    "value", ["2024-99-99", "2024-01-01", "=", "<<", "017", "1_000", "12:30", "0x1F", ".inf", ".nan", "1e5", "9" * 5000]
)
def test_text_that_only_yaml_reads_as_something_else_stays_text(tmp_path: Path, value: str) -> None:
    text, _ = with_line("client_secret", value)

    assert value == settings_of(tmp_path, text).client_secret.get_secret_value()


@pytest.mark.parametrize("value", ["01750", "1_000", "12:30", "0x1F", "0b11", "1.0", "+5", "true", "2024-01-01"])
def test_a_practiceid_is_what_stands_there_or_nothing(tmp_path: Path, value: str) -> None:
    text, line = with_line("practiceid", value)

    assert [line] == [at for at, _ in mistakes(tmp_path, text)]


def test_a_practiceid_of_digits_needs_no_quotes(tmp_path: Path) -> None:
    assert "1750" == settings_of(tmp_path, with_line("practiceid", "1750")[0]).practiceid


@pytest.mark.parametrize("value", ["'http://[::1'", "'https://a:port'", "'http://[fe80::1%eth0'"])
def test_an_address_that_is_none_is_told_with_its_line(tmp_path: Path, value: str) -> None:
    text, line = with_line("base_url", value)

    assert line in [at for at, _ in mistakes(tmp_path, text)]


def test_numbers_and_switches_are_read_as_before(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("[1, -5, 0, 1.5, true, off, null, ~, '', '7', a b]", encoding="utf-8")

    assert [1, -5, 0, 1.5, True, False, None, None, "", "7", "a b"] == read(tmp_path / "x.yaml", {}).data


def test_aliases_may_repeat_but_not_multiply(tmp_path: Path) -> None:
    once = GOOD.replace("name: Riverbend\n", "name: &name Riverbend\n", 1).replace(
        "        name: Riverbend\n", "        name: *name\n"
    )
    assert "Riverbend" == loaded(tmp_path, once).tenants["riverbend"].practices["rb"].practice.name

    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    ((_, said),) = mistakes(tmp_path, "\n".join(rows))
    assert "aliases" in said


WRONG_KEYS: dict[str, Any] = {
    "no keys": {},
    "no list": {"keys": 5},
    "an empty list": {"keys": []},
    "text": {"keys": ["abc"]},
    "no kid": {"keys": [EC.as_dict(private=False) | {"kid": None}]},
    "no kty": {"keys": [{"kid": "a"}]},
    "an unknown kty": {"keys": [{"kid": "a", "kty": "abc"}]},
    "a list for kty": {"keys": [{"kid": "a", "kty": ["EC"]}]},
    "an unknown curve": {"keys": [{**PUBLIC, "crv": "abc"}]},
    "another curve": {"keys": [{**ECKey.generate_key("P-256").as_dict(private=False), "kid": "a"}]},
    "a point off the curve": {"keys": [{**PUBLIC, "x": "AAAA"}]},
    "no base64": {"keys": [{**PUBLIC, "x": "?"}]},
    "a number for text": {"keys": [{**PUBLIC, "y": 5}]},
    "a private key": {"keys": [{**EC.as_dict(private=True), "kid": "a"}]},
    "a symmetric key": {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]},
    "a kid twice": {"keys": [PUBLIC, {**RSAKey.generate_key(2048).as_dict(private=False), "kid": "a"}]},
}


@pytest.mark.parametrize("jwks", WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_keys_that_could_verify_nothing_are_told_with_their_line(tmp_path: Path, jwks: Any) -> None:
    text, line = with_line("jwks", str(jwks).replace("None", "null"))

    (found,) = mistakes(tmp_path, text)

    assert line == found[0]
    assert str(EC.as_dict(private=True)["d"]) not in found[1]


def test_public_keys_of_both_kinds_are_accepted(tmp_path: Path) -> None:
    jwks = {"keys": [PUBLIC, {**RSAKey.generate_key(2048).as_dict(private=False), "kid": "b"}]}

    assert jwks == loaded(tmp_path, with_line("jwks", str(jwks))[0]).tenants["riverbend"].clients["app"].jwks


@pytest.mark.parametrize("name", ["ap", "App", "system"])
def test_a_rule_for_a_client_that_is_not_there_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    text = GOOD.replace("clients: [app]", f"clients: [app, {name}]")

    ((line, said),) = mistakes(tmp_path, text)

    assert text[: text.index("policy:")].count("\n") + 2 == line
    assert "policy.0.clients.1" in said
    assert "names no client of this tenant" in said


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("[]{}&*!|>'\"%@`:,-? \n\taA10.=<~#$_\\U"), max_size=40))
def test_any_text_is_told_what_is_wrong_with_it(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()

    assert mistakes(folder, text)
    assert mistakes(folder, with_line("client_secret", text)[0] + "\nunknown: 1")
