"""``lambda-dojo why [REQUEST_ID]``: why something was refused."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from lab_helpers.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("why")(why)


def why(
    request_id: Annotated[
        str | None,
        typer.Argument(help="Of a request or an invocation; not given: the last denial."),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="en or ja; default: what LANG_UI says.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The decision as one JSON document; null where none.")
    ] = False,
) -> None:
    """Explain a denial: the policies that were looked at, and what would allow it."""
    # the notebook's faces and urllib's HTTP would slow `--help` down
    from lab_helpers.backends.embedded import embedded_backend
    from lab_helpers.notebook.why import explain
    from lab_helpers.notebook.why_shown import ShownWhy

    settings = Settings.from_environment()
    backend = embedded_backend(settings, os.environ, start=False)
    shown = explain(backend, request_id, lang or settings.language)
    if as_json:
        decision = shown.decision if isinstance(shown, ShownWhy) else None
        typer.echo(json.dumps(decision, ensure_ascii=False, indent=2))
    else:
        typer.echo(repr(shown))
