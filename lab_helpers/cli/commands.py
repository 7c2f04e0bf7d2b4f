"""The command ``lambda-dojo``: one module per family of sub-commands, assembled here.

A family registers itself with ``register(app)``. Its module stays light: whatever takes long to
import (moto, boto3, JupyterLab) is imported inside the command that needs it, so that
``lambda-dojo --help`` answers at once.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from lab_helpers.cli import author, cleanup, cloud, doctor, labs, progress, up, why

app = typer.Typer(
    name="lambda-dojo",
    help="Learn AWS Lambda by doing: no AWS account, no Docker, no bill.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help text: importing rich would cost as much as all the rest of --help together.
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"lambda-dojo {version('lambda-dojo')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Learn AWS Lambda by doing: no AWS account, no Docker, no bill."""


for _family in (up, labs, progress, why, cloud, cleanup, author, doctor):
    _family.register(app)
