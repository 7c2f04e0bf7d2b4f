"""The shell of JupyterLab's terminals: the learner's own, and after its set-up the course's again.

A shell reads the learner's ``.bashrc`` or ``.zshrc`` when it starts. What stands there (another
``aws`` first in PATH, ``export AWS_PROFILE=…``) would win over the environment that the terminal
was given, so the course's part of it is set once more, last of all.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from lab_helpers.launcher.private_files import write_atomically

_BASH = """\
# Written anew by lambda-dojo at each start: your own set-up, then the course's.
[ -f ~/.bashrc ] && . ~/.bashrc
for name in $(compgen -e AWS_); do unset "$name"; done
"""
_ZSH = """\
# Written anew by lambda-dojo at each start: your own set-up, then the course's.
ZDOTDIR={own}
[ -f "$ZDOTDIR/.zshrc" ] && . "$ZDOTDIR/.zshrc"
for name in ${{(k)parameters[(I)AWS_*]}}; do unset "$name"; done
"""
_ZSHENV = """\
[ -f {own}/.zshenv ] && . {own}/.zshenv
ZDOTDIR={ours}
"""


def terminal_shell(state: Path, environment: Mapping[str, str]) -> list[str] | None:
    """The command that starts a terminal's shell; None where JupyterLab's choice is good.

    Not a login shell, which JupyterLab would take: its profile sets PATH anew, and then
    ``lambda-dojo`` is not found.

    Args:
        state: the workspace's hidden folder, where the start-up files are written.
        environment: the terminal's own.
    """
    if sys.platform == "win32":
        return None
    shell = environment.get("SHELL") or "sh"
    folder = state / "terminal"
    if Path(shell).name == "bash":
        _write(folder / "bashrc", _BASH + _exports(environment))
        return [shell, "--rcfile", str(folder / "bashrc"), "-i"]
    if Path(shell).name == "zsh":
        own = environment.get("ZDOTDIR") or environment.get("HOME") or str(Path.home())
        quoted = {"own": shlex.quote(own), "ours": shlex.quote(str(folder))}
        _write(folder / ".zshenv", _ZSHENV.format(**quoted))
        _write(folder / ".zshrc", _ZSH.format(**quoted) + _exports(environment))
        return ["env", f"ZDOTDIR={folder}", shell, "-i"]
    return [shell]


def _exports(environment: Mapping[str, str]) -> str:
    """The course's variables, and its commands before any other of the same name."""
    lines = [
        f"export {name}={shlex.quote(value)}"
        for name, value in sorted(environment.items())
        if name.startswith(("AWS_", "LAMBDA_DOJO_")) or name in ("LAB_BACKEND", "LANG_UI")
    ]
    first = environment.get("PATH", "").split(os.pathsep)[0]
    return "\n".join([*lines, f'export PATH={shlex.quote(first)}:"$PATH"']) + "\n"


def _write(path: Path, text: str) -> None:
    write_atomically(path, text.encode("utf-8"))  # for the owner only: it holds the cloud's keys
