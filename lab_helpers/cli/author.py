"""``lambda-dojo author``: write a lab, build its notebooks, let it prove itself."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

author = typer.Typer(help="For those who write labs; see CONTRIBUTING.md.", no_args_is_help=True)

LabsArgument = Annotated[list[str] | None, typer.Argument(help="Names of labs; default: all.")]
RootOption = Annotated[
    Path | None, typer.Option("--labs", help="The labs folder; default: the checkout's own.")
]


def register(app: typer.Typer) -> None:
    """Add this family's commands to ``app``."""
    app.add_typer(author, name="author")


@author.command()
def new(
    name: Annotated[str, typer.Argument(help="In snake_case, such as dead_letters.")],
    root: RootOption = None,
) -> None:
    """Scaffold a lab that verifies: one step, both languages, a check and a wrong answer."""
    # Authoring imports jupytext and nbformat, which no learner's command needs.
    from lab_helpers.authoring.lab_source import default_labs_root
    from lab_helpers.authoring.scaffold import write_scaffold

    for path in write_scaffold(root or default_labs_root(), name):
        typer.echo(f"wrote   {path}")
    typer.echo(f"Now: lambda-dojo author verify {name}")


@author.command()
def build(
    labs: LabsArgument = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where a built file is stale.")
    ] = False,
    root: RootOption = None,
) -> None:
    """Build the notebooks of each lab, and the map labs/README.md."""
    from lab_helpers.authoring.build import build_all
    from lab_helpers.authoring.lab_source import default_labs_root, find_labs

    folder = root or default_labs_root()
    stale = [file for file in build_all(folder, find_labs(folder, labs)) if not file.is_current]
    for file in stale:
        if not check:
            file.write()
        typer.echo(f"{'stale' if check else 'wrote'}   {file.path}")
    if not stale:
        typer.echo("everything is current")
    if check and stale:
        typer.echo("Now: lambda-dojo author build")
        raise typer.Exit(1)


@author.command()
def stamp(labs: LabsArgument = None, root: RootOption = None) -> None:
    """Say that you have reviewed the translations: store the hashes of the English texts."""
    from lab_helpers.authoring.lab_source import default_labs_root, find_labs
    from lab_helpers.authoring.staleness import stamp as stamped

    for lab in find_labs(root or default_labs_root(), labs):
        before = lab.read_text()
        after = stamped(before)
        if after != before:
            lab.text_path.write_text(after, encoding="utf-8", newline="\n")
        typer.echo(f"{'stamped' if after != before else 'fresh  '}   {lab.name}")


@author.command()
def verify(
    labs: LabsArgument = None,
    notebooks: Annotated[
        bool, typer.Option(help="Run the notebooks too, which takes most of the time.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(help="Parts of labs proved at once; default: cores + 1.")
    ] = None,
    root: RootOption = None,
) -> None:
    """Prove labs on embedded clouds: untouched, solution, wrong answers, notebooks."""
    from lab_helpers.authoring.lab_source import default_labs_root, find_labs
    from lab_helpers.authoring.verify import claims_of, verify_labs
    from lab_helpers.authoring.verify_screen import VerifyScreen

    folder = root or default_labs_root()
    wanted = find_labs(folder, labs)
    began = time.monotonic()
    with VerifyScreen(sum(claims_of(lab, notebooks) for lab in wanted)) as screen:
        proofs = verify_labs(folder, wanted, screen.tell, notebooks, workers)
    screen.summary(proofs, time.monotonic() - began)
    if not proofs or not all(proof.holds for proof in proofs):
        raise typer.Exit(1)
