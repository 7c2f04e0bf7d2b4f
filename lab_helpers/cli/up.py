"""``lambda-dojo up``."""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """What the learner reads."""

    EN = "en"
    JA = "ja"


def register(app: typer.Typer) -> None:
    """Add ``up`` to the command line."""
    app.command("up")(_up)


def _up(
    workspace: Annotated[
        Path, typer.Option(metavar="DIR", help="Where your copies of the labs live.")
    ] = Path("workspace"),
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="JupyterLab's port (default: 8888 or the next free)."),
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help="Language of the labs and of JupyterLab's menus.")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the URL; open no browser.")
    ] = False,
    backend: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="embedded (default), localstack, ministack or a URL."),
    ] = None,
) -> None:
    """Start the cloud and JupyterLab, and open the labs. Ctrl-C stops everything."""
    # Inside the command: psutil, urllib.request and the launcher cost 60 ms that --help saves.
    from lab_helpers.launcher.course import Plan
    from lab_helpers.launcher.up import up
    from lab_helpers.launcher.words import Announcer
    from lab_helpers.settings import Settings

    settings = Settings.from_environment(os.environ)
    if lang is not None:
        settings = replace(settings, language=lang.value)
    if backend is not None:
        settings = replace(settings, backend=backend)
    plan = Plan(
        workspace=workspace.expanduser().resolve(),
        settings=settings,
        port=port,
        show_browser=not no_browser,
    )
    status = up(plan, Announcer(settings.language))
    raise typer.Exit(status)
