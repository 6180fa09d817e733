"""What commands share: the option that names the configuration, and reading it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from facade.tenancy.directory import Directory, load
from facade.tenancy.source import ConfigurationError

CONFIG = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="FACADE_CONFIG",
    required=True,
    help="The YAML file; deploy/example.yaml is an annotated one.",
)


def directory(path: Path) -> Directory:
    """The directory of a configuration; where it has mistakes, tells all of them and ends the process with status 2."""
    try:
        return load(path, os.environ)
    except ConfigurationError as exc:
        for problem in exc.problems:
            click.echo(str(problem), err=True)
        count = len(exc.problems)
        click.echo(f"{count} mistake{'s' if count > 1 else ''}; nothing was started.", err=True)
        sys.exit(2)
