"""A YAML file with the line of every value, so that a mistake can be told with file and line.

`${NAME}` in a scalar is taken from the environment: the way secrets come in. Numbers are those that everybody reads the
same: what only YAML takes for one (017, 1_000, 12:30, 0x1F, a date) is the text that stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
WORD = re.compile(r"(?!<)\W*\w")
QUOTED = re.compile(r"""(['"])(.*?)\1""")

DEEPEST = 32  # more than any setting needs, and what an alias that holds itself soon reaches
VALUES_MAX = 100_000  # aliases of aliases multiply

TAG = "tag:yaml.org,2002:"
TEXT, MAPPING, SEQUENCE = f"{TAG}str", f"{TAG}map", f"{TAG}seq"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands and what to do about it. Never holds a value of the file."""

    file: str
    line: int
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.where + ': ' if self.where else ''}{self.text}"


class ConfigurationError(Exception):
    """All mistakes of a configuration at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class _Refused(Exception):
    """The file as a whole can't be read."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


@dataclass(slots=True)
class Source:
    """The parsed file: plain `data`, and the line of each value by its path."""

    file: str
    data: Any = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Sequence[object], text: str) -> Problem:
        """A Problem at `path`, or at its nearest ancestor that the file has."""
        keys = tuple(str(key) for key in path)
        shown = ".".join(keys)
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return Problem(self.file, self.lines.get(keys, 1), shown, text)


def read(path: Path, environ: Mapping[str, str]) -> Source:
    """The file at `path` with `${NAME}` filled in; problems are collected, not raised."""
    source = Source(str(path))
    try:
        source.data = _value(_root(path), (), source, environ)
    except _Refused as exc:
        source.problems.append(Problem(str(path), exc.line, "", exc.text))
    return source


def _root(path: Path) -> yaml.Node:
    try:
        text = path.read_text(encoding="utf-8")
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):  # composing recurses, this does not
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _Refused(_line(event), "is nested deeper than any setting")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as exc:
        raise _Refused(1, f"cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise _Refused(1, "is not UTF-8 text") from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        raise _Refused(mark.line + 1 if mark else 1, f"is not YAML: {_without_values(exc)}") from exc
    except (ValueError, OverflowError) as exc:  # an escape or a version that the parser counts too far with
        raise _Refused(1, "is not YAML: holds a number out of range") from exc
    if root is None or root.tag == f"{TAG}null":
        raise _Refused(1, "is empty; see deploy/example.yaml for a start")
    return root


def _without_values(exc: yaml.YAMLError) -> str:
    """What the parser found wrong; names of its own tokens (`<block end>`) and signs stay, words of the file go."""
    said = getattr(exc, "problem", None) or "broken"
    return QUOTED.sub(lambda found: "..." if WORD.match(found[2]) else found[0], said)


def _line(part: yaml.Event | yaml.Node) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1


def _value(node: yaml.Node, path: tuple[str, ...], source: Source, environ: Mapping[str, str]) -> Any:
    line = _line(node)
    if len(path) > DEEPEST:
        raise _Refused(line, "is nested deeper than any setting; does an alias hold itself?")
    if len(source.lines) > VALUES_MAX:
        raise _Refused(line, "has more values than any configuration; do aliases repeat aliases?")
    source.lines[path] = line
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, path, source, environ)
    if node.tag not in (MAPPING, SEQUENCE):
        source.problems.append(source.problem(path, "has a tag; write it without"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source, environ)
    return [_value(item, (*path, str(index)), source, environ) for index, item in enumerate(node.value)]


def _mapping(
    node: yaml.MappingNode, path: tuple[str, ...], source: Source, environ: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            source.problems.append(Problem(source.file, _line(key_node), "", "has a key that is not text"))
            continue
        key = str(key_node.value)
        here = (*path, key)
        if key in found:
            source.lines[here] = key_node.start_mark.line + 1
            source.problems.append(source.problem(here, "stands twice; keep one"))
            continue
        found[key] = _value(value_node, here, source, environ)
        source.lines[here] = key_node.start_mark.line + 1
    return found


def _scalar(node: yaml.ScalarNode, path: tuple[str, ...], source: Source, environ: Mapping[str, str]) -> Any:
    text = str(node.value)
    implied = str(yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]
    if node.tag not in (TEXT, implied):
        source.problems.append(source.problem(path, "has a tag; write it without, in quotes where it is text"))
        return None
    if VARIABLE.search(text):
        for name in VARIABLE.findall(text):
            if not environ.get(name):
                source.problems.append(source.problem(path, f"environment variable {name} is not set; export it"))
        return VARIABLE.sub(lambda match: environ.get(match.group(1)) or f"unset-{match.group(1)}", text)
    return text if node.tag == TEXT else _plain(text, implied)


def _plain(text: str, tag: str) -> Any:
    """What an unquoted scalar says."""
    match tag.removeprefix(TAG):
        case "null":
            return None
        case "bool":
            return yaml.SafeLoader.bool_values[text.lower()]
        case "int" if INTEGER.fullmatch(text):
            return int(text)
        case "float" if DECIMAL.fullmatch(text):
            return float(text)
        case _:
            return text
