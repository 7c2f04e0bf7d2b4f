"""``lambda-dojo labs | check | hint | solution | catch-up | reset``.

The same verbs as ``lab.check(…)`` in a notebook, on the same record of progress.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lab_helpers.catalog import load_labs
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

if TYPE_CHECKING:
    from lab_helpers.notebook.open_lab import OpenLab

LabArgument = Annotated[str, typer.Argument(help="Id, folder or number: create_function, 1.")]
StepArgument = Annotated[str | None, typer.Argument(help="A step's id; see `status`.")]
LangOption = Annotated[
    str | None, typer.Option("--lang", help="en or ja; default: what LANG_UI says.")
]
BackendOption = Annotated[
    str | None, typer.Option("--backend", help="embedded, localstack, ministack, aws or a URL.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="Where your progress is kept; default: around this folder."),
]


def register(app: typer.Typer) -> None:
    """Add this family's commands to ``app``."""
    app.command("labs")(labs)
    app.command("check")(check)
    app.command("hint")(hint)
    app.command("solution")(solution)
    app.command("catch-up")(catch_up)
    app.command("reset")(reset)


def labs(lang: LangOption = None, as_json: JsonOption = False) -> None:
    """List the labs."""
    language = language_of(lang)
    known = load_labs()
    if as_json:
        rows = [
            {"id": lab.id, "title": lab.title.in_language(language), "minutes": lab.minutes,
             "steps": [step.id for step in lab.steps], "points": lab.points}
            for lab in known
        ]  # fmt: skip
        print_json(rows)
        return
    for lab in known:
        typer.echo(f"{lab.order:>2}  {lab.id:<24} {lab.title.in_language(language)}")
        steps = ", ".join(step.id for step in lab.steps)
        typer.echo(f"    {lab.minutes} min, {lab.points} points: {steps}")


def check(
    lab: LabArgument,
    step: StepArgument = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
    backend: BackendOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Judge one step, or all steps of a lab. Exit status 0 only where all of them passed."""
    opened = _open(lab, lang, backend, workspace)
    shown = opened.check_steps([step]) if step else opened.check_all()
    if as_json:
        # not wanted by `labs`, which must stay as light as --help
        from lab_helpers.grading.report_json import lab_json

        print_json(lab_json(shown.report, opened.language))
    else:
        typer.echo(repr(shown))
    raise typer.Exit(0 if shown.passed else 1)


def hint(
    lab: LabArgument,
    step: StepArgument = None,
    lang: LangOption = None,
    backend: BackendOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show the next hint; asked again, a plainer one."""
    typer.echo(repr(_open(lab, lang, backend, workspace).hint(step)))


def solution(
    lab: LabArgument,
    step: StepArgument = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Yes, show it.")] = False,
    lang: LangOption = None,
    backend: BackendOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Show the solution of a step."""
    typer.echo(repr(_open(lab, lang, backend, workspace).solution(step, reveal=reveal)))


def catch_up(
    lab: LabArgument,
    step: Annotated[str, typer.Argument(help="The step that you want to start with.")],
    lang: LangOption = None,
    backend: BackendOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Do every step before STEP as the solution does."""
    typer.echo(repr(_open(lab, lang, backend, workspace).catch_up(step)))


def reset(
    lab: LabArgument,
    lang: LangOption = None,
    backend: BackendOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Remove what a lab made in the cloud; your history is kept."""
    typer.echo(repr(_open(lab, lang, backend, workspace).reset()))


def _open(lab: str, lang: str | None, backend: str | None, workspace: Path | None) -> OpenLab:
    """A command does not start a cloud of its own: what it made would end with it."""
    # boto3 takes a third of a second to import; `--help` and `labs` do without
    from lab_helpers.backends.embedded import embedded_backend
    from lab_helpers.notebook.open_lab import start_lab

    settings = replace(Settings.from_environment(), language=language_of(lang))
    wanted = backend or settings.backend
    cloud = embedded_backend(settings, os.environ, start=False) if wanted == "embedded" else wanted
    return start_lab(lab, language=settings.language, backend=cloud, folder=workspace)


def language_of(lang: str | None) -> str:
    """What ``--lang`` says, else what ``LANG_UI`` does. Raises DojoError for any other one."""
    if lang is None:
        return Settings.from_environment().language
    if lang not in ("en", "ja"):
        raise DojoError(f'There is no language "{lang}".', now="Use --lang en or --lang ja.")
    return lang


def print_json(document: Any) -> None:
    """One document on standard output, and nothing else."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
