"""The command ``lambda-dojo``: its commands are in ``commands``, one module per family.

``cloud run`` goes a way of its own: typer, with pydantic behind it, takes as long to import as all
that the cloud needs to give its first answer.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lab_helpers.errors import DojoError

if TYPE_CHECKING:
    from lab_helpers.cli.commands import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 an error told in words, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # A Windows console of another code page shows "?" instead of ending in a traceback.
            reconfigure(errors="replace")
    try:
        if sys.argv[1:3] == ["cloud", "run"]:
            from lab_helpers.cli.cloud_run import run_cloud_command  # without typer: see above

            run_cloud_command(sys.argv[3:])
        else:
            getattr(sys.modules[__name__], "app")()  # noqa: B009  # imported when it is asked for
    except DojoError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lab_helpers.cli.commands import app  # with typer: see above

    return app
