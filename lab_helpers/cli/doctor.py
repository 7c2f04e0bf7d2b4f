"""``lambda-dojo doctor``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

_MARKS = {"ok": "✓", "warn": "!", "problem": "✗"}


def register(app: typer.Typer) -> None:
    """Add ``doctor`` to the command line."""
    app.command("doctor")(_doctor)


def _doctor(
    workspace: Annotated[
        Path, typer.Option(metavar="DIR", help="The workspace to look at.")
    ] = Path("workspace"),
) -> None:
    """Look at this machine and say what works, what does not, and what mends it.

    Exit status 1 where something keeps the labs from running.
    """
    # Inside the command: psutil and the interpreters' room cost time that --help saves.
    from lab_helpers.launcher.doctor import examine
    from lab_helpers.settings import Settings

    settings = Settings.from_environment(os.environ)
    findings = examine(settings, workspace.expanduser().resolve(), os.environ)
    for finding in findings:
        typer.echo(f"{_MARKS[finding.level]} {finding.level:8}{finding.text}")
        if finding.mend:
            typer.echo(f"            → {finding.mend}")
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(1)
