"""``lambda-dojo progress``: how far you are; take it with you, read it in, hand it in."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from lab_helpers.catalog import load_labs
from lab_helpers.cli.labs import JsonOption, LangOption, WorkspaceOption, language_of, print_json
from lab_helpers.clock import SystemClock
from lab_helpers.progress import CourseStanding, ProgressLog, course_standing
from lab_helpers.progress.exchange import export_record, import_record, write_whole
from lab_helpers.progress.page import score_report
from lab_helpers.progress.page_file import refresh_page
from lab_helpers.progress.table import BLOCKS, PLAIN_BLOCKS, progress_table
from lab_helpers.settings import Settings

progress = typer.Typer(help="How far you are in every lab; export, import, report.")

FileArgument = Annotated[Path, typer.Argument(help="The file.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]


def register(app: typer.Typer) -> None:
    """Add this family's commands to ``app``."""
    app.add_typer(progress, name="progress")


@dataclass(frozen=True)
class _Wanted:
    """What the options before a sub-command said."""

    log: ProgressLog
    language: str

    def standing(self) -> CourseStanding:
        return course_standing(load_labs(), self.log)


@progress.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    lang: LangOption = None,
    as_json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Show how far you are in every lab, and where to go on."""
    place = (workspace or Path.cwd()).resolve()
    wanted = _Wanted(ProgressLog.near(place, Settings.from_environment()), language_of(lang))
    context.obj = wanted
    if context.invoked_subcommand is not None:
        return
    standing = wanted.standing()
    if as_json:
        print_json(_document(standing))
        return
    refresh_page(wanted.log, wanted.language)
    typer.echo(progress_table(standing, wanted.language, _blocks()))


@progress.command("export")
def export(context: typer.Context, file: FileArgument, force: ForceOption = False) -> None:
    """Write all that you did into FILE, to take it to another machine or keep it."""
    count = export_record(context.obj.log, file, overwrite=force)
    typer.echo(f"{file}: {count} events")


@progress.command("import")
def import_(context: typer.Context, file: FileArgument) -> None:
    """Read FILE, made by `export`, into your record; what is there already stays as it is."""
    done = import_record(context.obj.log, file)
    typer.echo(f"{done.added} events added, {done.known} were there already")
    if done.damaged:
        typer.echo(f"{done.damaged} damaged line(s) of {file} were left out", err=True)
    refresh_page(context.obj.log, context.obj.language)


@progress.command("report")
def report(
    context: typer.Context,
    file: FileArgument,
    learner: Annotated[str, typer.Option("--name", help="Your name, shown at the top.")] = "",
    force: ForceOption = False,
) -> None:
    """Write a score report (HTML, one file) into FILE, to hand it in."""
    if file.exists() and not force:
        raise typer.BadParameter(f"{file} exists already; --force replaces it.")
    wanted: _Wanted = context.obj
    text = score_report(wanted.standing(), wanted.language, SystemClock().now(), learner)
    write_whole(file, text)
    typer.echo(str(file))


def _blocks() -> tuple[str, str]:
    try:
        "".join(BLOCKS).encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN_BLOCKS
    return BLOCKS


def _document(standing: CourseStanding) -> dict[str, Any]:
    return {
        own.lab.id: {
            "points": own.state.points,
            "points_total": own.state.points_total,
            "quiz": dict(own.state.quiz),
            "steps": {
                step: {
                    "outcome": state.outcome,
                    "passed": state.passed,
                    "points": state.points,
                    "hints": state.hints,
                    "solution_shown": state.solution_shown,
                }
                for step, state in own.state.steps.items()
            },
        }
        for own in standing.labs
    }
