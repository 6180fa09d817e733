"""A YAML file with the line of every value, so that a mistake can be told with file and line.

`${NAME}` in a scalar is taken from the environment: the way secrets come in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


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
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as exc:
        source.problems.append(Problem(str(path), 1, "", f"cannot be read: {exc.strerror}"))
        return source
    except UnicodeDecodeError:
        source.problems.append(Problem(str(path), 1, "", "is not UTF-8 text"))
        return source
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        source.problems.append(
            Problem(str(path), line, "", f"is not YAML: {getattr(exc, 'problem', None) or 'broken'}")
        )
        return source
    if root is None:
        source.problems.append(Problem(str(path), 1, "", "is empty; see deploy/example.yaml for a start"))
        return source
    source.data = _value(root, (), source, environ)
    return source


def _value(node: yaml.Node, path: tuple[str, ...], source: Source, environ: Mapping[str, str]) -> Any:
    source.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source, environ)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, str(index)), source, environ) for index, item in enumerate(node.value)]
    return _scalar(node, path, source, environ)


def _mapping(
    node: yaml.MappingNode, path: tuple[str, ...], source: Source, environ: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        here = (*path, key)
        if key in found:
            source.lines[here] = key_node.start_mark.line + 1
            source.problems.append(source.problem(here, "stands twice; keep one"))
            continue
        found[key] = _value(value_node, here, source, environ)
        source.lines[here] = key_node.start_mark.line + 1
    return found


def _scalar(node: yaml.Node, path: tuple[str, ...], source: Source, environ: Mapping[str, str]) -> Any:
    text = node.value
    if isinstance(text, str) and VARIABLE.search(text):
        for name in VARIABLE.findall(text):
            if not environ.get(name):
                source.problems.append(source.problem(path, f"environment variable {name} is not set; export it"))
        return VARIABLE.sub(lambda match: environ.get(match.group(1)) or f"unset-{match.group(1)}", text)
    return yaml.SafeLoader("").construct_object(node)
